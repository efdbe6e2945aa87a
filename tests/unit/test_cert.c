/* What certificates say: ids, names, usage, days. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/key.h"

#define DAY 86400

static struct crypto *crypto;
static EVP_PKEY *key;

/* --- vectors -------------------------------------------------------------- */

static struct sample {
    const char *name, *file;
    const char *id, *display, *ca, *policy, *usage, *algorithm, *ocsp;
} samples[] = {
    { "yessignCA Class 3", "ca-real/yessignCA_Class_3.der",
        "0a54ef7e5faa25c4ee250e4f86ccbbd1cf1f6f50f8bb396d1feacf9180dfaebf",
        "금융결제원", "yessign", "2.5.29.32.0", "", "rsa-2048", "" },
    { "signGATE CA6", "ca-real/signGATE_CA6.der",
        "75c535364b0020599e03b4287721596ce9e9dd84e70cd44288ef0d77c05970cc",
        NULL, "KICA", "2.5.29.32.0", "", "rsa-2048", "" },
    { "SignKorea CA4", "ca-real/SignKorea_CA4.der",
        "636f48b8b2ab925427ecbe9991fb9ad15c70cafb9f1720eda568c2d9fff90915",
        NULL, "SignKorea", "2.5.29.32.0", "", "rsa-2048", "" },
    { "CrossCertCA4", "ca-real/CrossCertCA4.der",
        "c779740066bcac76a2c753d5fd64e5c4f90c6cd32033437ff701db249c6182c0",
        NULL, "CrossCert", "2.5.29.32.0", "", "rsa-2048", "" },
    { "a yessign test person", "pypinksign/signCert.der", NULL, NULL, "yessign",
        NULL, NULL, "rsa-2048", NULL },
    { "synthetic sign", "synthetic/signCert.der", NULL, "홍길동", "yessign",
        "1.2.410.200005.1.1.4", "은행·보험용", "rsa-2048", NULL },
    { "synthetic km", "synthetic/kmCert.der", NULL, "홍길동", "yessign", NULL,
        NULL, "rsa-2048", NULL },
};

static void
text_is(enum err r, struct buf *got, const char *want)
{
    assert_int_equal(r, OK);
    if (want != NULL)
        assert_string_equal(buf_text(got), want);
    buf_free(got);
}

static void
sample_row(void **state)
{
    const struct sample *row = *state;
    struct buf der = { 0 }, got = { 0 };
    char id[CERT_ID_LEN + 1];
    struct cert_usage usage;
    X509 *x = NULL;
    enum err r;

    support_vector(row->file, &der);
    assert_int_equal(cert_parse(crypto, &der, &x), OK);
    assert_int_equal(cert_id(x, id), OK);
    if (row->id != NULL)
        assert_string_equal(id, row->id);
    assert_int_equal(cert_der(x, &got), OK);
    assert_int_equal(got.len, der.len);
    assert_memory_equal(got.data, der.data, der.len);
    buf_free(&got);
    text_is(cert_display_name(x, &got), &got, row->display);
    r = cert_name_part(X509_get_subject_name(x), "O", &got);
    text_is(r, &got, row->ca);
    text_is(cert_policy(x, &got, &usage), &got, row->policy);
    if (row->usage != NULL)
        assert_string_equal(usage.ko, row->usage);
    text_is(cert_algorithm(x, &got), &got, row->algorithm);
    text_is(cert_ocsp(x, &got), &got, row->ocsp);
    text_is(cert_signature_algorithm(x, &got), &got, "sha256WithRSAEncryption");
    X509_free(x);
    buf_free(&der);
}

