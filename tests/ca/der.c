#include "der.h"

#include <stdlib.h>
#include <string.h>

bool
span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

struct span
span_of(const struct out *o)
{
    return (struct span){ o->data, o->len };
}

bool
der_next(struct span *in, struct tlv *ret)
{
    const uint8_t *p = in->data;
    size_t head = 2, len, bytes;

    if (in->len < 2 || (p[0] & 0x1f) == 0x1f)
        return false;
    len = p[1];
    if (len >= 0x80) {
        bytes = len & 0x7f;
        if (bytes == 0 || bytes > 3 || in->len < 2 + bytes || p[2] == 0)
            return false;
        len = 0;
        for (size_t i = 0; i < bytes; i++)
            len = len << 8 | p[2 + i];
        if (len < 0x80)
            return false;
        head += bytes;
    }
    if (in->len - head < len)
        return false;
    in->data += head + len;
    in->len -= head + len;
    *ret = (struct tlv){ p[0], { p + head, len }, { p, head + len } };
    return true;
}

bool
der_take(struct span *in, int tag, struct tlv *ret)
{
    return der_next(in, ret) && ret->tag == tag;
}

bool
der_optional(struct span *in, int tag, struct tlv *ret)
{
    *ret = (struct tlv){ 0 };
    if (in->len == 0 || in->data[0] != tag)
        return true;
    return der_next(in, ret);
}

bool
der_is_oid(struct span value, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    bool same;

    if (object == NULL)
        die("%s is not an object identifier", oid);
    same = OBJ_length(object) == value.len &&
           memcmp(OBJ_get0_data(object), value.data, value.len) == 0;
    ASN1_OBJECT_free(object);
    return same;
}

long
der_small_integer(struct span value)
{
    long number = 0;

    if (value.len == 0 || value.len > 5 || value.data[0] >= 0x80)
        return -1;
    for (size_t i = 0; i < value.len; i++)
        number = number << 8 | value.data[i];
    return number <= INT32_MAX ? number : -1;
}

size_t
der_begin(struct out *o, int tag)
{
    uint8_t byte = (uint8_t)tag;

    out_bytes(o, &byte, 1);
    return o->len;
}

void
der_end(struct out *o, size_t begin)
{
    size_t len = o->len - begin, bytes = 1;
    uint8_t head[5] = { (uint8_t)len };

    if (len >= 0x80) {
        while (bytes < 4 && len >> (8 * bytes) != 0)
            bytes++;
        head[0] = (uint8_t)(0x80 | bytes);
        for (size_t i = 0; i < bytes; i++)
            head[1 + i] = (uint8_t)(len >> (8 * (bytes - 1 - i)));
        bytes++;
    }
    out_bytes(o, head, bytes); /* makes room */
    memmove(o->data + begin + bytes, o->data + begin, len);
    memcpy(o->data + begin, head, bytes);
}

void
der_element(struct out *o, int tag, const void *bytes, size_t len)
{
    size_t at = der_begin(o, tag);

    out_bytes(o, bytes, len);
    der_end(o, at);
}

void
der_span(struct out *o, int tag, struct span value)
{
    der_element(o, tag, value.data, value.len);
}

void
der_text(struct out *o, int tag, const char *text)
{
    der_element(o, tag, text, strlen(text));
}

void
der_integer(struct out *o, long value)
{
    uint8_t bytes[9];
    size_t len = sizeof bytes, skip = 0;

    for (size_t i = len; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)(value & 0xff);
    bytes[0] = (bytes[1] & 0x80) != 0 ? 0xff : 0;
    while (
        skip < len - 1 && ((bytes[skip] == 0 && bytes[skip + 1] < 0x80) ||
                              (bytes[skip] == 0xff && bytes[skip + 1] >= 0x80)))
        skip++;
    der_element(o, DER_INTEGER, bytes + skip, len - skip);
}

void
der_oid(struct out *o, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);

    if (object == NULL)
        die("%s is not an object identifier", oid);
    der_element(o, DER_OID, OBJ_get0_data(object), OBJ_length(object));
    ASN1_OBJECT_free(object);
}

void
der_bit_string(struct out *o, const void *bytes, size_t len)
{
    size_t at = der_begin(o, DER_BIT_STRING);

    out_bytes(o, "", 1);
    out_bytes(o, bytes, len);
    der_end(o, at);
}

void
der_algorithm(struct out *o, const char *oid, bool null)
{
    size_t at = der_begin(o, DER_SEQUENCE);

    der_oid(o, oid);
    if (null)
        der_element(o, DER_NULL, NULL, 0);
    der_end(o, at);
}

void
der_time(struct out *o, int64_t when, bool utc)
{
    time_t t = (time_t)when;
    struct tm tm;
    char text[32];

    gmtime_r(&t, &tm);
    utc = utc && tm.tm_year < 150;
    strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &tm);
    der_text(o, utc ? DER_UTC_TIME : DER_TIME, text + (utc ? 2 : 0));
}

void
der_name(struct out *o, const X509_NAME *name)
{
    unsigned char *der = NULL;
    int len = i2d_X509_NAME(name, &der);

    if (len < 0)
        die("a name cannot be encoded");
    out_bytes(o, der, (size_t)len);
    OPENSSL_free(der);
}

void
der_certificate(struct out *o, X509 *x)
{
    unsigned char *der = NULL;
    int len = i2d_X509(x, &der);

    if (len < 0)
        die("a certificate cannot be encoded");
    out_bytes(o, der, (size_t)len);
    OPENSSL_free(der);
}

void
der_public_key(struct out *o, const EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key, &der);

    if (len < 0)
        die("a public key cannot be encoded");
    out_bytes(o, der, (size_t)len);
    OPENSSL_free(der);
}
