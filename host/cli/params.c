#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "pki/cert.h"

#define PREFIX_MIN   8u  /* digits of a certificate's id */
#define PROMPT_MAX   256 /* bytes */
#define FILE_MAX     (1u << 20)
#define BASE64_WASTE 3u /* a base64 file may be so many times larger */

/* --- files ----------------------------------------------------------------- */

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The text between the lines of a PEM block, or all of it, without space. */
static enum err
strip(const struct buf *file, struct buf *ret_text)
{
    const char *text = buf_text(file), *end = text + file->len, *p = text;
    enum err r = OK;

    if (strncmp(text, "-----BEGIN ", 11) == 0) {
        p = memchr(text, '\n', file->len);
        if (p == NULL || (end = strstr(p, "-----END ")) == NULL)
            return ERR_PARAM_TYPE;
    }
    for (; r == OK && p < end; p++)
        if (!is_space((uint8_t)*p))
            r = buf_put_byte(ret_text, (uint8_t)*p);
    return r;
}

/* A file in PEM or base64 becomes what it stands for; others stay. */
static enum err
unarmor(struct buf *file)
{
    struct buf text = { 0 }, bytes = { 0 };
    enum err r;

    r = strip(file, &text);
    if (r == OK && text.len > 0 &&
        b64_decode(buf_text(&text), text.len, &bytes) == OK)
        buf_move(file, &bytes);
    buf_free(&text);
    buf_free(&bytes);
    return r == ERR_PARAM_TYPE ? OK : r;
}

static enum err
put_file(struct cli *cli, const struct param *row, const char *path)
{
    const struct cli_option *o = cli_option_of(cli->word, row);
    unsigned flags = o == NULL ? 0 : o->flags;
    struct buf file = { 0 };
    enum err r;

    r = terminal_read_file(path, (flags & OPTION_FOLDER) != 0,
        (flags & OPTION_ARMOR) != 0 ? row->max * BASE64_WASTE : row->max,
        &file);
    if (r == ERR_TOO_LARGE && (flags & OPTION_IMPORT) != 0)
        r = ERR_IMPORT_TOO_LARGE;
    if (r == OK && (flags & OPTION_ARMOR) != 0)
        r = unarmor(&file);
    if (r == OK)
        r = reply_bytes(cli->params, row->name, &file);
    buf_free(&file);
    return r;
}

/* --- certificates ---------------------------------------------------------- */

/* A unique prefix becomes the id; what is no prefix is left to the command. */
static enum err
find_certificate(struct cli *cli, const char *prefix, char *ret_id)
{
    const cJSON *item, *all = NULL;
    enum err r = cli_list_all(cli, &all);

    ret_id[0] = '\0';
    cJSON_ArrayForEach(item, all)
    {
        const char *text = cli_text(item, "id");

        if (strncmp(text, prefix, strlen(prefix)) != 0 ||
            strlen(text) != CERT_ID_LEN || strcmp(text, ret_id) == 0)
            continue;
        if (ret_id[0] != '\0')
            return ERR_PARAM_RANGE;
        memcpy(ret_id, text, CERT_ID_LEN + 1);
    }
    return r == OK && ret_id[0] == '\0' ? ERR_CERTIFICATE_NOT_FOUND : r;
}

static enum err
put_certificate(struct cli *cli, const struct param *row, const char *text)
{
    size_t len = strlen(text);
    char id[CERT_ID_LEN + 1];
    enum err r;

    if (len < PREFIX_MIN || len > CERT_ID_LEN ||
        strspn(text, "0123456789abcdef") != len)
        return ERR_PARAM_TYPE;
    if (len == CERT_ID_LEN)
        return reply_text(cli->params, row->name, text);
    if ((r = find_certificate(cli, text, id)) != OK)
        return r;
    return reply_text(cli->params, row->name, id);
}

/* --- secrets --------------------------------------------------------------- */

static enum err
read_number(const char *text, uint32_t max, uint32_t *ret_number)
{
    char *end = NULL;
    unsigned long n;

    errno = 0;
    n = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return ERR_PARAM_TYPE;
    if (n > max)
        return ERR_PARAM_RANGE;
    *ret_number = (uint32_t)n;
    return OK;
}

static const char *
prompt_of(const struct cli *cli, const struct param *row, bool again)
{
    const char *name = cli->word->new_password;
    bool fresh = name != NULL && strcmp(name, row->name) == 0;

    if (strcmp(row->name, "authorizationCode") == 0)
        return cli_say(cli, "인가코드: ", "Authorisation code: ");
    if (!fresh && strcmp(row->name, "password") != 0)
        return cli_say(cli, "비밀 값: ", "Secret: ");
    if (again)
        return cli_say(
            cli, "새 인증서 비밀번호(다시): ", "New password, again: ");
    return fresh ? cli_say(cli, "새 인증서 비밀번호: ", "New password: ")
                 : cli_say(cli, "인증서 비밀번호: ", "Password: ");
}

