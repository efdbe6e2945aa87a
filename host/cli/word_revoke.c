#include "cli/cli.h"

#include <string.h>

#define ANSWER_MAX 32u /* bytes */

/* It cannot be undone: the person types the word. */
static bool
is_sure(struct cli *cli, const char *certificate)
{
    struct buf answer = { 0 };
    bool sure = false;

    (void)!cli_show_meant(cli, certificate);
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
    const char *certificate = *cli_given(cli, "certificate");

    if (!cli->given.yes && certificate != NULL) {
        if (cli->terminal == NULL)
            return cli_usage(cli, ERR_PARAM_MISSING, "--yes");
        if (!is_sure(cli, certificate))
            return cli_fail(cli, ERR_CANCELLED);
    }
    return word_enrol(cli);
}
