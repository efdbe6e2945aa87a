#include "pki/cms.h"

#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/cms_verify.h"

/* The content as it is, no S/MIME capabilities, finished by cms_sign. */
#define FORM_FLAGS ((unsigned)(CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL))

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

/* The result must be what a stranger accepts: same content, this signer. */
static enum err
verify_own(const struct crypto *crypto, X509 *x, bool pkcs1, const char *type,
    const struct buf *content, const struct buf *signature)
{
    struct cms_question question = {
        .signature = signature,
        .pkcs1 = pkcs1,
        .type = type,
        .content = content,
        .signer = x,
    };
    struct cms_verdict verdict = { 0 };
    enum err r;

    if ((r = cms_verify_bytes(crypto, &question, &verdict)) != OK)
        return r;
    if (!cms_verdict_valid(&verdict) || verdict.signer_count != 1)
        r = ERR_INTERNAL;
    cms_verdict_free(&verdict);
    return r;
}

static enum err
usable(const X509 *x, const EVP_PKEY *key, const struct buf *content)
{
    if (content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    if (EVP_PKEY_eq(X509_get0_pubkey(x), key) != 1)
        return err_openssl(__func__, ERR_KEY_MISMATCH);
    return OK;
}

static enum err
add_signing_time(CMS_SignerInfo *si, int64_t now)
{
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)now);
    bool done =
        time != NULL && CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime,
                            time->type, time, -1) == 1;

    ASN1_TIME_free(time);
    return done ? OK : err_openssl(__func__, ERR_NO_MEMORY);
}

static enum err
add_attributes(CMS_SignerInfo *si, const struct cms_form *form)
{
    enum err r = add_signing_time(si, form->now);

    if (r == OK && form->display != NULL)
        r = cms_display_add(si, form->display);
    return r;
}

static bool
set_type(CMS_ContentInfo *cms, const char *type)
{
    ASN1_OBJECT *oid = type == NULL ? NULL : OBJ_txt2obj(type, 1);
    bool done =
        type == NULL || (oid != NULL && CMS_set1_eContentType(cms, oid) == 1);

    ASN1_OBJECT_free(oid);
    return done;
}

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
cms_sign(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const struct buf *content, const struct cms_form *form, struct buf *ret_der)
{
    unsigned flags = FORM_FLAGS | (form->detached ? CMS_DETACHED : 0) |
                     (form->attributes ? CMS_CADES : CMS_NOATTR);
    struct buf der = { 0 };
    CMS_ContentInfo *cms = NULL;
    CMS_SignerInfo *si = NULL;
    BIO *in = NULL;
    enum err r;

    if ((r = usable(x, key, content)) != OK)
        return r;
    in = BIO_new_mem_buf(buf_text(content), (int)content->len);
    cms =
        CMS_sign_ex(NULL, NULL, NULL, NULL, flags, crypto_libctx(crypto), NULL);
    if (in == NULL || cms == NULL || !set_type(cms, form->type) ||
        (si = CMS_add1_signer(cms, x, key, EVP_sha256(), flags)) == NULL) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    if (form->attributes && (r = add_attributes(si, form)) != OK)
        goto out;
    if (CMS_final(cms, in, NULL, flags) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    if ((r = cms_encode(cms, &der)) != OK ||
        (r = verify_own(crypto, x, false, form->type, content, &der)) != OK)
        goto out;
    buf_move(ret_der, &der);
out:
    buf_free(&der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    return r;
}

enum err
cms_sign_pkcs1(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const struct buf *content, struct buf *ret_signature)
{
    const uint8_t *data = (const uint8_t *)buf_text(content);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pctx = NULL; /* belongs to ctx */
    struct buf value = { 0 };
    size_t len = 0;
    enum err r;

    if ((r = usable(x, key, content)) != OK)
        goto out;
    if (EVP_PKEY_is_a(key, "RSA") != 1) {
        r = ERR_KEY_SCHEME_UNSUPPORTED;
        goto out;
    }
    if (ctx == NULL ||
        EVP_DigestSignInit_ex(ctx, &pctx, "SHA256", crypto_libctx(crypto), NULL,
            key, NULL) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PADDING) != 1 ||
        EVP_DigestSign(ctx, NULL, &len, data, content->len) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    if ((r = buf_extend(&value, len)) != OK)
        goto out;
    if (EVP_DigestSign(ctx, value.data, &len, data, content->len) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    value.len = len;
    if ((r = verify_own(crypto, x, true, NULL, content, &value)) != OK)
        goto out;
    buf_move(ret_signature, &value);
out:
    buf_free(&value);
    EVP_MD_CTX_free(ctx);
    return r;
}
