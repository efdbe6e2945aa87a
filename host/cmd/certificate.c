#include "cmd/certificate.h"

#include <string.h>

#include "base/utf8.h"
#include "pki/vid.h"

enum err
certificate_path(cJSON *object, const char *name, const char *path)
{
    const uint8_t *p = (const uint8_t *)path, *end = p + strlen(path), *at;
    struct buf text = { 0 };
    enum err r = OK;

    while (r == OK && p < end) {
        at = p;
        if (utf8_next(&p, end) != UTF8_BAD) {
            r = buf_put(&text, at, (size_t)(p - at));
        } else {
            r = buf_put_text(&text, "\uFFFD");
            p++;
        }
    }
    if (r == OK)
        r = reply_text(object, name, buf_text(&text));
    buf_free(&text);
    return r;
}

/* Add the text of a buffer and empty it. */
static enum err
put_buf(cJSON *object, const char *name, enum err r, struct buf *text)
{
    if (r == OK)
        r = reply_text(object, name, buf_text(text));
    buf_free(text);
    return r;
}

/* {cn, o, ou, c, dn} as far as the name has them */
static enum err
put_name(cJSON *parent, const char *member, const X509_NAME *name)
{
    static const char *const parts[][2] = { { "cn", "CN" }, { "o", "O" },
        { "ou", "OU" }, { "c", "C" } };
    cJSON *object = cJSON_AddObjectToObject(parent, member);
    struct buf text = { 0 };
    enum err r = object == NULL ? ERR_NO_MEMORY : OK;
    size_t i;

    for (i = 0; r == OK && i < sizeof(parts) / sizeof(parts[0]); i++) {
        r = cert_name_part(name, parts[i][1], &text);
        if (r == OK && text.len == 0)
            continue;
        r = put_buf(object, parts[i][0], r, &text);
    }
    if (r == OK) {
        r = cert_dn(name, &text);
        r = put_buf(object, "dn", r, &text);
    }
    return r;
}

static enum err
put_times(cJSON *object, const struct host *host, const X509 *x)
{
    char text[CLOCK_TEXT_SIZE];
    enum err r;

    clock_text(cert_not_before(x), text);
    if ((r = reply_text(object, "notBefore", text)) != OK)
        return r;
    clock_text(cert_not_after(x), text);
    if ((r = reply_text(object, "notAfter", text)) != OK)
        return r;
    return reply_text(object, "state",
        cert_state_name(cert_state_at(x, clock_wall(&host->clock))));
}

/* policy: {oid, usage: {ko, en}} */
static enum err
put_policy(cJSON *parent, const X509 *x)
{
    cJSON *object = cJSON_AddObjectToObject(parent, "policy"), *usage;
    struct cert_usage texts;
    struct buf oid = { 0 };
    enum err r;

    if (object == NULL)
        return ERR_NO_MEMORY;
    r = cert_policy(x, &oid, &texts);
    if ((r = put_buf(object, "oid", r, &oid)) != OK)
        return r;
    usage = cJSON_AddObjectToObject(object, "usage");
    if (usage == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(usage, "ko", texts.ko)) != OK)
        return r;
    return reply_text(usage, "en", texts.en);
}

static enum err
put_key_usage(cJSON *parent, const X509 *x)
{
    cJSON *array = cJSON_AddArrayToObject(parent, "keyUsage");
    const char *names[CERT_KEY_USAGES];
    size_t i, n = 0;
    enum err r = array == NULL ? ERR_NO_MEMORY : cert_key_usage(x, names, &n);

    for (i = 0; r == OK && i < n; i++)
        r = reply_text(array, NULL, names[i]);
    return r;
}

static enum err
put_location(cJSON *parent, const struct store_entry *entry)
{
    cJSON *object = cJSON_AddObjectToObject(parent, "location");
    enum err r;

    if (object == NULL)
        return ERR_NO_MEMORY;
    if ((r = certificate_path(object, "root", entry->root)) != OK ||
        (r = reply_text(
             object, "medium", entry->removable ? "removable" : "disk")) != OK)
        return r;
    return certificate_path(object, "path", entry->path);
}

static enum err
fill(cJSON *object, const struct host *host, const struct store_entry *entry)
{
    const X509 *x = entry->sign;
    struct buf text = { 0 };
    enum err r;

    if ((r = reply_text(object, "id", entry->id)) != OK ||
        (r = put_name(object, "subject", X509_get_subject_name(x))) != OK)
        return r;
    r = cert_display_name(x, &text);
    if ((r = put_buf(object, "name", r, &text)) != OK ||
        (r = put_name(object, "issuer", X509_get_issuer_name(x))) != OK ||
        (r = certificate_path(object, "ca", entry->ca)) != OK)
        return r;
    r = cert_serial(x, CERT_SERIAL_HEX, &text);
    if ((r = put_buf(object, "serial", r, &text)) != OK ||
        (r = put_times(object, host, x)) != OK ||
        (r = put_policy(object, x)) != OK ||
        (r = put_key_usage(object, x)) != OK ||
        (r = reply_flag(object, "hasKm", entry->km != NULL)) != OK)
        return r;
    r = vid_of_certificate(x, NULL, NULL, &text);
    buf_free(&text);
    if (r == ERR_NO_MEMORY ||
        (r = reply_flag(object, "hasVid", r == OK)) != OK ||
        (r = reply_flag(object, "hasKey", entry->has_key)) != OK)
        return r;
    if (entry->key_scheme != NULL &&
        (r = reply_text(object, "keyScheme", entry->key_scheme)) != OK)
        return r;
    if ((r = put_location(object, entry)) != OK)
        return r;
    r = cert_algorithm(x, &text);
    return put_buf(object, "algorithm", r, &text);
}

enum err
certificate_object(const struct host *host, const struct store_entry *entry,
    cJSON **ret_object)
{
    cJSON *object = cJSON_CreateObject();
    enum err r = object == NULL ? ERR_NO_MEMORY : OK;

    if (r == OK)
        r = fill(object, host, entry);
    if (r == OK)
        *ret_object = object;
    else
        cJSON_Delete(object);
    return r;
}

enum err
certificate_stored(const struct host *host, const char *id, cJSON **ret_object)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    enum err r;

    if ((r = store_look_up(host, id, &list, &entry)) == OK)
        r = certificate_object(host, entry, ret_object);
    store_list_free(&list);
    return r;
}
