#include "cmd/ca_json.h"

#include <string.h>

#include "base/b64.h"
#include "base/mem.h"
#include "cmd/ca_file.h"

enum err
ca_json_members(
    const cJSON *object, const struct ca_json_member *rows, void *into)
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
        if ((r = row->read(item, into)) != OK)
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

enum err
ca_json_name(const cJSON *item, char **ret)
{
    static const char *const letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    enum err r = ca_json_text(item, CA_NAME_MAX, ret);

    if (r == OK && (*ret)[strspn(*ret, letters)] != '\0')
        r = ERR_PARAM_RANGE;
    return r;
}

enum err
ca_json_url(const cJSON *item, const char *const *schemes, char **ret)
{
    enum err r = ca_json_text(item, CA_URL_MAX, ret);
    const char *p = *ret;

    if (r != OK)
        return r;
    while (*schemes != NULL && strncmp(p, *schemes, strlen(*schemes)) != 0)
        schemes++;
    if (*schemes == NULL)
        return ERR_PARAM_RANGE;
    for (; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7F || strchr("@#\\", *p) != NULL)
            return ERR_PARAM_RANGE;
    return OK;
}

enum err
ca_json_certificate(const cJSON *item, struct buf *ret_der)
{
    if (!cJSON_IsString(item))
        return ERR_PARAM_TYPE;
    if (strlen(item->valuestring) / 4 * 3 > CA_CERT_MAX)
        return ERR_PARAM_RANGE;
    buf_free(ret_der);
    return b64_decode(item->valuestring, strlen(item->valuestring), ret_der);
}

enum err
ca_json_pem(const cJSON *item, struct buf *ret)
{
    if (!cJSON_IsString(item))
        return ERR_PARAM_TYPE;
    if (item->valuestring[0] == '\0' || strlen(item->valuestring) > CA_TLS_MAX)
        return ERR_PARAM_RANGE;
    return buf_set(ret, item->valuestring, strlen(item->valuestring));
}
