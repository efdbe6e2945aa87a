#include "pki/cms_envelope.h"

#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki/cms.h"
#include "pki/vid.h"

static bool
use_oaep(CMS_RecipientInfo *info)
{
    EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);

    return ctx != NULL &&
           EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0;
}

enum err
cms_envelope(const struct crypto *crypto, X509 *recipient,
    const struct buf *content, struct buf *ret_der)
{
    const unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_KEY_PARAM;
    CMS_RecipientInfo *info;
    CMS_ContentInfo *cms = NULL;
    EVP_CIPHER *evp = NULL;
    BIO *in = NULL;
    enum err r;

    if (content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    if (!vid_may_receive(recipient))
        return ERR_CHAIN_UNTRUSTED;
    evp = EVP_CIPHER_fetch(crypto_libctx(crypto), "AES-256-CBC", NULL);
    in = BIO_new_mem_buf(buf_text(content), (int)content->len);
    if (evp == NULL || in == NULL ||
        (cms = CMS_encrypt_ex(
             NULL, NULL, evp, flags, crypto_libctx(crypto), NULL)) == NULL ||
        (info = CMS_add1_recipient_cert(cms, recipient, flags)) == NULL ||
        !use_oaep(info) || CMS_final(cms, in, NULL, flags) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    r = cms_encode(cms, ret_der);
out:
    CMS_ContentInfo_free(cms);
    EVP_CIPHER_free(evp);
    BIO_free(in);
    return r;
}
