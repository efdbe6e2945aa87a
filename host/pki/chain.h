/*
 * chain.h - a path from a certificate to a pinned one (RFC 5280, section 6).
 * The system's trust store is never asked: Korean roots are not in it.
 */
#ifndef INGAM_PKI_CHAIN_H
#define INGAM_PKI_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define CHAIN_CERTS_MAX 256u         /* certificates in one set of them */
#define CHAIN_FILE_MAX  (256u << 10) /* bytes of it */
#define CHAIN_DEPTH_MAX 6            /* CAs between a certificate and its pin */

/* A set of certificates; a NULL set is empty. */
struct chain_set;

/*
 * Add the certificates of a text or file: PEM blocks and DER, one after
 * another; words outside of PEM blocks are skipped. Creates *set when it is
 * NULL; the caller frees it, after a failure too.
 *
 * ERR_CERTIFICATE_DAMAGED  something else, or no certificate at all
 * ERR_TOO_LARGE            above CHAIN_FILE_MAX or CHAIN_CERTS_MAX
 * ERR_NO_MEMORY
 */
enum err chain_read(const struct crypto *crypto, const struct buf *file,
    struct chain_set **set);

/* Add one; the set keeps a reference of its own. ERR_TOO_LARGE, ERR_NO_MEMORY */
enum err chain_add(struct chain_set **set, X509 *x);

size_t chain_count(const struct chain_set *set);
void chain_free(struct chain_set *set); /* takes NULL */

/* Is one of them not valid yet at this time? Of pins that says that the time is
 * wrong: they are known, so they have been issued. */
bool chain_is_early(const struct chain_set *set, int64_t at);

/*
 * Does a path of valid certificates lead from x over the untrusted ones to an
 * anchor, at a time (seconds since 1970 UTC)? An anchor may be an intermediate
 * CA; x itself never counts as one. Signatures by SHA-1 or with keys below
 * 2048 bits (112 bits of strength) break a path; so do those of algorithms
 * that are not read (algorithm.h), and certificates with name constraints or a
 * critical extension that is not looked at.
 *
 * ERR_CHAIN_UNTRUSTED            no such path
 * ERR_CERTIFICATE_EXPIRED        all is well but that x has expired
 * ERR_CERTIFICATE_NOT_YET_VALID  all is well but that x is not valid yet
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err chain_check(const struct crypto *crypto, X509 *x,
    const struct chain_set *untrusted, const struct chain_set *anchors,
    int64_t at);

/* The same; and for the first three outcomes but ERR_CHAIN_UNTRUSTED the path
 * itself, x first and the anchor last. The caller frees it. */
enum err chain_path(const struct crypto *crypto, X509 *x,
    const struct chain_set *untrusted, const struct chain_set *anchors,
    int64_t at, struct chain_set **ret_path);

/* One of a set, borrowed; NULL behind the last. */
X509 *chain_at(const struct chain_set *set, size_t at);

#endif
