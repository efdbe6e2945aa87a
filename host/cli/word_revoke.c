#include "cli/cli.h"

#include <string.h>

#define ANSWER_MAX 32u /* bytes */

/* What was typed behind the word. */
static const char *
operand(const struct cli *cli)
{
    const struct param *rows = cli->command->params;

    for (int i = 0; rows[i].name != NULL; i++)
        if (strcmp(rows[i].name, "certificate") == 0)
            return cli->given.values[i];
    return NULL;
}

/* The certificates that are meant, so that nobody revokes another. */
static void
show(struct cli *cli, const char *prefix)
{
    const struct command *list = command_find("store.list");
    cJSON *params = cJSON_CreateObject();
    struct columns c = { 0 };
    const cJSON *item, *found = NULL;

    if (list != NULL && params != NULL &&
        reply_flag(params, "removable", true) == OK &&
        cli_call(cli, list, params) == OK)
        found = cJSON_GetObjectItemCaseSensitive(cli->result, "certificates");
    cJSON_ArrayForEach(item, found)
    {
        if (strncmp(cli_text(item, "id"), prefix, strlen(prefix)) == 0)
            (void)!cli_add_certificate(cli, item, &c);
    }
    columns_print(&c, stderr);
    columns_free(&c);
    cJSON_Delete(params);
}

/* It cannot be undone: the person types the word. */
static bool
is_sure(struct cli *cli)
{
    struct buf answer = { 0 };
    bool sure = false;

    show(cli, operand(cli));
    fprintf(stderr, "%s\n",
        cli_say(cli,
            "폐지하면 되돌릴 수 없고, 이 인증서로는 아무것도 할 수 없어요.",
            "Revoking cannot be undone; nothing can be done with this "
            "certificate afterwards."));
    if (terminal_ask(cli->terminal,
            cli_say(cli, "폐지하려면 \"폐지\"라고 입력하세요: ",
                "Type \"revoke\" to go on: "),
            ANSWER_MAX, &answer) == OK)
        sure = strcmp(buf_text(&answer), "revoke") == 0 ||
               strcmp(buf_text(&answer), "폐지") == 0;
    buf_free(&answer);
    return sure;
}

int
word_revoke(struct cli *cli)
{
    if (!cli->given.yes && operand(cli) != NULL) {
        if (cli->terminal == NULL)
            return cli_usage(cli, ERR_PARAM_MISSING, "--yes");
        if (!is_sure(cli))
            return cli_fail(cli, ERR_CANCELLED);
    }
    return word_enrol(cli);
}
