#include "pki/der.h"

#include <stdio.h>
#include <string.h>

#include "os/clock.h"

struct der
der_of(const struct buf *b)
{
    return (struct der){ b->data, b->len };
}

bool
der_any(struct der *in, unsigned *ret_tag, struct der *ret_content)
{
    const uint8_t *p = in->data;
    size_t head = 2, len, i, n;

    if (in->len < 2 || (p[0] & 0x1F) == 0x1F)
        return false;
    len = p[1];
    if (len >= 0x80) {
        n = len & 0x7F;
        if (n == 0 || n > 3 || in->len < 2 + n || p[2] == 0)
            return false;
        for (i = 0, len = 0; i < n; i++)
            len = len << 8 | p[2 + i];
        if (len < 0x80)
            return false;
        head += n;
    }
    if (len > in->len - head)
        return false;
    *ret_tag = p[0];
    *ret_content = (struct der){ p + head, len };
    in->data += head + len;
    in->len -= head + len;
    return true;
}

#define DEPTH_MAX   24    /* elements within elements */
#define CONSTRUCTED 0x20u /* bit of a tag */
#define CLASS       0xC0u /* bits of a tag; 0: universal */

/* SEQUENCE and SET, whichever form the tag says. */
static bool
is_composed(unsigned tag)
{
    return (tag | CONSTRUCTED) == DER_SEQUENCE ||
           (tag | CONSTRUCTED) == DER_SET;
}

bool
der_is_strict(struct der in)
{
    struct der open[DEPTH_MAX], content;
    size_t depth = 1;
    unsigned tag;

    open[0] = in;
    while (depth > 0) {
        if (open[depth - 1].len == 0) {
            depth--;
            continue;
        }
        if (!der_any(&open[depth - 1], &tag, &content))
            return false;
        if ((tag & CLASS) == 0 &&
            ((tag & CONSTRUCTED) != 0) != is_composed(tag))
            return false;
        if ((tag & CONSTRUCTED) == 0)
            continue;
        if (depth == DEPTH_MAX)
            return false;
        open[depth++] = content;
    }
    return true;
}

bool
der_at(const struct der *in, unsigned tag)
{
    return in->len > 0 && in->data[0] == tag;
}

bool
der_get(struct der *in, unsigned tag, struct der *ret_content)
{
    unsigned found;

    return der_at(in, tag) && der_any(in, &found, ret_content);
}

bool
der_get_number(struct der *in, uint32_t *ret_number)
{
    struct der rest = *in, content;
    uint32_t number = 0;
    size_t i;

    if (!der_get(&rest, DER_INTEGER, &content) || content.len == 0)
        return false;
    if (content.data[0] >= 0x80) /* negative */
        return false;
    if (content.len > 1 && content.data[0] == 0 && content.data[1] < 0x80)
        return false;
    if (content.len > 5 || (content.len == 5 && content.data[0] != 0))
        return false;
    for (i = 0; i < content.len; i++)
        number = number << 8 | content.data[i];
    *ret_number = number;
    *in = rest;
    return true;
}

bool
der_get_time(struct der *in, int64_t *ret_seconds)
{
    char text[CLOCK_TEXT_SIZE];
    struct der t;
    int n;

    if (!der_get(in, DER_TIME, &t) || t.len != 15)
        return false;
    n = snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.3s",
        (const char *)t.data, (const char *)t.data + 4,
        (const char *)t.data + 6, (const char *)t.data + 8,
        (const char *)t.data + 10, (const char *)t.data + 12);
    return n == CLOCK_TEXT_SIZE - 1 && clock_parse(text, ret_seconds) == OK;
}

bool
der_get_oid(struct der *in, enum oid *ret_oid)
{
    struct der content;

    if (!der_get(in, DER_OID, &content))
        return false;
    *ret_oid = oid_find(content.data, content.len);
    return true;
}

bool
der_get_algorithm(struct der *in, enum oid *ret_oid, struct der *ret_parameters)
{
    struct der rest = *in, content;

    if (!der_get(&rest, DER_SEQUENCE, &content) ||
        !der_get_oid(&content, ret_oid))
        return false;
    *ret_parameters = content;
    *in = rest;
    return true;
}

