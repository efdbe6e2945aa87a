/*
 * p12.h - PKCS #12 files (RFC 7292): a certificate, its key with R in the
 * key's attributes, and the second pair when there is one. Written in the form
 * that Korean programs exchange (npki.md 7.1) or in a modern one; read in
 * whatever form OpenSSL knows, and with KISA's SEED schemes besides.
 */
#ifndef INGAM_PKI_P12_H
#define INGAM_PKI_P12_H

#include <stdbool.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define P12_FILE_MAX   (1u << 20) /* bytes of a file */
#define P12_ROUNDS_MAX 5000000u   /* of all derivations in a file: seconds */
#define P12_BAGS_MAX   64u        /* in a file, nested ones too */
#define P12_DEPTH_MAX  4u         /* bags in bags */
#define P12_KEYS_MAX   2u         /* of one person: to sign, to encrypt */

/* What is in a file; all DER, the keys as PrivateKeyInfo. */
struct p12 {
    struct buf sign_cert;
    struct buf sign_key;
    struct buf km_cert; /* empty without a second pair */
    struct buf km_key;
};

void p12_free(struct p12 *p12); /* empties it */

/*
 * Read a file. The password is UTF-8, at most P8_PASSWORD_MAX bytes. Every
 * bound is looked at before the work that it bounds.
 *
 * ERR_IMPORT_TOO_LARGE     more than P12_FILE_MAX bytes
 * ERR_IMPORT_INVALID       no PKCS #12, damaged, without a MAC by password, or
 *                          without a certificate
 * ERR_IMPORT_COSTLY        more rounds than P12_ROUNDS_MAX
 * ERR_KEY_SCHEME_UNSUPPORTED  a cipher or MAC that is not known here
 * ERR_PASSWORD_WRONG       the MAC says so, or a key cannot be opened
 * ERR_KEY_FILE_MISSING     there is no key in it
 * ERR_IMPORT_AMBIGUOUS     several keys which are not one person's two
 * ERR_KEY_MISMATCH         the key belongs to no certificate in it
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err p12_read(struct crypto *crypto, const struct buf *file,
    const struct buf *password, struct p12 *ret_p12);

enum p12_form {
    P12_NPKI,   /* 3DES and SHA-1, 1,024 rounds: every Korean program */
    P12_MODERN, /* AES-256 and SHA-256, 600,000 rounds */
};

/* "npki", "modern". ERR_PARAM_RANGE for anything else. */
enum err p12_form_parse(const char *name, enum p12_form *ret_form);

/*
 * Write a file. ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY; ERR_PARAM_RANGE for
 * keys or certificates that are none
 */
enum err p12_write(struct crypto *crypto, enum p12_form form,
    const struct p12 *p12, const struct buf *password, struct buf *ret_file);

#endif
