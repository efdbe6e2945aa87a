#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "texts.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define NAME_SIZE  80 /* bytes of "<reason>_next" and its end */
#define PLACE_SIZE 24 /* bytes of a placeholder's name and its end */

int
cli_exit_status(enum err e)
{
    int code = err_code(e);

    if (e == OK)
        return CLI_DONE;
    if (code == -32602 || code == -32601)
        return CLI_USAGE;
    if (code >= 4000 && code < 5000)
        return CLI_REFUSED;
    if (e == ERR_PASSWORD_WRONG || e == ERR_PASSWORD_SLOWED ||
        e == ERR_PASSWORD_TOO_WEAK)
        return CLI_PASSWORD;
    return CLI_FAILED;
}

static const char *
find_text(const struct cli *cli, const char *name)
{
    const char *const(*rows)[2] = cli->korean ? texts_ko : texts_en;
    size_t count = cli->korean ? COUNT(texts_ko) : COUNT(texts_en);

    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i][0], name) == 0)
            return rows[i][1];
    return NULL;
}

/* Append the value of a placeholder; false when it is not known. */
static bool
put_place(const struct cli *cli, const char *name, struct buf *text)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(cli->detail, name);
    char date[CLI_DATE_SIZE], number[PLACE_SIZE];
    const char *value = NULL;

    /* who the CA is stands under "ca", with its contact */
    if (strcmp(name, "ca") == 0 && cJSON_IsObject(item))
        value = cli_text(item, cli->korean ? "title.ko" : "title.en");
    if (strcmp(name, "contact") == 0)
        value = cli_text(
            cli->detail, cli->korean ? "ca.contact.ko" : "ca.contact.en");
    if (cJSON_IsString(item))
        value = item->valuestring;
    if (cJSON_IsNumber(item)) {
        snprintf(number, sizeof(number), "%.0f", item->valuedouble);
        value = number;
    }
    if (value != NULL && strcmp(name, "date") == 0)
        value = cli_date(value, date);
    return value != NULL && *value != '\0' && buf_put_text(text, value) == OK;
}

/*
 * A sentence with its placeholders filled. What is not known is left out
 * together with the parentheses around it, else a dash stands for it.
 */
static void
fill(const struct cli *cli, const char *sentence, struct buf *ret_text)
{
    const char *p = sentence, *end;
    char name[PLACE_SIZE];
    size_t open = 0;
    bool inside = false;

    while (*p != '\0') {
        if (*p == '(') {
            open = ret_text->len;
            inside = true;
        }
        end = *p == '{' ? strchr(p, '}') : NULL;
        if (end == NULL || (size_t)(end - p) > sizeof(name)) {
            inside = inside && *p != ')';
            if (buf_put_byte(ret_text, (uint8_t)*p++) != OK)
                return;
            continue;
        }
        snprintf(name, sizeof(name), "%.*s", (int)(end - p - 1), p + 1);
        p = end + 1;
        if (put_place(cli, name, ret_text))
            continue;
        if (inside && strchr(p, ')') != NULL) {
            ret_text->len = open;
            while (
                ret_text->len > 0 && ret_text->data[ret_text->len - 1] == ' ')
                ret_text->len--;
            ret_text->data[ret_text->len] = '\0';
            p = strchr(p, ')') + 1;
            inside = false;
        } else if (buf_put_text(ret_text, "—") != OK) {
            return;
        }
    }
}

/* The sentence of a reason, or of what to do next; else the table's own. */
static void
sentence(
    const struct cli *cli, enum err e, const char *suffix, struct buf *ret_text)
{
    char name[NAME_SIZE];
    const char *text;

    snprintf(name, sizeof(name), "%s%s", err_reason(e), suffix);
    text = find_text(cli, name);
    if (text == NULL && *suffix == '\0')
        text = err_message(e);
    if (text != NULL)
        fill(cli, text, ret_text);
}

/* What a CA said, in its own words. */
static void
say_ca(const struct cli *cli)
{
    const cJSON *ca = cJSON_GetObjectItemCaseSensitive(cli->detail, "ca");
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(ca, "text"), *item;

    cJSON_ArrayForEach(item, text)
    {
        if (!cJSON_IsString(item))
            continue;
        fprintf(stderr, "  %s: ", cli_say(cli, "인증기관", "CA"));
        cli_put(stderr, item->valuestring);
        fputc('\n', stderr);
    }
}

