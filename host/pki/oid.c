#include "pki/oid.h"

#include <string.h>

#include <openssl/objects.h>

#include "pki/crypto.h"
#include "pki/der.h"

#define CONTENT_MAX 16u /* bytes of the longest content */

static const char *const texts[OID_COUNT] = {
#define OID_TEXT(symbol, text) [OID_##symbol] = text,
    OID_TABLE(OID_TEXT)
#undef OID_TEXT
};

/* Append one arc, seven bits a byte, high ones first (X.690 8.19.2). */
static size_t
put_arc(uint8_t *out, size_t len, uint32_t arc)
{
    int shift;

    for (shift = 28; shift > 0; shift -= 7)
        if (arc >> shift != 0)
            out[len++] = (uint8_t)(0x80 | (arc >> shift & 0x7F));
    out[len++] = (uint8_t)(arc & 0x7F);
    return len;
}

/* Content of a row; the rows are ours, so their text is well-formed. */
static size_t
encode(const char *text, uint8_t out[static CONTENT_MAX])
{
    uint32_t arc = 0, first = 0;
    size_t len = 0;
    int n = 0;

    for (;; text++) {
        if (*text >= '0' && *text <= '9') {
            arc = arc * 10 + (uint32_t)(*text - '0');
            continue;
        }
        if (n == 0)
            first = arc;
        else
            len = put_arc(out, len, n == 1 ? first * 40 + arc : arc);
        n++;
        arc = 0;
        if (*text == '\0')
            return len;
    }
}

const char *
oid_text(enum oid oid)
{
    return (size_t)oid < OID_COUNT ? texts[oid] : "";
}

enum oid
oid_find(const uint8_t *content, size_t len)
{
    uint8_t one[CONTENT_MAX];
    int i;

    for (i = 0; i < OID_COUNT; i++)
        if (encode(texts[i], one) == len && memcmp(one, content, len) == 0)
            return (enum oid)i;
    return OID_COUNT;
}

enum err
oid_put(struct buf *out, enum oid oid)
{
    uint8_t content[CONTENT_MAX];

    return der_put(out, DER_OID, content, encode(oid_text(oid), content));
}

enum err
oid_put_text(struct buf *out, const char *text)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(text, 1);
    enum err r;

    if (oid == NULL)
        return err_openssl(__func__, ERR_INTERNAL);
    r = der_put(out, DER_OID, OBJ_get0_data(oid), OBJ_length(oid));
    ASN1_OBJECT_free(oid);
    return r;
}