static void
the_yessign_sample_whole(void **state)
{
    const char *names[CERT_KEY_USAGES];
    struct buf der = { 0 }, got = { 0 };
    X509 *x = NULL;
    size_t n = 0;
    enum err r;

    (void)state;
    support_vector("pypinksign/signCert.der", &der);
    assert_int_equal(cert_parse(crypto, &der, &x), OK);
    r = cert_dn(X509_get_issuer_name(x), &got);
    text_is(
        r, &got, "cn=yessignCA-Test Class 4,ou=AccreditedCA,o=yessign,c=kr");
    assert_int_equal(cert_key_usage(x, names, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(names[0], "digitalSignature");
    assert_string_equal(names[1], "nonRepudiation");
    assert_int_equal(cert_not_after(x) % DAY, 14 * 3600 + 59 * 60 + 59);
    assert_int_equal(cert_state_at(x, SUPPORT_NOW), CERT_EXPIRED);
    assert_int_equal(cert_ocsp(x, &got), OK);
    assert_memory_equal(buf_text(&got), "http://", 7);
    assert_int_equal(cert_crl(x, &got), OK);
    assert_memory_equal(buf_text(&got), "ldap://", 7);
    buf_free(&got);
    buf_free(&der);
    X509_free(x);
}

/* --- damage --------------------------------------------------------------- */

static enum err
parses(const struct buf *der)
{
    X509 *x = NULL, *shown = NULL;
    enum err r = cert_parse(crypto, der, &x);

    if (r != OK)
        assert_null(x);
    /* what can be used can be shown; an odd RSA key may be shown all the same */
    if (cert_parse_to_show(crypto, der, &shown) != OK) {
        assert_null(shown);
        assert_int_not_equal(r, OK);
    }
    X509_free(x);
    X509_free(shown);
    return r;
}

/* A key of RSA is not decoded but described; any other is decoded. */
static struct shown {
    const char *name;
    const char *algorithm;
    bool decoded;
} showns[] = {
    { "an RSA key", "rsa-2048", false },
    { "a key of another kind", "ec-256", true },
};

static void
shown_row(void **state)
{
    const struct shown *row = *state;
    EVP_PKEY *own = row->decoded ? EVP_PKEY_Q_keygen(crypto_libctx(crypto),
                                       NULL, "EC", "P-256")
                                 : key;
    X509 *x = support_certificate(crypto, own, "CN=x", 1, SUPPORT_NOW + DAY);
    X509 *shown = NULL;
    struct buf der = { 0 }, again = { 0 }, got = { 0 };
    char id[CERT_ID_LEN + 1], want[CERT_ID_LEN + 1];

    assert_int_equal(cert_der(x, &der), OK);
    assert_int_equal(cert_parse_to_show(crypto, &der, &shown), OK);
    assert_int_equal(X509_get0_pubkey(shown) != NULL, row->decoded);
    ERR_clear_error(); /* it says so, too */
    text_is(cert_algorithm(shown, &got), &got, row->algorithm);
    text_is(cert_algorithm(x, &got), &got, row->algorithm);
    assert_int_equal(cert_key_bits(shown), EVP_PKEY_get_bits(own));
    assert_int_equal(cert_der(shown, &again), OK);
    assert_memory_equal(again.data, der.data, der.len);
    assert_int_equal(cert_id(x, want), OK);
    assert_int_equal(cert_id_of(crypto, &der, id), OK);
    assert_string_equal(id, want);
    buf_free(&der);
    buf_free(&again);
    X509_free(x);
    X509_free(shown);
    if (own != key)
        EVP_PKEY_free(own);
}

static void
a_certificate_cut_anywhere_is_damaged(void **state)
{
    X509 *x = support_certificate(crypto, key, "CN=x", 1, SUPPORT_NOW + DAY);
    struct buf der = { 0 };

    (void)state;
    assert_int_equal(cert_der(x, &der), OK);
    assert_int_equal(parses(&der), OK);
    while (der.len-- > 0)
        assert_int_equal(parses(&der), ERR_CERTIFICATE_DAMAGED);
    der.len = 0;
    buf_free(&der);
    X509_free(x);
}

/* Nothing that differs in a byte may have the same id, or crash anything. */
static void
a_certificate_changed_anywhere_has_another_id(void **state)
{
    X509 *x = support_certificate(
        crypto, key, "C=kr/CN=홍길동()01", 1, SUPPORT_NOW + DAY);
    char id[CERT_ID_LEN + 1], other[CERT_ID_LEN + 1];
    struct buf der = { 0 }, text = { 0 };
    struct cert_usage usage;
    X509 *changed;
    size_t i;

    (void)state;
    assert_int_equal(cert_der(x, &der), OK);
    assert_int_equal(cert_id(x, id), OK);
    for (i = 0; i < der.len; i++) {
        der.data[i] ^= 0x04;
        changed = NULL;
        if (cert_parse(crypto, &der, &changed) == OK) {
            assert_int_equal(cert_id(changed, other), OK);
            assert_string_not_equal(id, other);
            (void)!cert_dn(X509_get_subject_name(changed), &text);
            (void)!cert_display_name(changed, &text);
            (void)!cert_policy(changed, &text, &usage);
            (void)cert_state_at(changed, SUPPORT_NOW);
            X509_free(changed);
        }
        assert_int_equal(ERR_peek_error(), 0);
        der.data[i] ^= 0x04;
    }
    buf_free(&der);
    buf_free(&text);
    X509_free(x);
}

static struct rubbish {
    const char *name, *bytes;
    size_t len;
} rubbishes[] = {
    { "nothing", "", 0 },
    { "text", "hello", 5 },
    { "PEM", "-----BEGIN CERTIFICATE-----\n", 28 },
    { "an empty sequence", "\x30\x00", 2 },
    { "a huge length", "\x30\x84\x7f\xff\xff\xff", 6 },
    { "indefinite length", "\x30\x80\x00\x00", 4 },
};

static void
rubbish_row(void **state)
{
    const struct rubbish *row = *state;
    struct buf der = { 0 };

    assert_int_equal(buf_put(&der, row->bytes, row->len), OK);
    assert_int_equal(parses(&der), ERR_CERTIFICATE_DAMAGED);
    buf_free(&der);
}

static void
something_behind_is_damage(void **state)
{
    X509 *x = support_certificate(crypto, key, "CN=x", 1, SUPPORT_NOW + DAY);
    struct buf der = { 0 };

    (void)state;
    assert_int_equal(cert_der(x, &der), OK);
    assert_int_equal(buf_put_byte(&der, 0), OK);
    assert_int_equal(parses(&der), ERR_CERTIFICATE_DAMAGED);
    buf_free(&der);
    X509_free(x);
}

/* --- names ---------------------------------------------------------------- */

static struct name {
    const char *name, *dn, *folder, *display;
} names[] = {
    { "yessign person",
        "C=kr/O=yessign/OU=personal4IB/OU=KFTC/"
        "CN=홍길동(Hong)000004120180101123456789",
        "cn=홍길동(Hong)000004120180101123456789,ou=KFTC,ou=personal4IB,"
        "o=yessign,c=kr",
        "홍길동" },
    { "digits behind the name", "C=KR/O=KICA/CN=김철수1234567890",
        "cn=김철수1234567890,o=KICA,c=KR", "김철수" },
    { "nine digits are the name", "CN=회사123456789", "cn=회사123456789",
        "회사123456789" },
    { "a blank before the bracket", "CN=Hong Gildong (HGD)",
        "cn=Hong Gildong (HGD)", "Hong Gildong" },
    { "only a bracket", "CN=(주)회사", "cn=(주)회사", "(주)회사" },
    { "only digits", "CN=1234567890123", "cn=1234567890123", "1234567890123" },
    { "no CN", "C=kr/O=회사", "o=회사,c=kr", "o=회사,c=kr" },
    { "two CNs: the last counts", "CN=a/CN=b", "cn=b,cn=a", "b" },
    { "a control character",
        "CN=a\x01"
        "b",
        "cn=a\uFFFDb", "a\uFFFDb" },
    { "e-mail", "emailAddress=a@b.kr/CN=x", "cn=x,e=a@b.kr", "x" },
};

static void
name_row(void **state)
{
    const struct name *row = *state;
    X509 *x = support_certificate(crypto, key, row->dn, 1, SUPPORT_NOW + DAY);
    struct buf got = { 0 };
    enum err r;

    r = cert_dn(X509_get_subject_name(x), &got);
    text_is(r, &got, row->folder);
    text_is(cert_display_name(x, &got), &got, row->display);
    X509_free(x);
}

/* A NUL inside a name must not hide what is behind it. */
static void
a_nul_does_not_end_a_name(void **state)
{
    X509_NAME *name = X509_NAME_new();
    struct buf got = { 0 };

    (void)state;
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
                         (const unsigned char *)"a\0b", 3, -1, 0),
        1);
    text_is(cert_dn(name, &got), &got, "cn=a\uFFFDb");
    X509_NAME_free(name);
}

