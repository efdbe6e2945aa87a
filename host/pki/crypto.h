/*
 * crypto.h - OpenSSL's library context and providers, and the one translator
 * of its errors. SEED and single DES live in the legacy provider, which is
 * loaded only when something asks for it.
 */
#ifndef INGAM_PKI_CRYPTO_H
#define INGAM_PKI_CRYPTO_H

#include <openssl/types.h>

#include "base/err.h"

struct crypto;

/* A context of our own with the default provider; no configuration file is
 * read. ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err crypto_new(struct crypto **ret_crypto);

/* The same in a process that is not ours: nothing that the process shares is
 * touched, neither OpenSSL's allocator and secure heap nor its configuration.
 * Same errors. */
enum err crypto_new_guest(struct crypto **ret_crypto);

void crypto_free(struct crypto *crypto);

OSSL_LIB_CTX *crypto_libctx(const struct crypto *crypto);

/* A second context without any algorithm, made at its first use: what is
 * parsed in it has no public key, which is most of a certificate's parsing.
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err crypto_bare(struct crypto *crypto, OSSL_LIB_CTX **ret_libctx);

/* Load the legacy provider once. ERR_CRYPTO_UNAVAILABLE when it is missing. */
enum err crypto_need_legacy(struct crypto *crypto);

/* OpenSSL's own version, "3.0.22"; static. */
const char *crypto_version(void);

/*
 * Empty OpenSSL's error queue, log its first entry at debug level, and say
 * what it means: ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE (an algorithm that
 * cannot be fetched), else the fallback.
 */
enum err err_openssl(const char *where, enum err fallback);

#endif
