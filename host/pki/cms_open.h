/* cms_open.h - the other end of cms_envelope.h: what a site's server does with
 * what was encrypted for it. */
#ifndef INGAM_PKI_CMS_OPEN_H
#define INGAM_PKI_CMS_OPEN_H

#include <openssl/evp.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define CMS_KEY_FILE_MAX (16u << 10) /* bytes of a private key, PEM or DER */

/*
 * A private key without a password. The caller frees it.
 *
 * ERR_KEY_FILE_DAMAGED  it is none, or it is encrypted
 * ERR_NO_MEMORY
 */
enum err cms_open_key(
    const struct crypto *crypto, const struct buf *file, EVP_PKEY **ret_key);

/*
 * The content of an EnvelopedData for this key; the caller frees it.
 *
 * ERR_INVALID_REQUEST  it is none, or not for this key
 * ERR_NO_MEMORY
 */
enum err cms_open(const struct crypto *crypto, EVP_PKEY *key,
    const struct buf *der, struct buf *ret_content);

#endif
