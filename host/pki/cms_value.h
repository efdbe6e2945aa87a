/* cms_value.h - a signature value over a SHA-256 that is known already: PKCS#1
 * v1.5 with RSA (RFC 8017, 8.2), ECDSA with a curve's key. */
#ifndef INGAM_PKI_CMS_VALUE_H
#define INGAM_PKI_CMS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "pki/cms.h"
#include "pki/crypto.h"

/* A key made ready for any number of values, to be freed by EVP_PKEY_CTX_free.
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL */
enum err cms_value_signer(
    const struct crypto *crypto, EVP_PKEY *key, EVP_PKEY_CTX **ret_signer);
enum err cms_value_reader(
    const struct crypto *crypto, EVP_PKEY *key, EVP_PKEY_CTX **ret_reader);

/* ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL */
enum err cms_value_sign(EVP_PKEY_CTX *signer,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_value);

/* ERR_INTERNAL when it is not one by this key; ERR_NO_MEMORY */
enum err cms_value_check(EVP_PKEY_CTX *reader,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len);

/* Is it one by this key? */
bool cms_value_fits(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len);

#endif
