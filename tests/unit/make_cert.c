#include "make_cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

EVP_PKEY *
make_key(const char *kind)
{
    EVP_PKEY *key;

    if (strcmp(kind, "p256") == 0)
        key = EVP_EC_gen("P-256");
    else
        key = EVP_RSA_gen(strcmp(kind, "rsa1024") == 0 ? 1024u : 2048u);
    assert_non_null(key);
    return key;
}

static void
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509_EXTENSION *e;
    X509V3_CTX ctx;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

static void
put_name(X509_NAME *name, const char *part, const char *value)
{
    assert_int_equal(X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
                         (const unsigned char *)value, -1, -1, 0),
        1);
}

X509 *
make_cert(const struct cert_spec *spec)
{
    static long serial = 1000;
    X509 *x = X509_new(), *issuer = spec->issuer != NULL ? spec->issuer : x;
    EVP_PKEY *signer = spec->issuer_key != NULL ? spec->issuer_key : spec->key;
    const char *usage = spec->usage != NULL ? spec->usage
                        : spec->ca          ? "critical,keyCertSign,cRLSign"
                                   : "critical,digitalSignature,nonRepudiation";
    const EVP_MD *md;

    assert_non_null(x);
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(x),
        (time_t)(spec->from != 0 ? spec->from : TEST_NOW - 180 * TEST_DAY));
    ASN1_TIME_set(X509_getm_notAfter(x),
        (time_t)(spec->until != 0 ? spec->until : TEST_NOW + 180 * TEST_DAY));
    put_name(X509_get_subject_name(x), "C", "KR");
    put_name(X509_get_subject_name(x), "O", "IngamTest");
    put_name(X509_get_subject_name(x), "CN", spec->cn);
    X509_set_issuer_name(x, X509_get_subject_name(issuer));
    X509_set_pubkey(x, spec->key);
    add_extension(x, issuer, NID_subject_key_identifier, "hash");
    if (spec->ca)
        add_extension(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
    if (*usage != '\0')
        add_extension(x, issuer, NID_key_usage, usage);
    md = EVP_get_digestbyname(spec->digest != NULL ? spec->digest : "SHA256");
    assert_true(X509_sign(x, signer, md) > 0);
    return x;
}
