#include "pki/cmp_run.h"

#include <string.h>

#include <openssl/cmp.h>
#include <openssl/crmf.h>

#include "pki/cmp_signed.h"

#define PAUSE_MS 100 /* between two looks at the cancel flag */

void
cmp_result_free(struct cmp_result *result)
{
    cmp_status_free(&result->status);
    result->what = NULL;
}

/* OpenSSL's reports stay inside; without a callback it would print them. */
static int
silent(const char *func, const char *file, int line, OSSL_CMP_severity level,
    const char *msg)
{
    (void)func, (void)file, (void)line, (void)level, (void)msg;
    return 1;
}

static int64_t
time_left(const struct cmp_run *run)
{
    return run->deadline - clock_monotonic(&run->host->clock);
}

static bool
failed(const struct cmp_status *status, int bit)
{
    return (status->fail_info >> bit & 1) != 0;
}

enum err
cmp_refusal(bool error_message, const struct cmp_status *s)
{
    if (failed(s, OSSL_CMP_PKIFAILUREINFO_duplicateCertReq) ||
        failed(s, OSSL_CMP_PKIFAILUREINFO_transactionIdInUse))
        return ERR_CODE_USED;
    if (failed(s, OSSL_CMP_PKIFAILUREINFO_badTime))
        return error_message ? ERR_CLOCK_WRONG : ERR_CODE_EXPIRED;
    if (failed(s, OSSL_CMP_PKIFAILUREINFO_badMessageCheck))
        return ERR_CODE_WRONG;
    if (failed(s, OSSL_CMP_PKIFAILUREINFO_systemUnavail) ||
        failed(s, OSSL_CMP_PKIFAILUREINFO_systemFailure))
        return ERR_CA_BUSY;
    return ERR_CA_REJECTED;
}

/*
 * An answer whose MAC does not prove it. Nothing in it is believed; but a CA
 * that does not find the code can answer in no other way, and says so.
 */
static enum err
of_unproved(struct cmp_run *run, const struct cmp_message *answer,
    const struct cmp_message *request)
{
    struct cmp_status *s = &run->result->status;

    if (answer->body != CMP_ERROR || run->received ||
        cmp_message_answers(answer, request) != OK ||
        cmp_status_read(answer, s) != OK)
        return ERR_CA_ANSWER_UNTRUSTED;
    s->authenticated = false;
    return request->body == CMP_IR &&
                   failed(s, OSSL_CMP_PKIFAILUREINFO_badMessageCheck)
               ? ERR_CODE_WRONG
               : ERR_CA_ANSWER_UNTRUSTED;
}

/* A proven answer: may OpenSSL go on with it? */
static enum err
of_proved(struct cmp_run *run, const struct cmp_message *answer)
{
    struct cmp_status *s = &run->result->status;
    enum err r;

    if ((r = cmp_status_read(answer, s)) != OK)
        return r;
    s->authenticated = s->status >= 0;
    if (answer->body == CMP_ERROR ||
        s->status == OSSL_CMP_PKISTATUS_rejection) {
        run->known = answer->body == CMP_IP && run->order->expected != NULL &&
                     run->order->expected->len > 0 &&
                     failed(s, OSSL_CMP_PKIFAILUREINFO_certConfirmed);
        r = cmp_refusal(answer->body == CMP_ERROR, s);
        return run->order->signer == NULL
                   ? r
                   : cmp_signed_refusal(answer->body, s, r);
    }
    if (run->order->signer != NULL && s->status > OSSL_CMP_PKISTATUS_rejection)
        return cmp_signed_status(run, answer);
    return s->status > OSSL_CMP_PKISTATUS_waiting ? ERR_CA_ANSWER_INVALID : OK;
}

/* DER to OpenSSL's message; what it would write again must be the same. */
static enum err
decode(const struct buf *der, OSSL_CMP_MSG **ret_msg)
{
    const unsigned char *p = der->data;
    unsigned char *again = NULL;
    OSSL_CMP_MSG *msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)der->len);
    int len = msg == NULL ? -1 : i2d_OSSL_CMP_MSG(msg, &again);
    enum err r = OK;

    if (len < 0 || (size_t)len != der->len ||
        memcmp(again, der->data, der->len) != 0) {
        r = err_openssl(__func__, ERR_CA_ANSWER_INVALID);
        r = r == ERR_NO_MEMORY ? r : ERR_CA_ANSWER_INVALID;
        OSSL_CMP_MSG_free(msg);
    } else {
        *ret_msg = msg;
    }
    OPENSSL_free(again);
    return r;
}

