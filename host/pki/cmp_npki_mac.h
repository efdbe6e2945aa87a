/*
 * cmp_npki_mac.h - how the authorisation code protects messages of dialect
 * `npki` (npki.md 5.7 and 5.8): "PasswordBasedMac" with the salt before the
 * secret and DES-MAC, and what CAs make of it.
 */
#ifndef INGAM_PKI_CMP_NPKI_MAC_H
#define INGAM_PKI_CMP_NPKI_MAC_H

#include "pki/ca.h"
#include "pki/cmp_npki_asn1.h"
#include "pki/crypto.h"

#define NPKI_SALT         "aaaaabbbbb" /* of every request */
#define NPKI_ITERATIONS   2
#define NPKI_SALT_MAX     64    /* bytes in an answer */
#define NPKI_ITER_MAX     10000 /* in an answer */
#define NPKI_KEY_SALT_LEN 16    /* bytes, of publicKeyMAC */
#define NPKI_KEY_ITER     1024

/* protectionAlg of a request. ERR_NO_MEMORY, ERR_INTERNAL */
enum err npki_mac_algorithm(
    const struct ca_npki *profile, X509_ALGOR **ret_algorithm);

/* The MAC of a request's protected part, as the profile says.
 * ERR_CRYPTO_UNAVAILABLE (DES is in the legacy provider), ERR_NO_MEMORY,
 * ERR_INTERNAL */
enum err npki_mac(struct crypto *crypto, const struct ca_npki *profile,
    const struct buf *code, const struct buf *part, struct buf *ret_mac);

/*
 * Is a message protected by the code? Either MAC, either order of salt and
 * secret and either padding will do; SHA-1, salt and iterations within bounds.
 *
 * ERR_CA_ANSWER_UNTRUSTED  no
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL
 */
enum err npki_mac_check(struct crypto *crypto, const NPKI_MESSAGE *message,
    const struct buf *code, const struct buf *part);

/* publicKeyMAC (RFC 2511, 4.4): the code vouches for a public key. Errors as
 * npki_mac(). */
enum err npki_key_mac(struct crypto *crypto, const struct buf *code,
    const X509_PUBKEY *key, NPKI_KEY_MAC *ret_mac);

#endif
