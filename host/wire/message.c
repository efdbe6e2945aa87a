#include "wire/message.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/json.h"

static enum err
parse_id(const cJSON *item, double *ret_id)
{
    double id;

    if (!cJSON_IsNumber(item))
        return ERR_ID_INVALID;
    id = item->valuedouble;
    if (floor(id) != id || id < 1 || id > MESSAGE_ID_MAX)
        return ERR_ID_INVALID;
    *ret_id = id;
    return OK;
}

/* Every member is known and has its type; the id is kept when it is good. */
static enum err
check_members(const cJSON *object, struct message *m)
{
    const cJSON *item;
    enum err r = OK;

    if (object->child == NULL)
        return ERR_MESSAGE_INVALID;
    item = cJSON_GetObjectItemCaseSensitive(object, "id");
    if (item != NULL)
        r = parse_id(item, &m->id);
    cJSON_ArrayForEach(item, object)
    {
        if (strcmp(item->string, "jsonrpc") == 0) {
            if (!cJSON_IsString(item) || strcmp(item->valuestring, "2.0") != 0)
                return ERR_VERSION_UNSUPPORTED;
        } else if (strcmp(item->string, "method") == 0) {
            if (!cJSON_IsString(item))
                return ERR_MESSAGE_INVALID;
        } else if (strcmp(item->string, "params") == 0) {
            if (!cJSON_IsObject(item))
                return ERR_MESSAGE_INVALID;
        } else if (strcmp(item->string, "id") != 0) {
            return ERR_MESSAGE_INVALID;
        }
    }
    if (cJSON_GetObjectItemCaseSensitive(object, "jsonrpc") == NULL)
        return ERR_VERSION_UNSUPPORTED;
    return r;
}

/* `cancel` names the request in its params. */
static enum err
parse_cancel(struct message *m)
{
    const cJSON *item = m->params == NULL ? NULL : m->params->child;

    if (item == NULL)
        return ERR_PARAM_MISSING;
    if (strcmp(item->string, "id") != 0 || item->next != NULL)
        return ERR_PARAM_UNKNOWN;
    if (parse_id(item, &m->id) != OK)
        return ERR_PARAM_TYPE;
    m->cancel = true;
    return OK;
}

static enum err
read_object(cJSON *object, struct message *m)
{
    const cJSON *method, *id;
    enum err r;

    if ((r = check_members(object, m)) != OK)
        return r;
    method = cJSON_GetObjectItemCaseSensitive(object, "method");
    id = cJSON_GetObjectItemCaseSensitive(object, "id");
    if (method == NULL)
        return ERR_MESSAGE_INVALID;
    m->params = cJSON_DetachItemFromObjectCaseSensitive(object, "params");
    if (id == NULL)
        return strcmp(method->valuestring, "cancel") == 0 ? parse_cancel(m)
                                                          : ERR_ID_INVALID;
    m->method = mem_strdup(method->valuestring);
    return m->method == NULL ? ERR_NO_MEMORY : OK;
}

enum err
message_parse(struct buf *body, struct message *ret_message)
{
    cJSON *object = NULL;
    enum err r;

    *ret_message = (struct message){ 0 };
    buf_move(&ret_message->body, body);
    if ((r = json_parse_within(&ret_message->body, &object)) != OK) {
        message_free(ret_message);
        return r;
    }
    r = read_object(object, ret_message);
    cJSON_Delete(object);
    if (r != OK) {
        double id = ret_message->id;

        message_free(ret_message);
        ret_message->id = id;
    }
    return r;
}

void
message_free(struct message *message)
{
    mem_free(message->method);
    cJSON_Delete(message->params);
    buf_free(&message->body);
    *message = (struct message){ 0 };
}

/* {"jsonrpc":"2.0"} */
static cJSON *
envelope(void)
{
    cJSON *object = cJSON_CreateObject();

    if (object != NULL &&
        cJSON_AddStringToObject(object, "jsonrpc", "2.0") == NULL) {
        cJSON_Delete(object);
        object = NULL;
    }
    return object;
}

static bool
add_id(cJSON *object, double id)
{
    return id == 0 ? cJSON_AddNullToObject(object, "id") != NULL
                   : cJSON_AddNumberToObject(object, "id", id) != NULL;
}

enum err
message_result(double id, cJSON *result, struct buf *ret_body)
{
    cJSON *object = envelope();
    enum err r = ERR_NO_MEMORY;

    if (object != NULL && add_id(object, id) &&
        cJSON_AddItemReferenceToObject(object, "result", result))
        r = json_print(object, ret_body);
    cJSON_Delete(object);
    return r;
}

/* {"reason":…,"retryable":…} and the members of detail. */
static bool
add_data(cJSON *error, enum err e, cJSON *detail)
{
    cJSON *data = cJSON_AddObjectToObject(error, "data"), *item;

    if (data == NULL ||
        cJSON_AddStringToObject(data, "reason", err_reason(e)) == NULL ||
        cJSON_AddBoolToObject(data, "retryable", err_retryable(e)) == NULL)
        return false;
    while (detail != NULL && detail->child != NULL) {
        item = cJSON_DetachItemViaPointer(detail, detail->child);
        if (!cJSON_AddItemToObject(data, item->string, item)) {
            cJSON_Delete(item);
            return false;
        }
    }
    return true;
}

enum err
message_error(double id, enum err e, cJSON *detail, struct buf *ret_body)
{
    cJSON *object = envelope(), *error;
    enum err r = ERR_NO_MEMORY;

    if (object != NULL && add_id(object, id) &&
        (error = cJSON_AddObjectToObject(object, "error")) != NULL &&
        cJSON_AddNumberToObject(error, "code", err_code(e)) != NULL &&
        cJSON_AddStringToObject(error, "message", err_message(e)) != NULL &&
        add_data(error, e, detail))
        r = json_print(object, ret_body);
    cJSON_Delete(object);
    return r;
}

enum err
message_notification(const char *method, cJSON *params, struct buf *ret_body)
{
    cJSON *object = envelope();
    enum err r = ERR_NO_MEMORY;

    if (object != NULL &&
        cJSON_AddStringToObject(object, "method", method) != NULL &&
        cJSON_AddItemReferenceToObject(object, "params", params))
        r = json_print(object, ret_body);
    cJSON_Delete(object);
    return r;
}
