/* cms_seal.h - a certificate and its key, ready to sign: what is the same in
 * all of its signatures, made once. */
#ifndef INGAM_PKI_CMS_SEAL_H
#define INGAM_PKI_CMS_SEAL_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "pki/cms.h"
#include "pki/crypto.h"
#include "pki/oid.h"

struct cms_seal {
    const struct crypto *crypto; /* borrowed */
    EVP_PKEY_CTX *signer;        /* by the key */
    EVP_PKEY_CTX *reader;        /* by the certificate's own key */
    bool rsa;
    /* elements in DER: */
    struct buf certificate;
    struct buf id;          /* IssuerAndSerialNumber */
    struct buf sha256;      /* AlgorithmIdentifier of the digest, without */
    struct buf sha256_null; /* parameters (RFC 5754, 2), and as others write */
    struct buf algorithm; /* of the signature (RFC 3370, 3.2; RFC 5754, 3.3) */
    struct buf named;     /* attribute signingCertificateV2 (RFC 5035) */
};

/* An attribute: its type, an OBJECT IDENTIFIER in DER, and its one value, in DER
 * as well. ERR_TOO_LARGE, ERR_NO_MEMORY */
enum err cms_attribute(
    const struct buf *type, const struct buf *value, struct buf *ret_attribute);

#endif
