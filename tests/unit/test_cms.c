/* Signatures: what is made, and everything that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/rand.h>

#include "pki/cert.h"
#include "pki/cms.h"
#include "pki/cms_verify.h"
#include "signers.h"
#include "support.h"

#define FLAGS ((unsigned)(CMS_BINARY | CMS_NOSMIMECAP))

/* --- signing --------------------------------------------------------------- */

static struct sign_row {
    const char *name;
    bool detached, attributes;
    size_t length; /* of random content */
} sign_rows[] = {
    { "attached with attributes", false, true, 1000 },
    { "attached without attributes", false, false, 1000 },
    { "detached with attributes", true, true, 1000 },
    { "detached without attributes", true, false, 1000 },
    { "one byte", false, true, 1 },
    { "no byte, attached", false, true, 0 },
    { "no byte, detached without attributes", true, false, 0 },
    { "as long as it may be", false, true, CMS_CONTENT_MAX },
};

static void
check_attributes(CMS_SignerInfo *si, const struct buf *content)
{
    static const int nids[] = { NID_pkcs9_contentType, NID_pkcs9_messageDigest,
        NID_pkcs9_signingTime, NID_id_smime_aa_signingCertificateV2 };
    uint8_t digest[CMS_SHA256_LEN];
    const ASN1_OCTET_STRING *octets;
    const ASN1_TIME *time;
    time_t now = (time_t)TEST_NOW;

    assert_int_equal(CMS_signed_get_attr_count(si), 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(CMS_signed_get_attr_by_NID(si, nids[i], -1) >= 0);
    octets = CMS_signed_get0_data_by_OBJ(
        si, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
    assert_int_equal(cms_sha256(crypto, content, digest), OK);
    assert_int_equal(ASN1_STRING_length(octets), sizeof(digest));
    assert_memory_equal(ASN1_STRING_get0_data(octets), digest, sizeof(digest));
    time = CMS_signed_get0_data_by_OBJ(
        si, OBJ_nid2obj(NID_pkcs9_signingTime), -3, V_ASN1_UTCTIME);
    assert_non_null(time);
    assert_int_equal(ASN1_TIME_cmp_time_t(time, now), 0);
}

static void
signs_row(void **state)
{
    const struct sign_row *row = *state;
    struct cms_form form = { .detached = row->detached,
        .attributes = row->attributes,
        .now = TEST_NOW };
    struct buf content = { 0 }, der = { 0 };
    ASN1_OCTET_STRING **inside;
    CMS_ContentInfo *cms;
    STACK_OF(X509) * certs;
    CMS_SignerInfo *si;

    assert_int_equal(buf_extend(&content, row->length), OK);
    RAND_bytes(content.data, (int)row->length);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    cms = signers_parse(&der);
    inside = CMS_get0_content(cms);
    assert_int_equal(*inside == NULL, row->detached);
    if (!row->detached) {
        assert_int_equal(ASN1_STRING_length(*inside), content.len);
        assert_memory_equal(
            ASN1_STRING_get0_data(*inside), content.data, content.len);
    }
    certs = CMS_get1_certs(cms);
    assert_int_equal(sk_X509_num(certs), 1);
    assert_int_equal(X509_cmp(sk_X509_value(certs, 0), mine), 0);
    assert_int_equal(sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)), 1);
    si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
    if (row->attributes)
        check_attributes(si, &content);
    else
        assert_int_equal(CMS_signed_get_attr_count(si), -1);
    sk_X509_pop_free(certs, X509_free);
    CMS_ContentInfo_free(cms);
    buf_free(&content);
    buf_free(&der);
}

static void
refuses_a_foreign_key(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, out = { 0 };

    (void)state;
    signers_put(&content, "text", 4);
    assert_int_equal(
        signers_sign(crypto, mine, other_key, &content, &form, &out),
        ERR_KEY_MISMATCH);
    assert_int_equal(
        signers_sign_pkcs1(crypto, mine, other_key, &content, &out),
        ERR_KEY_MISMATCH);
    assert_null(out.data);
    buf_free(&content);
}

static void
refuses_too_much(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, out = { 0 };

    (void)state;
    assert_int_equal(buf_extend(&content, CMS_CONTENT_MAX + 1), OK);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &out), ERR_TOO_LARGE);
    assert_int_equal(
        signers_sign_pkcs1(crypto, mine, key, &content, &out), ERR_TOO_LARGE);
    assert_null(out.data);
    buf_free(&content);
}

