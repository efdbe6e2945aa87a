#include "cli/cli.h"

#include <string.h>

#include "cli/register.h"
#include "cmd/browsers.h"
#include "cmd/tsa.h"

/* Value of an option of a word that is done here. */
static const char *
given(const struct cli *cli, const char *name)
{
    const struct param *rows = cli->command->params;

    for (int i = 0; rows[i].name != NULL; i++)
        if (strcmp(rows[i].name, name) == 0)
            return cli->given.values[i];
    return NULL;
}

/* Is told each folder; collects them for --json. */
static void
told(void *ctx, const char *browser, const char *dir)
{
    struct cli *cli = ctx;
    cJSON *list, *item = cJSON_CreateObject();

    if (!cli->json) {
        printf("%s: ", browser);
        cli_put(stdout, dir);
        fputc('\n', stdout);
    }
    list = cJSON_GetObjectItemCaseSensitive(cli->result, "changed");
    if (reply_text(item, "browser", browser) != OK ||
        reply_text(item, "folder", dir) != OK ||
        !cJSON_AddItemToArray(list, item))
        cJSON_Delete(item);
}

int
word_register(struct cli *cli)
{
    const struct register_request request = {
        .browser = given(cli, "browser"),
        .user_data_dir = given(cli, "userDataDir"),
        .all_users = given(cli, "system") != NULL,
        .remove = strcmp(cli->word->word, "unregister") == 0,
    };
    enum err r;

    cli->result = cJSON_CreateObject();
    if (cJSON_AddArrayToObject(cli->result, "changed") == NULL)
        return cli_fail(cli, ERR_NO_MEMORY);
    r = register_host(&cli->host.paths, &request, told, cli);
    if (r == ERR_PARAM_RANGE)
        return cli_usage(cli, r,
            request.user_data_dir != NULL ? "--user-data-dir" : "--browser");
    if (r == ERR_CERTIFICATE_NOT_FOUND)
        return cli_usage(cli, ERR_PARAM_RANGE, "--user-data-dir");
    if (r != OK)
        return cli_fail(cli, r);
    return cli->json ? cli_print_json(cli->result) : cli_flush(cli);
}

static const char *
state_text(const struct cli *cli, const char *state)
{
    static const struct {
        const char *state, *ko, *en;
    } rows[] = {
        { "ok", "정상", "ok" },
        { "missing", "등록 안 됨", "not registered" },
        { "wrong_path", "다른 프로그램을 가리킴", "names another program" },
        { "wrong_id", "확장 프로그램을 막음", "keeps our extension out" },
        { "invalid", "손상됨", "damaged" },
        { "shadowed", "개인 설정이 가림", "hidden by the person's own" },
        { "unreadable", "읽을 수 없음", "unreadable" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].state, state) == 0)
            return cli_say(cli, rows[i].ko, rows[i].en);
    return state;
}

/* Browsers that few have are worth a line only when something is there. */
static bool
worth_a_line(const cJSON *item)
{
    const struct browser *b = browsers_find(cli_text(item, "browser"));

    return strcmp(cli_text(item, "state"), "missing") != 0 ||
           (b != NULL && b->by_default &&
               strcmp(cli_text(item, "scope"), "user") == 0);
}

static enum err
add_browsers(const struct cli *cli, struct columns *c)
{
    const cJSON *item;
    enum err r = OK;

    cJSON_ArrayForEach(item, cli_member(cli->result, "browsers"))
    {
        const char *cells[COLUMNS_MAX] = { cli_text(item, "browser"),
            strcmp(cli_text(item, "scope"), "system") == 0
                ? cli_say(cli, "모두", "all users")
                : cli_say(cli, "나", "you"),
            state_text(cli, cli_text(item, "state")),
            cli_text(item, "manifest"), NULL };

        if (r == OK && worth_a_line(item))
            r = columns_add(c, cells);
    }
    return r;
}

static void
print_programs(const struct cli *cli)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cli_member(cli->result, "programs"))
    {
        cli_put(stdout, cli_text(item, "folder"));
        printf("/%s %s\n", cli_text(item, "name"),
            cli_flag(item, "exists") ? cli_say(cli, "(있음)", "(there)")
                                     : cli_say(cli, "(없음)", "(MISSING)"));
    }
    cJSON_ArrayForEach(item, cli_member(cli->result, "store"))
    {
        printf("%s: ", cli_say(cli, "인증서 폴더", "certificates"));
        cli_put(stdout, cli_text(item, "root"));
        printf(" (%s)\n", cli_text(item, "state"));
    }
    cJSON_ArrayForEach(item, cli_member(cli->result, "policies"))
    {
        printf("%s %s: ", cli_text(item, "browser"),
            cli_say(cli, "정책", "policy"));
        cli_put(stdout, cli_text(item, "file"));
        printf(" (%s)\n", cli_text(item, "problem"));
    }
}

/* Who confirms times, or what is wrong with the file that says so. */
static void
print_tsa(const struct cli *cli)
{
    static const char *const parts[] = { "tsa.name", "tsa.endpoint",
        "tsa.folder" };

    printf("%s:", cli_say(cli, "타임스탬프 기관", "time-stamps"));
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        const char *text = cli_text(cli->result, parts[i]);

        if (*text == '\0')
            continue;
        printf(" ");
        cli_put(stdout, text);
    }
    if (*cli_text(cli->result, "tsa.folder") == '\0')
        printf(" %s\n", cli_say(cli, "설정하지 않음", "none is set up"));
    else
        printf("/" TSA_FILE " (%s)\n", cli_text(cli->result, "tsa.state"));
}

/* Register anew, quietly: the report that follows shows the outcome. */
static enum err
fix(struct cli *cli)
{
    const struct register_request request = { 0 };
    bool json = cli->json;
    enum err r;

    cli->json = true;
    r = register_host(&cli->host.paths, &request, told, cli);
    cli->json = json;
    return r;
}

/* The store too; a store that is not there is nobody's fault. */
static enum err
repair(struct cli *cli, cJSON **ret_report)
{
    const struct command *command = command_find("store.repair");
    enum err r = command == NULL ? ERR_INTERNAL : cli_call(cli, command, NULL);

    if (r == OK) {
        *ret_report = cli->result;
        cli->result = NULL;
    }
    return r;
}

int
word_doctor(struct cli *cli)
{
    const struct command *run = command_find("doctor.run");
    struct columns c = { 0 };
    cJSON *report = NULL;
    enum err r = OK;

    if (given(cli, "fix") != NULL && (r = fix(cli)) == OK)
        r = repair(cli, &report);
    if (r == OK)
        r = run == NULL ? ERR_INTERNAL : cli_call(cli, run, NULL);
    if (r != OK) {
        cJSON_Delete(report);
        return cli_fail(cli, r);
    }
    if (report != NULL && cli->json)
        r = reply_item(cli->result, "repaired", report);
    if (cli->json)
        return r == OK ? cli_print_json(cli->result) : cli_fail(cli, r);
    if (report != NULL)
        cli_print_repair(cli, report);
    cJSON_Delete(report);
    printf("ingam %s, OpenSSL %s, Landlock %.0f, seccomp %s\n",
        cli_text(cli->result, "version"),
        cli_text(cli->result, "openssl.version"),
        cli_number(cli->result, "sandbox.landlock"),
        cli_flag(cli->result, "sandbox.seccomp") ? "yes" : "no");
    print_programs(cli);
    print_tsa(cli);
    r = add_browsers(cli, &c);
    columns_print(&c, stdout);
    columns_free(&c);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}
