/* Addresses, algorithms and reasons; and CRLs and OCSP answers cut at every
 * byte, or with any one byte changed. What a CA can do wrong in whole is in
 * tests/cmp/revocation.test.mjs. */
#include "support.h"

#include <string.h>

#include <openssl/ocsp.h>

#include "make_cert.h"
#include "pki/algorithm.h"
#include "pki/revocation.h"

static struct {
    struct crypto *crypto;
    EVP_PKEY *ca_key, *key;
    X509 *ca, *x;
    struct buf crl, ocsp;
    uint8_t nonce[REVOCATION_NONCE_LEN];
} world;

/* --- rows ------------------------------------------------------------------ */

static struct url_row {
    const char *name, *url;
    bool ocsp, crl; /* may it be asked? */
} url_rows[] = {
    { "http", "http://ocsp.yessign.org:4612", true, true },
    { "http with a path", "http://ca.example/dp1.crl?x=1", true, true },
    { "a directory",
        "ldap://ds.yessign.or.kr:389/ou=dp4p5,ou=AccreditedCA,o=yessign,c=kr"
        "?certificateRevocationList",
        false, true },
    { "empty", "", false, false },
    { "no scheme", "//ca.example/", false, false },
    { "https", "https://ca.example/", false, false },
    { "ldaps", "ldaps://ca.example/cn=x", false, false },
    { "ftp", "ftp://ca.example/x", false, false },
    { "file", "file:///etc/passwd", false, false },
    { "gopher", "gopher://ca.example/1", false, false },
    { "dict", "dict://ca.example/", false, false },
    { "data", "data:,x", false, false },
    { "javascript", "javascript:alert(1)", false, false },
    { "a scheme in capitals", "HTTP://ca.example/", false, false },
    { "no host", "http://", false, false },
    { "no host, a path", "http:///x", false, false },
    { "no host, a port", "http://:80/", false, false },
    { "a directory without a host", "ldap:///cn=x?crl", false, false },
    { "a user", "http://user@ca.example/", false, false },
    { "a user and a password", "http://u:p@ca.example/", false, false },
    { "a fragment", "http://ca.example/#x", false, false },
    { "a backslash", "http:\\\\ca.example\\", false, false },
    { "a blank", "http://ca.example/a b", false, false },
    { "a line's end", "http://ca.example/\r\nHost: x", false, false },
    { "Hangul", "http://ca.example/한글", false, false },
};

static void
address(void **state)
{
    const struct url_row *row = *state;

    assert_int_equal(revocation_url_ok(row->url, false), row->ocsp);
    assert_int_equal(revocation_url_ok(row->url, true), row->crl);
}

static void
a_long_address(void **state)
{
    char url[1100] = "http://ca.example/";
    size_t len = strlen(url);

    (void)state;
    memset(url + len, 'x', sizeof(url) - len - 1);
    url[1024] = '\0';
    assert_true(revocation_url_ok(url, false));
    url[1024] = 'x';
    url[1025] = '\0';
    assert_false(revocation_url_ok(url, false));
}

static struct algorithm_row {
    const char *name;
    int nid;
    bool ok;
} algorithm_rows[] = {
    { "sha256WithRSA", NID_sha256WithRSAEncryption, true },
    { "ecdsa-with-SHA384", NID_ecdsa_with_SHA384, true },
    { "Ed25519", NID_ED25519, false },
    { "sha1WithRSA", NID_sha1WithRSAEncryption, false },
    { "md5WithRSA", NID_md5WithRSAEncryption, false },
    { "ecdsa-with-SHA1", NID_ecdsa_with_SHA1, false },
    { "a digest alone", NID_sha256, false },
    { "PSS, whose digest is elsewhere", NID_rsassaPss, false },
    { "none", NID_undef, false },
};

static void
algorithm(void **state)
{
    const struct algorithm_row *row = *state;

    assert_int_equal(algorithm_proves(row->nid), row->ok);
}

static void
reasons_have_names(void **state)
{
    (void)state;
    assert_string_equal(revocation_reason(1), "keyCompromise");
    assert_string_equal(revocation_reason(10), "aACompromise");
    assert_null(revocation_reason(7));
    assert_null(revocation_reason(11));
    assert_null(revocation_reason(-1));
}

/* --- answers --------------------------------------------------------------- */

static bool
read_crl(const struct buf *der, struct revocation *ret, const char **problem)
{
    return revocation_crl_read(
        world.crypto, der, world.x, world.ca, TEST_NOW, ret, problem);
}

static bool
read_ocsp(const struct buf *der, struct revocation *ret, const char **problem)
{
    return revocation_ocsp_read(world.crypto, der, world.x, world.ca,
        world.nonce, TEST_NOW, ret, problem);
}

static struct answer_row {
    const char *name;
    const struct buf *der;
    bool (*read)(const struct buf *, struct revocation *, const char **);
} answer_rows[] = {
    { "a CRL", &world.crl, read_crl },
    { "an OCSP answer", &world.ocsp, read_ocsp },
};

static void
whole_is_believed(void **state)
{
    const struct answer_row *row = *state;
    struct revocation found = { 0 };
    const char *problem = NULL;

    assert_true(row->read(row->der, &found, &problem));
    assert_null(problem);
    assert_int_equal(found.status, REVOCATION_REVOKED);
    assert_string_equal(found.reason, "keyCompromise");
    assert_true(found.revoked_at == TEST_NOW - TEST_DAY);
    assert_true(found.valid_until == TEST_NOW + TEST_DAY);
}

