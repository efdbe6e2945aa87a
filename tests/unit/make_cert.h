/* make_cert.h - keys and certificates made while a test runs. */
#ifndef INGAM_TESTS_MAKE_CERT_H
#define INGAM_TESTS_MAKE_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"

#define TEST_NOW INT64_C(1795000000) /* 2026-11-18T14:26:40Z */
#define TEST_DAY INT64_C(86400)      /* seconds */

struct cert_spec {
    const char *cn;
    EVP_PKEY *key;        /* the subject's */
    X509 *issuer;         /* NULL: self-signed */
    EVP_PKEY *issuer_key; /* NULL: self-signed */
    int64_t from, until;  /* 0: a year around TEST_NOW */
    bool ca;
    const char *usage;  /* as in openssl.cnf; NULL: a fitting one, "": none */
    const char *digest; /* of the signature; NULL: SHA256 */
};

/* Both fail the test when they cannot. */
EVP_PKEY *make_key(const char *kind); /* "rsa2048", "rsa1024", "p256" */
X509 *make_cert(const struct cert_spec *spec);

#endif
