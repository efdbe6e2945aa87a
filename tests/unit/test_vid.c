/* Identity values: npki.md 3. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/hex.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/vid.h"

static struct crypto *crypto;
static EVP_PKEY *key;

static void
from_hex(const char *hex, struct buf *ret_data)
{
    assert_int_equal(hex_decode(hex, strlen(hex), ret_data), OK);
}

static void
is_hex(const struct buf *b, const char *want)
{
    struct buf text = { 0 };

    assert_int_equal(hex_encode(b->data, b->len, &text), OK);
    assert_string_equal(buf_text(&text), want);
    buf_free(&text);
}

/* --- computing ------------------------------------------------------------ */

#define R1 "79ea7568a2d3776604e18bcd3a1b1b85b7da0872"

static struct compute {
    const char *name, *digest, *idn, *random, *vid;
    enum err want;
} computes[] = {
    { "published value", "SHA256", "1234561234567", R1,
        "17692c8dd00ead33791de0a64a937c60799634c64ac56fa57570c0e05252ab35",
        OK },
    { "no number", "SHA256", "", R1, NULL, ERR_PARAM_TYPE },
    { "nine digits", "SHA256", "123456789", R1, NULL, ERR_PARAM_TYPE },
    { "ten digits", "SHA256", "1234567890", R1, NULL, OK },
    { "eleven digits", "SHA256", "12345678901", R1, NULL, ERR_PARAM_TYPE },
    { "twelve digits", "SHA256", "123456789012", R1, NULL, ERR_PARAM_TYPE },
    { "fourteen digits", "SHA256", "12345678901234", R1, NULL, ERR_PARAM_TYPE },
    { "with a hyphen", "SHA256", "123456-123456", R1, NULL, ERR_PARAM_TYPE },
    { "with a blank", "SHA256", "123456123456 ", R1, NULL, ERR_PARAM_TYPE },
    { "with a letter", "SHA256", "123456123456a", R1, NULL, ERR_PARAM_TYPE },
    { "SHA-1", "SHA1", "1234561234567", R1, NULL, OK },
    { "a digest that is none", "MD99", "1234561234567", R1, NULL,
        ERR_CRYPTO_UNAVAILABLE },
};

static void
compute_row(void **state)
{
    const struct compute *row = *state;
    struct buf random = { 0 }, vid = { 0 };

    from_hex(row->random, &random);
    assert_int_equal(
        vid_compute(crypto, row->digest, row->idn, random.data, &vid),
        row->want);
    if (row->vid != NULL)
        is_hex(&vid, row->vid);
    if (row->want != OK)
        assert_int_equal(vid.len, 0);
    buf_free(&random);
    buf_free(&vid);
}

static void
the_synthetic_person_is_recognised(void **state)
{
    struct buf idn = { 0 }, random = { 0 }, want = { 0 }, der = { 0 };
    struct buf vid = { 0 }, in_cert = { 0 }, digest = { 0 }, name = { 0 };
    X509 *x = NULL;

    (void)state;
    support_vector("synthetic/idn.txt", &idn);
    support_vector("synthetic/R.bin", &random);
    support_vector("synthetic/vid.hex", &want);
    support_vector("synthetic/signCert.der", &der);
    assert_int_equal(random.len, VID_R_LEN);
    assert_int_equal(cert_parse(crypto, &der, &x), OK);
    assert_int_equal(vid_of_certificate(x, &name, &digest, &in_cert), OK);
    assert_string_equal(buf_text(&name), "홍길동");
    assert_string_equal(buf_text(&digest), "SHA256");
    assert_int_equal(vid_compute(crypto, buf_text(&digest), buf_text(&idn),
                         random.data, &vid),
        OK);
    assert_int_equal(vid.len, in_cert.len);
    assert_memory_equal(vid.data, in_cert.data, vid.len);
    want.data[64] = 0;
    is_hex(&vid, buf_text(&want));
    X509_free(x);
    buf_free(&idn);
    buf_free(&random);
    buf_free(&want);
    buf_free(&der);
    buf_free(&vid);
    buf_free(&in_cert);
    buf_free(&digest);
    buf_free(&name);
}

static struct sample {
    const char *name, *file;
    enum err want; /* with the VID asked for */
    bool named;
} samples[] = {
    { "yessign test certificate", "pypinksign/signCert.der", OK, true },
    { "a CA has a name and no VID", "ca-real/yessignCA_Class_3.der",
        ERR_IDENTITY_VALUE_MISSING, true },
    { "another CA", "ca-real/CrossCertCA4.der", ERR_IDENTITY_VALUE_MISSING,
        true },
    { "the synthetic CA has neither", "synthetic/ca.der",
        ERR_IDENTITY_VALUE_MISSING, false },
};

static void
sample_row(void **state)
{
    const struct sample *row = *state;
    struct buf der = { 0 }, name = { 0 }, vid = { 0 };
    X509 *x = NULL;

    support_vector(row->file, &der);
    assert_int_equal(cert_parse(crypto, &der, &x), OK);
    assert_int_equal(vid_of_certificate(x, NULL, NULL, &vid), row->want);
    assert_int_equal(vid.len, row->want == OK ? 32 : 0);
    assert_int_equal(vid_of_certificate(x, &name, NULL, NULL),
        row->named ? OK : ERR_IDENTITY_VALUE_MISSING);
    assert_int_equal(name.len > 0, row->named);
    X509_free(x);
    buf_free(&der);
    buf_free(&name);
    buf_free(&vid);
}

