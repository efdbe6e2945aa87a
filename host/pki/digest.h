/* digest.h - the SHA-256 of bytes that come in pieces. */
#ifndef INGAM_PKI_DIGEST_H
#define INGAM_PKI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pki/crypto.h"

#define DIGEST_LEN 32u /* bytes */

struct digest;

/* The caller frees it with digest_free. ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err digest_new(const struct crypto *crypto, struct digest **ret_digest);
void digest_free(struct digest *digest); /* takes NULL */

/* The next piece. ERR_CRYPTO_UNAVAILABLE */
enum err digest_add(struct digest *digest, const void *data, size_t len);

/* Of all pieces; nothing can be added after that. ERR_CRYPTO_UNAVAILABLE */
enum err digest_end(
    struct digest *digest, uint8_t ret_sha256[static DIGEST_LEN]);

#endif