static void
signs_with_an_elliptic_curve_but_not_pkcs1(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    EVP_PKEY *ec = make_key("p256");
    struct cert_spec s = { .cn = "Curve", .key = ec };
    X509 *x = make_cert(&s);
    struct buf content = { 0 }, out = { 0 };

    (void)state;
    signers_put(&content, "text", 4);
    assert_int_equal(signers_sign_pkcs1(crypto, x, ec, &content, &out),
        ERR_KEY_SCHEME_UNSUPPORTED);
    assert_null(out.data);
    assert_int_equal(signers_sign(crypto, x, ec, &content, &form, &out), OK);
    X509_free(x);
    EVP_PKEY_free(ec);
    buf_free(&content);
    buf_free(&out);
}

/* T223: the digest inside is that of exactly the bytes given. */
static void
digests_are_those_of_500_random_texts(void **state)
{
    struct cms_form form = {
        .detached = true, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, der = { 0 };
    CMS_ContentInfo *cms;
    uint8_t seed[2];

    (void)state;
    for (int i = 0; i < 500; i++) {
        RAND_bytes(seed, 2);
        buf_free(&content);
        for (size_t n = (size_t)(seed[0] << 2 | seed[1] >> 6); n > 0; n--) {
            uint8_t c[2];

            RAND_bytes(c, 2);
            if (c[0] % 3 != 0) {
                assert_int_equal(buf_put_byte(&content, c[1] & 0x7f), OK);
                continue;
            }
            c[0] = (uint8_t)(0x80 | (c[0] & 0x3f));
            c[1] = (uint8_t)(0x80 | (c[1] & 0x3f));
            assert_int_equal(buf_put_byte(&content, 0xeb), OK);
            assert_int_equal(buf_put(&content, c, 2), OK);
        }
        buf_free(&der);
        assert_int_equal(
            signers_sign(crypto, mine, key, &content, &form, &der), OK);
        cms = signers_parse(&der);
        check_attributes(
            sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0), &content);
        CMS_ContentInfo_free(cms);
    }
    buf_free(&content);
    buf_free(&der);
}

static struct may_row {
    const char *name;
    X509 **x;
    int64_t at;
    enum err want;
    int64_t date;
} may_rows[] = {
    { "a valid one may sign", &mine, TEST_NOW, OK, 0 },
    { "one without key usage may sign", &plain, TEST_NOW, OK, 0 },
    { "in its last second", &mine, TEST_NOW + 180 * TEST_DAY, OK, 0 },
    { "in its first second", &mine, TEST_NOW - 180 * TEST_DAY, OK, 0 },
    { "a second too late", &mine, TEST_NOW + 180 * TEST_DAY + 1,
        ERR_CERTIFICATE_EXPIRED, TEST_NOW + 180 * TEST_DAY },
    { "a second too early", &mine, TEST_NOW - 180 * TEST_DAY - 1,
        ERR_CERTIFICATE_NOT_YET_VALID, TEST_NOW - 180 * TEST_DAY },
    { "an expired one", &old, TEST_NOW, ERR_CERTIFICATE_EXPIRED,
        TEST_NOW - TEST_DAY },
    { "one for encryption", &km, TEST_NOW, ERR_NO_MATCHING_CERTIFICATE, 0 },
    { "an authority's own", &root, TEST_NOW, ERR_NO_MATCHING_CERTIFICATE, 0 },
};

static void
may_sign_row(void **state)
{
    const struct may_row *row = *state;
    int64_t date = -1;

    assert_int_equal(cms_may_sign(*row->x, row->at, &date), row->want);
    assert_int_equal(date, row->date);
}

/* --- verifying ------------------------------------------------------------- */

enum make {
    M_OURS,       /* cms_sign */
    M_PKCS1,      /* cms_sign_pkcs1 */
    M_SHA512,     /* OpenSSL, SHA-512 */
    M_SHA1,       /* OpenSSL, SHA-1 */
    M_MD5,        /* OpenSSL, MD5, no attributes */
    M_NO_CERT,    /* OpenSSL, no certificate inside */
    M_PLAIN_ATTR, /* OpenSSL, attributes without signingCertificateV2 */
    M_KEY_ID,     /* OpenSSL, signer by subject key id */
    M_TWO,        /* two good signers */
    M_TWO_BAD,    /* two signers, the signature of one changed */
    M_NO_SIGNER,  /* certificates only */
    M_OTHER_TYPE, /* content type is not data */
    M_WRONG_ESS,  /* signingCertificateV2 names another certificate */
    M_DATA,       /* a ContentInfo of plain data */
};

