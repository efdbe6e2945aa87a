#include "cmd/enrol_call.h"

#include <string.h>

#include "base/mem.h"
#include "cmd/certificate.h"
#include "pki/cert.h"
#include "pki/renew.h"

#define MEDIA_TYPE "application/pkixcmp"

static void
drop_keys(void *keys)
{
    enrol_keys_free(keys);
}

const struct kept_kind enrol_call_keys = { drop_keys };

static enum err
post(void *ctx, const struct ca *ca, enum enrol_turn turn,
    const struct buf *request, int timeout_ms, const struct watch *watch,
    struct buf *ret_answer, const char **ret_sent)
{
    static const enum net_turn turns[] = {
        [ENROL_ALONE] = NET_ALONE,
        [ENROL_FIRST] = NET_FIRST,
        [ENROL_NEXT] = NET_NEXT,
        [ENROL_LAST] = NET_LAST,
    };
    static const char *const words[] = {
        [NET_SENT_NO] = "no",
        [NET_SENT_YES] = "yes",
        [NET_SENT_UNKNOWN] = "unknown",
    };
    const struct net_request r = {
        .url = ca->endpoint,
        .turn = turns[turn],
        .content_type = MEDIA_TYPE,
        .body = request,
        .tls_anchors = &ca->tls,
        .loopback = ca->loopback,
        .timeout_ms = timeout_ms,
    };
    enum net_sent sent = NET_SENT_NO;
    enum err e = net_post(ctx, &r, watch, ret_answer, &sent);

    *ret_sent = words[sent];
    return e;
}

struct enrol_io
enrol_call_io(const struct call *call)
{
    return (struct enrol_io){ .ctx = call->net, .post = post };
}

enum err
enrol_call_root(
    const struct call *call, const char *given, const char **ret_root)
{
    *ret_root = given == NULL ? call->host->paths.npki : given;
    return store_is_root(call->host, *ret_root) ? OK : ERR_PARAM_RANGE;
}

enum err
enrol_call_texts(
    cJSON *object, const char *name, const char *ko, const char *en)
{
    cJSON *both = cJSON_AddObjectToObject(object, name);
    enum err r;

    if (both == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(both, "ko", ko == NULL ? "" : ko)) != OK)
        return r;
    return reply_text(both, "en", en == NULL ? "" : en);
}

static enum err
put_words(cJSON *object, const char *name, const struct cmp_status *s)
{
    cJSON *array = cJSON_AddArrayToObject(object, name);
    size_t i;
    enum err r = array == NULL ? ERR_NO_MEMORY : OK;

    for (i = 0; r == OK && i < s->text_count; i++)
        r = reply_text(array, NULL, buf_text(&s->texts[i]));
    return r;
}

static enum err
put_fail_info(cJSON *object, const struct cmp_status *s)
{
    cJSON *array = cJSON_AddArrayToObject(object, "failInfo");
    unsigned i;
    enum err r = array == NULL ? ERR_NO_MEMORY : OK;

    for (i = 0; r == OK && i < CMP_FAIL_BITS; i++)
        if ((s->fail_info >> i & 1) != 0)
            r = reply_text(array, NULL, cmp_fail_name(i));
    return r;
}

/* Who the CA is, and what it said. */
static enum err
put_ca(cJSON *detail, const struct ca *ca, const struct cmp_status *s)
{
    cJSON *o = cJSON_AddObjectToObject(detail, "ca");
    enum err r;

    if (o == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(o, "name", ca->name)) != OK ||
        (r = enrol_call_texts(o, "title", ca->title_ko, ca->title_en)) != OK ||
        (r = enrol_call_texts(o, "contact", ca->contact_ko, ca->contact_en)) !=
            OK)
        return r;
    if (s->status < 0)
        return OK;
    if ((r = reply_number(o, "status", s->status)) != OK ||
        (r = put_fail_info(o, s)) != OK || (r = put_words(o, "text", s)) != OK)
        return r;
    return reply_flag(o, "authenticated", s->authenticated);
}

/* What the text of a reason has a place for (docs/protocol.md). */
static enum err
put_words_of(const struct call *call, const struct enrol_result *result,
    const char *root, enum err failure)
{
    cJSON *d = call->detail;

    switch (failure) {
    case ERR_CERTIFICATE_UNEXPECTED:
        return result->cmp.what == NULL
                   ? OK
                   : reply_text(d, "what", result->cmp.what);
    case ERR_PASSWORD_TOO_WEAK:
        return result->rule == NULL ? OK : reply_text(d, "rule", result->rule);
    case ERR_ENROLMENT_PENDING:
        return reply_time(d, "date", result->started);
    case ERR_CERTIFICATE_EXPIRED:
        return reply_time(d, "date", result->old_not_after);
    case ERR_RENEWAL_TOO_EARLY:
        return result->renewed == NULL
                   ? OK
                   : reply_time(d, "date", renew_from(result->renewed));
    case ERR_CERTIFICATE_NOT_YET_VALID:
        return result->renewed == NULL
                   ? OK
                   : reply_time(d, "date", cert_not_before(result->renewed));
    case ERR_CLOCK_WRONG:
        return reply_time(d, "date", clock_wall(&call->host->clock));
    case ERR_DISK_FULL:
        return reply_text(d, "size", ENROL_ROOM_TEXT);
    case ERR_STORE_READONLY:
    case ERR_STORE_PERMISSION:
    case ERR_STORE_UNSAFE:
        return certificate_path(d, "place", root);
    default:
        return OK;
    }
}