static void
a_name_in_bmp_is_read(void **state)
{
    X509_NAME *name = X509_NAME_new();
    struct buf got = { 0 };

    (void)state;
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_BMPSTRING,
                         (const unsigned char *)"\xd6\x4d\xae\x38", 4, -1, 0),
        1);
    text_is(cert_name_part(name, "CN", &got), &got, "홍길");
    text_is(cert_name_part(name, "O", &got), &got, "");
    X509_NAME_free(name);
}

/* --- days ----------------------------------------------------------------- */

#define END 1799938799 /* 2027-01-14T14:59:59Z, the end of a Korean day */

static struct day {
    const char *name;
    int64_t now; /* relative to END */
    enum cert_state want;
} days[] = {
    { "its last second", 0, CERT_EXPIRING },
    { "a second later", 1, CERT_EXPIRED },
    { "a day later", DAY, CERT_EXPIRED },
    { "its last day", -DAY + 1, CERT_EXPIRING },
    { "60 days left, its last second", -60 * DAY, CERT_EXPIRING },
    { "60 days left, its first second", -61 * DAY + 1, CERT_EXPIRING },
    { "61 days left, its last second", -61 * DAY, CERT_VALID },
    { "before it begins", SUPPORT_NOW - DAY - 1 - END, CERT_NOT_YET },
    { "its first second", SUPPORT_NOW - DAY - END, CERT_EXPIRING },
    { "long before", -END, CERT_NOT_YET },
    { "far in the future", INT64_C(1) << 40, CERT_EXPIRED },
};

