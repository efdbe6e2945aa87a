#include "pki/cms_verify.h"

#include <openssl/cms.h>
#include <openssl/err.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/vid.h"

enum err
cms_certificates(const struct crypto *crypto, const struct buf *der,
    struct chain_set **ret_set)
{
    const uint8_t *p = der->data;
    CMS_ContentInfo *cms = NULL;
    STACK_OF(X509) *certs = NULL;
    struct chain_set *set = NULL;
    enum err r = OK;

    cms = CMS_ContentInfo_new_ex(crypto_libctx(crypto), NULL);
    if (cms == NULL || d2i_CMS_ContentInfo(&cms, &p, (long)der->len) == NULL)
        goto out;
    certs = CMS_get1_certs(cms);
    for (int i = 0; i < sk_X509_num(certs) && r == OK; i++)
        r = chain_add(&set, sk_X509_value(certs, i));
    if (r == OK) {
        *ret_set = set;
        set = NULL;
    }
out:
    sk_X509_pop_free(certs, X509_free);
    CMS_ContentInfo_free(cms);
    chain_free(set);
    return r;
}

static const char *
date_reason(const X509 *x, int64_t at)
{
    if (at < cert_not_before(x))
        return err_reason(ERR_CERTIFICATE_NOT_YET_VALID);
    if (at > cert_not_after(x))
        return err_reason(ERR_CERTIFICATE_EXPIRED);
    return NULL;
}

/* Does the certificate carry the VID of this number and R? */
static enum err
identity_reason(const struct crypto *crypto,
    const struct cms_question *question, const X509 *x, const char **ret_reason)
{
    struct buf digest = { 0 }, vid = { 0 }, want = { 0 };
    enum err r;

    *ret_reason = NULL;
    r = vid_of_certificate(x, NULL, &digest, &vid);
    if (r == ERR_IDENTITY_VALUE_MISSING || r == ERR_CERTIFICATE_DAMAGED) {
        *ret_reason = err_reason(ERR_IDENTITY_VALUE_MISSING);
        r = OK;
        goto out;
    }
    if (r != OK || (r = vid_compute(crypto, buf_text(&digest), question->idn,
                        question->r, &want)) != OK)
        goto out;
    if (want.len == 0 || want.len != vid.len ||
        mem_compare(want.data, vid.data, vid.len) != 0)
        *ret_reason = "identity_differs";
out:
    buf_free(&digest);
    buf_free(&vid);
    buf_free(&want);
    return r;
}

static enum err
check_trust(const struct crypto *crypto, const struct cms_question *question,
    const struct chain_set *untrusted, struct cms_verdict *v, int i)
{
    const struct timestamp *stamp = &v->signers[i].timestamp;
    int64_t at = stamp->state == TIMESTAMP_GOOD ? stamp->time : question->at;
    X509 *x = v->signers[i].x;
    struct chain_set *path = NULL;
    const char *reason = NULL;
    enum err r;

    cms_verdict_add(
        v, "key_usage", cms_usage_allows(x) ? NULL : "key_usage", i);
    cms_verdict_add(v, "validity", date_reason(x, at), i);
    r = chain_path(crypto, x, untrusted, question->anchors, at, &path);
    if (r == ERR_CERTIFICATE_EXPIRED || r == ERR_CERTIFICATE_NOT_YET_VALID)
        r = OK; /* the path is good; "validity" has said the rest */
    if (r != OK && r != ERR_CHAIN_UNTRUSTED)
        return r;
    cms_verdict_add(v, "chain", r == OK ? NULL : err_reason(r), i);
    if (question->evidence != NULL)
        cms_verdict_add(v, "revocation",
            cms_verify_revocation(crypto, question, path,
                stamp->state == TIMESTAMP_GOOD ? stamp->time : 0),
            i);
    chain_free(path);
    if (question->idn == NULL)
        return OK;
    if ((r = identity_reason(crypto, question, x, &reason)) != OK)
        return r;
    cms_verdict_add(v, "identity", reason, i);
    return OK;
}

enum err
cms_verify(const struct crypto *crypto, const struct cms_question *question,
    struct cms_verdict *ret_verdict)
{
    struct chain_set *untrusted = NULL;
    struct cms_verdict v = { 0 };
    enum err r;

    if ((r = cms_verify_bytes(crypto, question, &v)) != OK)
        return r;
    if ((r = cms_verify_timestamps(crypto, question, &v)) != OK ||
        (v.signer_count > 0 && !question->pkcs1 &&
            (r = cms_certificates(crypto, question->signature, &untrusted)) !=
                OK))
        goto out;
    for (size_t i = 0; i < v.signer_count; i++) {
        if (v.signers[i].x != NULL &&
            (r = check_trust(crypto, question, untrusted, &v, (int)i)) != OK)
            goto out;
    }
    if (!cms_verdict_valid(&v) && mem_was_short()) {
        r = ERR_NO_MEMORY; /* what seems wrong may be right */
        goto out;
    }
    *ret_verdict = v;
    v = (struct cms_verdict){ 0 };
out:
    ERR_clear_error();
    chain_free(untrusted);
    cms_verdict_free(&v);
    return r;
}
