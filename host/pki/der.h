/*
 * der.h - just enough DER (X.690) to read and write the structures that
 * OpenSSL has no type for. Strict: one-byte tags, definite lengths in their
 * shortest form, nothing beyond the end.
 */
#ifndef INGAM_PKI_DER_H
#define INGAM_PKI_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "pki/oid.h"

#define DER_INTEGER     0x02u
#define DER_BITS        0x03u
#define DER_OCTETS      0x04u
#define DER_NULL        0x05u
#define DER_OID         0x06u
#define DER_UTF8        0x0Cu
#define DER_PRINTABLE   0x13u
#define DER_UTC_TIME    0x17u
#define DER_TIME        0x18u /* GeneralizedTime */
#define DER_SEQUENCE    0x30u
#define DER_SET         0x31u
#define DER_CONTEXT(n)  (0x80u | (n)) /* [n] IMPLICIT, primitive */
#define DER_EXPLICIT(n) (0xA0u | (n)) /* [n], constructed */

/* What is still to be read; points into memory of the caller. */
struct der {
    const uint8_t *data;
    size_t len;
};

struct der der_of(const struct buf *b);

/* Step over the next element when its tag is this one; ret is its content.
 * False, with both untouched, for another tag or a malformed element. */
bool der_get(struct der *in, unsigned tag, struct der *ret_content);

/* As der_get for any tag. */
bool der_any(struct der *in, unsigned *ret_tag, struct der *ret_content);

/* Is all of it DER, as far as tags and lengths go: elements within elements to
 * the end, universal types in their one form? */
bool der_is_strict(struct der in);

bool der_at(const struct der *in, unsigned tag); /* is this tag next? */

/* An INTEGER of 0 to 2^32-1. */
bool der_get_number(struct der *in, uint32_t *ret_number);

/* A GeneralizedTime of whole seconds UTC, in seconds since 1970. */
bool der_get_time(struct der *in, int64_t *ret_seconds);

/* An OBJECT IDENTIFIER; OID_COUNT when it is none of the table. */
bool der_get_oid(struct der *in, enum oid *ret_oid);

/* AlgorithmIdentifier: its OID and what follows the OID. */
bool der_get_algorithm(
    struct der *in, enum oid *ret_oid, struct der *ret_parameters);

/* A BIT STRING without unused bits, of exactly len bytes. */
bool der_get_bits(struct der *in, size_t len, const uint8_t **ret_bits);

/* Append an element. ERR_TOO_LARGE, ERR_NO_MEMORY */
enum err der_put(
    struct buf *out, unsigned tag, const void *content, size_t len);
enum err der_put_number(struct buf *out, uint32_t number);
enum err der_put_time(struct buf *out, int64_t seconds); /* RFC 5652, 11.3 */
enum err der_put_bits(struct buf *out, const void *bits, size_t len);

/* Put an element among those of a SET OF, which are in DER's order: before the
 * first that is greater. Same errors. */
enum err der_insert(struct buf *set, const struct buf *element);

/* Make the whole buffer the content of one element. Same errors. */
enum err der_wrap(struct buf *b, unsigned tag);

#endif
