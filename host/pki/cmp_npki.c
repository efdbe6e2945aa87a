#include "pki/cmp_npki.h"

#include <openssl/cmp.h>

#include "pki/cmp_npki_ca.h"
#include "pki/cmp_npki_frame.h"
#include "pki/cmp_npki_message.h"
#include "pki/cmp_npki_take.h"

struct run {
    const struct host *host;
    const struct cmp_npki_order *order;
    const struct cmp_npki_io *io;
    const struct watch *watch;
    struct cmp_result *result;
    struct npki_line line;
    struct npki_talk talk;
    struct npki_ca_certs certs;
};

static const struct cmp_order *
first(const struct run *run)
{
    return run->order->halves[CMP_SIGN];
}

/* --- messages ---------------------------------------------------------------- */

/* Protect, send; the frame that came back. */
static enum err
send_message(struct run *run, enum cmp_npki_turn turn, NPKI_MESSAGE *m,
    struct buf *ret_frame)
{
    struct buf der = { 0 };
    enum err r = npki_message_write(&run->talk, m, &der);

    if (r == OK)
        r = npki_frame_send(&run->line, turn, &der, ret_frame);
    buf_free(&der);
    return r;
}

/* One message out, one message in, which is proved or a bare genp. */
static enum err
exchange(struct run *run, enum cmp_npki_turn turn, NPKI_MESSAGE *m,
    NPKI_MESSAGE **ret_answer)
{
    struct buf frame = { 0 }, der = { 0 };
    enum err r;

    if ((r = send_message(run, turn, m, &frame)) == OK &&
        (r = npki_frame_message(
             &run->line, &frame, &der, &run->result->status)) == OK)
        r = npki_message_read(
            &run->talk, &der, ret_answer, &run->result->status);
    buf_free(&frame);
    buf_free(&der);
    return r;
}

/* genm names what it asks for, or is empty. */
static enum err
fill_genm(const struct run *run, NPKI_BODY *body)
{
    NPKI_ITEM *item;

    body->value.items = sk_NPKI_ITEM_new_null();
    if (body->value.items == NULL)
        return ERR_NO_MEMORY;
    if (!first(run)->ca->npki.genm_asks)
        return OK;
    item = NPKI_ITEM_new();
    if (item == NULL || sk_NPKI_ITEM_push(body->value.items, item) < 1) {
        NPKI_ITEM_free(item);
        return ERR_NO_MEMORY;
    }
    ASN1_OBJECT_free(item->type);
    item->type = OBJ_txt2obj("1.3.6.1.5.5.7.4.1", 1);
    return item->type == NULL ? ERR_NO_MEMORY : OK;
}

/* recipKID of what follows is the SKI of the CA's encryption certificate. */
static enum err
keep_kid(struct run *run, X509 *recipient)
{
    X509 *x = run->certs.prot_enc != NULL ? run->certs.prot_enc : recipient;
    const ASN1_OCTET_STRING *kid =
        x == NULL ? NULL : X509_get0_subject_key_id(x);

    if (kid == NULL || ASN1_STRING_length(kid) > (int)CMP_ID_MAX)
        return OK;
    return buf_set(&run->talk.recipient_kid, ASN1_STRING_get0_data(kid),
        (size_t)ASN1_STRING_length(kid));
}

static enum err
ask_certificates(struct run *run, X509 **ret_recipient)
{
    const struct ca *ca = first(run)->ca;
    NPKI_MESSAGE *m = NULL, *answer = NULL;
    enum err r;

    if ((r = npki_message_new(&run->talk, NPKI_GENM, &m)) == OK &&
        (r = fill_genm(run, m->body)) == OK &&
        (r = run->io->sending(run->io->ctx)) == OK)
        r = exchange(run, CMP_NPKI_FIRST, m, &answer);
    if (r == OK &&
        (r = npki_ca_certs_of_genp(
             run->host, answer->body->value.items, &run->certs)) == OK &&
        (r = npki_ca_certs_add(run->host, answer->extra, &run->certs)) == OK &&
        (r = npki_ca_certs_of_folder(run->host, ca, &run->certs)) == OK &&
        (r = npki_recipient(run->host, ca, &run->certs, ret_recipient)) == OK)
        r = keep_kid(run, *ret_recipient);
    NPKI_MESSAGE_free(m);
    NPKI_MESSAGE_free(answer);
    return r;
}

