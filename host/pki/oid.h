/* oid.h - the object identifiers that we compare or write ourselves. */
#ifndef INGAM_PKI_OID_H
#define INGAM_PKI_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

// clang-format off
#define OID_TABLE(X)                                                          \
    X(PBE_SEED_SHA1,  "1.2.410.200004.1.15")  /* KISA pbeWithSHA1AndSEED-CBC */ \
    X(SEED_CBC,       "1.2.410.200004.1.4")   /* RFC 4010; once a PBE too */  \
    X(PBES2,          "1.2.840.113549.1.5.13") /* RFC 8018 */                 \
    X(PBKDF2,         "1.2.840.113549.1.5.12")                                \
    X(HMAC_SHA1,      "1.2.840.113549.2.7")                                   \
    X(HMAC_SHA256,    "1.2.840.113549.2.9")                                   \
    X(AES_128_CBC,    "2.16.840.1.101.3.4.1.2")                               \
    X(AES_192_CBC,    "2.16.840.1.101.3.4.1.22")                              \
    X(AES_256_CBC,    "2.16.840.1.101.3.4.1.42")                              \
    X(ARIA_128_CBC,   "1.2.410.200046.1.1.2") /* RFC 5794 */                  \
    X(ARIA_192_CBC,   "1.2.410.200046.1.1.7")                                 \
    X(ARIA_256_CBC,   "1.2.410.200046.1.1.12")                                \
    X(RSA,            "1.2.840.113549.1.1.1")                                 \
    X(EC,             "1.2.840.10045.2.1")                                    \
    X(SHA1,           "1.3.14.3.2.26")                                        \
    X(SHA256,         "2.16.840.1.101.3.4.2.1")                               \
    X(SHA384,         "2.16.840.1.101.3.4.2.2")                               \
    X(SHA512,         "2.16.840.1.101.3.4.2.3")                               \
    X(ECDSA_SHA256,   "1.2.840.10045.4.3.2")                                  \
    X(DATA,           "1.2.840.113549.1.7.1") /* RFC 5652 */                  \
    X(SIGNED_DATA,    "1.2.840.113549.1.7.2")                                 \
    X(CONTENT_TYPE,   "1.2.840.113549.1.9.3")                                 \
    X(MESSAGE_DIGEST, "1.2.840.113549.1.9.4")                                 \
    X(SIGNING_TIME,   "1.2.840.113549.1.9.5")                                 \
    X(SIGNING_CERT_2, "1.2.840.113549.1.9.16.2.47") /* RFC 5035 */            \
    X(IDENTIFY_DATA,  "1.2.410.200004.10.1.1")   /* KCAC.TS.SIVID */          \
    X(VID,            "1.2.410.200004.10.1.1.1")                              \
    X(ENCRYPTED_VID,  "1.2.410.200004.10.1.1.2")                              \
    X(RANDOM_NUM,     "1.2.410.200004.10.1.1.3") /* R, in a key's attributes */
// clang-format on

enum oid {
#define OID_SYMBOL(symbol, text) OID_##symbol,
    OID_TABLE(OID_SYMBOL)
#undef OID_SYMBOL
        OID_COUNT, /* also: none of these */
};

const char *oid_text(enum oid oid); /* dotted, static */

/* The row whose encoded content (without tag and length) this is. */
enum oid oid_find(const uint8_t *content, size_t len);

/* Append tag, length and content. ERR_TOO_LARGE, ERR_NO_MEMORY */
enum err oid_put(struct buf *out, enum oid oid);

/* The same of any, dotted. ERR_INTERNAL when it is none; ERR_NO_MEMORY */
enum err oid_put_text(struct buf *out, const char *text);

#endif
