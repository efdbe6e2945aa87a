/* Signatures over content that is known by its SHA-256 alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pki/cms.h"
#include "pki/cms_verify.h"
#include "signers.h"

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
        r = cms_sign(crypto, mine, key, content, &form, ret);
    else if ((how & PKCS1) != 0)
        r = cms_sign_pkcs1_digest(crypto, mine, key, digest, ret);
    else
        r = cms_sign_digest(crypto, mine, key, digest, &form, ret);
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
        cms_sign_digest(crypto, mine, other_key, digest, &form, &out),
        ERR_KEY_MISMATCH);
    assert_int_equal(
        cms_sign_pkcs1_digest(crypto, mine, other_key, digest, &out),
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

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int
main(void)
{
    static const struct CMUnitTest more[] = {
        cmocka_unit_test(refuses_a_foreign_key_for_a_digest),
        cmocka_unit_test(openssl_accepts_a_signed_digest),
    };
    struct CMUnitTest tests[COUNT(digest_rows) + COUNT(more)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(digest_rows); i++)
        tests[n++] = (struct CMUnitTest){ digest_rows[i].name, digest_row, NULL,
            NULL, &digest_rows[i] };
    for (size_t i = 0; i < COUNT(more); i++)
        tests[n++] = more[i];
    return cmocka_run_group_tests_name(
        "cms forms", tests, signers_setup, signers_teardown);
}