/* One request, complete and durable. */
static enum err
add_request(struct run *run, const struct cmp_order *order, X509 *recipient,
    STACK_OF(NPKI_REQUEST) * list)
{
    NPKI_REQUEST *q = NULL;
    struct buf der = { 0 };
    bool changed = false;
    enum err r =
        npki_request_complete(run->host, order, recipient, &q, &changed);

    if (r != OK)
        return r;
    if (changed &&
        (r = npki_write(q, ASN1_ITEM_rptr(NPKI_REQUEST), &der)) == OK)
        r = run->io->prepared(run->io->ctx, order->kind, &der);
    if (r == OK && sk_NPKI_REQUEST_push(list, q) < 1)
        r = err_openssl(__func__, ERR_NO_MEMORY);
    if (r != OK)
        NPKI_REQUEST_free(q);
    buf_free(&der);
    return r;
}

/* ir or krr with one or two requests. */
static enum err
ask_pair(struct run *run, X509 *recipient, NPKI_MESSAGE **ret_answer)
{
    bool krr = run->order->reissue && first(run)->ca->npki.krr;
    NPKI_MESSAGE *m = NULL;
    int i;
    enum err r = npki_message_new(&run->talk, krr ? NPKI_KRR : NPKI_IR, &m);

    if (r == OK &&
        (m->body->value.requests = sk_NPKI_REQUEST_new_null()) == NULL)
        r = ERR_NO_MEMORY;
    for (i = 0; r == OK && i < 2; i++)
        if (run->order->halves[i] != NULL)
            r = add_request(
                run, run->order->halves[i], recipient, m->body->value.requests);
    if (r == OK) {
        watch_progress(run->watch, "wait", 3, CMP_STEPS);
        r = exchange(run, CMP_NPKI_NEXT, m, ret_answer);
    }
    NPKI_MESSAGE_free(m);
    return r;
}

/* --- what came --------------------------------------------------------------- */

/* Check one certificate and have it kept. */
static enum err
keep(struct run *run, enum cmp_kind kind, const struct npki_taken *taken)
{
    struct cmp_order order = *run->order->halves[kind];
    bool vouched = false;
    enum err r;

    if (kind == CMP_KM)
        order.sign = taken->halves[CMP_SIGN];
    r = cmp_certificate_check(run->host, &order, taken->halves[kind],
        run->certs.all, &vouched, &run->result->what);
    return r == OK ? run->io->received(
                         run->io->ctx, kind, taken->halves[kind], vouched)
                   : r;
}

/* The second certificate, when it is here and good. */
static enum err
keep_second(struct run *run, const struct npki_taken *taken)
{
    enum err r;

    if (taken->halves[CMP_KM] == NULL)
        return OK;
    r = keep(run, CMP_KM, taken);
    return r == ERR_CERTIFICATE_UNEXPECTED ? OK : r;
}

/* Tell the CA that its certificate is not what was ordered. */
static void
refuse(struct run *run)
{
    NPKI_MESSAGE *m = NULL;
    NPKI_STATUS *status;
    struct buf frame = { 0 };

    if (npki_message_new(&run->talk, NPKI_ERROR_MSG, &m) == OK &&
        (m->body->value.error = NPKI_ERROR_new()) != NULL) {
        status = m->body->value.error->status;
        status->fail_info = ASN1_BIT_STRING_new();
        if (ASN1_INTEGER_set(status->status, OSSL_CMP_PKISTATUS_rejection) ==
                1 &&
            status->fail_info != NULL &&
            ASN1_BIT_STRING_set_bit(status->fail_info,
                OSSL_CMP_PKIFAILUREINFO_incorrectData, 1) == 1)
            (void)!send_message(run, CMP_NPKI_LAST, m, &frame);
    }
    (void)err_openssl(__func__, OK);
    NPKI_MESSAGE_free(m);
    buf_free(&frame);
}

