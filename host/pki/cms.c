#include "pki/cms.h"

#include <openssl/cms.h>

#include "pki/cert.h"
#include "pki/cms_value.h"
#include "pki/cms_verify.h"
#include "pki/cms_write.h"

enum err
cms_may_sign(X509 *x, int64_t now, int64_t *ret_date)
{
    int64_t from = cert_not_before(x), until = cert_not_after(x);

    *ret_date = now < from ? from : now > until ? until : 0;
    if (now > until)
        return ERR_CERTIFICATE_EXPIRED;
    if (now < from)
        return ERR_CERTIFICATE_NOT_YET_VALID;
    return cms_usage_allows(x) ? OK : ERR_NO_MATCHING_CERTIFICATE;
}

enum err
cms_sha256(const struct crypto *crypto, const struct buf *bytes,
    uint8_t ret_digest[static CMS_SHA256_LEN])
{
    size_t len = 0;

    if (EVP_Q_digest(crypto_libctx(crypto), "SHA256", NULL, buf_text(bytes),
            bytes->len, ret_digest, &len) != 1 ||
        len != CMS_SHA256_LEN)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return OK;
}

/* --- SignedData ------------------------------------------------------------ */

/* All of its signers must hold, and some may have taken another digest. */
static enum err
check_joined(const struct cms_seal *seal, const struct buf *der,
    const uint8_t *digest, const struct cms_form *form)
{
    const struct cms_question question = {
        .signature = der,
        .content = form->content,
        .digest = form->content == NULL ? digest : NULL,
    };
    struct cms_verdict verdict = { 0 };
    enum err r;

    if ((r = cms_verify_bytes(seal->crypto, &question, &verdict)) != OK)
        return r;
    if (!cms_verdict_valid(&verdict))
        r = ERR_INVALID_REQUEST;
    cms_verdict_free(&verdict);
    return r;
}

enum err
cms_sign_digest(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der)
{
    struct buf der = { 0 };
    enum err r;

    if (form->content != NULL && form->content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    if ((r = cms_write(seal, digest, form, &der)) == OK &&
        (r = form->to == NULL ? cms_check(seal, &der, digest, form)
                              : check_joined(seal, &der, digest, form)) == OK)
        buf_move(ret_der, &der);
    buf_free(&der);
    return r;
}

enum err
cms_sign(const struct cms_seal *seal, const struct buf *content,
    const struct cms_form *form, struct buf *ret_der)
{
    struct cms_form whole = *form;
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    whole.content = content;
    if ((r = cms_sha256(seal->crypto, content, digest)) != OK)
        return r;
    return cms_sign_digest(seal, digest, &whole, ret_der);
}

/* --- PKCS#1 ---------------------------------------------------------------- */

enum err
cms_sign_pkcs1(const struct cms_seal *seal, const struct buf *content,
    struct buf *ret_signature)
{
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    if (content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    if ((r = cms_sha256(seal->crypto, content, digest)) != OK)
        return r;
    return cms_sign_pkcs1_digest(seal, digest, ret_signature);
}

enum err
cms_sign_pkcs1_digest(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_signature)
{
    struct buf value = { 0 };
    enum err r;

    if (!seal->rsa)
        return ERR_KEY_SCHEME_UNSUPPORTED;
    if ((r = cms_value_sign(seal->signer, digest, &value)) == OK &&
        (r = cms_value_check(seal->reader, digest, value.data, value.len)) ==
            OK)
        buf_move(ret_signature, &value);
    buf_free(&value);
    return r;
}

/* --- messages of libcrypto --------------------------------------------------- */

enum err
cms_encode(CMS_ContentInfo *cms, struct buf *ret_der)
{
    unsigned char *der = NULL;
    int len = i2d_CMS_ContentInfo(cms, &der);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_NO_MEMORY);
    r = buf_set(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return r;
}

enum err
cms_decode(const struct crypto *crypto, const struct buf *der,
    CMS_ContentInfo **ret_cms)
{
    CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(crypto_libctx(crypto), NULL);
    const uint8_t *p = der->data;

    if (cms == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    if (p == NULL || d2i_CMS_ContentInfo(&cms, &p, (long)der->len) == NULL ||
        p != der->data + der->len) {
        CMS_ContentInfo_free(cms);
        return err_openssl(__func__, ERR_INVALID_REQUEST);
    }
    *ret_cms = cms;
    return OK;
}
