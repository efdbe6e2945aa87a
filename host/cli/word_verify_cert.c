#include "cli/cli.h"

#include <string.h>

static const char *
word_of(const struct cli *cli, const char *word)
{
    static const struct cli_name rows[] = {
        { "valid", "정상", "valid" },
        { "expiring", "곧 만료", "expiring" },
        { "expired", "만료", "expired" },
        { "not_yet", "유효 전", "not valid yet" },
        { "revoked", "폐지", "revoked" },
        { "unknown", "모름", "unknown" },
        { "good", "폐지되지 않음", "not revoked" },
        { "not_checked", "확인하지 않음", "not checked" },
    };

    return cli_name(cli, rows, sizeof(rows) / sizeof(*rows), word);
}

static enum err
add(struct columns *c, const char *name, const char *value)
{
    const char *cells[COLUMNS_MAX] = { name, value, NULL };

    return *value == '\0' ? OK : columns_add(c, cells);
}

static enum err
add_path(const struct cli *cli, struct columns *c)
{
    const cJSON *path = cJSON_GetObjectItemCaseSensitive(cli->result, "path");
    const cJSON *item;
    enum err r = OK;

    cJSON_ArrayForEach(item, path)
    {
        if (r == OK)
            r = add(c, cli_say(cli, "경로", "Path"), cli_text(item, "subject"));
    }
    return r;
}

static enum err
add_revocation(const struct cli *cli, struct columns *c)
{
    const cJSON *o =
        cJSON_GetObjectItemCaseSensitive(cli->result, "revocation");
    char checked[CLI_DATE_SIZE], until[CLI_DATE_SIZE], at[CLI_DATE_SIZE];
    enum err r;

    if ((r = add(c, cli_say(cli, "폐지 여부", "Revocation"),
             word_of(cli, cli_text(o, "status")))) != OK ||
        (r = add(c, cli_say(cli, "출처", "Source"), cli_text(o, "source"))) !=
            OK ||
        (r = add(c, cli_say(cli, "확인 시각", "As of"),
             cli_moment(cli_text(o, "checked"), checked))) != OK ||
        (r = add(c, cli_say(cli, "답의 유효", "Answer holds until"),
             cli_moment(cli_text(o, "validUntil"), until))) != OK ||
        (r = add(c, cli_say(cli, "폐지 시각", "Revoked at"),
             cli_moment(cli_text(o, "revokedAt"), at))) != OK ||
        (r = add(c, cli_say(cli, "폐지 사유", "Why"), cli_text(o, "reason"))) !=
            OK)
        return r;
    return add(c, cli_say(cli, "문제", "Problem"), cli_text(o, "problem"));
}

static const char *
yes(const struct cli *cli, const cJSON *o, const char *name)
{
    if (cJSON_GetObjectItemCaseSensitive(o, name) == NULL)
        return "";
    return cli_flag(o, name) ? cli_say(cli, "예", "yes")
                             : cli_say(cli, "아니요", "no");
}

static enum err
add_key(const struct cli *cli, struct columns *c)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(cli->result, "key");
    enum err r;

    if ((r = add(c, cli_say(cli, "열쇠 파일이 맞음", "Key file matches"),
             yes(cli, o, "matches"))) != OK ||
        (r = add(c, cli_say(cli, "열쇠 파일 문제", "Key file problem"),
             cli_text(o, "problem"))) != OK ||
        (r = add(c, cli_say(cli, "본인확인값(R)", "Identity value (R)"),
             yes(cli, o, "r"))) != OK)
        return r;
    return add(c, cli_say(cli, "암호용 열쇠가 맞음", "Second key matches"),
        yes(cli, o, "km"));
}

/* Is all that was asked for well? */
static bool
is_well(const struct cli *cli)
{
    const char *state = cli_text(cli->result, "state");
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(cli->result, "key");

    return (strcmp(state, "valid") == 0 || strcmp(state, "expiring") == 0) &&
           (key == NULL || cli_flag(key, "matches"));
}

int
word_verify_cert(struct cli *cli)
{
    struct columns c = { 0 };
    int status = cli_run(cli);
    enum err r;

    if (status != CLI_DONE)
        return status;
    if (cli->json) {
        status = cli_print_json(cli->result);
    } else {
        if ((r = add(&c, cli_say(cli, "상태", "State"),
                 word_of(cli, cli_text(cli->result, "state")))) == OK &&
            (r = add(&c, cli_say(cli, "까닭", "Reason"),
                 cli_text(cli->result, "reason"))) == OK &&
            (r = add_path(cli, &c)) == OK &&
            (r = add_revocation(cli, &c)) == OK)
            r = add_key(cli, &c);
        columns_print(&c, stdout);
        columns_free(&c);
        status = r == OK ? cli_flush(cli) : cli_fail(cli, r);
    }
    return status == CLI_DONE && !is_well(cli) ? CLI_FAILED : status;
}
