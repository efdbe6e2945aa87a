#include "pki/cms.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/cms_value.h"
#include "pki/cms_verify.h"

/* The content as it is, no S/MIME capabilities, finished by add_signer. */
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

/* What is being signed, and by whom. */
struct work {
    const struct crypto *crypto;
    X509 *x;
    EVP_PKEY *key;
    const uint8_t *digest; /* SHA-256 of the content */
    const struct cms_form *form;
    CMS_ContentInfo *cms;
};

static enum err
fits(X509 *x, const EVP_PKEY *key)
{
    return EVP_PKEY_eq(X509_get0_pubkey(x), key) == 1
               ? OK
               : err_openssl(__func__, ERR_KEY_MISMATCH);
}

/* Other signers may have taken another digest than ours. */
static void
ask_of_all(const struct cms_form *form, struct cms_question *question)
{
    question->signer = NULL;
    question->content = form->content;
    if (form->content != NULL)
        question->digest = NULL;
}

/* The result must be what a stranger accepts: same content, this signer. */
static enum err
verify_own(const struct work *w, const struct buf *signature, bool pkcs1)
{
    struct cms_question question = {
        .signature = signature,
        .pkcs1 = pkcs1,
        .digest = w->digest,
        .signer = w->x,
    };
    struct cms_verdict verdict = { 0 };
    enum err r;

    if (!pkcs1) {
        question.type = w->form->type;
        if (w->form->to != NULL)
            ask_of_all(w->form, &question);
    }
    if ((r = cms_verify_bytes(w->crypto, &question, &verdict)) != OK)
        return r;
    if (!cms_verdict_valid(&verdict) ||
        (verdict.signer_count != 1 && question.signer != NULL))
        r = question.signer == NULL ? ERR_INVALID_REQUEST : ERR_INTERNAL;
    cms_verdict_free(&verdict);
    return r;
}

/* --- CMS ------------------------------------------------------------------- */

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

/* What OpenSSL would take from content that it had read itself. */
static enum err
add_digest(const struct work *w, CMS_SignerInfo *si)
{
    const ASN1_OBJECT *type = CMS_get0_eContentType(w->cms);

    if (CMS_signed_add1_attr_by_NID(
            si, NID_pkcs9_contentType, V_ASN1_OBJECT, type, -1) != 1 ||
        CMS_signed_add1_attr_by_NID(si, NID_pkcs9_messageDigest,
            V_ASN1_OCTET_STRING, w->digest, CMS_SHA256_LEN) != 1)
        return err_openssl(__func__, ERR_NO_MEMORY);
    return OK;
}

static enum err
sign_attributes(const struct work *w, CMS_SignerInfo *si)
{
    enum err r;

    if ((r = add_signing_time(si, w->form->now)) != OK ||
        (w->form->display != NULL &&
            (r = cms_display_add(si, w->form->display)) != OK) ||
        (r = add_digest(w, si)) != OK)
        return r;
    return CMS_SignerInfo_sign(si) == 1 ? OK
                                        : err_openssl(__func__, ERR_INTERNAL);
}

static enum err
sign_bare(const struct work *w, CMS_SignerInfo *si)
{
    ASN1_OCTET_STRING *to = CMS_SignerInfo_get0_signature(si);
    struct buf value = { 0 };
    enum err r;

    r = cms_value_sign(w->crypto, w->key, w->digest, &value);
    if (r == OK && ASN1_OCTET_STRING_set(to, value.data, (int)value.len) != 1)
        r = err_openssl(__func__, ERR_NO_MEMORY);
    buf_free(&value);
    return r;
}

/* OpenSSL does not put a certificate in twice. */
static bool
has_certificate(const struct work *w)
{
    STACK_OF(X509) *certs = CMS_get1_certs(w->cms); /* NULL when none */
    bool found = false;

    for (int i = 0; i < sk_X509_num(certs) && !found; i++)
        found = X509_cmp(sk_X509_value(certs, i), w->x) == 0;
    sk_X509_pop_free(certs, X509_free);
    return found;
}

