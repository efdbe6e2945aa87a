#include "pki/cms_envelope.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/vid.h"

static const struct cipher {
    const char *name; /* as OpenSSL has it, too */
    bool oaep, legacy;
} ciphers[] = {
    { "aes-256-cbc", true, false },
    { "aria-128-cbc", false, false },
    { "seed-cbc", false, true },
    { "des-ede3-cbc", false, false },
};

static const struct cipher *
find(const char *name)
{
    for (size_t i = 0; i < sizeof(ciphers) / sizeof(*ciphers); i++)
        if (strcmp(ciphers[i].name, name) == 0)
            return &ciphers[i];
    return NULL;
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
seal(OSSL_LIB_CTX *libctx, X509 *recipient, const struct cipher *cipher,
    const struct buf *content, CMS_ContentInfo **ret_cms)
{
    const unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_KEY_PARAM;
    CMS_RecipientInfo *info;
    EVP_CIPHER *evp = EVP_CIPHER_fetch(libctx, cipher->name, NULL);
    BIO *in = BIO_new_mem_buf(buf_text(content), (int)content->len);
    enum err r = OK;

    if (evp == NULL || in == NULL ||
        (*ret_cms = CMS_encrypt_ex(NULL, NULL, evp, flags, libctx, NULL)) ==
            NULL ||
        (info = CMS_add1_recipient_cert(*ret_cms, recipient, flags)) == NULL ||
        (cipher->oaep && !use_oaep(info)) ||
        CMS_final(*ret_cms, in, NULL, flags) != 1)
        r = err_openssl(__func__, ERR_INTERNAL);
    EVP_CIPHER_free(evp);
    BIO_free(in);
    return r;
}

const char *
cms_recipient_problem(X509 *recipient, int64_t now)
{
    if ((X509_get_key_usage(recipient) & KU_KEY_ENCIPHERMENT) == 0)
        return "key_usage";
    if (!vid_may_receive(recipient))
        return "key";
    if (now > cert_not_after(recipient))
        return err_reason(ERR_CERTIFICATE_EXPIRED);
    return now < cert_not_before(recipient)
               ? err_reason(ERR_CERTIFICATE_NOT_YET_VALID)
               : NULL;
}

enum err
cms_envelope(struct crypto *crypto, X509 *recipient, const char *name,
    const struct buf *content, struct buf *ret_der)
{
    const struct cipher *cipher = find(name);
    CMS_ContentInfo *cms = NULL;
    enum err r;

    if (cipher == NULL)
        return ERR_PARAM_RANGE;
    if (content->len > CMS_ENVELOPE_MAX)
        return ERR_TOO_LARGE;
    if (!vid_may_receive(recipient))
        return ERR_CHAIN_UNTRUSTED;
    if (cipher->legacy && (r = crypto_need_legacy(crypto)) != OK)
        return r;
    r = seal(crypto_libctx(crypto), recipient, cipher, content, &cms);
    if (r == OK)
        r = cms_encode(cms, ret_der);
    CMS_ContentInfo_free(cms);
    return r;
}