static int
fail_json(struct cli *cli, enum err e)
{
    cJSON *object = cJSON_CreateObject(), *error = NULL, *data;
    int status = CLI_FAILED;

    data = cli->detail != NULL ? cli->detail : cJSON_CreateObject();
    cli->detail = NULL;
    error = cJSON_AddObjectToObject(object, "error");
    if (error != NULL && reply_number(error, "code", err_code(e)) == OK &&
        reply_text(error, "message", err_message(e)) == OK &&
        reply_text(data, "reason", err_reason(e)) == OK &&
        reply_flag(data, "retryable", err_retryable(e)) == OK &&
        cJSON_AddItemToObject(error, "data", data)) {
        data = NULL;
        if (cli_print_json(object) == CLI_DONE)
            status = cli_exit_status(e);
    }
    cJSON_Delete(data);
    cJSON_Delete(object);
    return status;
}

int
cli_fail(struct cli *cli, enum err e)
{
    struct buf text = { 0 }, next = { 0 };

    if (cli->json)
        return fail_json(cli, e);
    sentence(cli, e, "", &text);
    sentence(cli, e, "_next", &next);
    fputs("ingam: ", stderr);
    cli_put(stderr, buf_text(&text));
    fputc('\n', stderr);
    say_ca(cli);
    if (next.len > 0) {
        fputs("  ", stderr);
        cli_put(stderr, buf_text(&next));
        fputc('\n', stderr);
    }
    buf_free(&text);
    buf_free(&next);
    return cli_exit_status(e);
}

static const char *
usage_text(const struct cli *cli, enum err e)
{
    switch (e) {
    case ERR_PARAM_UNKNOWN:
        return cli_say(cli, "모르는 옵션이나 낱말이에요", "not known here");
    case ERR_PARAM_MISSING:
        return cli_say(cli, "빠졌어요", "missing");
    case ERR_PARAM_TYPE:
        return cli_say(cli, "형식이 맞지 않아요", "malformed");
    default:
        return cli_say(cli,
            "받아들일 수 없는 값이에요(없는 파일, 여러 개에 맞는 "
            "인증서, 두 번 쓴 옵션)",
            "not an accepted value (no such file, a certificate prefix that "
            "fits several, an option given twice)");
    }
}

int
cli_usage(struct cli *cli, enum err e, const char *name)
{
    if (cli_exit_status(e) != CLI_USAGE)
        return cli_fail(cli, e);
    if (cli->json) {
        if (cli->detail == NULL)
            cli->detail = cJSON_CreateObject();
        if (name != NULL && reply_text(cli->detail, "param", name) != OK)
            e = ERR_NO_MEMORY;
        return fail_json(cli, e);
    }
    fputs("ingam: ", stderr);
    cli_put(stderr, name == NULL ? "" : name);
    fprintf(stderr, ": %s\n", usage_text(cli, e));
    fprintf(stderr, "  %s: ingam help%s%s\n", cli_say(cli, "쓰는 법", "Usage"),
        cli->word == NULL ? "" : " ", cli->word == NULL ? "" : cli->word->word);
    return CLI_USAGE;
}

/* `ingam help errors`: every reason, its code, exit status and sentence. */
int
cli_list_errors(struct cli *cli)
{
    struct columns c = { 0 };
    char code[PLACE_SIZE], status[PLACE_SIZE];
    enum err r = OK;

    for (int i = 1; i < ERR_COUNT && r == OK; i++) {
        const char *cells[COLUMNS_MAX] = { code, err_reason((enum err)i),
            status, NULL };
        const char *text = find_text(cli, err_reason((enum err)i));

        snprintf(code, sizeof(code), "%d", err_code((enum err)i));
        snprintf(status, sizeof(status), "%d", cli_exit_status((enum err)i));
        cells[3] = text != NULL ? text : err_message((enum err)i);
        r = columns_add(&c, cells);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    return cli_flush(cli);
}
