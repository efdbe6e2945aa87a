/* Signatures over content that is known by its SHA-256 alone, by several
 * signers, and in envelopes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pki/cert.h"
#include "pki/cms.h"
#include "pki/cms_envelope.h"
#include "pki/cms_join.h"
#include "pki/cms_verify.h"
#include "signers.h"
#include "support.h"

#define TEXT "a contract of many pages"

/* How a digest is signed, and what is then asked. */
#define NO_ATTR    1u
#define PKCS1      2u
#define GIVE       4u   /* the content */
#define ASK        8u   /* its digest */
#define ASK_OTHER  16u  /* another digest */
#define OURS       32u  /* made from the content, attached */
#define BIT        64u  /* of the signature changed */
#define SHA512     128u /* by another, from the content */
#define GIVE_OTHER 256u

static struct digest_row {
    const char *name;
    unsigned how;
    const char *findings; /* "" when it is good */
} digest_rows[] = {
    { "a digest, with attributes", ASK, "" },
    { "a digest, without", ASK | NO_ATTR, "" },
    { "a digest, PKCS#1", ASK | PKCS1, "" },
    { "a digest, then the content", GIVE, "" },
    { "a digest, without attributes, then the content", GIVE | NO_ATTR, "" },
    { "a digest, PKCS#1, then the content", GIVE | PKCS1, "" },
    { "a digest, then both", GIVE | ASK, "" },
    { "attached, and its digest", OURS | ASK, "" },
    { "attached without attributes, and its digest", OURS | NO_ATTR | ASK, "" },

    { "nothing given", 0, "content:content_missing" },
    { "nothing given, PKCS#1", PKCS1, "content:content_missing" },
    { "another digest", ASK_OTHER, "signature:digest_differs" },
    { "another digest, no attributes", ASK_OTHER | NO_ATTR,
        "signature:signature_wrong" },
    { "another digest, PKCS#1", ASK_OTHER | PKCS1,
        "signature:signature_wrong" },
    { "the content, but another digest", GIVE | ASK_OTHER,
        "content:content_differs signature:digest_differs" },
    { "PKCS#1, the content, but another digest", GIVE | ASK_OTHER | PKCS1,
        "content:content_differs" },
    { "the digest, but other content", GIVE_OTHER | ASK,
        "content:content_differs" },
    { "attached, and another digest", OURS | ASK_OTHER,
        "content:content_differs signature:digest_differs" },
    { "attached without attributes, and another digest",
        OURS | NO_ATTR | ASK_OTHER,
        "content:content_differs signature:signature_wrong" },
    { "signature changed", ASK | BIT, "signature:signature_wrong" },
    { "signature changed, no attributes", ASK | BIT | NO_ATTR,
        "signature:signature_wrong" },
    { "signature changed, PKCS#1", ASK | BIT | PKCS1,
        "signature:signature_wrong" },
    { "signed by SHA-512, and a SHA-256", ASK | SHA512,
        "signature:digest_unsuited" },
};

static void
sign_sha512(const struct buf *content, struct buf *ret_der)
{
    const unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_PARTIAL;
    BIO *in = BIO_new_mem_buf(content->data, (int)content->len);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);

    assert_non_null(CMS_add1_signer(cms, mine, key, EVP_sha512(), flags));
    assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
    assert_int_equal(cms_encode(cms, ret_der), OK);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

static void
make(unsigned how, const struct buf *content, const uint8_t *digest,
    struct buf *ret)
{
    const struct cms_form form = { .attributes = (how & NO_ATTR) == 0,
        .now = TEST_NOW };
    enum err r = OK;

    if ((how & SHA512) != 0)
        sign_sha512(content, ret);
    else if ((how & OURS) != 0)
        r = signers_sign(crypto, mine, key, content, &form, ret);
    else if ((how & PKCS1) != 0)
        r = signers_sign_pkcs1_digest(crypto, mine, key, digest, ret);
    else
        r = signers_sign_digest(crypto, mine, key, digest, &form, ret);
    assert_int_equal(r, OK);
    if ((how & BIT) != 0)
        ret->data[ret->len - 1] ^= 1;
}