bool
der_get_bits(struct der *in, size_t len, const uint8_t **ret_bits)
{
    struct der rest = *in, content;

    if (!der_get(&rest, DER_BITS, &content) || content.len != len + 1 ||
        content.data[0] != 0)
        return false;
    *ret_bits = content.data + 1;
    *in = rest;
    return true;
}

/* Tag and length of an element; returns how many bytes. */
static size_t
header(uint8_t out[static 5], unsigned tag, size_t len)
{
    size_t n = 0;

    out[n++] = (uint8_t)tag;
    if (len < 0x80) {
        out[n++] = (uint8_t)len;
    } else if (len < 0x100) {
        out[n++] = 0x81;
        out[n++] = (uint8_t)len;
    } else if (len < 0x10000) {
        out[n++] = 0x82;
        out[n++] = (uint8_t)(len >> 8);
        out[n++] = (uint8_t)len;
    } else {
        out[n++] = 0x83;
        out[n++] = (uint8_t)(len >> 16);
        out[n++] = (uint8_t)(len >> 8);
        out[n++] = (uint8_t)len;
    }
    return n;
}

enum err
der_put(struct buf *out, unsigned tag, const void *content, size_t len)
{
    uint8_t head[5];
    enum err r;

    if (len > 0xFFFFFF)
        return ERR_TOO_LARGE;
    if ((r = buf_put(out, head, header(head, tag, len))) != OK)
        return r;
    return buf_put(out, content, len);
}

enum err
der_put_number(struct buf *out, uint32_t number)
{
    uint8_t content[5] = { 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
        (uint8_t)(number >> 8), (uint8_t)number };
    size_t skip = 0;

    while (skip < 4 && content[skip] == 0 && content[skip + 1] < 0x80)
        skip++;
    return der_put(out, DER_INTEGER, content + skip, sizeof(content) - skip);
}

#define UTC_TIME_END 2524608000 /* 2050-01-01: then GeneralizedTime */

enum err
der_put_time(struct buf *out, int64_t seconds)
{
    bool utc = seconds < UTC_TIME_END;
    char text[CLOCK_TEXT_SIZE], digits[CLOCK_TEXT_SIZE];
    size_t len = 0;

    clock_text(seconds, text);
    for (const char *p = text + (utc ? 2 : 0); *p != '\0'; p++)
        if (*p != '-' && *p != 'T' && *p != ':')
            digits[len++] = *p;
    return der_put(out, utc ? DER_UTC_TIME : DER_TIME, digits, len);
}

enum err
der_put_bits(struct buf *out, const void *bits, size_t len)
{
    struct buf content = { 0 };
    enum err r;

    if ((r = buf_put_byte(&content, 0)) == OK &&
        (r = buf_put(&content, bits, len)) == OK)
        r = der_put(out, DER_BITS, content.data, content.len);
    buf_free(&content);
    return r;
}

/* X.690 11.6: as octets; what another begins with comes before it. */
static int
compare(struct der a, struct der b)
{
    int n = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return n != 0 ? n : (a.len > b.len) - (a.len < b.len);
}

enum err
der_insert(struct buf *set, const struct buf *element)
{
    struct der rest = der_of(set), after = rest, one, content;
    struct buf whole = { 0 };
    unsigned tag;
    enum err r;

    for (; der_any(&rest, &tag, &content); after = rest) {
        one = (struct der){ after.data, after.len - rest.len };
        if (compare(one, der_of(element)) > 0)
            break;
    }
    if ((r = buf_put(&whole, set->data, set->len - after.len)) != OK ||
        (r = buf_put(&whole, element->data, element->len)) != OK ||
        (r = buf_put(&whole, after.data, after.len)) != OK)
        return r;
    buf_move(set, &whole);
    return OK;
}

enum err
der_wrap(struct buf *b, unsigned tag)
{
    struct buf whole = { 0 };
    enum err r;

    if ((r = der_put(&whole, tag, b->data, b->len)) != OK)
        return r;
    buf_move(b, &whole);
    return OK;
}
