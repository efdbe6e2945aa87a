#include "pki/cms_verify.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/algorithm.h"
#include "pki/cms_digest.h"
#include "pki/cms_shape.h"

#define CHUNK       4096 /* bytes of content digested in one step */
#define LAST_UNIQUE (-3) /* CMS_signed_get0_data_by_OBJ: one, one value */

struct work {
    const struct crypto *crypto;
    const struct cms_question *q;
    struct cms_verdict *v;
    CMS_ContentInfo *cms;
    STACK_OF(X509) * certs; /* those in the message and the expected one */
};

/* --- SignedData ------------------------------------------------------------ */

static bool
is_type(const ASN1_OBJECT *have, const char *want)
{
    char text[80];

    if (want == NULL)
        return OBJ_obj2nid(have) == NID_pkcs7_data;
    return OBJ_obj2txt(text, sizeof(text), have, 1) < (int)sizeof(text) &&
           strcmp(text, want) == 0;
}

/* One SignedData over such content and nothing after it, or the reason. */
static const char *
parse(struct work *w)
{
    const struct buf *in = w->q->signature;
    const uint8_t *p = in->data;
    struct cms_parts parts;
    struct der rest;

    if (!cms_shape(der_of(in), &rest, &parts))
        return "not_signed_data";
    w->cms = CMS_ContentInfo_new_ex(crypto_libctx(w->crypto), NULL);
    if (w->cms == NULL ||
        d2i_CMS_ContentInfo(&w->cms, &p, (long)(in->len - rest.len)) == NULL ||
        OBJ_obj2nid(CMS_get0_type(w->cms)) != NID_pkcs7_signed)
        return "not_signed_data";
    if (rest.len > 0)
        return "trailing_bytes";
    return is_type(CMS_get0_eContentType(w->cms), w->q->type) ? NULL
                                                              : "content_type";
}

/* Is what is inside what was given, as bytes or as their digest? */
static enum err
compare_content(const struct work *w, bool *ret_same)
{
    const struct buf *have = &w->v->content, *given = w->q->content;
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    *ret_same = given == NULL ||
                (given->len == have->len &&
                    (have->len == 0 ||
                        mem_compare(given->data, have->data, have->len) == 0));
    if (w->q->digest == NULL)
        return OK;
    if ((r = cms_sha256(w->crypto, have, digest)) != OK)
        return r;
    *ret_same =
        *ret_same && mem_compare(digest, w->q->digest, sizeof(digest)) == 0;
    return OK;
}

/* What was signed: inside, given, or both and then the same. */
static enum err
find_content(struct work *w, const char **ret_reason)
{
    ASN1_OCTET_STRING **at = CMS_get0_content(w->cms);
    const struct buf *given = w->q->content;
    bool same;
    enum err r;

    *ret_reason = NULL;
    w->v->detached = at == NULL || *at == NULL;
    if (w->v->detached && given == NULL) {
        *ret_reason = w->q->digest == NULL ? "content_missing" : NULL;
        return OK;
    }
    r = w->v->detached ? buf_set(&w->v->content, given->data, given->len)
                       : buf_set(&w->v->content, ASN1_STRING_get0_data(*at),
                             (size_t)ASN1_STRING_length(*at));
    if (r == OK && (r = compare_content(w, &same)) == OK && !same)
        *ret_reason = "content_differs";
    return r;
}

static enum err
find_signers(struct work *w, const char **ret_reason)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(w->cms);
    int n = infos == NULL ? 0 : sk_CMS_SignerInfo_num(infos);

    *ret_reason = NULL;
    if (n <= 0) {
        *ret_reason = "no_signer";
        return OK;
    }
    if (n > (int)CMS_SIGNERS_MAX) {
        *ret_reason = "too_many_signers";
        return OK;
    }
    w->certs = CMS_get1_certs(w->cms); /* NULL when there are none */
    if (w->certs == NULL)
        w->certs = sk_X509_new_null();
    if (w->certs == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    if (w->q->signer != NULL) {
        if (X509_up_ref(w->q->signer) != 1 ||
            sk_X509_push(w->certs, w->q->signer) == 0)
            return err_openssl(__func__, ERR_NO_MEMORY);
    }
    if (CMS_set1_signers_certs(w->cms, w->certs, 0) < 0)
        return err_openssl(__func__, ERR_NO_MEMORY);
    return OK;
}

static bool
signature_algorithm_fits(const X509_ALGOR *signature, const X509_ALGOR *digest)
{
    const ASN1_OBJECT *oid, *hash;
    int implied = NID_undef;

    X509_ALGOR_get0(&oid, NULL, NULL, signature);
    X509_ALGOR_get0(&hash, NULL, NULL, digest);
    if (OBJ_find_sigid_algs(OBJ_obj2nid(oid), &implied, NULL) != 1)
        return true; /* rsaEncryption: names no digest */
    return implied == NID_undef || implied == OBJ_obj2nid(hash);
}