/* What the CA says to pkiconf, if anything: only an objection counts. */
static enum err
heard(struct run *run, const struct buf *frame)
{
    NPKI_MESSAGE *answer = NULL;
    struct buf der = { 0 };
    enum err r = npki_frame_last(frame, &der, &run->result->status);

    if (r == OK && der.len > 0)
        r = npki_message_read(&run->talk, &der, &answer, &run->result->status);
    NPKI_MESSAGE_free(answer);
    buf_free(&der);
    return r;
}

static enum err
confirm(struct run *run)
{
    NPKI_MESSAGE *m = NULL;
    struct buf frame = { 0 };
    enum err r;

    watch_progress(run->watch, "confirm", 5, CMP_STEPS);
    if ((r = npki_message_new(&run->talk, NPKI_CONF, &m)) == OK) {
        m->body->value.conf = ASN1_NULL_new();
        r = m->body->value.conf == NULL ? ERR_NO_MEMORY : OK;
    }
    if (r == OK && (r = send_message(run, CMP_NPKI_LAST, m, &frame)) == OK)
        r = heard(run, &frame);
    NPKI_MESSAGE_free(m);
    buf_free(&frame);
    return r == OK || r == ERR_NO_MEMORY || r == ERR_CANCELLED
               ? r
               : ERR_CERTIFICATE_UNCONFIRMED;
}

/* --- the whole --------------------------------------------------------------- */

/* A certificate is here already and the CA says that it knows: done. */
static bool
is_known(const struct run *run)
{
    const struct buf *expected = first(run)->expected;

    return expected != NULL && expected->len > 0 &&
           run->result->status.authenticated &&
           (run->result->status.fail_info >>
                   OSSL_CMP_PKIFAILUREINFO_certConfirmed &
               1) != 0;
}

static enum err
dialogue(struct run *run)
{
    X509 *recipient = NULL;
    NPKI_MESSAGE *answer = NULL;
    struct npki_taken taken = { { NULL, NULL } };
    enum err r;

    if ((r = ask_certificates(run, &recipient)) != OK ||
        (r = ask_pair(run, recipient, &answer)) != OK ||
        (r = npki_take(run->host, run->order, answer, &run->certs,
             &run->result->status, &taken)) != OK) {
        r = r != OK && is_known(run) ? OK : r;
        goto out;
    }
    watch_progress(run->watch, "check", 4, CMP_STEPS);
    if ((r = keep(run, CMP_SIGN, &taken)) == ERR_CERTIFICATE_UNEXPECTED)
        refuse(run);
    if (r == OK && (r = keep_second(run, &taken)) == OK)
        r = confirm(run);
out:
    npki_taken_free(&taken);
    NPKI_MESSAGE_free(answer);
    X509_free(recipient);
    return r;
}

enum err
cmp_npki_enrol(const struct host *host, const struct cmp_npki_order *order,
    const struct cmp_npki_io *io, const struct watch *watch,
    struct cmp_result *ret)
{
    const struct cmp_order *sign = order->halves[CMP_SIGN];
    struct run run = { .host = host,
        .order = order,
        .io = io,
        .watch = watch,
        .result = ret,
        .line = { host, io, watch,
            clock_monotonic(&host->clock) + CMP_TOTAL_S * 1000 },
        .talk = { .host = host,
            .ca = sign->ca,
            .reference = sign->reference,
            .code = sign->code,
            .transaction_id = sign->transaction_id } };
    enum err r;

    cmp_result_free(ret);
    r = dialogue(&run);
    (void)err_openssl(__func__, OK);
    npki_ca_certs_free(&run.certs);
    npki_talk_free(&run.talk);
    return r;
}
