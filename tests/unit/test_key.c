/* Keys: made, wrapped, checked before they are used. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "make_cert.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/p8.h"

static struct crypto *crypto;
static EVP_PKEY *good;
static X509 *own; /* its certificate */

/* --- RSA keys that are not what they seem (T140) -------------------------- */

enum part { VERSION, N, E, D, P, Q, DP, DQ, INVERSE, PARTS };

static struct rsa {
    const char *name;
    enum part part; /* what is changed */
    const char *by; /* "+N", "=N" (hexadecimal), or a word */
    enum err want;
} rsas[] = {
    { "as it was made", N, "+0", OK },
    { "n off by two", N, "+2", ERR_PASSWORD_WRONG },
    { "n even", N, "+1", ERR_PASSWORD_WRONG },
    { "e is 1", E, "=1", ERR_PASSWORD_WRONG },
    { "e is 2", E, "=2", ERR_PASSWORD_WRONG },
    { "e is another", E, "=3", ERR_PASSWORD_WRONG },
    { "e is 2^64+1", E, "=10000000000000001", ERR_PASSWORD_WRONG },
    { "d off by two", D, "+2", ERR_PASSWORD_WRONG },
    { "d is 0", D, "=0", ERR_PASSWORD_WRONG },
    { "d is 1", D, "=1", ERR_PASSWORD_WRONG },
    { "p off by two", P, "+2", ERR_PASSWORD_WRONG },
    { "p is 1", P, "=1", ERR_PASSWORD_WRONG },
    { "p is 0", P, "=0", ERR_PASSWORD_WRONG },
    { "q off by two", Q, "+2", ERR_PASSWORD_WRONG },
    { "d mod p-1 off by two", DP, "+2", ERR_PASSWORD_WRONG },
    { "d mod q-1 is 0", DQ, "=0", ERR_PASSWORD_WRONG },
    { "the inverse off by one", INVERSE, "+1", ERR_PASSWORD_WRONG },
    { "the inverse is 0", INVERSE, "=0", ERR_PASSWORD_WRONG },
    { "p and q are one prime", PARTS, "square", ERR_PASSWORD_WRONG },
    { "p and q are neighbours", PARTS, "near", ERR_PASSWORD_WRONG },
    { "p is no prime", PARTS, "composite", ERR_PASSWORD_WRONG },
    { "512 bits", PARTS, "512", ERR_PASSWORD_WRONG },
    { "1008 bits", PARTS, "1008", ERR_PASSWORD_WRONG },
    { "1024 bits", PARTS, "1024", OK },
    { "16385 bits", N, "=long", ERR_PASSWORD_WRONG },
};

static void
complete(BIGNUM *part[static PARTS])
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p1 = BN_dup(part[P]), *q1 = BN_dup(part[Q]), *phi = BN_new();

    BN_sub_word(p1, 1);
    BN_sub_word(q1, 1);
    BN_mul(part[N], part[P], part[Q], ctx);
    BN_mul(phi, p1, q1, ctx);
    BN_mod_inverse(part[D], part[E], phi, ctx);
    BN_mod(part[DP], part[D], p1, ctx);
    BN_mod(part[DQ], part[D], q1, ctx);
    if (BN_mod_inverse(part[INVERSE], part[Q], part[P], ctx) == NULL)
        BN_zero(part[INVERSE]);
    BN_free(p1);
    BN_free(q1);
    BN_free(phi);
    BN_CTX_free(ctx);
}

