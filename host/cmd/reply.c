#include "cmd/cmd.h"

#include "base/b64.h"

enum err
reply_item(cJSON *object, const char *name, cJSON *item)
{
    if (item == NULL)
        return ERR_NO_MEMORY;
    if (!(name == NULL ? cJSON_AddItemToArray(object, item)
                       : cJSON_AddItemToObject(object, name, item))) {
        cJSON_Delete(item);
        return ERR_NO_MEMORY;
    }
    return OK;
}

enum err
reply_text(cJSON *object, const char *name, const char *text)
{
    return reply_item(object, name, cJSON_CreateString(text));
}

enum err
reply_bytes(cJSON *object, const char *name, const struct buf *bytes)
{
    struct buf text = { 0 };
    enum err r;

    if ((r = b64_encode(bytes->data, bytes->len, &text)) == OK)
        r = reply_text(object, name, buf_text(&text));
    buf_free(&text);
    return r == OK ? OK : ERR_NO_MEMORY;
}

enum err
reply_number(cJSON *object, const char *name, double number)
{
    return reply_item(object, name, cJSON_CreateNumber(number));
}

enum err
reply_flag(cJSON *object, const char *name, bool flag)
{
    return reply_item(object, name, cJSON_CreateBool(flag));
}

enum err
reply_time(cJSON *object, const char *name, int64_t seconds)
{
    char text[CLOCK_TEXT_SIZE];

    clock_text(seconds, text);
    return reply_text(object, name, text);
}