static void
digest_row(void **state)
{
    const struct digest_row *row = *state;
    struct buf content = { 0 }, wrong = { 0 }, signature = { 0 }, text = { 0 };
    uint8_t digest[CMS_SHA256_LEN], wrong_digest[CMS_SHA256_LEN];
    struct cms_verdict v = { 0 };
    struct cms_question q = {
        .signature = &signature,
        .pkcs1 = (row->how & PKCS1) != 0,
        .content = (row->how & GIVE) != 0         ? &content
                   : (row->how & GIVE_OTHER) != 0 ? &wrong
                                                  : NULL,
        .digest = (row->how & ASK) != 0         ? digest
                  : (row->how & ASK_OTHER) != 0 ? wrong_digest
                                                : NULL,
        .signer = mine,
        .anchors = anchors,
        .at = TEST_NOW,
    };

    signers_put(&content, TEXT, sizeof(TEXT) - 1);
    signers_put(&wrong, TEXT, sizeof(TEXT) - 2);
    assert_int_equal(cms_sha256(crypto, &content, digest), OK);
    assert_int_equal(cms_sha256(crypto, &wrong, wrong_digest), OK);
    make(row->how, &content, digest, &signature);
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
refuses_a_foreign_key_for_a_digest(void **state)
{
    const struct cms_form form = { .attributes = true, .now = TEST_NOW };
    const uint8_t digest[CMS_SHA256_LEN] = { 1 };
    struct buf out = { 0 };

    (void)state;
    assert_int_equal(
        signers_sign_digest(crypto, mine, other_key, digest, &form, &out),
        ERR_KEY_MISMATCH);
    assert_int_equal(
        signers_sign_pkcs1_digest(crypto, mine, other_key, digest, &out),
        ERR_KEY_MISMATCH);
    assert_null(out.data);
}

/* A stranger's software, which reads the content, says the same. */
static void
openssl_accepts_a_signed_digest(void **state)
{
    for (unsigned how = 0; how <= NO_ATTR; how++) {
        struct buf content = { 0 }, der = { 0 };
        uint8_t digest[CMS_SHA256_LEN];
        CMS_ContentInfo *cms;
        BIO *in;

        (void)state;
        signers_put(&content, TEXT, sizeof(TEXT) - 1);
        assert_int_equal(cms_sha256(crypto, &content, digest), OK);
        make(how, &content, digest, &der);
        cms = signers_parse(&der);
        in = BIO_new_mem_buf(content.data, (int)content.len);
        assert_int_equal(CMS_verify(cms, NULL, NULL, in, NULL,
                             CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY),
            1);
        BIO_free(in);
        CMS_ContentInfo_free(cms);
        buf_free(&content);
        buf_free(&der);
    }
}

/* --- several signers ------------------------------------------------------- */

/* Certificates of one key and one root: a new person each. */
static X509 *
new_person(X509 *issuer, EVP_PKEY *issuer_key)
{
    const struct cert_spec s = {
        .cn = "Signer", .key = key, .issuer = issuer, .issuer_key = issuer_key
    };

    return make_cert(&s);
}

/* One more signer of *signed, which is replaced. */
static enum err
join(struct buf *der, const struct buf *content, X509 *x, const char **problem)
{
    const struct cms_form form = {
        .attributes = true, .now = TEST_NOW, .to = der
    };
    struct cms_join question = { .to = der, .content = content, .x = x };
    struct buf next = { 0 };
    bool detached = true;
    enum err r;

    r = cms_may_join(crypto, &question, problem, &detached);
    if (r != OK)
        return r;
    assert_false(detached);
    r = signers_sign(crypto, x, key, content, &form, &next);
    if (r == OK)
        buf_move(der, &next);
    return r;
}

static void
sixteen_sign_and_no_more(void **state)
{
    const struct cms_form form = { .attributes = true, .now = TEST_NOW };
    X509 *people[CMS_SIGNERS_MAX + 1];
    struct buf content = { 0 }, der = { 0 };
    struct cms_question q = {
        .signature = &der, .anchors = anchors, .at = TEST_NOW
    };
    struct cms_verdict v = { 0 };
    const char *problem = NULL;

    (void)state;
    signers_put(&content, TEXT, sizeof(TEXT) - 1);
    for (size_t i = 0; i <= CMS_SIGNERS_MAX; i++)
        people[i] = new_person(NULL, NULL);
    assert_int_equal(
        signers_sign(crypto, people[0], key, &content, &form, &der), OK);
    for (size_t i = 1; i < CMS_SIGNERS_MAX; i++)
        assert_int_equal(join(&der, &content, people[i], &problem), OK);
    assert_int_equal(join(&der, &content, people[CMS_SIGNERS_MAX], &problem),
        ERR_INVALID_REQUEST);
    assert_string_equal(problem, "too_many_signers");
    assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
    assert_true(cms_verdict_valid(&v));
    assert_int_equal(v.signer_count, CMS_SIGNERS_MAX);
    cms_verdict_free(&v);
    for (size_t i = 0; i <= CMS_SIGNERS_MAX; i++)
        X509_free(people[i]);
    buf_free(&content);
    buf_free(&der);
}

/* Even where nobody asked whether it may be joined. */
static void
joins_nothing_that_does_not_hold(void **state)
{
    struct cms_form form = { .attributes = true, .now = TEST_NOW };
    struct buf content = { 0 }, wrong = { 0 }, der = { 0 }, out = { 0 };

    (void)state;
    signers_put(&content, TEXT, sizeof(TEXT) - 1);
    signers_put(&wrong, TEXT, sizeof(TEXT) - 2);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    form.to = &der;
    assert_int_equal(
        signers_sign(crypto, other, other_key, &wrong, &form, &out),
        ERR_INVALID_REQUEST);
    der.data[der.len - 1] ^= 1;
    assert_int_equal(
        signers_sign(crypto, other, other_key, &content, &form, &out),
        ERR_INVALID_REQUEST);
    der.len--;
    assert_int_equal(
        signers_sign(crypto, other, other_key, &content, &form, &out),
        ERR_INVALID_REQUEST);
    assert_null(out.data);
    buf_free(&content);
    buf_free(&wrong);
    buf_free(&der);
}

/* No matter where it is cut. */
static void
joins_no_part_of_a_signature(void **state)
{
    const struct cms_form form = { .attributes = true, .now = TEST_NOW };
    struct buf content = { 0 }, der = { 0 };
    const char *problem = NULL;
    bool detached;

    (void)state;
    signers_put(&content, TEXT, sizeof(TEXT) - 1);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &der), OK);
    while (der.len > 0) {
        const struct cms_join question = {
            .to = &der, .content = &content, .x = other
        };

        der.len--;
        assert_int_equal(cms_may_join(crypto, &question, &problem, &detached),
            ERR_INVALID_REQUEST);
        assert_string_equal(problem, "not_signed_data");
    }
    buf_free(&content);
    buf_free(&der);
}

