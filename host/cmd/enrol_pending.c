/* enrol.pending - enrolments that were begun and not finished. */
#include <string.h>

#include "base/hex.h"
#include "cmd/ca_file.h"
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"
#include "pki/cert.h"
#include "pki/journal.h"

static const struct param params[] = { { 0 } };

/* The subject as soon as there is a certificate. */
static enum err
put_subject(const struct call *call, cJSON *o, const struct buf *der)
{
    struct buf name = { 0 };
    X509 *x = NULL;
    enum err r;

    if (der->len == 0)
        return OK;
    if ((r = cert_parse(call->host->crypto, der, &x)) == OK &&
        (r = cert_display_name(x, &name)) == OK)
        r = reply_text(o, "subject", buf_text(&name));
    X509_free(x);
    buf_free(&name);
    return r == ERR_NO_MEMORY ? r : OK;
}

/* The reference number; where there is none, the certificate and its serial
 * number, by which a help desk finds it. */
static enum err
put_about(const struct call *call, cJSON *o, const struct journal_entry *e)
{
    struct buf serial = { 0 };
    char id[CERT_ID_LEN + 1];
    X509 *x = NULL;
    enum err r;

    if (e->kind != JOURNAL_RENEW && e->kind != JOURNAL_REVOKE)
        return reply_text(o, "referenceNumber", buf_text(&e->reference));
    if ((r = cert_parse(call->host->crypto, &e->old, &x)) == OK &&
        (r = cert_id(x, id)) == OK &&
        (r = cert_serial(x, CERT_SERIAL_HEX, &serial)) == OK &&
        (r = reply_text(o, "certificate", id)) == OK)
        r = reply_text(o, "referenceNumber", buf_text(&serial));
    X509_free(x);
    buf_free(&serial);
    return r;
}

/* The transaction under way: of the second certificate once the first is
 * confirmed. A revocation is asked for in a new one each time. */
static enum err
put_transaction(cJSON *o, const struct ca *ca, const struct journal_entry *e)
{
    const struct journal_half *sign = &e->halves[CMP_SIGN],
                              *km = &e->halves[CMP_KM];
    const struct buf *id = sign->confirmed && km->key.len > 0 && !km->confirmed
                               ? &km->transaction
                               : &sign->transaction;
    struct buf hex = { 0 };
    enum err r;

    if (id->len == 0 || (ca->dialect == CA_NPKI && ca->npki.no_transaction))
        return OK; /* it was never said */
    if ((r = hex_encode(id->data, id->len, &hex)) == OK)
        r = reply_text(o, "transaction", buf_text(&hex));
    buf_free(&hex);
    return r;
}

/* By what the CA's help desk finds it: never the code. */
static enum err
put_ca(cJSON *o, const struct ca_file_list *cas, const struct journal_entry *e)
{
    const struct ca *ca = NULL;
    size_t i;
    enum err r;

    for (i = 0; i < cas->count; i++)
        if (strcmp(cas->cas[i]->name, buf_text(&e->ca)) == 0)
            ca = cas->cas[i];
    if (ca == NULL)
        return OK; /* its definition is gone */
    if ((r = enrol_call_texts(o, "title", ca->title_ko, ca->title_en)) != OK ||
        (r = enrol_call_texts(o, "contact", ca->contact_ko, ca->contact_en)) !=
            OK)
        return r;
    return put_transaction(o, ca, e);
}

static enum err
put_entry(const struct call *call, const struct ca_file_list *cas, cJSON *array,
    const struct journal_entry *e)
{
    enum journal_state state = journal_state(e);
    cJSON *o = cJSON_CreateObject();
    char started[CLOCK_TEXT_SIZE];
    enum err r;

    clock_text(e->started, started);
    if ((r = reply_item(array, NULL, o)) != OK ||
        (r = reply_text(o, "id", e->id)) != OK ||
        (r = reply_text(o, "ca", buf_text(&e->ca))) != OK ||
        (r = reply_text(o, "kind", journal_kind_name(e->kind))) != OK ||
        (r = put_about(call, o, e)) != OK || (r = put_ca(o, cas, e)) != OK ||
        (r = reply_text(o, "started", started)) != OK ||
        (r = reply_text(o, "state", journal_state_name(state))) != OK ||
        (r = reply_text(o, "sent", journal_sent(e))) != OK)
        return r;
    return put_subject(call, o, &e->halves[CMP_SIGN].certificate);
}

static enum err
put_broken(cJSON *array, const char *id, enum err why)
{
    cJSON *o = cJSON_CreateObject();
    enum err r;

    if ((r = reply_item(array, NULL, o)) != OK ||
        (r = reply_text(o, "id", id)) != OK)
        return r;
    return reply_text(o, "reason", err_reason(why));
}

static enum err
run(struct call *call)
{
    struct ca_file_list cas = { 0 };
    struct journal_list *list = NULL;
    cJSON *pending = cJSON_AddArrayToObject(call->result, "pending");
    cJSON *broken = cJSON_AddArrayToObject(call->result, "broken");
    size_t i;
    enum err r;

    if (pending == NULL || broken == NULL)
        return ERR_NO_MEMORY;
    if ((r = ca_file_list(call->host, &cas)) == OK)
        r = journal_list(call->host, &list);
    for (i = 0; r == OK && i < list->count; i++)
        r = list->items[i].broken == OK
                ? put_entry(call, &cas, pending, &list->items[i].entry)
                : put_broken(broken, list->items[i].id, list->items[i].broken);
    journal_list_free(list);
    ca_file_list_free(&cas);
    return r;
}

const struct command cmd_enrol_pending = {
    .name = "enrol.pending",
    .run = run,
    .params = params,
    .help = "List enrolments that are not finished",
};
