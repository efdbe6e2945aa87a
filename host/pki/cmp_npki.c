#include "pki/cmp_npki.h"

#include <openssl/cmp.h>

#include "pki/cert.h"
#include "pki/cmp_npki_run.h"
#include "pki/cmp_npki_take.h"

#define RENEWS_FOR "INI_RENEW" /* the recipient of a renewal, by mail name */

struct run {
    struct npki_run base;
    const struct cmp_npki_order *order;
    int64_t ca_time; /* of the answer with the pair; 0: it did not say */
};

static const struct cmp_order *
first(const struct run *run)
{
    return run->order->halves[CMP_SIGN];
}

/* --- what is asked for ------------------------------------------------------- */

static enum err
ask_certificates(struct run *run, X509 **ret_recipient)
{
    struct npki_run *base = &run->base;
    enum err r;

    if ((r = npki_run_greet(base)) == OK &&
        (r = npki_recipient(
             base->host, base->ca, &base->certs, ret_recipient)) == OK)
        r = npki_run_address(base, *ret_recipient);
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
        npki_request_complete(run->base.host, order, recipient, &q, &changed);

    if (r != OK)
        return r;
    if (changed &&
        (r = npki_write(q, ASN1_ITEM_rptr(NPKI_REQUEST), &der)) == OK)
        r = run->base.io->prepared(run->base.io->ctx, order->kind, &der);
    if (r == OK && sk_NPKI_REQUEST_push(list, q) < 1)
        r = err_openssl(__func__, ERR_NO_MEMORY);
    if (r != OK)
        NPKI_REQUEST_free(q);
    buf_free(&der);
    return r;
}

static enum npki_body
body_of(const struct run *run)
{
    if (first(run)->signer != NULL)
        return NPKI_KUR;
    return run->order->reissue && run->base.ca->npki.krr ? NPKI_KRR : NPKI_IR;
}

/* One or two requests. */
static enum err
ask_pair(struct run *run, X509 *recipient, NPKI_MESSAGE **ret_answer)
{
    NPKI_MESSAGE *m = NULL;
    int i;
    enum err r = npki_message_new(&run->base.talk, body_of(run), &m);

    if (r == OK &&
        (m->body->value.requests = sk_NPKI_REQUEST_new_null()) == NULL)
        r = ERR_NO_MEMORY;
    for (i = 0; r == OK && i < 2; i++)
        if (run->order->halves[i] != NULL)
            r = add_request(
                run, run->order->halves[i], recipient, m->body->value.requests);
    if (r == OK) {
        watch_progress(run->base.watch, "wait", 3, CMP_STEPS);
        r = npki_run_exchange(&run->base, CMP_NPKI_NEXT, m, ret_answer);
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

    order.ca_time = run->ca_time;
    if (kind == CMP_KM)
        order.sign = taken->halves[CMP_SIGN];
    r = cmp_certificate_check(run->base.host, &order, taken->halves[kind],
        run->base.certs.all, &vouched, &run->base.result->what);
    return r == OK ? run->base.io->received(
                         run->base.io->ctx, kind, taken->halves[kind], vouched)
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

    if (npki_message_new(&run->base.talk, NPKI_ERROR_MSG, &m) == OK &&
        (m->body->value.error = NPKI_ERROR_new()) != NULL) {
        status = m->body->value.error->status;
        status->fail_info = ASN1_BIT_STRING_new();
        if (ASN1_INTEGER_set(status->status, OSSL_CMP_PKISTATUS_rejection) ==
                1 &&
            status->fail_info != NULL &&
            ASN1_BIT_STRING_set_bit(status->fail_info,
                OSSL_CMP_PKIFAILUREINFO_incorrectData, 1) == 1)
            (void)!npki_run_send(&run->base, CMP_NPKI_LAST, m, &frame);
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
    enum err r = npki_frame_last(frame, &der, &run->base.result->status);

    if (r == OK && der.len > 0)
        r = npki_message_read(
            &run->base.talk, &der, &answer, &run->base.result->status);
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

    watch_progress(run->base.watch, "confirm", 5, CMP_STEPS);
    if ((r = npki_message_new(&run->base.talk, NPKI_CONF, &m)) == OK) {
        m->body->value.conf = ASN1_NULL_new();
        r = m->body->value.conf == NULL ? ERR_NO_MEMORY : OK;
    }
    if (r == OK &&
        (r = npki_run_send(&run->base, CMP_NPKI_LAST, m, &frame)) == OK)
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
           run->base.result->status.authenticated &&
           (run->base.result->status.fail_info >>
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
        (r = npki_take(run->base.host, run->order, answer, &run->base.certs,
             &run->base.result->status, &taken)) != OK) {
        r = r != OK && is_known(run) ? OK : r;
        goto out;
    }
    if (answer->header->time != NULL)
        run->ca_time = cert_time(answer->header->time);
    watch_progress(run->base.watch, "check", 4, CMP_STEPS);
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
    struct run run = { .base = { .host = host,
                           .ca = sign->ca,
                           .io = io,
                           .watch = watch,
                           .result = ret,
                           .talk = { .signer = sign->signer,
                               .reference = sign->reference,
                               .code = sign->code,
                               .transaction_id = sign->transaction_id } },
        .order = order };
    enum err r;

    cmp_result_free(ret);
    if (sign->signer != NULL)
        run.base.talk.recipient = RENEWS_FOR;
    if ((r = npki_run_begin(&run.base, CMP_TOTAL_S)) == OK)
        r = dialogue(&run);
    npki_run_free(&run.base);
    return r;
}
