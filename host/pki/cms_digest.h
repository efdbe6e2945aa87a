/* cms_digest.h - the digests of signatures, and a signer of content of which
 * only the SHA-256 is known. */
#ifndef INGAM_PKI_CMS_DIGEST_H
#define INGAM_PKI_CMS_DIGEST_H

#include <stdint.h>

#include <openssl/cms.h>

#include "pki/cms.h"
#include "pki/crypto.h"

/*
 * Is it that content that this signer signed? NULL, or the reason (static) of
 * the check "signature". With signed attributes only messageDigest is looked
 * at: that they are signed is another question.
 */
const char *cms_digest_reason(const struct crypto *crypto, CMS_SignerInfo *si,
    const uint8_t digest[static CMS_SHA256_LEN]);

/* Name of SHA-256, SHA-384 or SHA-512, as OpenSSL fetches it; NULL for any
 * other: too weak, or unknown. Static. */
const char *cms_digest_name(const X509_ALGOR *algorithm);

#endif
