#include "cli/cli.h"

#define NUMBER 24 /* bytes of a number in text */

static const char *
kind_text(const struct cli *cli, const char *kind)
{
    static const struct cli_name rows[] = {
        { "issue", "발급", "issue" },
        { "reissue", "재발급", "re-issue" },
        { "renew", "갱신", "renewal" },
        { "revoke", "폐지", "revocation" },
        { "sign", "서명", "signature" },
        { "login", "로그인", "login" },
        { "import", "가져오기", "import" },
        { "export", "내보내기", "export" },
        { "copy", "복사", "copy" },
        { "remove", "삭제", "removal" },
        { "password", "비밀번호 변경", "password change" },
        { "repair", "고침", "repair" },
        { "clear", "기록 지움", "history cleared" },
        { "damaged", "읽을 수 없는 기록", "unreadable entry" },
    };

    return cli_name(cli, rows, sizeof(rows) / sizeof(*rows), kind);
}

static enum err
add_entry(const struct cli *cli, const cJSON *entry, struct columns *c)
{
    char n[NUMBER], moment[CLI_DATE_SIZE];
    const char *origin = cli_text(entry, "origin");
    const char *cells[COLUMNS_MAX] = { n,
        cli_moment(cli_text(entry, "time"), moment),
        kind_text(cli, cli_text(entry, "kind")), cli_text(entry, "result"),
        *origin != '\0' ? origin : "-", cli_text(entry, "certificate.cn"),
        cli_text(entry, "detail"), NULL };

    snprintf(n, sizeof(n), "%.0f", cli_number(entry, "n"));
    return columns_add(c, cells);
}

/* One page of a command into cli->result. */
static enum err
fetch(struct cli *cli, const char *command, const char *form, double offset,
    bool verify)
{
    const struct command *run = command_find(command);
    cJSON *params = cJSON_CreateObject();
    enum err r = run == NULL ? ERR_INTERNAL : ERR_NO_MEMORY;

    if (run != NULL && params != NULL &&
        (r = reply_number(params, "offset", offset)) == OK &&
        (form == NULL || (r = reply_text(params, "form", form)) == OK) &&
        (!verify || (r = reply_flag(params, "verify", true)) == OK))
        r = cli_call(cli, run, params);
    cJSON_Delete(params);
    return r;
}

/* All pages joined in cli->result. */
static enum err
fetch_all(struct cli *cli, bool verify)
{
    cJSON *params = cJSON_CreateObject();
    enum err r = fetch(cli, "history.list", NULL, 0, verify);

    if (r == OK)
        r = cli_pages(cli, command_find("history.list"), params, "entries");
    cJSON_Delete(params);
    return r;
}

static int
print_csv(struct cli *cli)
{
    double offset = 0;
    enum err r;

    do {
        if ((r = fetch(cli, "history.export", "csv", offset, false)) != OK)
            return cli_fail(cli, r);
        fputs(cli_text(cli->result, "content"), stdout);
        offset = cli_number(cli->result, "next");
    } while (offset > 0);
    return cli_flush(cli);
}

/* Whether the chain holds; the exit status. */
static int
print_check(struct cli *cli)
{
    const cJSON *result = cli->result;

    if (cli_flag(result, "torn"))
        printf("%s\n",
            cli_say(cli, "마지막 기록은 쓰다가 끊겼어요. 고친 흔적은 아니에요.",
                "The last entry was cut off while it was written; that is no "
                "sign of a change."));
    if (cli_flag(result, "intact")) {
        printf("%s\n", cli_say(cli, "기록이 쓴 그대로예요.",
                           "The history is as it was written."));
        return cli_flush(cli);
    }
    printf("%s %.0f (%s)\n",
        cli_say(cli, "처음 어긋난 기록: ", "The first entry that is wrong:"),
        cli_number(result, "brokenAt"), cli_text(result, "problem"));
    (void)cli_flush(cli);
    return CLI_FAILED;
}

int
word_history(struct cli *cli)
{
    bool verify = *cli_given(cli, "verify") != NULL;
    struct columns c = { 0 };
    const cJSON *item;
    enum err r;

    if (*cli_given(cli, "csv") != NULL)
        return print_csv(cli);
    if ((r = fetch_all(cli, verify)) != OK)
        return cli_fail(cli, r);
    if (cli->json)
        return cli_print_json(cli->result) != CLI_DONE ||
                       (verify && !cli_flag(cli->result, "intact"))
                   ? CLI_FAILED
                   : CLI_DONE;
    cJSON_ArrayForEach(item, cli_member(cli->result, "entries"))
    {
        if (r == OK)
            r = add_entry(cli, item, &c);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    if (r != OK)
        return cli_fail(cli, r);
    return verify ? print_check(cli) : cli_flush(cli);
}

int
word_history_clear(struct cli *cli)
{
    int status = cli_run(cli);

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    printf("%s %.0f\n", cli_say(cli, "지운 기록:", "Entries forgotten:"),
        cli_number(cli->result, "cleared"));
    return cli_flush(cli);
}
