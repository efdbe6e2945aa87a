/* delete, which a person confirms by typing a name, and repair. */
#include "cli/cli.h"

#include <string.h>

#define NAME_MAX_LEN 512u /* bytes */

/* The certificate's name is what has to be typed. */
static enum err
ask_name(struct cli *cli, struct buf *ret_name)
{
    enum err r = cli_show_meant(cli, *cli_given(cli, "certificate"));

    if (r != OK)
        return r;
    fprintf(stderr, "%s\n%s\n",
        cli_say(cli,
            "지우면 이 컴퓨터에서 이 인증서로 서명하거나 로그인할 수 없어요. "
            "폐지되지는 않아요.",
            "Once removed, nothing can be signed with it from here, and no "
            "site signed in to. It is not revoked."),
        cli_say(cli,
            "백업이 없으면 되돌릴 수 없어요(ingam export로 만들 수 있어요).",
            "Without a back-up there is no way back (ingam export makes "
            "one)."));
    return terminal_ask(cli->terminal,
        cli_say(cli, "지우려면 위의 이름을 그대로 입력하세요: ",
            "Type the name above to remove it: "),
        NAME_MAX_LEN, ret_name);
}

static int
print_removed(struct cli *cli)
{
    const cJSON *item;

    if (cli->json)
        return cli_print_json(cli->result);
    cJSON_ArrayForEach(item, cli_member(cli->result, "removed"))
    {
        printf("%s: ", cli_say(cli, "지웠어요", "Removed"));
        cli_put(stdout, cJSON_IsString(item) ? item->valuestring : "");
        putchar('\n');
    }
    printf("%s\n",
        cli_flag(cli->result, "overwritten")
            ? cli_say(cli,
                  "파일을 덮어쓴 뒤 지웠어요. 플래시 메모리(USB, SSD)에는 옛 "
                  "내용이 남아 있을 수 있어요.",
                  "The files were overwritten first. Flash memory (USB, SSD) "
                  "may still hold what was there.")
            : cli_say(cli,
                  "파일은 지웠지만, 이 파일 시스템에서는 옛 내용이 디스크에 "
                  "남아 있을 수 있어요.",
                  "The files are gone, but on this file system what was in "
                  "them may still be on the disk."));
    return cli_flush(cli);
}

int
word_delete(struct cli *cli)
{
    const char **confirm = cli_given(cli, "confirm");
    struct buf name = { 0 };
    int status;
    enum err r;

    if (*confirm == NULL && *cli_given(cli, "certificate") != NULL) {
        if (cli->terminal == NULL)
            return cli_usage(cli, ERR_PARAM_MISSING, "--confirm");
        if ((r = ask_name(cli, &name)) != OK) {
            buf_free(&name);
            return cli_fail(cli, r);
        }
        *confirm = buf_text(&name);
    }
    status = cli_run(cli);
    buf_free(&name);
    return status == CLI_DONE ? print_removed(cli) : status;
}

/* --- repair --------------------------------------------------------------- */

static const char *
what_text(const struct cli *cli, const char *what)
{
    static const struct {
        const char *what, *ko, *en;
    } rows[] = {
        { "permissions", "권한", "permissions" },
        { "name", "이름", "name" },
        { "case", "대소문자", "case of the name" },
        { "leftover", "쓰다 만 것 정리", "left over, cleared" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].what, what) == 0)
            return cli_say(cli, rows[i].ko, rows[i].en);
    return what;
}

static void
print_list(const struct cli *cli, const cJSON *list, const char *head)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        printf("%s: ", head);
        cli_put(stdout, cli_text(item, "path"));
        printf(" (%s", what_text(cli, cli_text(item, "what")));
        if (*cli_text(item, "reason") != '\0')
            printf(": %s", cli_text(item, "reason"));
        puts(")");
    }
}

void
cli_print_repair(const struct cli *cli, const cJSON *result)
{
    const cJSON *fixed = cli_member(result, "fixed");
    const cJSON *failed = cli_member(result, "failed");

    if (cJSON_GetArraySize(fixed) + cJSON_GetArraySize(failed) == 0)
        printf("%s\n", cli_say(cli, "인증서 폴더에 고칠 것이 없어요.",
                           "Nothing to repair in the store."));
    print_list(cli, fixed, cli_say(cli, "고쳤어요", "Repaired"));
    print_list(cli, failed, cli_say(cli, "고치지 못했어요", "Not repaired"));
}

int
word_repair(struct cli *cli)
{
    int status = cli_run(cli);

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    cli_print_repair(cli, cli->result);
    return cli_flush(cli);
}
