#include "tls.h"

#include <openssl/evp.h>

#define LOCALHOST  "C=KR,O=IngamTest,OU=TLS,CN=localhost"
#define OTHER_HOST "C=KR,O=IngamTest,OU=TLS,CN=example.org"
#define OID_SERVER "1.3.6.1.5.5.7.3.1"
#define WEAK_BITS  1024

static SSL_CTX *
context(X509 *cert, EVP_PKEY *key, int security_level)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    if (ctx == NULL)
        die("cannot set up TLS");
    if (security_level >= 0)
        SSL_CTX_set_security_level(ctx, security_level);
    if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(ctx, cert) != 1 ||
        SSL_CTX_use_PrivateKey(ctx, key) != 1)
        die("cannot set up TLS");
    return ctx;
}

SSL_CTX *
tls_context(const struct ca *ca)
{
    return context(ca->cert[CA_TLS], ca->key[CA_TLS], -1);
}

/* A certificate for a new key, with the fault in it. */
static X509 *
make_certificate(const struct ca *ca, enum tls_fault fault, EVP_PKEY *key)
{
    struct out subject = { 0 }, spki = { 0 }, der = { 0 };
    EVP_PKEY *stranger = EVP_EC_gen("P-256");
    int64_t now = time(NULL);
    struct cert_order order = {
        .issuer = ca->cert[CA_TLS_ROOT],
        .issuer_key = ca->key[CA_TLS_ROOT],
        .serial = { (const uint8_t *)"\x07", 1 },
        .not_before = now - DAY_SECONDS,
        .not_after = now + DAY_SECONDS,
        .key_usage = USE_SIGN,
        .purpose = OID_SERVER,
        .localhost = fault != TLS_OTHER_HOST,
    };
    X509 *x;

    if (stranger == NULL)
        die("cannot make a key");
    cert_name(&subject, fault == TLS_OTHER_HOST ? OTHER_HOST : LOCALHOST);
    der_public_key(&spki, key);
    order.subject = span_of(&subject);
    order.spki = span_of(&spki);
    if (fault == TLS_SELF_SIGNED) {
        order.issuer = NULL;
        order.issuer_key = key;
    } else if (fault == TLS_OTHER_ROOT) {
        order.issuer_key = stranger;
    } else if (fault == TLS_EXPIRED) {
        order.not_before -= DAY_SECONDS;
        order.not_after = now - DAY_SECONDS;
    } else if (fault == TLS_NOT_YET) {
        order.not_before = now + DAY_SECONDS;
        order.not_after += DAY_SECONDS;
    }
    cert_write(&der, &order);
    x = ca_parse(span_of(&der));
    out_free(&subject);
    out_free(&spki);
    out_free(&der);
    EVP_PKEY_free(stranger);
    return x;
}

SSL_CTX *
tls_spoiled(const struct ca *ca, enum tls_fault fault)
{
    EVP_PKEY *key =
        fault == TLS_WEAK_KEY ? EVP_RSA_gen(WEAK_BITS) : EVP_EC_gen("P-256");
    SSL_CTX *ctx;
    X509 *x;

    if (key == NULL)
        die("cannot make a key");
    x = make_certificate(ca, fault, key);
    ctx = context(x, key, 0);
    if (fault == TLS_OLD_PROTOCOL &&
        (SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) != 1 ||
            SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION) != 1))
        die("cannot set up TLS");
    if (fault == TLS_CLIENT_CERT)
        SSL_CTX_set_verify(
            ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    X509_free(x);
    EVP_PKEY_free(key);
    return ctx;
}
