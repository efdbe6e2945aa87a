#include "pki/cms_envelope.h"

#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki/cms.h"

#define RECIPIENT_MIN 2048 /* bits */

static bool
may_receive(X509 *recipient)
{
    EVP_PKEY *key = X509_get0_pubkey(recipient);

    return key != NULL && EVP_PKEY_is_a(key, "RSA") == 1 &&
           EVP_PKEY_get_bits(key) >= RECIPIENT_MIN &&
           (X509_get_key_usage(recipient) & KU_KEY_ENCIPHERMENT) != 0;
}

static bool
use_oaep(CMS_RecipientInfo *info)
{
    EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);

    return ctx != NULL &&
           EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0;
}

static enum err
encode(CMS_ContentInfo *cms, struct buf *ret_der)
{
    unsigned char *der = NULL;
    int len = i2d_CMS_ContentInfo(cms, &der);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_NO_MEMORY);
    r = buf_put(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return r;
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
    if (!may_receive(recipient))
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
    r = encode(cms, ret_der);
out:
    CMS_ContentInfo_free(cms);
    EVP_CIPHER_free(evp);
    BIO_free(in);
    return r;
}
