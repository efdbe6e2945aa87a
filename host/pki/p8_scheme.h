/* p8_scheme.h - the unencrypted part of a key file: read, bounded, written. */
#ifndef INGAM_PKI_P8_SCHEME_H
#define INGAM_PKI_P8_SCHEME_H

#include <stdint.h>

#include "pki/der.h"
#include "pki/p8.h"

#define P8_BLOCK   16u /* bytes of a block of SEED, ARIA and AES */
#define P8_KEY_MAX 32u /* bytes of the longest key */

enum p8_kdf {
    P8_PBKDF1,      /* SHA-1; the IV is derived too (npki.md 2.2) */
    P8_PBKDF1_OLD,  /* the same with a fixed IV */
    P8_PBKDF2_SHA1, /* RFC 8018 */
    P8_PBKDF2_SHA256,
};

struct p8_cipher {
    enum oid oid;
    const char *name;   /* as OpenSSL fetches it */
    const char *family; /* "seed", "aria", "aes" */
    size_t key_len;     /* bytes */
    bool legacy;        /* lives in the legacy provider */
};

/* A key file taken apart; the pointers lead into the file's bytes. */
struct p8_parts {
    enum p8_kdf kdf;
    const struct p8_cipher *cipher;
    struct der salt;
    uint32_t iterations;
    struct der iv;  /* P8_BLOCK bytes; empty for the PBKDF1 schemes */
    struct der key; /* what the password gave before; empty: derive it */
    struct der encrypted;
};

/* Errors of p8_info. Nothing is computed: every bound comes before work. */
enum err p8_parts_read(const struct buf *file, struct p8_parts *ret_parts);
enum err p8_parts_write(const struct p8_parts *parts, struct buf *ret_file);

/* The key of the parts' cipher. PBKDF2 schemes only.
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY */
enum err p8_derive(struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, uint8_t ret_key[static P8_KEY_MAX]);

/*
 * Derive key and IV from the password and run the cipher over whole blocks
 * without touching their padding; ret_out, empty before, is as long as in.
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err p8_crypt(struct crypto *crypto, const struct p8_parts *parts,
    bool encrypt, const struct buf *password, const struct der *in,
    struct buf *ret_out);

/*
 * Decrypt with exactly these bytes as the password and take the padding off,
 * whatever is inside. ERR_PASSWORD_WRONG, ERR_CRYPTO_UNAVAILABLE,
 * ERR_NO_MEMORY
 */
enum err p8_open(struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, struct buf *ret_plain);

const struct p8_cipher *p8_cipher_of(enum oid oid); /* NULL when unknown */

#endif
