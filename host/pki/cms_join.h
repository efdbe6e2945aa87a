/* cms_join.h - may one more person sign beside those of a SignedData? */
#ifndef INGAM_PKI_CMS_JOIN_H
#define INGAM_PKI_CMS_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/cms.h"
#include "pki/crypto.h"

struct cms_join {
    const struct buf *to;      /* the SignedData in DER */
    const struct buf *content; /* that must be signed there; NULL: unknown */
    const uint8_t *digest;     /* its SHA-256 */
    X509 *x;                   /* whose holder wants to sign */
};

/*
 * Every signer in it must hold over that content; who they are is not asked.
 * *ret_detached says whether the content is outside.
 *
 * ERR_INVALID_REQUEST  *ret_problem is why (static): a reason of cms_verify.h,
 *                      or too_many_signers, where there is no room for one more
 * ERR_ALREADY_SIGNED   x is one of them
 * ERR_TOO_LARGE, ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err cms_may_join(const struct crypto *crypto, const struct cms_join *join,
    const char **ret_problem, bool *ret_detached);

#endif