/* What the software of Korean sites made is not changed by who joins it. */
static void
joins_signatures_by_others(void **state)
{
    static const char *const files[] = { "pypinksign/TEST_MSG.p7.der",
        "delfino-sample/login.p7.der" };
    struct cms_verdict v = { 0 };
    const char *problem = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct buf der = { 0 }, content = { 0 };
        const struct cms_question q = { .signature = &der };
        bool attributes;

        support_vector(files[i], &der);
        assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
        attributes = v.signers[0].attributes;
        assert_int_equal(buf_set(&content, v.content.data, v.content.len), OK);
        cms_verdict_free(&v);
        assert_int_equal(join(&der, &content, mine, &problem), OK);
        assert_int_equal(cms_verify_bytes(crypto, &q, &v), OK);
        assert_true(cms_verdict_valid(&v));
        assert_int_equal(v.signer_count, 2);
        assert_true(v.signers[0].attributes == attributes ||
                    v.signers[1].attributes == attributes);
        cms_verdict_free(&v);
        buf_free(&der);
        buf_free(&content);
    }
}

/* --- envelopes ------------------------------------------------------------- */

static struct envelope_row {
    const char *name;
    X509 **recipient;
    const char *cipher;
    size_t length;
    enum err want;
} envelope_rows[] = {
    { "AES", &km, "aes-256-cbc", 1000, OK },
    { "ARIA", &km, "aria-128-cbc", 1000, OK },
    { "SEED", &km, "seed-cbc", 1000, OK },
    { "3DES", &km, "des-ede3-cbc", 1000, OK },
    { "nothing inside", &km, "aes-256-cbc", 0, OK },
    { "as much as there may be", &km, "seed-cbc", CMS_ENVELOPE_MAX, OK },
    { "a byte more", &km, "seed-cbc", CMS_ENVELOPE_MAX + 1, ERR_TOO_LARGE },
    { "a cipher that is none", &km, "aes-256-ecb", 10, ERR_PARAM_RANGE },
    { "a cipher in capitals", &km, "SEED-CBC", 10, ERR_PARAM_RANGE },
    { "no cipher", &km, "", 10, ERR_PARAM_RANGE },
    { "for who may only sign", &mine, "aes-256-cbc", 10, ERR_CHAIN_UNTRUSTED },
    { "for an authority", &root, "aes-256-cbc", 10, ERR_CHAIN_UNTRUSTED },
};