#define DETACHED   1u
#define NO_ATTR    2u
#define GIVE       4u  /* the content is given to the verifier */
#define GIVE_OTHER 8u  /* another content is */
#define TAMPER     16u /* a byte of the content inside is changed */
#define TRAILING   32u /* a byte after the end */
#define BIT        64u /* the last bit of the signature value is changed */
#define CUT        128u
#define EXPECT     256u /* the verifier expects `mine` */
#define EXPECT_KIM 512u /* the verifier expects `other` */
#define NO_ANCHOR  1024u

static struct verify_row {
    const char *name;
    enum make make;
    unsigned how;
    X509 **x;
    int64_t days;         /* from TEST_NOW */
    const char *findings; /* "check:reason" of each bad answer; "" = valid */
} verify_rows[] = {
    { "attached", M_OURS, 0, &mine, 0, "" },
    { "attached, no attributes", M_OURS, NO_ATTR, &mine, 0, "" },
    { "attached, and the same content given", M_OURS, GIVE, &mine, 0, "" },
    { "detached", M_OURS, DETACHED | GIVE, &mine, 0, "" },
    { "detached, no attributes", M_OURS, DETACHED | NO_ATTR | GIVE, &mine, 0,
        "" },
    { "the expected signer", M_OURS, EXPECT, &mine, 0, "" },
    { "SHA-512", M_SHA512, 0, &mine, 0, "" },
    { "attributes without signingCertificateV2", M_PLAIN_ATTR, 0, &mine, 0,
        "" },
    { "signer named by key identifier", M_KEY_ID, 0, &mine, 0, "" },
    { "certificate given, not inside", M_NO_CERT, EXPECT, &mine, 0, "" },
    { "two signers", M_TWO, 0, &mine, 0, "" },
    { "PKCS#1", M_PKCS1, GIVE | EXPECT, &mine, 0, "" },
    { "one without key usage", M_OURS, 0, &plain, 0, "" },
    { "an expired one, at a time when it was valid", M_OURS, 0, &old, -10, "" },

    { "content changed", M_OURS, TAMPER, &mine, 0, "signature:digest_differs" },
    { "content changed, no attributes", M_OURS, TAMPER | NO_ATTR, &mine, 0,
        "signature:signature_wrong" },
    { "attached, another content given", M_OURS, GIVE_OTHER, &mine, 0,
        "content:content_differs" },
    { "detached, another content", M_OURS, DETACHED | GIVE_OTHER, &mine, 0,
        "signature:digest_differs" },
    { "detached, another content, no attributes", M_OURS,
        DETACHED | GIVE_OTHER | NO_ATTR, &mine, 0,
        "signature:signature_wrong" },
    { "detached, no content", M_OURS, DETACHED, &mine, 0,
        "content:content_missing" },
    { "signature changed", M_OURS, BIT, &mine, 0, "signature:signature_wrong" },
    { "signature changed, no attributes", M_OURS, BIT | NO_ATTR, &mine, 0,
        "signature:signature_wrong" },
    { "a byte after the end", M_OURS, TRAILING, &mine, 0,
        "structure:trailing_bytes" },
    { "a byte short", M_OURS, CUT, &mine, 0, "structure:not_signed_data" },
    { "another signer than expected", M_OURS, EXPECT_KIM, &mine, 0,
        "certificate:other_signer" },
    { "SHA-1", M_SHA1, 0, &mine, 0, "digest:digest_weak" },
    { "MD5", M_MD5, 0, &mine, 0, "digest:digest_weak" },
    { "no certificate anywhere", M_NO_CERT, 0, &mine, 0,
        "certificate:certificate_missing" },
    { "two signers, one of them bad", M_TWO_BAD, 0, &mine, 0,
        "signature:signature_wrong" },
    { "no signer", M_NO_SIGNER, 0, &mine, 0, "structure:no_signer" },
    { "content of another type", M_OTHER_TYPE, 0, &mine, 0,
        "structure:content_type" },
    { "signingCertificateV2 of another certificate", M_WRONG_ESS, 0, &mine, 0,
        "attributes:attributes_wrong" },
    { "no SignedData", M_DATA, 0, &mine, 0, "structure:not_signed_data" },
    { "no anchor", M_OURS, NO_ANCHOR, &mine, 0, "chain:chain_untrusted" },
    { "a stranger", M_OURS, 0, &stranger, 0, "chain:chain_untrusted" },
    { "for encryption only", M_OURS, 0, &km, 0, "key_usage:key_usage" },
    { "expired", M_OURS, 0, &old, 0, "validity:certificate_expired" },
    { "expired in a year", M_OURS, 0, &mine, 200,
        "validity:certificate_expired chain:chain_untrusted" },
    { "not valid yet", M_OURS, 0, &old, -100,
        "validity:certificate_not_yet_valid" },
    { "PKCS#1, other content", M_PKCS1, GIVE_OTHER | EXPECT, &mine, 0,
        "signature:signature_wrong" },
    { "PKCS#1, other signer", M_PKCS1, GIVE | EXPECT_KIM, &mine, 0,
        "signature:signature_wrong" },
    { "PKCS#1, a byte after the end", M_PKCS1, GIVE | EXPECT | TRAILING, &mine,
        0, "signature:signature_wrong" },
    { "PKCS#1, a byte short", M_PKCS1, GIVE | EXPECT | CUT, &mine, 0,
        "signature:signature_wrong" },
    { "PKCS#1 without content", M_PKCS1, EXPECT, &mine, 0,
        "content:content_missing" },
    { "PKCS#1 without a certificate", M_PKCS1, GIVE, &mine, 0,
        "certificate:certificate_missing" },
};