/* --- reading -------------------------------------------------------------- */

#define OID_IDENTIFY                                                           \
    "0609"                                                                     \
    "2a831a8c9a440a0101"
#define OID_VALUE                                                              \
    "060a"                                                                     \
    "2a831a8c9a440a010101"
#define SHA256_OID "300b0609608648016503040201"
#define HASH32                                                                 \
    "0420"                                                                     \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct reading {
    const char *name;
    const char *value; /* of the otherName, hexadecimal; NULL: no such name */
    enum err want;
} readings[] = {
    { "whole",
        "3046"
        "0c0141"
        "3041"
        "303f" OID_VALUE "3031" SHA256_OID "a022" HASH32,
        OK },
    { "no identifyData", NULL, ERR_IDENTITY_VALUE_MISSING },
    { "a name only",
        "3003"
        "0c0141",
        ERR_IDENTITY_VALUE_MISSING },
    { "no user information in the list",
        "3005"
        "0c0141"
        "3000",
        ERR_IDENTITY_VALUE_MISSING },
    { "another value only",
        "3013"
        "0c0141"
        "300e"
        "300c"
        "060a2a831a8c9a440a010109",
        ERR_IDENTITY_VALUE_MISSING },
    { "empty", "3000", ERR_CERTIFICATE_DAMAGED },
    { "no sequence", "0c0141", ERR_CERTIFICATE_DAMAGED },
    { "name of another type",
        "3003"
        "130141",
        ERR_CERTIFICATE_DAMAGED },
    { "name that is not UTF-8",
        "3003"
        "0c01ff",
        ERR_CERTIFICATE_DAMAGED },
    { "something behind",
        "3048"
        "0c0141"
        "3041"
        "303f" OID_VALUE "3031" SHA256_OID "a022" HASH32 "0500",
        ERR_CERTIFICATE_DAMAGED },
    { "hash too short",
        "3045"
        "0c0141"
        "3040"
        "303e" OID_VALUE "3030" SHA256_OID "a021"
        "041f"
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddee",
        ERR_CERTIFICATE_DAMAGED },
    { "hash of another length than its name says",
        "3039"
        "0c0141"
        "3034"
        "3032" OID_VALUE "3024" SHA256_OID "a015"
        "0413"
        "00112233445566778899aabbccddeeff001122",
        ERR_CERTIFICATE_DAMAGED },
    { "an unknown hash",
        "3046"
        "0c0141"
        "3041"
        "303f" OID_VALUE "3031"
        "300b060960864801650304020b"
        "a022" HASH32,
        ERR_CERTIFICATE_DAMAGED },
    { "hash without its tag",
        "3044"
        "0c0141"
        "303f"
        "303d" OID_VALUE "302f" SHA256_OID HASH32,
        ERR_CERTIFICATE_DAMAGED },
    { "item without a type",
        "3008"
        "0c0141"
        "3003"
        "020101",
        ERR_CERTIFICATE_DAMAGED },
};

/* A certificate whose subjectAltName holds this otherName. */
static X509 *
with_value(const char *hex)
{
    X509 *x = support_certificate(crypto, key, "CN=x", 1, SUPPORT_NOW + 9);
    struct buf value = { 0 }, name = { 0 };
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *e = NULL;

    if (hex != NULL) {
        from_hex(hex, &value);
        from_hex(OID_IDENTIFY, &name);
        assert_int_equal(
            der_put(&name, DER_EXPLICIT(0), value.data, value.len), OK);
        assert_int_equal(der_wrap(&name, DER_EXPLICIT(0)), OK);
    } else {
        assert_int_equal(der_put(&name, 0x82, "a.kr", 4), OK);
    }
    assert_int_equal(der_wrap(&name, DER_SEQUENCE), OK);
    ASN1_OCTET_STRING_set(octets, name.data, (int)name.len);
    e = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, octets);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(octets);
    buf_free(&value);
    buf_free(&name);
    return x;
}

static void
reading_row(void **state)
{
    const struct reading *row = *state;
    struct buf vid = { 0 }, digest = { 0 };
    X509 *x = with_value(row->value);

    assert_int_equal(vid_of_certificate(x, NULL, &digest, &vid), row->want);
    assert_int_equal(vid.len, row->want == OK ? 32 : 0);
    buf_free(&vid);
    buf_free(&digest);
    X509_free(x);
}

static void
no_alternative_name_at_all(void **state)
{
    X509 *x = support_certificate(crypto, key, "CN=x", 1, SUPPORT_NOW + 9);
    struct buf name = { 0 };

    (void)state;
    assert_int_equal(
        vid_of_certificate(x, &name, NULL, NULL), ERR_IDENTITY_VALUE_MISSING);
    X509_free(x);
}

/* --- towards the CA ------------------------------------------------------- */