static void
day_row(void **state)
{
    const struct day *row = *state;
    X509 *x = support_certificate(crypto, key, "CN=x", 1, END);

    if (row->want == CERT_VALID) /* it must begin early enough */
        ASN1_TIME_set(X509_getm_notBefore(x), END - 400 * DAY);
    if (strstr(row->name, "60 days") != NULL)
        ASN1_TIME_set(X509_getm_notBefore(x), END - 400 * DAY);
    assert_int_equal(cert_not_after(x), END);
    assert_int_equal(cert_state_at(x, END + row->now), row->want);
    X509_free(x);
}

static void
states_have_names(void **state)
{
    (void)state;
    assert_string_equal(cert_state_name(CERT_VALID), "valid");
    assert_string_equal(cert_state_name(CERT_EXPIRING), "expiring");
    assert_string_equal(cert_state_name(CERT_EXPIRED), "expired");
    assert_string_equal(cert_state_name(CERT_NOT_YET), "not_yet");
    assert_string_equal(cert_state_name(CERT_REVOKED), "revoked");
    assert_string_equal(cert_state_name(CERT_UNKNOWN), "unknown");
    assert_string_equal(cert_state_name((enum cert_state)99), "unknown");
}

/* --- usage ---------------------------------------------------------------- */

static struct usage {
    const char *name; /* the OID */
    const char *ko, *en;
} usages[] = {
    { "1.2.410.200005.1.1.1", "모든 거래용(개인 범용)", "General (personal)" },
    { "1.2.410.200005.1.1.1.1", "모든 거래용(개인 범용)",
        "General (personal)" },
    { "1.2.410.200005.1.1.5", "모든 거래용(사업자)", "General (business)" },
    { "1.2.410.200005.1.1.4", "은행·보험용", "Bank/insurance" },
    { "1.2.410.200005.1.1.6.1", "기업뱅킹용", "Corporate banking" },
    { "1.2.410.200005.1.1.6.2", "신용카드용", "Credit card" },
    { "1.2.410.200005.1.1.6.3", "조달청용", "Procurement" },
    { "1.2.410.200005.1.1.6.8", "전자세금용", "e-Tax" },
    { "1.2.410.200004.5.2.1.2", "모든 거래용(개인 범용)",
        "General (personal)" },
    { "1.2.410.200004.5.2.1.7.2", "증권·보험용", "Securities/insurance" },
    { "1.2.410.200004.5.1.1.5", "모든 거래용(개인 범용)",
        "General (personal)" },
    { "1.2.410.200004.5.1.1.7", "모든 거래용(사업자)", "General (business)" },
    { "1.2.410.200004.5.4.1.101", "은행·보험용", "Bank/insurance" },
    { "1.2.410.200012.1.1.105", "신용카드용", "Credit card" },
    { "1.2.410.200004.5.3.1.9", "모든 거래용(개인 범용)",
        "General (personal)" },
    { "1.2.410.200004.5.5.1.1", "모든 거래용(개인 범용)",
        "General (personal)" },
    { "1.2.410.200005.1.1.3", "기타 특수용", "Special" },
    { "1.2.410.200005.1.1.9", "", "" },
    { "1.2.410.200005.1.1", "", "" },
    { "1.2.410.200005.1.1.11", "", "" },
    { "2.5.29.32.0", "", "" },
    { "", "", "" },
};