/* Primes of a kind that a sound key does not have, with all else in order. */
static void
odd_primes(BIGNUM *part[static PARTS], const char *kind)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *t = BN_dup(part[P]);
    int bits = atoi(kind);

    if (bits > 0) { /* both primes 1 mod 4 are fine, but e must not divide */
        do {
            BN_generate_prime_ex(part[P], bits / 2, 0, NULL, NULL, NULL);
            BN_generate_prime_ex(part[Q], bits / 2, 0, NULL, NULL, NULL);
        } while (BN_mod_word(part[P], 65537) == 1 ||
                 BN_mod_word(part[Q], 65537) == 1 ||
                 BN_cmp(part[P], part[Q]) == 0);
    } else if (strcmp(kind, "square") == 0) {
        BN_copy(part[Q], part[P]);
    } else if (strcmp(kind, "near") == 0) {
        do
            BN_add_word(t, 2);
        while (BN_check_prime(t, ctx, NULL) != 1 || BN_mod_word(t, 65537) == 1);
        BN_copy(part[Q], t);
    } else { /* composite, but of two primes */
        BN_generate_prime_ex(part[P], 512, 0, NULL, NULL, NULL);
        BN_generate_prime_ex(t, 512, 0, NULL, NULL, NULL);
        BN_mul(part[P], part[P], t, ctx);
    }
    complete(part);
    ERR_clear_error();
    BN_free(t);
    BN_CTX_free(ctx);
}

static void
change(BIGNUM *part[static PARTS], const struct rsa *row)
{
    BIGNUM *by = NULL;

    if (row->part == PARTS) {
        odd_primes(part, row->by);
    } else if (strcmp(row->by, "=long") == 0) {
        BN_zero(part[N]);
        BN_set_bit(part[N], 16384);
        BN_set_bit(part[N], 0);
    } else {
        BN_hex2bn(&by, row->by + 1);
        if (row->by[0] == '+')
            BN_add(part[row->part], part[row->part], by);
        else
            BN_copy(part[row->part], by);
        BN_free(by);
    }
}

static void
put_number(struct buf *out, const BIGNUM *n)
{
    ASN1_INTEGER *i = BN_to_ASN1_INTEGER(n, NULL);
    unsigned char *der = NULL;
    int len = i2d_ASN1_INTEGER(i, &der);

    assert_true(len > 0);
    assert_int_equal(buf_put(out, der, (size_t)len), OK);
    OPENSSL_free(der);
    ASN1_INTEGER_free(i);
}

/* PrivateKeyInfo of an RSAPrivateKey of these numbers. */
static void
wrap(BIGNUM *part[static PARTS], struct buf *ret_info)
{
    struct buf rsa = { 0 }, algorithm = { 0 };
    int i;

    for (i = 0; i < PARTS; i++)
        put_number(&rsa, part[i]);
    assert_int_equal(der_wrap(&rsa, DER_SEQUENCE), OK);
    assert_int_equal(oid_put(&algorithm, OID_RSA), OK);
    assert_int_equal(der_put(&algorithm, DER_NULL, NULL, 0), OK);
    assert_int_equal(der_wrap(&algorithm, DER_SEQUENCE), OK);
    assert_int_equal(der_put_number(ret_info, 0), OK);
    assert_int_equal(buf_put(ret_info, algorithm.data, algorithm.len), OK);
    assert_int_equal(der_put(ret_info, DER_OCTETS, rsa.data, rsa.len), OK);
    assert_int_equal(der_wrap(ret_info, DER_SEQUENCE), OK);
    buf_free(&rsa);
    buf_free(&algorithm);
}

static void
rsa_row(void **state)
{
    static const char *const names[PARTS] = { NULL, OSSL_PKEY_PARAM_RSA_N,
        OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
        OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
    const struct rsa *row = *state;
    BIGNUM *part[PARTS] = { NULL };
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;
    enum err want;
    int i;

    part[VERSION] = BN_new();
    for (i = N; i < PARTS; i++)
        assert_int_equal(EVP_PKEY_get_bn_param(good, names[i], &part[i]), 1);
    change(part, row);
    wrap(part, &info);
    assert_int_equal(key_load(crypto, &info, &key), row->want);
    if (row->want != OK)
        assert_null(key);
    EVP_PKEY_free(key);
    key = NULL;
    /* the short way accepts nothing that the long one refuses */
    want = row->want == OK && row->part == PARTS ? ERR_KEY_MISMATCH : row->want;
    assert_int_equal(key_load_for(crypto, &info, own, &key), want);
    assert_int_equal(key != NULL, want == OK);
    EVP_PKEY_free(key);
    buf_free(&info);
    for (i = 0; i < PARTS; i++)
        BN_free(part[i]);
}

/* --- other contents ------------------------------------------------------- */

static void
refused(EVP_PKEY *key)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    unsigned char *der = NULL;
    int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    struct buf b = { 0 };
    EVP_PKEY *got = NULL;

    assert_true(len > 0);
    assert_int_equal(buf_put(&b, der, (size_t)len), OK);
    assert_int_equal(key_load(crypto, &b, &got), ERR_PASSWORD_WRONG);
    buf_free(&b);
    OPENSSL_free(der);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(key);
}