static struct recipient {
    const char *name;
    int bits;          /* of RSA; 0: EC */
    const char *usage; /* NULL: no key usage */
    enum err want;
} recipients[] = {
    { "key encipherment", 2048, "critical,keyEncipherment", OK },
    { "key and data encipherment", 2048, "keyEncipherment,dataEncipherment",
        OK },
    { "no key usage", 2048, NULL, OK },
    { "signatures only", 2048, "critical,digitalSignature",
        ERR_CHAIN_UNTRUSTED },
    { "data encipherment only", 2048, "dataEncipherment", ERR_CHAIN_UNTRUSTED },
    { "a CA's own key", 2048, "critical,keyCertSign,cRLSign",
        ERR_CHAIN_UNTRUSTED },
    { "a key too short", 1024, "keyEncipherment", ERR_CHAIN_UNTRUSTED },
    { "an EC key", 0, "keyEncipherment", ERR_CHAIN_UNTRUSTED },
};

/* What the CA does: take EncryptedVID apart and open it. */
static void
open_as_ca(EVP_PKEY *ca, const X509 *x, const struct buf *der,
    const uint8_t random[static VID_R_LEN])
{
    struct der in = der_of(der), body, item, sealed, inner, hash;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(ca, NULL);
    struct buf clear = { 0 }, vid = { 0 };
    const uint8_t *bits;
    const unsigned char *p;
    X509_NAME *issuer;
    uint32_t number;
    size_t len;
    enum oid oid;

    assert_true(der_get(&in, DER_SEQUENCE, &body) && in.len == 0);
    assert_true(der_get(&body, DER_EXPLICIT(0), &item));
    assert_true(der_get_number(&item, &number) && number == 0);
    assert_true(der_get(&body, DER_EXPLICIT(1), &item));
    assert_true(der_get_algorithm(&item, &oid, &inner) && oid == OID_SHA256);
    assert_true(der_get(&body, DER_EXPLICIT(2), &item));
    assert_true(der_get_algorithm(&item, &oid, &inner) && oid == OID_RSA);
    assert_true(der_get(&body, DER_EXPLICIT(3), &item));
    assert_true(der_get(&item, DER_SEQUENCE, &inner));
    p = inner.data;
    issuer = d2i_X509_NAME(NULL, &p, (long)inner.len);
    assert_int_equal(X509_NAME_cmp(issuer, X509_get_issuer_name(x)), 0);
    X509_NAME_free(issuer);
    assert_true(der_get(&body, DER_EXPLICIT(4), &item) && body.len == 0);
    assert_true(der_get(&item, DER_OCTETS, &sealed) && sealed.len == 256);
    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(buf_extend(&clear, 256), OK);
    len = 256;
    assert_int_equal(
        EVP_PKEY_decrypt(ctx, clear.data, &len, sealed.data, sealed.len), 1);
    in = (struct der){ clear.data, len };
    assert_true(der_get(&in, DER_SEQUENCE, &body) && in.len == 0);
    assert_true(der_get(&body, DER_SEQUENCE, &item));
    assert_true(der_get_algorithm(&item, &oid, &inner) && oid == OID_SHA256);
    assert_true(der_get(&item, DER_EXPLICIT(0), &inner));
    assert_true(der_get(&inner, DER_OCTETS, &hash));
    assert_true(der_get_bits(&body, VID_R_LEN, &bits) && body.len == 0);
    assert_memory_equal(bits, random, VID_R_LEN);
    assert_int_equal(
        vid_compute(crypto, "SHA256", "1234561234567", bits, &vid), OK);
    assert_int_equal(hash.len, vid.len);
    assert_memory_equal(hash.data, vid.data, vid.len);
    EVP_PKEY_CTX_free(ctx);
    buf_free(&clear);
    buf_free(&vid);
}

static void
recipient_row(void **state)
{
    const struct recipient *row = *state;
    EVP_PKEY *ca =
        row->bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen((unsigned)row->bits);
    X509 *x = support_certificate(crypto, ca, "CN=x", 77, SUPPORT_NOW + 9);
    uint8_t random[VID_R_LEN];
    struct buf der = { 0 };
    X509_EXTENSION *e;

    if (row->usage != NULL) {
        e = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, row->usage);
        assert_int_equal(X509_add_ext(x, e, -1), 1);
        X509_EXTENSION_free(e);
    }
    assert_int_equal(key_random(crypto, random), OK);
    assert_int_equal(vid_encrypted(crypto, x, random, &der), row->want);
    if (row->want == OK)
        open_as_ca(ca, x, &der, random);
    else
        assert_int_equal(der.len, 0);
    buf_free(&der);
    X509_free(x);
    EVP_PKEY_free(ca);
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, compute_row, computes);
    SUPPORT_ROWS(&t, sample_row, samples);
    SUPPORT_ROWS(&t, reading_row, readings);
    SUPPORT_ROWS(&t, recipient_row, recipients);
#define T(f) support_test(&t, #f, f)
    T(the_synthetic_person_is_recognised);
    T(no_alternative_name_at_all);
    return support_run_keyed("vid", &t, &crypto, &key);
}
