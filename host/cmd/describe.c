#include "cmd/describe.h"

#include "cmd/cmd.h"

static const char *const type_names[] = {
    [PARAM_TEXT] = "text",
    [PARAM_SECRET] = "secret",
    [PARAM_BASE64] = "base64",
    [PARAM_CERT_ID] = "certificateId",
    [PARAM_NAME] = "name",
    [PARAM_CHOICE] = "choice",
    [PARAM_BOOL] = "boolean",
    [PARAM_INTEGER] = "integer",
};

static const struct {
    unsigned flag;
    const char *name;
} flag_names[] = {
    { COMMAND_NETWORK, "network" },
    { COMMAND_WRITES, "writes" },
    { COMMAND_PASSWORD, "password" },
    { COMMAND_MEDIA, "media" },
    { COMMAND_SYSTEM, "system" },
    { COMMAND_RECORDS, "records" },
};

static enum err
push(cJSON *array, cJSON *item)
{
    if (item == NULL)
        return ERR_NO_MEMORY;
    cJSON_AddItemToArray(array, item);
    return OK;
}

/* An array of the words in "a|b|c". */
static enum err
add_choices(cJSON *object, const char *choices)
{
    cJSON *array = cJSON_AddArrayToObject(object, "choices");
    struct buf word = { 0 };
    const char *p;
    enum err r = array == NULL ? ERR_NO_MEMORY : OK;

    for (p = choices; r == OK; p++) {
        if (*p != '|' && *p != '\0') {
            r = buf_put_byte(&word, (uint8_t)*p);
            continue;
        }
        r = push(array, cJSON_CreateString(buf_text(&word)));
        buf_free(&word);
        if (*p == '\0')
            break;
    }
    buf_free(&word);
    return r;
}

static enum err
describe_param(cJSON *array, const struct param *row)
{
    cJSON *object = cJSON_CreateObject();
    enum err r;

    if ((r = push(array, object)) != OK ||
        (r = reply_text(object, "name", row->name)) != OK ||
        (r = reply_text(object, "type", type_names[row->type])) != OK ||
        (r = reply_flag(
             object, "required", (row->flags & PARAM_REQUIRED) != 0)) != OK ||
        (r = reply_number(object, "max", row->max)) != OK)
        return r;
    if ((row->flags & PARAM_NETWORK) != 0 &&
        (r = reply_flag(object, "network", true)) != OK)
        return r;
    if (row->type == PARAM_CHOICE &&
        (r = add_choices(object, row->choices)) != OK)
        return r;
    return row->help == NULL ? OK : reply_text(object, "help", row->help);
}

static enum err
describe_command(cJSON *array, const struct command *command)
{
    cJSON *object = cJSON_CreateObject(), *list;
    const struct param *row = command->params;
    const char *const *next = command->next;
    enum err r;
    size_t i;

    if ((r = push(array, object)) != OK ||
        (r = reply_text(object, "name", command->name)) != OK ||
        (r = reply_text(object, "help", command->help)) != OK)
        return r;
    list = cJSON_AddArrayToObject(object, "params");
    for (; r == OK && list != NULL && row != NULL && row->name != NULL; row++)
        r = describe_param(list, row);
    list = list == NULL ? NULL : cJSON_AddArrayToObject(object, "flags");
    for (i = 0; r == OK && list != NULL &&
                i < sizeof(flag_names) / sizeof(flag_names[0]);
         i++)
        if ((command->flags & flag_names[i].flag) != 0)
            r = push(list, cJSON_CreateString(flag_names[i].name));
    list = list == NULL ? NULL : cJSON_AddArrayToObject(object, "next");
    for (; r == OK && list != NULL && next != NULL && *next != NULL; next++)
        r = push(list, cJSON_CreateString(*next));
    return list == NULL ? ERR_NO_MEMORY : r;
}

static enum err
describe_error(cJSON *array, enum err e)
{
    cJSON *object = cJSON_CreateObject();
    enum err r;

    if ((r = push(array, object)) != OK ||
        (r = reply_number(object, "code", err_code(e))) != OK ||
        (r = reply_text(object, "reason", err_reason(e))) != OK ||
        (r = reply_flag(object, "retryable", err_retryable(e))) != OK)
        return r;
    return reply_text(object, "message", err_message(e));
}

enum err
describe(cJSON *object)
{
    cJSON *commands = cJSON_AddArrayToObject(object, "commands");
    cJSON *errors = cJSON_AddArrayToObject(object, "errors");
    enum err r = OK;
    size_t i;

    if (commands == NULL || errors == NULL)
        return ERR_NO_MEMORY;
    for (i = 0; r == OK && command_table[i] != NULL; i++)
        r = describe_command(commands, command_table[i]);
    for (i = OK + 1; r == OK && i < ERR_COUNT; i++)
        r = describe_error(errors, (enum err)i);
    return r;
}
