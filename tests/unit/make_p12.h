/* make_p12.h - PKCS #12 files in every good and bad form, for the tests. */
#ifndef INGAM_TESTS_MAKE_P12_H
#define INGAM_TESTS_MAKE_P12_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/crypto.h"

/* How a key bag, or the safe around the certificates, is encrypted. */
enum p12_lock {
    LOCK_3DES,
    LOCK_PLAIN,
    LOCK_RC2,        /* 40 bits, as Windows did */
    LOCK_AES,        /* PBES2 */
    LOCK_DES,        /* PBES2 with single DES, which nobody should use */
    LOCK_SEED,       /* KISA's .1.15, the password's own bytes */
    LOCK_SEED_BMP,   /* the same with the password as PKCS #12 has it */
    LOCK_SEED_PBES2, /* PBES2 with SEED */
    LOCK_UNKNOWN,    /* an algorithm of nobody */
    LOCK_SCRYPT,     /* PBES2 with scrypt */
};

struct p12_pair {
    X509 *x;
    const struct buf *info; /* PrivateKeyInfo */
};

struct p12_plan {
    const char *keys;  /* letters of pairs, 'a' the first: key bags */
    const char *certs; /* the same: certificate bags */
    enum p12_lock key_lock, cert_lock;
    int64_t key_rounds; /* written in the file; 0: 2 */
    int64_t mac_rounds; /* written in the file; 0: 1 */
    int mac_nid;        /* 0: SHA-1; NO_MAC: none at all */
    bool ids;           /* localKeyID in keys and first certificate */
};

#define NO_MAC (-1)

/* A file from these pairs. Fails the test when it cannot. */
void make_p12(struct crypto *crypto, const struct p12_plan *plan,
    const struct p12_pair *pairs, const char *password, struct buf *ret_file);

/* The AuthenticatedSafe alone, and a file around one with its right MAC. */
void make_p12_safe(struct crypto *crypto, const struct p12_plan *plan,
    const struct p12_pair *pairs, const char *password, struct buf *ret_safe);
void make_p12_around(const struct p12_plan *plan, const struct buf *safe,
    const char *password, struct buf *ret_file);

#endif