static void
envelope_row(void **state)
{
    const struct envelope_row *row = *state;
    struct buf content = { 0 }, der = { 0 };
    BIO *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = NULL;
    char *inside = NULL;

    assert_int_equal(buf_extend(&content, row->length), OK);
    assert_int_equal(
        cms_envelope(crypto, *row->recipient, row->cipher, &content, &der),
        row->want);
    if (row->want == OK) {
        assert_int_equal(cms_decode(crypto, &der, &cms), OK);
        assert_int_equal(
            CMS_decrypt(cms, key, *row->recipient, NULL, out, 0), 1);
        assert_int_equal(BIO_get_mem_data(out, &inside), row->length);
        if (row->length > 0)
            assert_memory_equal(inside, content.data, row->length);
    } else {
        assert_null(der.data);
    }
    CMS_ContentInfo_free(cms);
    BIO_free(out);
    buf_free(&content);
    buf_free(&der);
}

static struct recipient_row {
    const char *name;
    X509 **recipient;
    bool begin;       /* the time is told from notBefore, else from notAfter */
    int seconds;      /* that it is later */
    const char *want; /* NULL: it may receive */
} recipient_rows[] = {
    { "a recipient's first second", &km, true, 0, NULL },
    { "a recipient's last second", &km, false, 0, NULL },
    { "a second before a recipient's time", &km, true, -1,
        "certificate_not_yet_valid" },
    { "a second after a recipient's time", &km, false, 1,
        "certificate_expired" },
    { "a recipient who may only sign", &mine, true, 0, "key_usage" },
    { "an authority as recipient", &root, true, 0, "key_usage" },
    { "what may never be, after its time", &mine, false, 1, "key_usage" },
};

static void
recipient_row(void **state)
{
    const struct recipient_row *row = *state;
    X509 *x = *row->recipient;
    int64_t from = row->begin ? cert_not_before(x) : cert_not_after(x);
    const char *found = cms_recipient_problem(x, from + row->seconds);

    if (row->want == NULL)
        assert_null(found);
    else
        assert_string_equal(found, row->want);
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int
main(void)
{
    static const struct CMUnitTest more[] = {
        cmocka_unit_test(refuses_a_foreign_key_for_a_digest),
        cmocka_unit_test(openssl_accepts_a_signed_digest),
        cmocka_unit_test(sixteen_sign_and_no_more),
        cmocka_unit_test(joins_nothing_that_does_not_hold),
        cmocka_unit_test(joins_no_part_of_a_signature),
        cmocka_unit_test(joins_signatures_by_others),
    };
    struct CMUnitTest tests[COUNT(digest_rows) + COUNT(envelope_rows) +
                            COUNT(recipient_rows) + COUNT(more)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(digest_rows); i++)
        tests[n++] = (struct CMUnitTest){ digest_rows[i].name, digest_row, NULL,
            NULL, &digest_rows[i] };
    for (size_t i = 0; i < COUNT(envelope_rows); i++)
        tests[n++] = (struct CMUnitTest){ envelope_rows[i].name, envelope_row,
            NULL, NULL, &envelope_rows[i] };
    for (size_t i = 0; i < COUNT(recipient_rows); i++)
        tests[n++] = (struct CMUnitTest){ recipient_rows[i].name, recipient_row,
            NULL, NULL, &recipient_rows[i] };
    for (size_t i = 0; i < COUNT(more); i++)
        tests[n++] = more[i];
    return cmocka_run_group_tests_name(
        "cms forms", tests, signers_setup, signers_teardown);
}
