/* The answers of renewal and revocation (enrol_call.h). */
#include <string.h>

#include "cmd/enrol_call.h"
#include "cmd/history.h"
#include "pki/cert.h"

#define DAY_S 86400

/* {id, serial, notAfter} of a certificate. */
static enum err
put_certificate(cJSON *o, const X509 *x)
{
    struct buf serial = { 0 };
    char id[CERT_ID_LEN + 1];
    enum err r;

    if ((r = cert_id(x, id)) == OK &&
        (r = cert_serial(x, CERT_SERIAL_HEX, &serial)) == OK &&
        (r = reply_text(o, "certificate", id)) == OK &&
        (r = reply_text(o, "serial", buf_text(&serial))) == OK)
        r = reply_time(o, "notAfter", cert_not_after(x));
    buf_free(&serial);
    return r;
}

static enum err
put_changes(cJSON *o, const X509 *old, const X509 *x)
{
    cJSON *changes = cJSON_AddArrayToObject(o, "changes");
    struct buf before = { 0 }, now = { 0 };
    struct cert_usage usage = { 0 };
    enum err r;

    if (changes == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(changes, NULL, "key")) != OK ||
        (r = reply_text(changes, NULL, "serial")) != OK ||
        (r = reply_text(changes, NULL, "notAfter")) != OK)
        return r;
    if (X509_NAME_cmp(X509_get_issuer_name(old), X509_get_issuer_name(x)) != 0)
        r = reply_text(changes, NULL, "issuer");
    if (r == OK && (r = cert_policy(old, &before, &usage)) == OK &&
        (r = cert_policy(x, &now, &usage)) == OK &&
        strcmp(buf_text(&before), buf_text(&now)) != 0)
        r = reply_text(changes, NULL, "policy");
    buf_free(&before);
    buf_free(&now);
    return r;
}

enum err
enrol_call_renewed(const struct call *call, const struct enrol_result *result)
{
    cJSON *o = cJSON_AddObjectToObject(call->result, "renewal");
    int64_t left =
        cert_not_after(result->renewed) - clock_wall(&call->host->clock);
    enum err r = ERR_NO_MEMORY;

    if (o != NULL && (r = put_certificate(o, result->renewed)) == OK &&
        (r = reply_number(
             o, "daysLeft", left < 0 ? 0 : (double)(left / DAY_S))) == OK)
        r = put_changes(o, result->renewed, result->sign);
    return r;
}

static void
remember(const struct call *call, const struct ca *ca, const char *kind,
    const X509 *x, const char *sent, bool waiting, enum err r)
{
    const struct history_event event = { .kind = kind,
        .x = x,
        .detail = ca->name,
        .result = r,
        .waiting = waiting };

    if (r == OK || (r != ERR_PASSWORD_WRONG && strcmp(sent, "no") != 0))
        history_append(call, &event);
}

void
enrol_call_remember(const struct call *call, const struct ca *ca,
    enum journal_kind kind, const struct enrol_result *result, enum err r)
{
    const X509 *x = result->sign != NULL ? result->sign : result->renewed;

    remember(
        call, ca, journal_kind_name(kind), x, result->sent, result->confirm, r);
}

static enum err
put_revoked(const struct call *call, const struct revoke_result *result)
{
    const struct cmp_status *s = &result->cmp.status;
    cJSON *o = cJSON_AddObjectToObject(call->result, "revoked"), *texts;
    size_t i;
    enum err r = ERR_NO_MEMORY;

    if (o == NULL || (r = put_certificate(o, result->x)) != OK ||
        (r = reply_flag(o, "km", result->km)) != OK ||
        (r = reply_text(call->result, "state", "done")) != OK)
        return r;
    texts = s->text_count == 0 ? NULL
                               : cJSON_AddArrayToObject(call->result, "caText");
    for (i = 0; texts != NULL && r == OK && i < s->text_count; i++)
        r = reply_text(texts, NULL, buf_text(&s->texts[i]));
    return r == OK ? reply_time(call->result, "recordedAt",
                         clock_wall(&call->host->clock))
                   : r;
}

enum err
enrol_call_revoked(const struct call *call, const struct ca *ca,
    const struct revoke_result *result, enum err r)
{
    struct enrol_result failed = { .sent = result->sent,
        .pending = result->pending,
        .started = result->started,
        .cmp = result->cmp }; /* lent */

    remember(call, ca, journal_kind_name(JOURNAL_REVOKE), result->x,
        result->sent, false, r);
    if (r == OK)
        return put_revoked(call, result);
    memcpy(failed.id, result->id, sizeof(failed.id));
    if (result->x != NULL)
        failed.old_not_after = cert_not_after(result->x);
    return enrol_call_answer(call, ca, &failed, r);
}
