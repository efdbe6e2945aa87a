#include <openssl/evp.h>

#include "pki/cms_verify.h"

enum err
cms_verify_value(const struct crypto *crypto, const struct cms_question *q,
    struct cms_verdict *v)
{
    struct cms_signer *signer = &v->signers[0];
    EVP_MD_CTX *ctx = NULL;
    EVP_PKEY *key;
    bool good;
    enum err r;

    v->detached = true;
    cms_verdict_add(v, "structure", NULL, CMS_WHOLE);
    cms_verdict_add(
        v, "content", q->content == NULL ? "content_missing" : NULL, CMS_WHOLE);
    v->signer_count = 1;
    signer->digest = "SHA256";
    cms_verdict_add(
        v, "certificate", q->signer == NULL ? "certificate_missing" : NULL, 0);
    if (q->content == NULL || q->signer == NULL)
        return OK;
    if ((r = buf_set(&v->content, q->content->data, q->content->len)) != OK)
        return r;
    if (X509_up_ref(q->signer) != 1)
        return err_openssl(__func__, ERR_NO_MEMORY);
    signer->x = q->signer;
    key = X509_get0_pubkey(q->signer);
    if ((ctx = EVP_MD_CTX_new()) == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    good = key != NULL && EVP_PKEY_is_a(key, "RSA") == 1 &&
           EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", crypto_libctx(crypto),
               NULL, key, NULL) == 1 &&
           EVP_DigestVerify(ctx, q->signature->data, q->signature->len,
               v->content.data, v->content.len) == 1;
    EVP_MD_CTX_free(ctx);
    cms_verdict_add(v, "signature", good ? NULL : "signature_wrong", 0);
    return OK;
}