/* Nobody need name it; who does must name this one. */
static bool
certificate_is_named(
    const struct work *w, CMS_SignerInfo *si, X509 *x, bool *ret_named)
{
    const ASN1_OBJECT *v1 = OBJ_nid2obj(NID_id_smime_aa_signingCertificate);
    const ASN1_OBJECT *v2 = OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2);
    const ASN1_STRING *s1, *s2;
    ESS_SIGNING_CERT *one = NULL;
    ESS_SIGNING_CERT_V2 *two = NULL;
    STACK_OF(X509) *certs = sk_X509_dup(w->certs);
    const uint8_t *p;
    bool good = certs != NULL && sk_X509_insert(certs, x, 0) != 0;

    s1 = CMS_signed_get0_data_by_OBJ(si, v1, LAST_UNIQUE, V_ASN1_SEQUENCE);
    s2 = CMS_signed_get0_data_by_OBJ(si, v2, LAST_UNIQUE, V_ASN1_SEQUENCE);
    if (s1 != NULL) {
        p = ASN1_STRING_get0_data(s1);
        one = d2i_ESS_SIGNING_CERT(NULL, &p, ASN1_STRING_length(s1));
        good = good && one != NULL;
    }
    if (s2 != NULL) {
        p = ASN1_STRING_get0_data(s2);
        two = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(s2));
        good = good && two != NULL;
    }
    good = good && OSSL_ESS_check_signing_certs(one, two, certs, 0) > 0;
    *ret_named = one != NULL || two != NULL;
    ESS_SIGNING_CERT_free(one);
    ESS_SIGNING_CERT_V2_free(two);
    sk_X509_free(certs);
    return good;
}

static void
read_signing_time(CMS_SignerInfo *si, struct cms_signer *signer)
{
    const ASN1_OBJECT *oid = OBJ_nid2obj(NID_pkcs9_signingTime);
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    const ASN1_TIME *time;
    int days = 0, seconds = 0;

    time = CMS_signed_get0_data_by_OBJ(si, oid, LAST_UNIQUE, V_ASN1_UTCTIME);
    if (time == NULL)
        time = CMS_signed_get0_data_by_OBJ(
            si, oid, LAST_UNIQUE, V_ASN1_GENERALIZEDTIME);
    if (time != NULL && epoch != NULL &&
        ASN1_TIME_diff(&days, &seconds, epoch, time) == 1)
        signer->signing_time = (int64_t)days * 86400 + seconds;
    ASN1_TIME_free(epoch);
}

static bool
attributes_fit(
    const struct work *w, CMS_SignerInfo *si, X509 *x, bool *ret_named)
{
    const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(
        si, OBJ_nid2obj(NID_pkcs9_contentType), LAST_UNIQUE, V_ASN1_OBJECT);

    return type != NULL && OBJ_cmp(type, CMS_get0_eContentType(w->cms)) == 0 &&
           certificate_is_named(w, si, x, ret_named);
}

/* Can a signature by this algorithm be this key's? NULL, or why not. */
static const char *
algorithm_reason(const X509_ALGOR *signature, const X509 *x)
{
    const char *kind = algorithm_key(signature);
    const EVP_PKEY *key = X509_get0_pubkey(x);

    if (kind == NULL)
        return "algorithm_unsuited";
    return key != NULL && EVP_PKEY_is_a(key, kind) == 1 ? NULL
                                                        : "signature_wrong";
}

/* Is it the content that this signer signed? unfit: its algorithm cannot be. */
static void
check_content(
    struct work *w, CMS_SignerInfo *si, BIO *digests, const char *unfit, int i)
{
    bool attributes = w->v->signers[i].attributes;
    const char *reason = attributes ? "digest_differs" : "signature_wrong";

    if (unfit != NULL && !attributes &&
        (digests != NULL || w->q->digest != NULL))
        reason = unfit;
    else if (w->q->digest != NULL)
        reason = cms_digest_reason(w->crypto, si, w->q->digest);
    else if (digests == NULL)
        return;
    else if (CMS_SignerInfo_verify_content(si, digests) > 0)
        reason = NULL;
    if (reason != NULL || !attributes)
        cms_verdict_add(w->v, "signature", reason, i);
}