static enum err
judge(struct cmp_run *run, OSSL_CMP_CTX *ctx, const struct buf *request,
    const struct buf *answer, OSSL_CMP_MSG **ret_msg)
{
    struct cmp_message asked, said;
    OSSL_CMP_MSG *msg = NULL;
    enum err r;

    if (cmp_message_read(request, &asked) != OK)
        return ERR_INTERNAL;
    if ((r = cmp_message_read(answer, &said)) != OK)
        return r;
    if (run->order->signer == NULL)
        r = cmp_message_protected(&said);
    else if ((r = cmp_message_signed(&said)) == OK)
        r = cmp_signed_responder(run->host, run->order->ca, &said, ctx);
    if (r != OK)
        return r == ERR_CA_ANSWER_UNTRUSTED ? of_unproved(run, &said, &asked)
                                            : r;
    if ((r = decode(answer, &msg)) != OK)
        return r;
    if (OSSL_CMP_validate_msg(ctx, msg) != 1) {
        (void)err_openssl(__func__, ERR_CA_ANSWER_UNTRUSTED);
        r = of_unproved(run, &said, &asked);
    } else if ((r = cmp_message_answers(&said, &asked)) == OK) {
        r = of_proved(run, &said);
    }
    if (r == OK) {
        run->ca_time = said.time;
        *ret_msg = msg;
        msg = NULL; /* transferred */
    }
    OSSL_CMP_MSG_free(msg);
    return r;
}

static enum err
encode(const OSSL_CMP_MSG *msg, struct buf *ret_der)
{
    unsigned char *der = NULL;
    int len = i2d_OSSL_CMP_MSG(msg, &der);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_INTERNAL);
    r = buf_set(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return r;
}

/* One message out, one message in. */
static enum err
exchange(struct cmp_run *run, OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *out,
    OSSL_CMP_MSG **ret_msg)
{
    struct buf request = { 0 }, answer = { 0 };
    int64_t left = time_left(run);
    int body = OSSL_CMP_MSG_get_bodytype(out);
    bool asks = body == CMP_IR || body == CMP_KUR || body == CMP_RR;
    enum err r;

    if (left <= 0)
        return ERR_CA_TIMEOUT;
    if (left > CMP_MESSAGE_S * 1000)
        left = CMP_MESSAGE_S * 1000;
    if ((r = encode(out, &request)) != OK)
        goto out;
    if (asks && (r = run->io->sending(run->io->ctx)) != OK)
        goto out;
    if (asks)
        watch_progress(run->watch, "wait", 3, CMP_STEPS);
    else if (body == CMP_CERTCONF && !run->refusing)
        watch_progress(run->watch, "confirm", 5, CMP_STEPS);
    if ((r = run->io->post(run->io->ctx, &request, (int)left, &answer)) == OK)
        r = judge(run, ctx, &request, &answer, ret_msg);
out:
    buf_free(&request);
    buf_free(&answer);
    return r;
}

OSSL_CMP_MSG *
cmp_run_transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *out)
{
    struct cmp_run *run = OSSL_CMP_CTX_get_transfer_cb_arg(ctx);
    OSSL_CMP_MSG *msg = NULL;
    enum err r;

    if (run->err != OK && !run->refusing)
        return NULL;
    r = exchange(run, ctx, out, &msg);
    run->answered = run->answered || r == OK;
    if (r != OK && !run->refusing)
        run->err = r;
    return msg;
}

/* A certificate came. 0: take it; else bits of PKIFailureInfo: refuse it. */
static int
certificate_came(OSSL_CMP_CTX *ctx, X509 *x, int fail_info, const char **text)
{
    struct cmp_run *run = OSSL_CMP_CTX_get_certConf_cb_arg(ctx);
    STACK_OF(X509) *extra = OSSL_CMP_CTX_get1_extraCertsIn(ctx);
    struct cmp_order order = *run->order;
    bool vouched = false;
    enum err r;

    (void)text;
    watch_progress(run->watch, "check", 4, CMP_STEPS);
    order.ca_time = run->ca_time;
    r = cmp_certificate_check(
        run->host, &order, x, extra, &vouched, &run->result->what);
    sk_X509_pop_free(extra, X509_free);
    if (r == OK && fail_info != 0) {
        run->result->what = "key";
        r = ERR_CERTIFICATE_UNEXPECTED;
    }
    if (r == ERR_CERTIFICATE_UNEXPECTED) {
        run->refusing = true;
        fail_info |= OSSL_CMP_CTX_FAILINFO_incorrectData;
    } else if (r == OK) {
        r = run->io->received(run->io->ctx, x, vouched);
        run->received = r == OK;
    }
    run->err = r;
    return fail_info; /* with an error of ours nothing more is sent */
}

static enum err
wait_for(struct cmp_run *run, int check_after)
{
    int64_t s = check_after < CMP_POLL_MIN_S   ? CMP_POLL_MIN_S
                : check_after > CMP_POLL_MAX_S ? CMP_POLL_MAX_S
                                               : check_after;
    int64_t until = clock_monotonic(&run->host->clock) + s * 1000;

    if (until >= run->deadline)
        return ERR_CA_WAITING;
    watch_progress(run->watch, "wait", 3, CMP_STEPS);
    while (clock_monotonic(&run->host->clock) < until) {
        if (watch_cancelled(run->watch))
            return ERR_CANCELLED;
        run->io->pause(run->io->ctx, PAUSE_MS);
    }
    return OK;
}

