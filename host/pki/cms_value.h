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

/* ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL */
enum err cms_value_sign(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_value);

/* Is it one by this key? */
bool cms_value_fits(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len);

#endif
