#include "cli/cli.h"

#include <string.h>

#define ANSWER_MAX 64u /* bytes */

static int
row_of(const struct cli *cli, const char *name)
{
    const struct param *rows = cli->command->params;
    int i = 0;

    while (strcmp(rows[i].name, name) != 0)
        i++;
    return i;
}

/* The person types which one is meant, having read what is given up. */
static enum err
ask(struct cli *cli, struct buf *ret_answer)
{
    fprintf(stderr, "%s\n",
        cli_say(cli,
            "그만두면 인감으로는 더 이어 갈 수 없어요. 만든 열쇠는 따로 "
            "보관해 두고, 인가코드는 지워요.",
            "Given up, it cannot be gone on with here. The key that was made "
            "is kept aside, the code is wiped."));
    return terminal_ask(cli->terminal,
        cli_say(cli, "참조번호(없으면 ID)를 입력하세요: ",
            "Type its reference number (the id, if it has none): "),
        ANSWER_MAX, ret_answer);
}

int
word_discard(struct cli *cli)
{
    int confirm = row_of(cli, "confirm");
    struct buf answer = { 0 };
    int status;
    enum err r;

    if (cli->given.values[confirm] == NULL && cli->terminal != NULL &&
        cli->given.values[row_of(cli, "pending")] != NULL) {
        if ((r = ask(cli, &answer)) != OK) {
            buf_free(&answer);
            return cli_fail(cli, r);
        }
        cli->given.values[confirm] = buf_text(&answer);
    }
    status = cli_run(cli);
    cli->given.values[confirm] = NULL;
    buf_free(&answer);
    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    printf("%s\n", cli_say(cli, "그만두었어요.", "Given up."));
    return cli_flush(cli);
}
