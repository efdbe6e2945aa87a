/*
 * der.h - reading and writing DER (X.690). CMP messages and certificates are
 * written with it rather than with a library, because the CA must also be
 * able to write them wrongly.
 */
#ifndef TEST_CA_DER_H
#define TEST_CA_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "util.h"

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTF8 = 0x0c,
    DER_PRINTABLE = 0x13,
    DER_IA5 = 0x16,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18, /* GeneralizedTime */
    DER_BMP = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};
#define DER_CONTEXT(n)   (0xa0 | (n)) /* constructed */
#define DER_PRIMITIVE(n) (0x80 | (n))

/* Bytes that belong to somebody else. */
struct span {
    const uint8_t *data;
    size_t len;
};

/* One element: its tag, its content, and both together with the length. */
struct tlv {
    uint8_t tag;
    struct span value, whole;
};

bool span_equal(struct span a, struct span b);
struct span span_of(const struct out *o);

/*
 * Take the next element off `in`; false when there is none or it is bad.
 * `in` may be ret->value: then *ret becomes its first element.
 */
bool der_next(struct span *in, struct tlv *ret);

/* The same, and it must have this tag. */
bool der_take(struct span *in, int tag, struct tlv *ret);

/* The same if the next element has this tag; *ret.whole.len = 0 otherwise. */
bool der_optional(struct span *in, int tag, struct tlv *ret);

/* The content of an OBJECT IDENTIFIER is this one ("1.2.3"). */
bool der_is_oid(struct span value, const char *oid);

/* A non-negative INTEGER below 2^31; -1 otherwise. */
long der_small_integer(struct span value);

/* Begin an element; der_end() with what it returned writes the length. */
size_t der_begin(struct out *o, int tag);
void der_end(struct out *o, size_t begin);

void der_element(struct out *o, int tag, const void *bytes, size_t len);
void der_span(struct out *o, int tag, struct span value);
void der_text(struct out *o, int tag, const char *text);
void der_integer(struct out *o, long value);
void der_oid(struct out *o, const char *oid);
void der_bit_string(struct out *o, const void *bytes, size_t len);

/* SEQUENCE { OID, NULL } or, without null, SEQUENCE { OID }. */
void der_algorithm(struct out *o, const char *oid, bool null);

/* GeneralizedTime, or UTCTime for a year before 2050 when `utc` is set. */
void der_time(struct out *o, int64_t when, bool utc);

/* Encodings of OpenSSL's objects. */
void der_name(struct out *o, const X509_NAME *name);
void der_certificate(struct out *o, X509 *x);
void der_public_key(struct out *o, const EVP_PKEY *key);

#endif