static enum err
add_signer(const struct work *w)
{
    bool attributes = w->form->attributes;
    unsigned flags = FORM_FLAGS | (attributes ? CMS_CADES : CMS_NOATTR) |
                     (has_certificate(w) ? CMS_NOCERTS : 0);
    CMS_SignerInfo *si;

    si = CMS_add1_signer(w->cms, w->x, w->key, EVP_sha256(), flags);
    if (si == NULL)
        return err_openssl(__func__, ERR_INTERNAL);
    return attributes ? sign_attributes(w, si) : sign_bare(w, si);
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

static bool
put_inside(CMS_ContentInfo *cms, const struct buf *content)
{
    ASN1_OCTET_STRING **at = CMS_get0_content(cms);

    if (content == NULL)
        return true;
    return at != NULL && (*at = ASN1_OCTET_STRING_new()) != NULL &&
           ASN1_OCTET_STRING_set(
               *at, (const uint8_t *)buf_text(content), (int)content->len) == 1;
}

/* A SignedData without signers, or the one that is joined. */
static enum err
begin(struct work *w)
{
    const struct cms_form *form = w->form;

    if (form->to != NULL)
        return cms_decode(w->crypto, form->to, &w->cms);
    w->cms = CMS_sign_ex(NULL, NULL, NULL, NULL, FORM_FLAGS | CMS_DETACHED,
        crypto_libctx(w->crypto), NULL);
    if (w->cms == NULL || !set_type(w->cms, form->type) ||
        !put_inside(w->cms, form->detached ? NULL : form->content))
        return err_openssl(__func__, ERR_INTERNAL);
    return OK;
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

static enum err
sign(struct work *w, struct buf *ret_der)
{
    struct buf der = { 0 };
    enum err r;

    if ((r = fits(w->x, w->key)) != OK || (r = begin(w)) != OK ||
        (r = add_signer(w)) != OK || (r = cms_encode(w->cms, &der)) != OK ||
        (r = verify_own(w, &der, false)) != OK)
        goto out;
    buf_move(ret_der, &der);
out:
    buf_free(&der);
    CMS_ContentInfo_free(w->cms);
    return r;
}

enum err
cms_sign(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const struct buf *content, const struct cms_form *form, struct buf *ret_der)
{
    struct cms_form whole = *form;
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    whole.content = content;
    if ((r = cms_sha256(crypto, content, digest)) != OK)
        return r;
    return cms_sign_digest(crypto, x, key, digest, &whole, ret_der);
}

enum err
cms_sign_digest(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der)
{
    struct work w = {
        .crypto = crypto, .x = x, .key = key, .digest = digest, .form = form
    };

    if (form->content != NULL && form->content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    return sign(&w, ret_der);
}

/* --- PKCS#1 ---------------------------------------------------------------- */

enum err
cms_sign_pkcs1(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const struct buf *content, struct buf *ret_signature)
{
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    if (content->len > CMS_CONTENT_MAX)
        return ERR_TOO_LARGE;
    if ((r = cms_sha256(crypto, content, digest)) != OK)
        return r;
    return cms_sign_pkcs1_digest(crypto, x, key, digest, ret_signature);
}

enum err
cms_sign_pkcs1_digest(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_signature)
{
    const struct work w = { .crypto = crypto, .x = x, .digest = digest };
    struct buf value = { 0 };
    enum err r;

    if ((r = fits(x, key)) != OK)
        return r;
    if (EVP_PKEY_is_a(key, "RSA") != 1)
        return ERR_KEY_SCHEME_UNSUPPORTED;
    if ((r = cms_value_sign(crypto, key, digest, &value)) != OK ||
        (r = verify_own(&w, &value, true)) != OK)
        goto out;
    buf_move(ret_signature, &value);
out:
    buf_free(&value);
    return r;
}
