/*
 * p8.h - key files: EncryptedPrivateKeyInfo in every scheme that NPKI knows
 * (RFC 5958, RFC 8018; KISA's 1.2.410.200004.1.15 and .1.4). A key travels as
 * its PrivateKeyInfo in DER, so that its attributes, R among them, survive.
 */
#ifndef INGAM_PKI_P8_H
#define INGAM_PKI_P8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "pki/crypto.h"
#include "pki/vid.h"

#define P8_FILE_MAX       (64u << 10) /* bytes of a key file */
#define P8_ITERATIONS_MAX 10000000u   /* the longest wait we accept: seconds */
#define P8_SALT_MIN       8u          /* bytes */
#define P8_SALT_MAX       64u         /* bytes */
#define P8_PASSWORD_MAX   256u        /* bytes */

enum p8_scheme {
    P8_COMPAT, /* PBES2, PBKDF2-HMAC-SHA1 100,000, SEED-CBC */
    P8_LEGACY, /* 1.2.410.200004.1.15, 2,048 */
    P8_STRONG, /* PBES2, PBKDF2-HMAC-SHA256 600,000, AES-256-CBC */
};

/* "compat", "legacy", "strong". ERR_PARAM_RANGE for anything else. */
enum err p8_scheme_parse(const char *name, enum p8_scheme *ret_scheme);

/* What can be told before any password. */
struct p8_info {
    const char *scheme; /* static: "seed-sha1", "seed-old", "pbes2-seed-sha1",
                            "pbes2-aria-sha256", "pbes2-aes-sha256", … */
    uint32_t iterations;
    bool weak; /* fewer than 10,000 iterations or an old scheme */
};

/*
 * ERR_KEY_FILE_DAMAGED       not one DER EncryptedPrivateKeyInfo, or a bound
 *                            of this file broken
 * ERR_KEY_SCHEME_UNSUPPORTED a scheme that is not in the table
 */
enum err p8_info(const struct buf *file, struct p8_info *ret_info);

/*
 * Decrypt. The password is tried as the bytes given and, when they are not
 * ASCII, as CP949 too.
 *
 * ERR_PASSWORD_WRONG   wrong password or damaged inside: one error for both
 * ERR_CRYPTO_UNAVAILABLE  a cipher is missing; says nothing of the password
 * and those of p8_info
 */
enum err p8_decrypt(struct crypto *crypto, const struct buf *file,
    const struct buf *password, struct buf *ret_private_key_info);

/* Encrypt with fresh salt and IV. ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY */
enum err p8_encrypt(struct crypto *crypto, enum p8_scheme scheme,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file);

/* What one password gave for one scheme, so that files that lie together cost
 * a guesser and us one derivation: they share their salt, not their IV. */
struct p8_derived {
    enum p8_scheme scheme;
    struct buf salt, key; /* empty: nothing derived yet */
};

void p8_derived_free(struct p8_derived *derived);

/*
 * As p8_encrypt with the salt of derived, which is filled at its first use and
 * belongs to one password. P8_LEGACY, whose IV comes from the salt, has a fresh
 * one all the same.
 */
enum err p8_encrypt_with(struct crypto *crypto, enum p8_scheme scheme,
    const struct buf *private_key_info, const struct buf *password,
    struct p8_derived *derived, struct buf *ret_file);

/* Encrypt in the scheme of another key file, with its number of iterations.
 * Also the errors of p8_info for that file. */
enum err p8_encrypt_like(struct crypto *crypto, const struct buf *file,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file);

/* R of a PrivateKeyInfo. ERR_IDENTITY_VALUE_MISSING when it has none. */
enum err p8_random(
    const struct buf *private_key_info, uint8_t ret_r[static VID_R_LEN]);

/*
 * Rules for a new password (ux: section 4): 10 to 64 printable ASCII bytes
 * with letter, digit and special, none of " ' \ |, not a common one, not
 * holding the holder's name (may be NULL). *ret_rule names the broken rule:
 * "length", "letter", "digit", "special", "character", "common", "name".
 *
 * ERR_PASSWORD_TOO_WEAK
 */
enum err p8_password_check(
    const struct buf *password, const char *name, const char **ret_rule);

#endif