/* From a person, without echo; a new password twice. */
static enum err
ask_secret(struct cli *cli, const struct param *row, struct buf *ret_secret)
{
    const char *fresh = cli->word->new_password;
    bool twice = fresh != NULL && strcmp(fresh, row->name) == 0;
    struct buf again = { 0 };
    enum err r;

    r = terminal_ask_secret(
        cli->terminal, prompt_of(cli, row, false), row->max, ret_secret);
    if (r != OK || !twice)
        return r;
    r = terminal_ask_secret(
        cli->terminal, prompt_of(cli, row, true), row->max, &again);
    if (r == OK && strcmp(buf_text(ret_secret), buf_text(&again)) != 0) {
        fprintf(stderr, "%s\n",
            cli_say(cli, "두 비밀번호가 서로 달라요.",
                "The two passwords differ."));
        r = ERR_PASSWORD_TOO_WEAK;
    }
    buf_free(&again);
    return r;
}

static enum err
put_secret(struct cli *cli, const struct param *row, const char *descriptor)
{
    struct buf secret = { 0 };
    uint32_t fd = 0;
    enum err r;

    if (descriptor != NULL) {
        if ((r = read_number(descriptor, INT32_MAX, &fd)) != OK)
            return r;
        r = terminal_read_line((int)fd, row->max, &secret);
    } else if ((row->flags & PARAM_REQUIRED) == 0) {
        return OK;
    } else if (cli->terminal == NULL) {
        return ERR_PARAM_MISSING;
    } else {
        r = ask_secret(cli, row, &secret);
    }
    if (r == ERR_TOO_LARGE)
        r = ERR_PARAM_RANGE;
    if (r == OK && strlen(buf_text(&secret)) != secret.len)
        r = ERR_PARAM_TYPE; /* a NUL in it */
    if (r == OK)
        r = reply_text(cli->params, row->name, buf_text(&secret));
    buf_free(&secret);
    return r;
}

enum err
cli_password_again(struct cli *cli)
{
    const struct param *row = cli->command->params;

    for (; row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, "password") != 0)
            continue;
        if (cli->terminal == NULL ||
            cli->given.values[row - cli->command->params] != NULL)
            return ERR_PASSWORD_WRONG;
        fprintf(stderr, "%s\n",
            cli_say(cli, "비밀번호가 맞지 않아요. 다시 입력해 주세요.",
                "The password is wrong. Please type it again."));
        cJSON_DeleteItemFromObjectCaseSensitive(cli->params, "password");
        return put_secret(cli, row, NULL);
    }
    return ERR_PASSWORD_WRONG;
}

/* --- all of them ----------------------------------------------------------- */

static enum err
put_param(struct cli *cli, const struct param *row, const char *text)
{
    const struct cli_option *o = cli_option_of(cli->word, row);
    const char *other = cli->word->no_stdin;
    uint32_t number = 0;
    bool off;
    enum err r;

    if (text == NULL && row->type == PARAM_BASE64 && o != NULL &&
        (o->flags & OPTION_STDIN) != 0 &&
        (other == NULL || *cli_given(cli, other) == NULL))
        text = "-";
    if (text == NULL)
        return OK; /* the command says whether it had to be there */
    switch (row->type) {
    case PARAM_BOOL:
        off = o != NULL && o->name != NULL && strncmp(o->name, "no-", 3) == 0;
        return reply_flag(cli->params, row->name, !off);
    case PARAM_INTEGER:
        if ((r = read_number(text, row->max, &number)) != OK)
            return r;
        return reply_number(cli->params, row->name, number);
    case PARAM_BASE64:
        return put_file(cli, row, text);
    case PARAM_CERT_ID:
        return put_certificate(cli, row, text);
    default:
        return reply_text(cli->params, row->name, text);
    }
}

/* What is required and cannot be asked for is missed before anything else. */
static enum err
miss(const struct cli *cli, const struct param **ret_param)
{
    const struct param *row = cli->command->params;

    for (int i = 0; row[i].name != NULL; i++) {
        const struct cli_option *o = cli_option_of(cli->word, &row[i]);
        bool from_stdin = o != NULL && (o->flags & OPTION_STDIN) != 0;
        bool asked = row[i].type == PARAM_SECRET && cli->terminal != NULL;

        *ret_param = &row[i];
        if ((row[i].flags & PARAM_REQUIRED) != 0 && !from_stdin && !asked &&
            cli->given.values[i] == NULL)
            return ERR_PARAM_MISSING;
    }
    return OK;
}

enum err
cli_params(struct cli *cli, const struct param **ret_param)
{
    const struct param *row = cli->command->params;
    enum err r;

    *ret_param = NULL;
    if (row == NULL)
        return OK;
    if ((r = miss(cli, ret_param)) != OK)
        return r;
    for (int secrets = 0; secrets <= 1; secrets++) {
        for (int i = 0; row[i].name != NULL; i++) {
            *ret_param = &row[i];
            if ((row[i].type == PARAM_SECRET) != (secrets == 1))
                continue;
            r = secrets == 1 ? put_secret(cli, &row[i], cli->given.values[i])
                             : put_param(cli, &row[i], cli->given.values[i]);
            if (r != OK)
                return r;
        }
    }
    return OK;
}
