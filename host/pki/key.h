/* key.h - a private key in use: made, opened, compared, turned to DER. */
#ifndef INGAM_PKI_KEY_H
#define INGAM_PKI_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/watch.h"
#include "pki/crypto.h"
#include "pki/vid.h"

#define KEY_BITS 2048 /* of a new RSA key */

/* RSA-2048, e = 65537. Asks watch between rounds.
 * ERR_CANCELLED, ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY */
enum err key_generate(
    const struct crypto *crypto, const struct watch *watch, EVP_PKEY **ret_key);

/* A fresh R from the private random source. ERR_CRYPTO_UNAVAILABLE */
enum err key_random(
    const struct crypto *crypto, uint8_t ret_r[static VID_R_LEN]);

/* PrivateKeyInfo in DER, with the R attribute (npki.md 2.4) unless r is NULL.
 * ERR_NO_MEMORY, ERR_INTERNAL */
enum err key_private_key_info(
    const EVP_PKEY *key, const uint8_t *r, struct buf *ret_der);

/*
 * Load and check a PrivateKeyInfo: RSA of 1024 to 8192 bits or an EC key that
 * EVP_PKEY_check accepts.
 *
 * ERR_PASSWORD_WRONG  it is none (the caller decrypted rubbish)
 */
enum err key_load(const struct crypto *crypto,
    const struct buf *private_key_info, EVP_PKEY **ret_key);

/*
 * The same for the key of a certificate, in a fraction of the time.
 *
 * ERR_PASSWORD_WRONG, ERR_KEY_MISMATCH
 */
enum err key_load_for(const struct crypto *crypto,
    const struct buf *private_key_info, const X509 *x, EVP_PKEY **ret_key);

/* ERR_KEY_MISMATCH when the certificate has another key. */
enum err key_matches(const EVP_PKEY *key, const X509 *x);

#endif
