#include "cli/cli.h"

#include <string.h>

#include "base/b64.h"
#include "cmd/json.h"
#include "pki/cms.h"

#define TRIES 3 /* of a password typed at a terminal */

/* The name of a path's last component. */
static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Two files of one name would be written to one place. */
static bool
names_differ(const struct cli *cli)
{
    const struct cli_given *g = &cli->given;

    for (size_t i = 0; i < g->many_count; i++) {
        const char *name = last_part(g->many[i]);

        if (*name == '\0')
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(name, last_part(g->many[j])) == 0)
                return false;
    }
    return true;
}

/* Copy a parameter that was given. */
static enum err
copy(const struct cli *cli, const char *name, cJSON *to)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(cli->params, name);

    if (item == NULL)
        return OK;
    return reply_item(to, name, cJSON_Duplicate(item, 1));
}

/* Open the key; a wrong password may be typed again. */
static enum err
open_batch(struct cli *cli)
{
    const struct command *command = command_find("sign.batch");
    cJSON *params = NULL;
    enum err r = ERR_PASSWORD_WRONG;

    for (int i = 1; r == ERR_PASSWORD_WRONG && i <= TRIES; i++) {
        cJSON_Delete(params);
        params = cJSON_CreateObject();
        if (params == NULL)
            return ERR_NO_MEMORY;
        if ((r = copy(cli, "certificate", params)) != OK ||
            (r = copy(cli, "password", params)) != OK ||
            (r = copy(cli, "expired", params)) != OK ||
            (r = reply_number(
                 params, "items", (double)cli->given.many_count)) != OK)
            break;
        r = cli_call(cli, command, params);
        if (r == ERR_PASSWORD_WRONG && i < TRIES &&
            cli_password_again(cli) != OK)
            break;
    }
    cJSON_Delete(params);
    return r;
}

static enum err
call_item(struct cli *cli, size_t n, const char *path)
{
    static const char *const how[] = { "format", "attributes", "encoding",
        "kind" };
    cJSON *params = cJSON_CreateObject();
    struct buf content = { 0 };
    enum err r = params == NULL ? ERR_NO_MEMORY : OK;

    for (size_t i = 0; r == OK && i < sizeof(how) / sizeof(how[0]); i++)
        r = copy(cli, how[i], params);
    if (r == OK &&
        (r = terminal_read_file(path, false, CMS_CONTENT_MAX, &content)) ==
            OK &&
        (r = reply_number(params, "n", (double)n)) == OK &&
        (r = reply_bytes(params, "content", &content)) == OK)
        r = cli_call(cli, command_find("sign.item"), params);
    buf_free(&content);
    cJSON_Delete(params);
    return r;
}

/* DIR/order.txt.p7, or .sig for the bare value. */
static enum err
write_signature(struct cli *cli, const char *path, struct buf *ret_out)
{
    bool bare = strcmp(cli_text(cli->result, "format"), "pkcs1") == 0;
    const char *text = cli_text(cli->result, "signature");
    struct buf signature = { 0 };
    enum err r;

    if ((r = buf_put_text(ret_out, cli->given.out)) == OK &&
        (r = buf_put_text(ret_out, "/")) == OK &&
        (r = buf_put_text(ret_out, last_part(path))) == OK &&
        (r = buf_put_text(ret_out, bare ? ".sig" : ".p7")) == OK &&
        (r = b64_decode(text, strlen(text), &signature)) == OK)
        r = terminal_write_file(buf_text(ret_out), &signature);
    buf_free(&signature);
    return r;
}

/* One row of what is told in the end; *ret_said is why it failed. */
static enum err
sign_one(struct cli *cli, size_t i, cJSON *row, enum err *ret_said)
{
    const char *path = cli->given.many[i];
    struct buf out = { 0 };
    enum err r;

    *ret_said = call_item(cli, i + 1, path);
    if (*ret_said == OK)
        *ret_said = write_signature(cli, path, &out);
    if ((r = reply_text(row, "in", path)) != OK)
        goto done;
    if (*ret_said != OK)
        r = reply_text(row, "reason", err_reason(*ret_said));
    else if ((r = reply_text(row, "out", buf_text(&out))) == OK)
        r = reply_text(row, "sha256", cli_text(cli->result, "sha256"));
done:
    buf_free(&out);
    return r;
}

static void
print_row(const struct cli *cli, const cJSON *row)
{
    bool good = *cli_text(row, "out") != '\0';

    printf("%s ", good ? cli_say(cli, "서명함", "signed")
                       : cli_say(cli, "못 함", "FAILED"));
    cli_put(stdout, cli_text(row, "in"));
    printf(good ? " > " : ": ");
    cli_put(stdout, cli_text(row, good ? "out" : "reason"));
    putchar('\n');
}

/* All of them; what came of each is put into items. */
static enum err
sign_all(struct cli *cli, cJSON *items, size_t *ret_failed)
{
    enum err r = OK, said = OK;

    for (size_t i = 0; r == OK && i < cli->given.many_count; i++) {
        cJSON *row = cJSON_CreateObject();

        if (row == NULL)
            return ERR_NO_MEMORY;
        r = sign_one(cli, i, row, &said);
        if (r == OK && said == ERR_CANCELLED)
            r = said;
        *ret_failed += said != OK;
        if (!cli->json)
            print_row(cli, row);
        if (r == OK)
            r = reply_item(items, NULL, row);
        else
            cJSON_Delete(row);
    }
    return r;
}

static int
finish(struct cli *cli, cJSON *told, size_t failed)
{
    int status;
    enum err r;

    if (!cli->json) {
        status = cli_flush(cli);
    } else if ((r = reply_number(told, "signed",
                    (double)(cli->given.many_count - failed))) != OK ||
               (r = reply_number(told, "failed", (double)failed)) != OK) {
        return cli_fail(cli, r);
    } else {
        status = cli_print_json(told);
    }
    return status == CLI_DONE && failed > 0 ? CLI_FAILED : status;
}

int
word_sign_batch(struct cli *cli)
{
    const struct param *row = NULL;
    cJSON *told = NULL, *items;
    size_t failed = 0;
    int status;
    enum err r;

    if (cli->given.out == NULL)
        return cli_usage(cli, ERR_PARAM_MISSING, "--out");
    if (!names_differ(cli))
        return cli_usage(cli, ERR_PARAM_RANGE, "--in");
    if ((r = cli_params(cli, &row)) != OK)
        return cli_usage_row(cli, r, row);
    if ((r = terminal_make_folder(cli->given.out)) != OK)
        return cli_usage(cli, r, "--out");
    if ((r = open_batch(cli)) != OK)
        return cli_fail(cli, r);
    told = cJSON_CreateObject();
    items = told == NULL ? NULL : cJSON_AddArrayToObject(told, "items");
    r = items == NULL ? ERR_NO_MEMORY : sign_all(cli, items, &failed);
    status = r == OK ? finish(cli, told, failed) : cli_fail(cli, r);
    cJSON_Delete(told);
    return status;
}
