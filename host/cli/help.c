#include "cli/cli.h"

#include <string.h>

#define INDENT    "  "
#define NAME_SIZE 64 /* bytes of an option with what it wants */

const struct cli_word *
cli_find_word(const char *text)
{
    for (const struct cli_word *w = cli_words; w->word != NULL; w++)
        if (strcmp(w->word, text) == 0)
            return w;
    return NULL;
}

const struct command *
cli_command_of(const struct cli_word *word)
{
    return word->command == NULL ? word->own : command_find(word->command);
}

/* What an option wants behind it. */
static const char *
wants(const struct cli *cli, const struct param *row)
{
    switch (row->type) {
    case PARAM_BOOL:
        return "";
    case PARAM_SECRET:
    case PARAM_INTEGER:
        return " N";
    case PARAM_BASE64:
        return cli_say(cli, " 파일", " FILE");
    case PARAM_CERT_ID:
        return " ID";
    case PARAM_CHOICE:
        return row->choices;
    default:
        return cli_say(cli, " 값", " VALUE");
    }
}

static enum err
add_row(struct cli *cli, const struct param *row, struct columns *c)
{
    const char *cells[COLUMNS_MAX] = { NULL, row->help, NULL };
    struct buf name = { 0 };
    enum err r;

    if ((r = buf_put_text(&name, INDENT)) != OK ||
        (r = cli_option_name(cli, row, &name)) != OK ||
        (row->type == PARAM_CHOICE && (r = buf_put_byte(&name, ' ')) != OK))
        goto out;
    if (cli->word->operand == NULL ||
        strcmp(cli->word->operand, row->name) != 0)
        r = buf_put_text(&name, wants(cli, row));
    if (r != OK)
        goto out;
    cells[0] = buf_text(&name);
    r = columns_add(c, cells);
out:
    buf_free(&name);
    return r;
}

static int
help_word(struct cli *cli, const struct cli_word *word)
{
    const struct param *row;
    struct columns c = { 0 };
    enum err r = OK;

    cli->word = word;
    cli->command = cli_command_of(word);
    printf("ingam %s: %s\n", word->word, cli_say(cli, word->ko, word->en));
    for (row = cli->command->params; row != NULL && row->name != NULL; row++)
        if (r == OK && (row->flags & PARAM_WINDOW) == 0)
            r = add_row(cli, row, &c);
    if (r == OK && word->out != NULL) {
        char name[NAME_SIZE];
        const char *cells[COLUMNS_MAX] = { name, "Write the result there",
            NULL };

        snprintf(name, sizeof(name), INDENT "--%s%s", word->out,
            cli_say(cli, " 파일", " FILE"));
        r = columns_add(&c, cells);
    }
    if (r == OK && word->hex) {
        const char *cells[COLUMNS_MAX] = { INDENT "--hex",
            "Write the result as lower-case hex", NULL };

        r = columns_add(&c, cells);
    }
    if (r == OK && word->yes) {
        const char *cells[COLUMNS_MAX] = { INDENT "--yes",
            "Do it without asking, for scripts", NULL };

        r = columns_add(&c, cells);
    }
    if (r == OK) {
        const char *cells[COLUMNS_MAX] = { INDENT "--json",
            "Print the result, or the error, as JSON", NULL };

        r = columns_add(&c, cells);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

static int
help_all(struct cli *cli)
{
    struct columns c = { 0 };
    enum err r = OK;

    printf("ingam %s: %s\n\n%s: ingam %s\n\n", INGAM_VERSION,
        cli_say(cli, "공동인증서 발급과 서명",
            "Korean joint certificates: issue and sign"),
        cli_say(cli, "쓰는 법", "Usage"),
        cli_say(cli, "낱말 [옵션…]", "WORD [OPTION…]"));
    for (const struct cli_word *w = cli_words; w->word != NULL; w++) {
        const char *cells[COLUMNS_MAX] = { w->word, cli_say(cli, w->ko, w->en),
            NULL };

        if (r == OK && cli_command_of(w) != NULL)
            r = columns_add(&c, cells);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    printf("\n%s\n",
        cli_say(cli,
            "비밀번호와 코드는 터미널에서 묻거나 --…-fd N으로만 받아요. "
            "자세히: ingam help 낱말, man ingam",
            "Passwords and codes are asked for, or read from a descriptor "
            "(--…-fd N). More: ingam help WORD, man ingam"));
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

int
cli_help(struct cli *cli, const char *topic)
{
    const struct cli_word *word;

    if (topic == NULL)
        return help_all(cli);
    if (strcmp(topic, "errors") == 0)
        return cli_list_errors(cli);
    word = cli_find_word(topic);
    if (word == NULL || cli_command_of(word) == NULL)
        return cli_usage(cli, ERR_PARAM_UNKNOWN, topic);
    return help_word(cli, word);
}

int
word_help(struct cli *cli)
{
    return cli_help(cli, cli->given.values[0]);
}