static void
other_kinds_are_refused(void **state)
{
    OSSL_LIB_CTX *ctx = crypto_libctx(crypto);

    (void)state;
    refused(EVP_PKEY_Q_keygen(ctx, NULL, "ED25519"));
    refused(EVP_PKEY_Q_keygen(ctx, NULL, "X25519"));
}

static void
an_ec_key_is_taken(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *got = NULL;
    struct buf info = { 0 };

    (void)state;
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(key_load(crypto, &info, &got), OK);
    assert_int_equal(EVP_PKEY_eq(key, got), 1);
    EVP_PKEY_free(key);
    EVP_PKEY_free(got);
    buf_free(&info);
}

/* The public point of an EC key stands near its end. */
static void
an_ec_point_off_its_curve_is_refused(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *got = NULL;
    struct buf info = { 0 };

    (void)state;
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    info.data[info.len - 1] ^= 1;
    assert_int_equal(key_load(crypto, &info, &got), ERR_PASSWORD_WRONG);
    EVP_PKEY_free(key);
    buf_free(&info);
}

static struct rubbish {
    const char *name, *bytes;
    size_t len;
} rubbishes[] = {
    { "nothing", "", 0 },
    { "a zero", "\0", 1 },
    { "text", "not a key", 9 },
    { "an empty sequence", "\x30\x00", 2 },
    { "an endless length", "\x30\x84\xff\xff\xff\xff", 6 },
};

static void
rubbish_row(void **state)
{
    const struct rubbish *row = *state;
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;

    assert_int_equal(buf_put(&info, row->bytes, row->len), OK);
    assert_int_equal(key_load(crypto, &info, &key), ERR_PASSWORD_WRONG);
    buf_free(&info);
}

static void
something_behind_the_key_is_refused(void **state)
{
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;

    (void)state;
    assert_int_equal(key_private_key_info(good, NULL, &info), OK);
    assert_int_equal(buf_put_byte(&info, 0), OK);
    assert_int_equal(key_load(crypto, &info, &key), ERR_PASSWORD_WRONG);
    buf_free(&info);
}

/* --- making --------------------------------------------------------------- */

static void
a_key_is_what_we_ask_for(void **state)
{
    BIGNUM *e = NULL;

    (void)state;
    assert_int_equal(EVP_PKEY_get_bits(good), KEY_BITS);
    assert_int_equal(EVP_PKEY_get_bn_param(good, OSSL_PKEY_PARAM_RSA_E, &e), 1);
    assert_true(BN_is_word(e, 65537));
    BN_free(e);
}

static bool
at_once(void *ctx)
{
    ++*(int *)ctx;
    return true;
}

static void
making_can_be_stopped(void **state)
{
    int asked = 0;
    const struct watch watch = { .ctx = &asked, .cancelled = at_once };
    EVP_PKEY *key = NULL;

    (void)state;
    assert_int_equal(key_generate(crypto, &watch, &key), ERR_CANCELLED);
    assert_null(key);
    assert_true(asked > 0);
}