static void
usage_row(void **state)
{
    const struct usage *row = *state;
    struct cert_usage got = cert_usage_of(row->name);

    assert_string_equal(got.ko, row->ko);
    assert_string_equal(got.en, row->en);
}

static void
no_policy_is_no_usage(void **state)
{
    X509 *x = support_certificate(crypto, key, "CN=x", 255, SUPPORT_NOW + DAY);
    const char *names_of[CERT_KEY_USAGES];
    struct buf got = { 0 };
    struct cert_usage usage;
    size_t n = 1;
    enum err r;

    (void)state;
    text_is(cert_policy(x, &got, &usage), &got, "");
    assert_string_equal(usage.ko, "");
    assert_int_equal(cert_key_usage(x, names_of, &n), OK);
    assert_int_equal(n, 0);
    text_is(cert_ocsp(x, &got), &got, "");
    text_is(cert_crl(x, &got), &got, "");
    r = cert_serial(x, CERT_SERIAL_HEX, &got);
    text_is(r, &got, "ff");
    r = cert_serial(x, CERT_SERIAL_DECIMAL, &got);
    text_is(r, &got, "255");
    X509_free(x);
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, sample_row, samples);
    SUPPORT_ROWS(&t, rubbish_row, rubbishes);
    SUPPORT_ROWS(&t, shown_row, showns);
    SUPPORT_ROWS(&t, name_row, names);
    SUPPORT_ROWS(&t, day_row, days);
    SUPPORT_ROWS(&t, usage_row, usages);
#define T(f) support_test(&t, #f, f)
    T(the_yessign_sample_whole);
    T(a_certificate_cut_anywhere_is_damaged);
    T(a_certificate_changed_anywhere_has_another_id);
    T(something_behind_is_damage);
    T(a_nul_does_not_end_a_name);
    T(a_name_in_bmp_is_read);
    T(states_have_names);
    T(no_policy_is_no_usage);
    return support_run_keyed("cert", &t, &crypto, &key);
}