/* Options: a MAC by the code and nothing that weakens it (security: R34). No
 * trusted store: then no signature can stand in for the MAC. */
static bool
by_code(const struct cmp_order *o, OSSL_CMP_CTX *ctx)
{
    return OSSL_CMP_CTX_set1_referenceValue(ctx,
               (const unsigned char *)o->reference,
               (int)strlen(o->reference)) == 1 &&
           OSSL_CMP_CTX_set1_secretValue(
               ctx, o->code->data, (int)o->code->len) == 1;
}

bool
cmp_run_set_up(struct cmp_run *run, OSSL_CMP_CTX *ctx)
{
    const struct cmp_order *o = run->order;
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    bool ok = id != NULL &&
              ASN1_OCTET_STRING_set(
                  id, o->transaction_id, CMP_TRANSACTION_LEN) == 1 &&
              OSSL_CMP_CTX_set1_transactionID(ctx, id) == 1 &&
              (o->signer == NULL ? by_code(o, ctx)
                                 : cmp_signed_set_up(o->signer, ctx)) &&
              OSSL_CMP_CTX_set_option(
                  ctx, OSSL_CMP_OPT_OWF_ALGNID, NID_sha256) == 1 &&
              OSSL_CMP_CTX_set_option(
                  ctx, OSSL_CMP_OPT_MAC_ALGNID, NID_hmacWithSHA256) == 1 &&
              OSSL_CMP_CTX_set_option(
                  ctx, OSSL_CMP_OPT_MSG_TIMEOUT, CMP_MESSAGE_S) == 1 &&
              OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_TOTAL_TIMEOUT,
                  CMP_TOTAL_S + CMP_MESSAGE_S) == 1 && /* ours ends first */
              OSSL_CMP_CTX_set_log_cb(ctx, silent) == 1 &&
              OSSL_CMP_CTX_set_transfer_cb(ctx, cmp_run_transfer) == 1 &&
              OSSL_CMP_CTX_set_transfer_cb_arg(ctx, run) == 1 &&
              OSSL_CMP_CTX_set_certConf_cb(ctx, certificate_came) == 1 &&
              OSSL_CMP_CTX_set_certConf_cb_arg(ctx, run) == 1;

    ASN1_OCTET_STRING_free(id);
    if (!ok || o->key == NULL)
        return ok;
    if (EVP_PKEY_up_ref(o->key) != 1)
        return false;
    if (OSSL_CMP_CTX_set0_newPkey(ctx, 1, o->key) == 1)
        return true;
    EVP_PKEY_free(o->key);
    return false;
}

/* Ask, wait, ask again. True: a certificate was confirmed. */
static bool
ask(struct cmp_run *run, OSSL_CMP_CTX *ctx, const OSSL_CRMF_MSG *crm)
{
    int done, after = 0,
              type = run->order->signer == NULL ? OSSL_CMP_IR : OSSL_CMP_KUR;

    for (;;) {
        done = OSSL_CMP_try_certreq(ctx, type, crm, &after);
        if (done != -1)
            return done == 1 && run->err == OK;
        if ((run->err = wait_for(run, after)) != OK)
            return false;
    }
}

/* The one meaning of how it ended. */
static enum err
outcome(const struct cmp_run *run, bool done)
{
    if (done || run->known)
        return OK;
    if (run->received)
        return run->err == ERR_NO_MEMORY || run->err == ERR_CANCELLED
                   ? run->err
                   : ERR_CERTIFICATE_UNCONFIRMED;
    /* our time was up in the middle of a poll: the CA did answer */
    if (run->err == ERR_CA_TIMEOUT && time_left(run) <= 0 &&
        run->result->status.status == OSSL_CMP_PKISTATUS_waiting)
        return ERR_CA_WAITING;
    if (run->err != OK)
        return run->err;
    return run->answered ? ERR_CA_ANSWER_INVALID
                         : err_openssl(__func__, ERR_INTERNAL);
}

enum err
cmp_enrol(const struct host *host, const struct cmp_order *order,
    const struct cmp_io *io, const struct watch *watch, struct cmp_result *ret)
{
    struct cmp_run run = {
        .host = host, .order = order, .io = io, .watch = watch, .result = ret
    };
    const unsigned char *p = order->request->data;
    OSSL_CMP_CTX *ctx = OSSL_CMP_CTX_new(crypto_libctx(host->crypto), NULL);
    OSSL_CRMF_MSG *crm = NULL;
    bool done;
    enum err r;

    cmp_result_free(ret);
    run.deadline = clock_monotonic(&host->clock) + CMP_TOTAL_S * 1000;
    crm = d2i_OSSL_CRMF_MSG(NULL, &p, (long)order->request->len);
    if (ctx == NULL || crm == NULL ||
        p != order->request->data + order->request->len ||
        !cmp_run_set_up(&run, ctx)) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    done = ask(&run, ctx, crm);
    r = outcome(&run, done);
    (void)err_openssl(__func__, OK);
out:
    OSSL_CRMF_MSG_free(crm);
    OSSL_CMP_CTX_free(ctx);
    return r;
}
