#include "cmd/ca_json.h"

#include <string.h>

#include "base/mem.h"

enum err
ca_json_members(
    const cJSON *object, const struct ca_json_member *rows, struct ca *ca)
{
    const struct ca_json_member *row;
    const cJSON *item;
    enum err r;

    if (!cJSON_IsObject(object))
        return ERR_PARAM_TYPE;
    cJSON_ArrayForEach(item, object)
    {
        for (row = rows; row->name != NULL; row++)
            if (strcmp(row->name, item->string) == 0)
                break;
        if (row->name == NULL)
            return ERR_PARAM_UNKNOWN;
        if ((r = row->read(item, ca)) != OK)
            return r;
    }
    for (row = rows; row->name != NULL; row++)
        if (row->required &&
            cJSON_GetObjectItemCaseSensitive(object, row->name) == NULL)
            return ERR_PARAM_MISSING;
    return OK;
}

enum err
ca_json_text(const cJSON *item, size_t max, char **ret)
{
    if (!cJSON_IsString(item))
        return ERR_PARAM_TYPE;
    if (item->valuestring[0] == '\0' || strlen(item->valuestring) > max)
        return ERR_PARAM_RANGE;
    mem_free(*ret);
    *ret = mem_strdup(item->valuestring);
    return *ret == NULL ? ERR_NO_MEMORY : OK;
}

enum err
ca_json_flag(const cJSON *item, bool *ret)
{
    *ret = cJSON_IsTrue(item);
    return cJSON_IsBool(item) ? OK : ERR_PARAM_TYPE;
}

enum err
ca_json_word(const cJSON *item, const char *const *words, unsigned *ret)
{
    unsigned i;

    if (!cJSON_IsString(item))
        return ERR_PARAM_TYPE;
    for (i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], item->valuestring) == 0) {
            *ret = i;
            return OK;
        }
    }
    return ERR_PARAM_RANGE;
}