static enum err
put_detail(const struct call *call, const struct ca *ca,
    const struct enrol_result *result, enum err failure)
{
    const char *root =
        result->root.len > 0 ? buf_text(&result->root) : call->host->paths.npki;
    cJSON *d = call->detail;
    enum err r;

    if ((r = reply_text(d, "sent", result->sent)) != OK ||
        (r = put_ca(d, ca, &result->cmp.status)) != OK ||
        (result->pending && (r = reply_text(d, "pending", result->id)) != OK))
        return r;
    return put_words_of(call, result, root, failure);
}

static enum err
put_der(cJSON *object, const X509 *x)
{
    struct buf der = { 0 };
    enum err r = cert_der(x, &der);

    if (r == OK)
        r = reply_bytes(object, "der", &der);
    buf_free(&der);
    return r;
}

/* {cn, o, dn, name}: what the person is asked to confirm. */
static enum err
put_subject(cJSON *result, const X509 *x)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    cJSON *o = cJSON_AddObjectToObject(result, "subject");
    struct buf cn = { 0 }, org = { 0 }, dn = { 0 }, name = { 0 };
    enum err r = ERR_NO_MEMORY;

    if (o != NULL && (r = cert_name_part(subject, "CN", &cn)) == OK &&
        (r = cert_name_part(subject, "O", &org)) == OK &&
        (r = cert_dn(subject, &dn)) == OK &&
        (r = cert_display_name(x, &name)) == OK &&
        (r = reply_text(o, "cn", buf_text(&cn))) == OK &&
        (r = reply_text(o, "o", buf_text(&org))) == OK &&
        (r = reply_text(o, "dn", buf_text(&dn))) == OK)
        r = reply_text(o, "name", buf_text(&name));
    buf_free(&cn);
    buf_free(&org);
    buf_free(&dn);
    buf_free(&name);
    return r;
}

/* The Certificate object of one that is not in the store yet. */
static enum err
put_received(const struct call *call, const struct ca *ca,
    const struct enrol_result *result)
{
    struct store_entry entry = { .sign = result->sign, .km = result->km };
    cJSON *certificate = NULL;
    enum err r = ERR_NO_MEMORY;

    entry.root = mem_strdup(buf_text(&result->root));
    entry.path = mem_strdup("");
    entry.ca = mem_strdup(ca->folder);
    if (entry.root != NULL && entry.path != NULL && entry.ca != NULL &&
        (r = cert_id(result->sign, entry.id)) == OK &&
        (r = certificate_object(call->host, &entry, &certificate)) == OK)
        r = reply_item(call->result, "certificate", certificate);
    mem_free(entry.root);
    mem_free(entry.path);
    mem_free(entry.ca);
    return r;
}

static enum err
put_confirm(const struct call *call, const struct ca *ca,
    const struct enrol_result *result)
{
    enum err r;

    if ((r = reply_text(call->result, "state", "confirm")) != OK ||
        (r = reply_text(call->result, "pending", result->id)) != OK ||
        (r = put_subject(call->result, result->sign)) != OK ||
        (r = put_received(call, ca, result)) != OK)
        return r;
    return put_der(call->result, result->sign);
}

/* km: {serial} */
static enum err
put_km(cJSON *result, const X509 *x)
{
    cJSON *o = cJSON_AddObjectToObject(result, "km");
    struct buf serial = { 0 };
    enum err r = ERR_NO_MEMORY;

    if (o != NULL && (r = cert_serial(x, CERT_SERIAL_HEX, &serial)) == OK)
        r = reply_text(o, "serial", buf_text(&serial));
    buf_free(&serial);
    return r;
}

static enum err
put_done(const struct call *call, const struct enrol_result *result)
{
    cJSON *certificate = NULL;
    char id[CERT_ID_LEN + 1];
    enum err r;

    if ((r = reply_text(call->result, "state", "done")) != OK ||
        (r = cert_id(result->sign, id)) != OK ||
        (r = certificate_stored(call->host, id, &certificate)) != OK ||
        (r = reply_item(call->result, "certificate", certificate)) != OK ||
        (r = put_der(call->result, result->sign)) != OK ||
        (result->km != NULL && (r = put_km(call->result, result->km)) != OK) ||
        (result->renewed != NULL &&
            (r = enrol_call_renewed(call, result)) != OK) ||
        (result->cmp.status.text_count > 0 &&
            (r = put_words(call->result, "caText", &result->cmp.status)) != OK))
        return r;
    return reply_time(
        call->result, "recordedAt", clock_wall(&call->host->clock));
}

enum err
enrol_call_answer(const struct call *call, const struct ca *ca,
    struct enrol_result *result, enum err r)
{
    enum err failed = OK;

    if (r == OK) {
        kept_drop(call, &enrol_call_keys); /* what was not needed */
        r = result->confirm ? put_confirm(call, ca, result)
                            : put_done(call, result);
    }
    if (r != OK)
        failed = put_detail(call, ca, result, r);
    return failed != OK ? failed : r;
}