static void
sign_by_openssl(const struct verify_row *row, const struct buf *content,
    struct buf *ret_der)
{
    const EVP_MD *md = row->make == M_SHA512 ? EVP_sha512()
                       : row->make == M_SHA1 ? EVP_sha1()
                       : row->make == M_MD5  ? EVP_md5()
                                             : EVP_sha256();
    unsigned flags = FLAGS | CMS_PARTIAL;
    BIO *in = BIO_new_mem_buf(content->data, (int)content->len);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    CMS_SignerInfo *si = NULL;
    unsigned char *der = NULL;
    int len;

    if (row->make == M_MD5)
        flags |= CMS_NOATTR;
    if (row->make == M_KEY_ID)
        flags |= CMS_USE_KEYID;
    if (row->make == M_NO_CERT)
        flags |= CMS_NOCERTS;
    if (row->make == M_OTHER_TYPE)
        CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo));
    if (row->make == M_NO_SIGNER)
        CMS_add1_cert(cms, mine);
    else
        assert_non_null(si = CMS_add1_signer(cms, *row->x, key, md, flags));
    if (row->make == M_TWO || row->make == M_TWO_BAD)
        assert_non_null(CMS_add1_signer(cms, other, other_key, md, flags));
    if (row->make == M_WRONG_ESS) {
        CMS_ContentInfo *kims = CMS_sign(NULL, NULL, NULL, NULL, flags);
        CMS_SignerInfo *kim = CMS_add1_signer(
            kims, other, other_key, EVP_sha256(), flags | CMS_CADES);
        const ASN1_OBJECT *oid =
            OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2);
        ASN1_STRING *ess =
            CMS_signed_get0_data_by_OBJ(kim, oid, -3, V_ASN1_SEQUENCE);

        assert_non_null(ess);
        assert_int_equal(
            CMS_signed_add1_attr_by_OBJ(si, oid, V_ASN1_SEQUENCE, ess, -1), 1);
        CMS_ContentInfo_free(kims);
    }
    if (row->make != M_NO_SIGNER) /* it cannot finish nothing */
        assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
    if (row->make == M_TWO_BAD) {
        ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(
            sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 1));
        uint8_t bytes[512];
        int n = ASN1_STRING_length(value);

        memcpy(bytes, ASN1_STRING_get0_data(value), (size_t)n);
        bytes[n - 1] ^= 1;
        ASN1_STRING_set(value, bytes, n);
    }
    len = i2d_CMS_ContentInfo(cms, &der);
    assert_true(len > 0);
    signers_put(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

static void
make_signature(const struct verify_row *row, const struct buf *content,
    struct buf *ret_signature)
{
    struct cms_form form = { .detached = (row->how & DETACHED) != 0,
        .attributes = (row->how & NO_ATTR) == 0,
        .now = TEST_NOW };
    uint8_t *at;

    if (row->make == M_OURS)
        assert_int_equal(
            signers_sign(crypto, *row->x, key, content, &form, ret_signature),
            OK);
    else if (row->make == M_PKCS1)
        assert_int_equal(
            signers_sign_pkcs1(crypto, *row->x, key, content, ret_signature),
            OK);
    else if (row->make == M_DATA)
        signers_put(ret_signature,
            "\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x02\x04",
            17);
    else
        sign_by_openssl(row, content, ret_signature);
    if ((row->how & TAMPER) != 0) {
        at = memmem(ret_signature->data, ret_signature->len, content->data,
            content->len);
        assert_non_null(at);
        *at ^= 1;
    }
    if ((row->how & BIT) != 0)
        ret_signature->data[ret_signature->len - 1] ^= 1;
    if ((row->how & TRAILING) != 0)
        assert_int_equal(buf_put_byte(ret_signature, 0), OK);
    if ((row->how & CUT) != 0)
        ret_signature->len--;
}

static void
verifies_row(void **state)
{
    const struct verify_row *row = *state;
    struct buf content = { 0 }, wrong = { 0 }, signature = { 0 }, text = { 0 };
    struct cms_verdict v = { 0 };
    struct cms_question q = {
        .signature = &signature,
        .pkcs1 = row->make == M_PKCS1,
        .content = (row->how & GIVE) != 0         ? &content
                   : (row->how & GIVE_OTHER) != 0 ? &wrong
                                                  : NULL,
        .signer = (row->how & EXPECT) != 0       ? *row->x
                  : (row->how & EXPECT_KIM) != 0 ? other
                                                 : NULL,
        .anchors = (row->how & NO_ANCHOR) != 0 ? NULL : anchors,
        .at = TEST_NOW + row->days * TEST_DAY,
    };

    signers_put(&content, "transfer 1,000,000 to Kim", 25);
    signers_put(&wrong, "transfer 9,000,000 to Kim", 25);
    make_signature(row, &content, &signature);
    assert_int_equal(cms_verify(crypto, &q, &v), OK);
    signers_describe(&v, &text);
    assert_string_equal(buf_text(&text), row->findings);
    assert_int_equal(cms_verdict_valid(&v), *row->findings == '\0');
    cms_verdict_free(&v);
    buf_free(&content);
    buf_free(&wrong);
    buf_free(&signature);
    buf_free(&text);
}

static void
every_changed_byte_is_noticed(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, der = { 0 };
    struct cms_question q = { .signature = &der,
        .content = &content,
        .anchors = anchors,
        .at = TEST_NOW };
    struct cms_verdict v = { 0 };
    size_t unnoticed = 0;

    (void)state;
    signers_put(&content, "text", 4);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    for (size_t i = 0; i < der.len; i++) {
        der.data[i] ^= 1;
        assert_int_equal(cms_verify(crypto, &q, &v), OK);
        if (cms_verdict_valid(&v))
            unnoticed++;
        cms_verdict_free(&v);
        der.data[i] ^= 1;
    }
    /* two version numbers and the tag of the NULL behind rsaEncryption: no
     * meaning hangs on them */
    assert_true(unnoticed <= 3);
    buf_free(&content);
    buf_free(&der);
}

static void
every_truncation_is_refused(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, der = { 0 }, cut = { 0 };
    struct cms_question q = {
        .signature = &cut, .anchors = anchors, .at = TEST_NOW
    };
    struct cms_verdict v = { 0 };

    (void)state;
    signers_put(&content, "text", 4);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    for (size_t len = 0; len < der.len; len++) {
        signers_put(&cut, der.data, len);
        assert_int_equal(cms_verify(crypto, &q, &v), OK);
        assert_false(cms_verdict_valid(&v));
        cms_verdict_free(&v);
    }
    buf_free(&content);
    buf_free(&der);
    buf_free(&cut);
}

static void
the_verdict_names_signer_time_and_content(void **state)
{
    struct cms_form form = {
        .detached = false, .attributes = true, .now = TEST_NOW
    };
    struct buf content = { 0 }, der = { 0 };
    struct cms_question q = {
        .signature = &der, .anchors = anchors, .at = TEST_NOW
    };
    struct cms_verdict v = { 0 };

    (void)state;
    signers_put(&content, "a\0b", 3);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    assert_int_equal(cms_verify(crypto, &q, &v), OK);
    assert_int_equal(v.signer_count, 1);
    assert_int_equal(X509_cmp(v.signers[0].x, mine), 0);
    assert_string_equal(v.signers[0].digest, "SHA256");
    assert_true(v.signers[0].attributes);
    assert_int_equal(v.signers[0].signing_time, TEST_NOW);
    assert_false(v.detached);
    assert_int_equal(v.content.len, 3);
    assert_memory_equal(v.content.data, "a\0b", 3);
    cms_verdict_free(&v);
    assert_false(cms_verdict_valid(&v));
    buf_free(&content);
    buf_free(&der);
}

/* --- signatures of other programs ------------------------------------------ */

static void
a_login_by_delfino_verifies(void **state)
{
    struct buf der = { 0 }, content = { 0 };
    struct cms_question q = { .signature = &der, .content = &content };
    struct cms_verdict v = { 0 };

    (void)state;
    support_vector("delfino-sample/login.p7.der", &der);
    support_vector("delfino-sample/content.bin", &content);
    assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
    assert_true(cms_verdict_valid(&v));
    assert_true(v.signers[0].attributes);
    cms_verdict_free(&v);
    content.data[0] ^= 1;
    assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
    assert_false(cms_verdict_valid(&v));
    cms_verdict_free(&v);
    buf_free(&der);
    buf_free(&content);
}

static void
signatures_by_pypinksign_verify(void **state)
{
    struct buf der = { 0 }, value = { 0 }, cert = { 0 }, content = { 0 };
    struct cms_question q = { .signature = &der };
    struct cms_verdict v = { 0 };
    X509 *x = NULL;

    (void)state;
    support_vector("pypinksign/TEST_MSG.p7.der", &der);
    support_vector("pypinksign/TEST_MSG.pkcs1.sig", &value);
    support_vector("pypinksign/signCert.der", &cert);
    assert_int_equal(cert_parse(crypto, &cert, &x), OK);
    assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
    assert_true(cms_verdict_valid(&v));
    assert_false(v.signers[0].attributes);
    assert_int_equal(X509_cmp(v.signers[0].x, x), 0);
    assert_int_equal(buf_set(&content, v.content.data, v.content.len), OK);
    cms_verdict_free(&v);
    q = (struct cms_question){
        .signature = &value, .pkcs1 = true, .content = &content, .signer = x
    };
    assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
    assert_true(cms_verdict_valid(&v));
    cms_verdict_free(&v);
    X509_free(x);
    buf_free(&der);
    buf_free(&value);
    buf_free(&cert);
    buf_free(&content);
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int
main(void)
{
    static const struct CMUnitTest more[] = {
        cmocka_unit_test(refuses_a_foreign_key),
        cmocka_unit_test(refuses_too_much),
        cmocka_unit_test(signs_with_an_elliptic_curve_but_not_pkcs1),
        cmocka_unit_test(digests_are_those_of_500_random_texts),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(the_verdict_names_signer_time_and_content),
        cmocka_unit_test(a_login_by_delfino_verifies),
        cmocka_unit_test(signatures_by_pypinksign_verify),
    };
    struct CMUnitTest tests[COUNT(sign_rows) + COUNT(may_rows) +
                            COUNT(verify_rows) + COUNT(more)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(sign_rows); i++)
        tests[n++] = (struct CMUnitTest){ sign_rows[i].name, signs_row, NULL,
            NULL, &sign_rows[i] };
    for (size_t i = 0; i < COUNT(may_rows); i++)
        tests[n++] = (struct CMUnitTest){ may_rows[i].name, may_sign_row, NULL,
            NULL, &may_rows[i] };
    for (size_t i = 0; i < COUNT(verify_rows); i++)
        tests[n++] = (struct CMUnitTest){ verify_rows[i].name, verifies_row,
            NULL, NULL, &verify_rows[i] };
    for (size_t i = 0; i < COUNT(more); i++)
        tests[n++] = more[i];
    return cmocka_run_group_tests_name(
        "cms", tests, signers_setup, signers_teardown);
}