/* Everything about one signer but trust. `digests` has seen the content. */
static enum err
check_signer(struct work *w, CMS_SignerInfo *si, BIO *digests, int i)
{
    struct cms_signer *signer = &w->v->signers[i];
    struct cms_verdict *v = w->v;
    X509_ALGOR *digest = NULL, *signature = NULL;
    X509 *x = NULL;
    const char *name, *unfit;
    enum err r;
    bool good;

    CMS_SignerInfo_get0_algs(si, NULL, &x, &digest, &signature);
    name = cms_digest_name(digest);
    signer->digest = name == NULL ? "" : name;
    signer->attributes = CMS_signed_get_attr_count(si) >= 0;
    cms_verdict_add(
        v, "certificate", x == NULL ? "certificate_missing" : NULL, i);
    if (x == NULL)
        return OK;
    if (X509_up_ref(x) != 1)
        return err_openssl(__func__, ERR_NO_MEMORY);
    signer->x = x;
    if (w->q->signer != NULL && X509_cmp(x, w->q->signer) != 0)
        cms_verdict_add(v, "certificate", "other_signer", i);
    if (!signature_algorithm_fits(signature, digest))
        name = NULL;
    cms_verdict_add(v, "digest", name == NULL ? "digest_weak" : NULL, i);
    unfit = algorithm_reason(signature, x);
    if (signer->attributes) {
        read_signing_time(si, signer);
        good = attributes_fit(w, si, x, &signer->names_certificate);
        cms_verdict_add(v, "attributes", good ? NULL : "attributes_wrong", i);
        if (unfit == NULL && CMS_SignerInfo_verify(si) <= 0)
            unfit = "signature_wrong";
        cms_verdict_add(v, "signature", unfit, i);
    }
    if ((r = cms_verify_display(w->q, si, i, v)) != OK)
        return r;
    check_content(w, si, digests, unfit, i);
    return OK;
}

/* Run the content through every digest that the message names. */
static enum err
digest_content(struct work *w, BIO **ret_digests)
{
    BIO *in = NULL, *chain = NULL;
    uint8_t chunk[CHUNK];

    if (w->q->digest != NULL)
        return OK; /* it is known already */
    if (w->v->detached) {
        in = BIO_new_mem_buf(
            w->v->content.len == 0 ? "" : (const char *)w->v->content.data,
            (int)w->v->content.len);
        if (in == NULL)
            return err_openssl(__func__, ERR_NO_MEMORY);
    }
    chain = CMS_dataInit(w->cms, in);
    if (chain == NULL) {
        BIO_free(in);
        cms_verdict_add(w->v, "structure", "digest_unknown", CMS_WHOLE);
        return OK;
    }
    while (BIO_read(chain, chunk, sizeof(chunk)) > 0)
        continue;
    mem_cleanse(chunk, sizeof(chunk));
    *ret_digests = chain;
    return OK;
}

static enum err
verify_signed_data(struct work *w)
{
    const char *reason = parse(w);
    STACK_OF(CMS_SignerInfo) * infos;
    BIO *digests = NULL;
    bool content;
    enum err r = OK;

    if (reason == NULL && (r = find_signers(w, &reason)) != OK)
        return r;
    cms_verdict_add(w->v, "structure", reason, CMS_WHOLE);
    if (reason != NULL)
        return OK;
    if ((r = find_content(w, &reason)) != OK)
        return r;
    content = reason == NULL || strcmp(reason, "content_missing") != 0;
    cms_verdict_add(w->v, "content", reason, CMS_WHOLE);
    if (content && (r = digest_content(w, &digests)) != OK)
        return r;
    infos = CMS_get0_SignerInfos(w->cms);
    for (int i = 0; i < sk_CMS_SignerInfo_num(infos) && r == OK; i++) {
        w->v->signer_count++;
        r = check_signer(w, sk_CMS_SignerInfo_value(infos, i), digests, i);
    }
    BIO_free_all(digests);
    return r;
}

/* --- all of it --------------------------------------------------------------- */

enum err
cms_verify_bytes(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *ret_verdict)
{
    struct cms_verdict v = { 0 };
    struct work w = { .crypto = crypto, .q = question, .v = &v };
    enum err r;

    if (question->signature->len > CMS_SIGNATURE_MAX)
        return ERR_TOO_LARGE;
    r = question->pkcs1 ? cms_verify_value(crypto, question, &v)
                        : verify_signed_data(&w);
    CMS_ContentInfo_free(w.cms);
    sk_X509_pop_free(w.certs, X509_free);
    ERR_clear_error(); /* what failed is in the verdict */
    if (r == OK && !cms_verdict_valid(&v) && mem_was_short())
        r = ERR_NO_MEMORY; /* and what there was no memory to see is not */
    if (r != OK)
        cms_verdict_free(&v);
    else
        *ret_verdict = v;
    return r;
}
