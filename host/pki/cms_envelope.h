/*
 * cms_envelope.h - CMS EnvelopedData (RFC 5652, 6) for one recipient, who is
 * named by issuer and serial number. The key of AES (RFC 3565) goes by RSAES-OAEP
 * with SHA-256 (RFC 3560), that of the others as Korean servers read it: by
 * RSAES-PKCS1-v1_5 (npki.md 6.4).
 */
#ifndef INGAM_PKI_CMS_ENVELOPE_H
#define INGAM_PKI_CMS_ENVELOPE_H

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/cms.h"
#include "pki/crypto.h"

#define CMS_CIPHERS "aes-256-cbc|aria-128-cbc|seed-cbc|des-ede3-cbc"
#define CMS_CIPHER  "aes-256-cbc" /* for who has no reason for another */

/* Bytes: the largest signature and its signers; base64 of the result still
 * fits a frame. */
#define CMS_ENVELOPE_MAX (CMS_CONTENT_MAX + 40000u)

/*
 * Why nothing may be encrypted for a certificate now (seconds since 1970 UTC);
 * NULL: it may. Static:
 *   key        not RSA of 2048 bits or more
 *   key_usage  there is one, and it does not allow keyEncipherment
 *   certificate_expired, certificate_not_yet_valid
 */
const char *cms_recipient_problem(X509 *recipient, int64_t now);

/*
 * cipher is one of CMS_CIPHERS. SEED needs the legacy provider, which is loaded.
 *
 * ERR_CHAIN_UNTRUSTED  the recipient's key is not RSA of 2048 bits or more, or
 *                      its key usage does not allow keyEncipherment
 * ERR_TOO_LARGE        the content is above CMS_ENVELOPE_MAX
 * ERR_PARAM_RANGE      there is no such cipher
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err cms_envelope(struct crypto *crypto, X509 *recipient,
    const char *cipher, const struct buf *content, struct buf *ret_der);

#endif
