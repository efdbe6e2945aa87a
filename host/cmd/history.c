#include "cmd/history.h"

#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "cmd/history_log.h"
#include "pki/cert.h"
#include "pki/cms.h"

/* Text of at most max bytes, cut between characters; what is not UTF-8 ends
 * it. */
static enum err
put_cut(
    cJSON *object, const char *name, const void *text, size_t len, size_t max)
{
    const uint8_t *start = text, *p = start, *next = p;
    const uint8_t *end = p + len;
    struct buf cut = { 0 };
    enum err r;

    while (next < end && *next != 0 && utf8_next(&next, end) != UTF8_BAD &&
           (size_t)(next - start) <= max)
        p = next;
    if ((r = buf_set(&cut, start, (size_t)(p - start))) == OK)
        r = reply_text(object, name, buf_text(&cut));
    buf_free(&cut);
    return r;
}

/* {id, cn, serial} */
static enum err
put_certificate(cJSON *entry, const X509 *x)
{
    cJSON *object = cJSON_AddObjectToObject(entry, "certificate");
    struct buf cn = { 0 }, serial = { 0 };
    char id[CERT_ID_LEN + 1];
    enum err r = ERR_NO_MEMORY;

    if (object != NULL && (r = cert_id(x, id)) == OK &&
        (r = cert_name_part(X509_get_subject_name(x), "CN", &cn)) == OK &&
        (r = cert_serial(x, CERT_SERIAL_HEX, &serial)) == OK &&
        (r = reply_text(object, "id", id)) == OK &&
        (r = put_cut(object, "cn", buf_text(&cn), cn.len, HISTORY_NAME_MAX)) ==
            OK)
        r = put_cut(
            object, "serial", buf_text(&serial), serial.len, HISTORY_NAME_MAX);
    buf_free(&cn);
    buf_free(&serial);
    return r;
}

static enum err
put_digest(cJSON *entry, const uint8_t *digest)
{
    struct buf hex = { 0 };
    enum err r = hex_encode(digest, CMS_SHA256_LEN, &hex);

    if (r == OK)
        r = reply_text(entry, "digest", buf_text(&hex));
    buf_free(&hex);
    return r;
}

static enum err
fill(cJSON *entry, const struct call *call, const struct history_event *event)
{
    const char *result = event->result != OK ? err_reason(event->result)
                         : event->waiting    ? "waiting"
                                             : "done";
    char time[CLOCK_TEXT_SIZE];
    enum err r;

    clock_text(clock_wall(&call->host->clock), time);
    if ((r = reply_text(entry, "time", time)) != OK ||
        (r = reply_text(entry, "kind", event->kind)) != OK ||
        (call->origin != NULL &&
            (r = reply_text(entry, "origin", call->origin)) != OK) ||
        (event->x != NULL && (r = put_certificate(entry, event->x)) != OK) ||
        (event->shown != NULL &&
            (r = put_cut(entry, "shown", buf_text(event->shown),
                 event->shown->len, HISTORY_SHOWN_MAX)) != OK) ||
        (event->digest != NULL &&
            (r = put_digest(entry, event->digest)) != OK) ||
        (event->detail != NULL &&
            (r = put_cut(entry, "detail", event->detail, strlen(event->detail),
                 HISTORY_DETAIL_MAX)) != OK))
        return r;
    return reply_text(entry, "result", result);
}

enum err
history_entry(const struct call *call, const struct history_event *event,
    cJSON **ret_entry)
{
    cJSON *entry = cJSON_CreateObject();
    enum err r = entry == NULL ? ERR_NO_MEMORY : fill(entry, call, event);

    if (r == OK)
        *ret_entry = entry;
    else
        cJSON_Delete(entry);
    return r;
}

enum err
history_damaged(int64_t n, cJSON **ret_entry)
{
    cJSON *entry = cJSON_CreateObject();
    enum err r = ERR_NO_MEMORY;

    if (entry != NULL && (r = reply_number(entry, "n", (double)n)) == OK &&
        (r = reply_text(entry, "time", "")) == OK &&
        (r = reply_text(entry, "kind", "damaged")) == OK)
        r = reply_text(entry, "result", "damaged");
    if (r == OK)
        *ret_entry = entry;
    else
        cJSON_Delete(entry);
    return r;
}

void
history_append(const struct call *call, const struct history_event *event)
{
    cJSON *entry = NULL;
    struct history_log log = { .dir = -1, .lock = -1 };
    enum err r;

    if ((r = history_entry(call, event, &entry)) == OK &&
        (r = history_log_open(call->host, true, &log)) == OK)
        r = history_log_add(&log, entry);
    history_log_close(&log);
    cJSON_Delete(entry);
    if (r != OK)
        (void)!reply_text(event->result == OK ? call->result : call->detail,
            "historyProblem", err_reason(r));
}
