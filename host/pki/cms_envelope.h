/*
 * cms_envelope.h - CMS EnvelopedData (RFC 5652, 6) for one recipient, who is
 * named by issuer and serial number: AES-256-CBC, its key by RSAES-OAEP with
 * SHA-256 (RFC 3560, RFC 3565).
 */
#ifndef INGAM_PKI_CMS_ENVELOPE_H
#define INGAM_PKI_CMS_ENVELOPE_H

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/crypto.h"

/*
 * ERR_CHAIN_UNTRUSTED  the recipient's key is not RSA of 2048 bits or more, or
 *                      its key usage does not allow keyEncipherment
 * ERR_TOO_LARGE        the content is above CMS_CONTENT_MAX
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err cms_envelope(const struct crypto *crypto, X509 *recipient,
    const struct buf *content, struct buf *ret_der);

#endif
