#include <string.h>

#include "base/mem.h"
#include "pki/cms.h"
#include "pki/cms_value.h"
#include "pki/cms_verify.h"

/* The SHA-256 of the content: given, computed, or both and then the same. */
static enum err
find_digest(const struct crypto *crypto, const struct cms_question *q,
    uint8_t ret_digest[static CMS_SHA256_LEN], const char **ret_reason)
{
    enum err r;

    *ret_reason = NULL;
    if (q->content == NULL && q->digest == NULL)
        *ret_reason = "content_missing";
    if (q->content == NULL) {
        if (q->digest != NULL)
            memcpy(ret_digest, q->digest, CMS_SHA256_LEN);
        return OK;
    }
    if ((r = cms_sha256(crypto, q->content, ret_digest)) != OK)
        return r;
    if (q->digest != NULL &&
        mem_compare(ret_digest, q->digest, CMS_SHA256_LEN) != 0)
        *ret_reason = "content_differs";
    return OK;
}

enum err
cms_verify_value(const struct crypto *crypto, const struct cms_question *q,
    struct cms_verdict *v)
{
    struct cms_signer *signer = &v->signers[0];
    uint8_t digest[CMS_SHA256_LEN] = { 0 };
    const char *reason;
    EVP_PKEY *key;
    bool good;
    enum err r;

    if ((r = find_digest(crypto, q, digest, &reason)) != OK)
        return r;
    v->detached = true;
    cms_verdict_add(v, "structure", NULL, CMS_WHOLE);
    cms_verdict_add(v, "content", reason, CMS_WHOLE);
    v->signer_count = 1;
    signer->digest = "SHA256";
    cms_verdict_add(
        v, "certificate", q->signer == NULL ? "certificate_missing" : NULL, 0);
    if (reason != NULL || q->signer == NULL)
        return OK;
    if (q->content != NULL &&
        (r = buf_set(&v->content, q->content->data, q->content->len)) != OK)
        return r;
    if (X509_up_ref(q->signer) != 1)
        return err_openssl(__func__, ERR_NO_MEMORY);
    signer->x = q->signer;
    key = X509_get0_pubkey(q->signer);
    good = key != NULL && EVP_PKEY_is_a(key, "RSA") == 1 &&
           cms_value_fits(
               crypto, key, digest, q->signature->data, q->signature->len);
    cms_verdict_add(v, "signature", good ? NULL : "signature_wrong", 0);
    return OK;
}