static void
r_travels_with_the_key(void **state)
{
    static const uint8_t frame[] = { 0xA0, 0x27, 0x30, 0x25, 0x06, 0x0A, 0x2A,
        0x83, 0x1A, 0x8C, 0x9A, 0x44, 0x0A, 0x01, 0x01, 0x03, 0x31, 0x17, 0x03,
        0x15, 0x00 };
    uint8_t random[VID_R_LEN], got[VID_R_LEN];
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;

    (void)state;
    assert_int_equal(key_random(crypto, random), OK);
    assert_int_equal(key_private_key_info(good, random, &info), OK);
    assert_memory_equal(
        info.data + info.len - sizeof(frame) - VID_R_LEN, frame, sizeof(frame));
    assert_int_equal(p8_random(&info, got), OK);
    assert_memory_equal(got, random, VID_R_LEN);
    assert_int_equal(key_load(crypto, &info, &key), OK);
    assert_int_equal(EVP_PKEY_eq(key, good), 1);
    EVP_PKEY_free(key);
    buf_free(&info);
}

static void
r_is_another_each_time(void **state)
{
    uint8_t a[VID_R_LEN], b[VID_R_LEN];

    (void)state;
    assert_int_equal(key_random(crypto, a), OK);
    assert_int_equal(key_random(crypto, b), OK);
    assert_memory_not_equal(a, b, VID_R_LEN);
}

static void
the_certificate_must_match(void **state)
{
    X509 *x = support_certificate(crypto, good, "CN=x", 1, SUPPORT_NOW + 9);
    EVP_PKEY *other = EVP_RSA_gen(1024);

    (void)state;
    assert_int_equal(key_matches(good, x), OK);
    assert_int_equal(key_matches(other, x), ERR_KEY_MISMATCH);
    EVP_PKEY_free(other);
    other = EVP_EC_gen("P-256");
    assert_int_equal(key_matches(other, x), ERR_KEY_MISMATCH);
    EVP_PKEY_free(other);
    X509_free(x);
}

static struct sample {
    const char *name, *key, *cert;
    enum err want;
} samples[] = {
    { "pypinksign", "pypinksign/signPri.plain-withR.p8.der",
        "pypinksign/signCert.der", OK },
    { "pypinksign without R", "pypinksign/signPri.plain-noR.p8.der",
        "pypinksign/signCert.der", OK },
    { "synthetic sign", "synthetic/sign.plain.p8.der", "synthetic/signCert.der",
        OK },
    { "synthetic km", "synthetic/km.plain.p8.der", "synthetic/kmCert.der", OK },
    { "sign key, km certificate", "synthetic/sign.plain.p8.der",
        "synthetic/kmCert.der", ERR_KEY_MISMATCH },
    { "another person's certificate", "synthetic/sign.plain.p8.der",
        "pypinksign/signCert.der", ERR_KEY_MISMATCH },
};

static void
sample_row(void **state)
{
    const struct sample *row = *state;
    struct buf info = { 0 }, der = { 0 };
    EVP_PKEY *key = NULL;
    X509 *x = NULL;

    support_vector(row->key, &info);
    support_vector(row->cert, &der);
    assert_int_equal(key_load(crypto, &info, &key), OK);
    assert_int_equal(cert_parse(crypto, &der, &x), OK);
    assert_int_equal(key_matches(key, x), row->want);
    EVP_PKEY_free(key);
    X509_free(x);
    buf_free(&info);
    buf_free(&der);
}

static int
setup(void **state)
{
    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(key_generate(crypto, NULL, &good), OK);
    own = make_cert(&(struct cert_spec){ .cn = "Own", .key = good });
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    X509_free(own);
    EVP_PKEY_free(good);
    crypto_free(crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, rsa_row, rsas);
    SUPPORT_ROWS(&t, rubbish_row, rubbishes);
    SUPPORT_ROWS(&t, sample_row, samples);
#define T(f) support_test(&t, #f, f)
    T(other_kinds_are_refused);
    T(an_ec_key_is_taken);
    T(an_ec_point_off_its_curve_is_refused);
    T(something_behind_the_key_is_refused);
    T(a_key_is_what_we_ask_for);
    T(making_can_be_stopped);
    T(r_travels_with_the_key);
    T(r_is_another_each_time);
    T(the_certificate_must_match);
    return support_run("key", &t, setup, teardown);
}