static void
cut_is_not(void **state)
{
    const struct answer_row *row = *state;
    struct buf cut = { 0 };

    for (size_t len = 0; len < row->der->len; len++) {
        struct revocation found = { 0 };
        const char *problem = NULL;

        assert_int_equal(buf_set(&cut, row->der->data, len), OK);
        assert_false(row->read(&cut, &found, &problem));
        assert_non_null(problem);
        assert_int_equal(found.status, REVOCATION_NOT_CHECKED);
    }
    buf_free(&cut);
}

/* No byte can be another and the answer still say something: all of it is
 * signed, or is the signature, or says how it is to be read. */
static void
changed_is_not(void **state)
{
    const struct answer_row *row = *state;
    struct buf copy = { 0 };

    assert_int_equal(buf_set(&copy, row->der->data, row->der->len), OK);
    for (size_t i = 0; i < copy.len; i++) {
        struct revocation found = { 0 };
        const char *problem = NULL;

        copy.data[i] ^= 0x01;
        if (row->read(&copy, &found, &problem))
            fail_msg("byte %zu of %zu changed, and believed", i, copy.len);
        copy.data[i] ^= 0x01;
    }
    buf_free(&copy);
}

/* --- making ---------------------------------------------------------------- */

static void
make_crl(struct buf *ret)
{
    X509_CRL *crl = X509_CRL_new();
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
    ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(TEST_NOW - TEST_DAY));
    ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(TEST_NOW + TEST_DAY));
    unsigned char *der = NULL;
    int len;

    assert_int_equal(X509_CRL_set_version(crl, 1), 1);
    assert_int_equal(
        X509_CRL_set_issuer_name(crl, X509_get_subject_name(world.ca)), 1);
    assert_int_equal(X509_CRL_set1_lastUpdate(crl, at), 1);
    assert_int_equal(X509_CRL_set1_nextUpdate(crl, until), 1);
    assert_int_equal(
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(world.x)),
        1);
    assert_int_equal(X509_REVOKED_set_revocationDate(entry, at), 1);
    assert_int_equal(ASN1_ENUMERATED_set(reason, 1), 1);
    assert_int_equal(
        X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0), 1);
    assert_int_equal(X509_CRL_add0_revoked(crl, entry), 1);
    assert_true(X509_CRL_sign(crl, world.ca_key, EVP_sha256()) > 0);
    len = i2d_X509_CRL(crl, &der);
    assert_true(len > 0);
    assert_int_equal(buf_set(ret, der, (size_t)len), OK);
    OPENSSL_free(der);
    ASN1_ENUMERATED_free(reason);
    ASN1_TIME_free(at);
    ASN1_TIME_free(until);
    X509_CRL_free(crl);
}

/* Signed by the issuer, without certificates: then no byte is idle. */
static void
make_ocsp(struct buf *ret)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), world.x, world.ca);
    ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(TEST_NOW - TEST_DAY));
    ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)TEST_NOW);
    ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(TEST_NOW + TEST_DAY));
    OCSP_RESPONSE *response;
    unsigned char *der = NULL;
    int len;

    assert_non_null(OCSP_basic_add1_status(
        basic, id, V_OCSP_CERTSTATUS_REVOKED, 1, at, now, until));
    assert_int_equal(
        OCSP_basic_add1_nonce(basic, world.nonce, sizeof(world.nonce)), 1);
    assert_int_equal(OCSP_basic_sign(basic, world.ca, world.ca_key,
                         EVP_sha256(), NULL, OCSP_NOCERTS),
        1);
    response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    len = i2d_OCSP_RESPONSE(response, &der);
    assert_true(len > 0);
    assert_int_equal(buf_set(ret, der, (size_t)len), OK);
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(at);
    ASN1_TIME_free(now);
    ASN1_TIME_free(until);
}

static int
setup(void **state)
{
    struct cert_spec spec = { .cn = "CA", .ca = true };

    (void)state;
    assert_int_equal(crypto_new(&world.crypto), OK);
    world.ca_key = make_key("p256");
    world.key = make_key("p256");
    spec.key = world.ca_key;
    world.ca = make_cert(&spec);
    world.x = make_cert(&(struct cert_spec){ .cn = "Hong",
        .key = world.key,
        .issuer = world.ca,
        .issuer_key = world.ca_key });
    memset(world.nonce, 7, sizeof(world.nonce));
    make_crl(&world.crl);
    make_ocsp(&world.ocsp);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    buf_free(&world.crl);
    buf_free(&world.ocsp);
    X509_free(world.ca);
    X509_free(world.x);
    EVP_PKEY_free(world.ca_key);
    EVP_PKEY_free(world.key);
    crypto_free(world.crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, address, url_rows);
    SUPPORT_ROWS(&tests, algorithm, algorithm_rows);
    SUPPORT_ROWS(&tests, whole_is_believed, answer_rows);
    SUPPORT_ROWS(&tests, cut_is_not, answer_rows);
    SUPPORT_ROWS(&tests, changed_is_not, answer_rows);
    support_test(
        &tests, "an address of 1,024 bytes, and of one more", a_long_address);
    support_test(&tests, "reasons have names", reasons_have_names);
    return support_run("revocation", &tests, setup, teardown);
}
