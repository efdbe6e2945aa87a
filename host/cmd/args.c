#include "cmd/cmd.h"

#include <math.h>
#include <string.h>

#include "base/b64.h"
#include "base/hex.h"
#include "pki/cert.h"

static enum err
check_cert_id(const char *text)
{
    struct buf bytes = { 0 };
    enum err r = ERR_PARAM_TYPE;

    if (strlen(text) == CERT_ID_LEN)
        r = hex_decode(text, CERT_ID_LEN, &bytes);
    buf_free(&bytes);
    return r;
}

static enum err
check_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return n > 0 && text[n] == '\0' ? OK : ERR_PARAM_TYPE;
}

/* Is text one of the words in "a|b|c"? */
static enum err
check_choice(const char *choices, const char *text)
{
    size_t len = strlen(text), n;
    const char *p;

    for (p = choices; *p != '\0'; p += n + (p[n] == '|')) {
        n = strcspn(p, "|");
        if (n == len && strncmp(p, text, n) == 0)
            return OK;
    }
    return ERR_PARAM_RANGE;
}

static enum err
parse_string(const struct param *row, const cJSON *item, struct value *ret)
{
    const char *text = item->valuestring;
    size_t len;
    enum err r = OK;

    if (!cJSON_IsString(item) || text == NULL)
        return ERR_PARAM_TYPE;
    len = strlen(text);
    if (row->type == PARAM_BASE64) {
        if (len / 4 * 3 > (size_t)row->max + 2)
            return ERR_PARAM_RANGE;
        if ((r = b64_decode(text, len, &ret->bytes)) != OK)
            return r;
        return ret->bytes.len > row->max ? ERR_PARAM_RANGE : OK;
    }
    if (row->type == PARAM_CERT_ID)
        r = check_cert_id(text);
    else if (row->type == PARAM_CHOICE)
        r = check_choice(row->choices, text);
    else if (len > row->max)
        r = ERR_PARAM_RANGE;
    else if (row->type == PARAM_NAME)
        r = check_name(text);
    if (r != OK)
        return r;
    return buf_put(&ret->bytes, text, len);
}

static enum err
parse_integer(const struct param *row, const cJSON *item, struct value *ret)
{
    double number = item->valuedouble;

    if (!cJSON_IsNumber(item) || floor(number) != number)
        return ERR_PARAM_TYPE;
    if (number < 0 || number > row->max)
        return ERR_PARAM_RANGE;
    ret->integer = (uint32_t)number;
    return OK;
}

static enum err
parse_value(const struct param *row, const cJSON *item, struct value *ret)
{
    enum err r;

    switch (row->type) {
    case PARAM_BOOL:
        r = cJSON_IsBool(item) ? OK : ERR_PARAM_TYPE;
        ret->flag = cJSON_IsTrue(item);
        break;
    case PARAM_INTEGER:
        r = parse_integer(row, item, ret);
        break;
    default:
        r = parse_string(row, item, ret);
        break;
    }
    ret->given = r == OK;
    return r;
}

/* Index of a row by name, or -1. */
static int
row_index(const struct command *command, const char *name)
{
    int i;

    for (i = 0; command->params != NULL && command->params[i].name != NULL; i++)
        if (strcmp(command->params[i].name, name) == 0)
            return i;
    return -1;
}

enum err
args_parse(const struct command *command, const cJSON *params,
    struct value ret_values[static COMMAND_PARAMS_MAX], const char **ret_param)
{
    const struct param *rows = command->params;
    const cJSON *item;
    enum err r = OK;
    int i;

    *ret_param = NULL;
    for (i = 0; i < (int)COMMAND_PARAMS_MAX; i++)
        ret_values[i] = (struct value){ 0 };
    cJSON_ArrayForEach(item, params)
    {
        i = row_index(command, item->string);
        if (i < 0) {
            *ret_param = NULL; /* its name is the sender's, not ours */
            r = ERR_PARAM_UNKNOWN;
            goto out;
        }
        *ret_param = rows[i].name;
        if ((r = parse_value(&rows[i], item, &ret_values[i])) != OK)
            goto out;
    }
    for (i = 0; rows != NULL && rows[i].name != NULL; i++) {
        *ret_param = rows[i].name;
        if ((rows[i].flags & PARAM_REQUIRED) != 0 && !ret_values[i].given) {
            r = ERR_PARAM_MISSING;
            goto out;
        }
    }
    *ret_param = NULL;
out:
    if (r != OK)
        args_free(ret_values);
    return r;
}

void
args_free(struct value values[static COMMAND_PARAMS_MAX])
{
    size_t i;

    for (i = 0; i < COMMAND_PARAMS_MAX; i++) {
        buf_free(&values[i].bytes);
        values[i] = (struct value){ 0 };
    }
}

const struct value *
args_get(const struct call *call, const char *name)
{
    static const struct value none;
    int i = row_index(call->command, name);

    return i < 0 ? &none : &call->values[i];
}

const char *
args_text(const struct call *call, const char *name)
{
    const struct value *v = args_get(call, name);

    return v->given ? buf_text(&v->bytes) : NULL;
}
