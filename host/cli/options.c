#include "cli/cli.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

const struct cli_option *
cli_option_of(const struct cli_word *word, const struct param *row)
{
    const struct cli_option *o = word->options;

    for (; o != NULL && o->param != NULL; o++)
        if (strcmp(o->param, row->name) == 0)
            return o;
    return NULL;
}

static bool
is_operand(const struct cli *cli, const struct param *row)
{
    return cli->word->operand != NULL &&
           strcmp(cli->word->operand, row->name) == 0;
}

enum err
cli_option_name(
    const struct cli *cli, const struct param *row, struct buf *ret_name)
{
    const struct cli_option *o = cli_option_of(cli->word, row);
    const char *p = o != NULL && o->name != NULL ? o->name : row->name;
    enum err r;

    if (is_operand(cli, row)) {
        for (r = OK; r == OK && *p != '\0'; p++)
            r = buf_put_byte(ret_name, (uint8_t)toupper((unsigned char)*p));
        return r;
    }
    if ((r = buf_put_text(ret_name, "--")) != OK)
        return r;
    for (; r == OK && *p != '\0'; p++) { /* keyScheme: --key-scheme */
        if (*p >= 'A' && *p <= 'Z')
            r = buf_put_byte(ret_name, '-');
        if (r == OK)
            r = buf_put_byte(ret_name, (uint8_t)tolower((unsigned char)*p));
    }
    if (r == OK && row->type == PARAM_SECRET)
        r = buf_put_text(ret_name, "-fd");
    return r;
}

/* Index of the row whose option is the first len bytes of text, or -1. */
static int
find_row(const struct cli *cli, const char *text, size_t len)
{
    const struct param *rows = cli->command->params;
    struct buf name = { 0 };
    bool same = false;
    int i;

    for (i = 0; rows != NULL && rows[i].name != NULL; i++) {
        if (is_operand(cli, &rows[i]) || (rows[i].flags & PARAM_WINDOW) != 0)
            continue;
        buf_free(&name);
        if (cli_option_name(cli, &rows[i], &name) != OK)
            break;
        same = name.len == len && memcmp(name.data, text, len) == 0;
        if (same)
            break;
    }
    buf_free(&name);
    return same ? i : -1;
}

/* The value of an option: behind "=" or the next word. */
static enum err
take_value(
    int argc, char **argv, int *i, const char *equals, const char **ret_value)
{
    if (*ret_value != NULL)
        return ERR_PARAM_RANGE; /* twice */
    if (equals != NULL) {
        *ret_value = equals + 1;
        return OK;
    }
    if (*i + 1 >= argc || strncmp(argv[*i + 1], "--", 2) == 0)
        return ERR_PARAM_MISSING; /* such a value goes behind "=" */
    *ret_value = argv[++*i];
    return OK;
}

/* The same for one that may come many times. */
static enum err
take_another(struct cli *cli, int argc, char **argv, int *i, const char *equals)
{
    const char *value = NULL;
    enum err r = take_value(argc, argv, i, equals, &value);

    if (r != OK)
        return r;
    if (cli->given.many == NULL &&
        (cli->given.many =
                mem_alloc((size_t)argc * sizeof(cli->given.many[0]))) == NULL)
        return ERR_NO_MEMORY;
    cli->given.many[cli->given.many_count++] = value;
    return OK;
}

static enum err
take_option(struct cli *cli, int argc, char **argv, int *i)
{
    const char *text = argv[*i];
    const char *equals = strchr(text, '=');
    size_t len = equals == NULL ? strlen(text) : (size_t)(equals - text);
    int row;

    if (strcmp(text, "--json") == 0) {
        cli->json = true;
        return OK;
    }
    if (cli->word->out != NULL && strncmp(text, "--", 2) == 0 &&
        len == 2 + strlen(cli->word->out) &&
        strncmp(text + 2, cli->word->out, len - 2) == 0)
        return take_value(argc, argv, i, equals, &cli->given.out);
    if (cli->word->yes && strcmp(text, "--yes") == 0) {
        cli->given.yes = true;
        return OK;
    }
    if (cli->word->hex && strcmp(text, "--hex") == 0) {
        cli->given.hex = true;
        return OK;
    }
    row = find_row(cli, text, len);
    if (row < 0)
        return ERR_PARAM_UNKNOWN;
    if (cli->word->many != NULL &&
        strcmp(cli->command->params[row].name, cli->word->many) == 0) {
        cli->given.values[row] = "";
        return take_another(cli, argc, argv, i, equals);
    }
    if (cli->command->params[row].type != PARAM_BOOL)
        return take_value(argc, argv, i, equals, &cli->given.values[row]);
    if (equals != NULL || cli->given.values[row] != NULL)
        return ERR_PARAM_RANGE;
    cli->given.values[row] = "";
    return OK;
}

static enum err
take_operand(struct cli *cli, const char *text)
{
    const struct param *rows = cli->command->params;

    for (int i = 0; rows != NULL && rows[i].name != NULL; i++) {
        if (!is_operand(cli, &rows[i]) || cli->given.values[i] != NULL)
            continue;
        cli->given.values[i] = text;
        return OK;
    }
    return ERR_PARAM_UNKNOWN;
}

enum err
cli_options(struct cli *cli, int argc, char **argv, const char **ret_name)
{
    bool operands = false;
    enum err r = OK;

    for (int i = 0; i < argc && r == OK; i++) {
        *ret_name = argv[i];
        if (!operands && strcmp(argv[i], "--") == 0)
            operands = true;
        else if (!operands && argv[i][0] == '-' && argv[i][1] != '\0')
            r = take_option(cli, argc, argv, &i);
        else
            r = take_operand(cli, argv[i]);
    }
    return r;
}

const char **
cli_given(struct cli *cli, const char *param)
{
    const struct param *rows = cli->command->params;

    for (int i = 0; rows != NULL && rows[i].name != NULL; i++)
        if (strcmp(rows[i].name, param) == 0)
            return &cli->given.values[i];
    return NULL;
}
