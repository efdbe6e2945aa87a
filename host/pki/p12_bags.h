/* p12_bags.h - a PKCS #12 file taken apart, between reading and choosing. */
#ifndef INGAM_PKI_P12_BAGS_H
#define INGAM_PKI_P12_BAGS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "pki/p12.h"

struct p12_key {
    struct buf info; /* PrivateKeyInfo in DER */
    struct buf id;   /* localKeyID, empty when it has none */
};

struct p12_cert {
    X509 *x;
    struct buf id;
};

struct p12_bags {
    struct p12_key keys[P12_BAGS_MAX];
    struct p12_cert certs[P12_BAGS_MAX];
    size_t key_count, cert_count;
};

/* What a file is opened with, and what work it may still ask for. */
struct p12_opener {
    struct crypto *crypto;
    const struct buf *password;
    const char *pass; /* the same, or NULL: there is none at all */
    uint32_t rounds;  /* left of P12_ROUNDS_MAX */
};

/*
 * Decrypt what a password-based algorithm of any kind has encrypted.
 * ERR_IMPORT_COSTLY, ERR_IMPORT_INVALID, ERR_KEY_SCHEME_UNSUPPORTED,
 * ERR_PASSWORD_WRONG, ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err p12_decrypt(struct p12_opener *opener, const X509_ALGOR *algorithm,
    const ASN1_OCTET_STRING *encrypted, struct buf *ret_plain);

/* Take so many rounds from what is left. ERR_IMPORT_COSTLY, and
 * ERR_IMPORT_INVALID when there are none or fewer. */
enum err p12_take_rounds(struct p12_opener *opener, const ASN1_INTEGER *rounds);

/* Whose pair, or whose two pairs, are these? Errors of p12_read. */
enum err p12_choose(
    struct crypto *crypto, struct p12_bags *bags, struct p12 *ret_p12);

#endif
