/* Revocation (cmp_npki.h). */
#include <openssl/cmp.h>

#include "pki/cmp_npki_run.h"
#include "pki/cmp_signed.h"

/* CRLReason in either form; none where none is specified. The bits of
 * ReasonFlags (RFC 2510) have the numbers of CRLReason. */
static enum err
put_reason(
    const struct ca_npki *profile, int reason, NPKI_REVOCATION *revocation)
{
    ASN1_ENUMERATED *code = NULL;
    X509_EXTENSION *ext = NULL;

    if (reason == CRL_REASON_UNSPECIFIED)
        return OK;
    if (!profile->revoke_entry) {
        revocation->reasons = ASN1_BIT_STRING_new();
        return revocation->reasons != NULL &&
                       ASN1_BIT_STRING_set_bit(
                           revocation->reasons, reason, 1) == 1
                   ? OK
                   : err_openssl(__func__, ERR_NO_MEMORY);
    }
    code = ASN1_ENUMERATED_new();
    revocation->details = sk_X509_EXTENSION_new_null();
    if (code != NULL && ASN1_ENUMERATED_set(code, reason) == 1)
        ext = X509V3_EXT_i2d(NID_crl_reason, 0, code);
    ASN1_ENUMERATED_free(code);
    if (ext != NULL && revocation->details != NULL &&
        sk_X509_EXTENSION_push(revocation->details, ext) > 0)
        return OK;
    X509_EXTENSION_free(ext);
    return err_openssl(__func__, ERR_NO_MEMORY);
}

/* One RevDetails: which certificate, and why. */
static enum err
fill(const struct ca_npki *profile, X509 *about, int reason, NPKI_BODY *body)
{
    NPKI_REVOCATION *revocation = NPKI_REVOCATION_new();

    body->value.revocations = sk_NPKI_REVOCATION_new_null();
    if (revocation == NULL || body->value.revocations == NULL ||
        sk_NPKI_REVOCATION_push(body->value.revocations, revocation) < 1) {
        NPKI_REVOCATION_free(revocation);
        return err_openssl(__func__, ERR_NO_MEMORY);
    }
    if (OSSL_CRMF_CERTTEMPLATE_fill(revocation->template, NULL, NULL,
            X509_get_issuer_name(about), X509_get0_serialNumber(about)) != 1)
        return err_openssl(__func__, ERR_INTERNAL);
    return put_reason(profile, reason, revocation);
}

/* The one status of a proved rp. */
static enum err
judge(const NPKI_REVOKED *revoked, struct cmp_status *ret_status)
{
    enum err r;

    if (sk_NPKI_STATUS_num(revoked->statuses) != 1)
        return ERR_CA_ANSWER_INVALID;
    r = npki_status_read(
        sk_NPKI_STATUS_value(revoked->statuses, 0), ret_status);
    if (r != OK)
        return r;
    ret_status->authenticated = true;
    return ret_status->status == OSSL_CMP_PKISTATUS_rejection
               ? cmp_signed_refusal(
                     NPKI_RP, ret_status, cmp_refusal(false, ret_status))
               : cmp_signed_revoked(ret_status);
}

/* Is a certificate at hand that the answer can be judged by? */
static bool
knows_ca(const struct npki_run *run)
{
    size_t i;

    for (i = 0; i < run->ca->anchor_count; i++)
        if (run->ca->anchors[i].der.len > 0)
            return true;
    return sk_X509_num(run->certs.all) > 0;
}

/* rr comes first (npki.md 5.5); a genm goes before it where the profile says
 * so, and where the CA's certificate has to be learnt. */
static enum err
dialogue(struct npki_run *run, int reason)
{
    bool at_once = !run->ca->npki.revoke_genm && knows_ca(run);
    NPKI_MESSAGE *m = NULL, *answer = NULL;
    enum err r;

    if ((r = at_once ? run->io->sending(run->io->ctx) : npki_run_greet(run)) !=
            OK ||
        (r = npki_run_address(run, NULL)) != OK ||
        (r = npki_message_new(&run->talk, NPKI_RR, &m)) != OK ||
        (r = fill(&run->ca->npki, run->talk.signer->about, reason, m->body)) !=
            OK)
        goto out;
    watch_progress(run->watch, "wait", 3, CMP_STEPS);
    r = npki_run_exchange(
        run, at_once ? CMP_NPKI_FIRST : CMP_NPKI_NEXT, m, &answer);
    if (r == OK)
        r = judge(answer->body->value.revoked, &run->result->status);
out:
    NPKI_MESSAGE_free(m);
    NPKI_MESSAGE_free(answer);
    return r;
}

enum err
cmp_npki_revoke(const struct host *host, const struct ca *ca,
    const struct cmp_signer *signer, int reason, const struct cmp_npki_io *io,
    const struct watch *watch, struct cmp_result *ret)
{
    uint8_t transaction[CMP_TRANSACTION_LEN];
    struct npki_run run = { .host = host,
        .ca = ca,
        .io = io,
        .watch = watch,
        .result = ret,
        .talk = { .signer = signer, .transaction_id = transaction } };
    enum err r;

    cmp_result_free(ret);
    if ((r = cmp_transaction(host->crypto, transaction)) == OK &&
        (r = npki_run_begin(&run, CMP_TOTAL_S)) == OK)
        r = dialogue(&run, reason);
    npki_run_free(&run);
    return r;
}
