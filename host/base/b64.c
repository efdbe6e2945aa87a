#include "base/b64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum err
b64_encode(const void *data, size_t len, struct buf *ret_text)
{
    const uint8_t *p = data;
    size_t i, n;
    uint32_t v;
    uint8_t *out;
    enum err r;

    if (len > BUF_MAX / 2)
        return ERR_TOO_LARGE;
    if ((r = buf_extend(ret_text, (len + 2) / 3 * 4)) != OK)
        return r;
    out = ret_text->data + ret_text->len - (len + 2) / 3 * 4;
    for (i = 0; i < len; i += 3) {
        n = len - i;
        v = (uint32_t)p[i] << 16;
        v |= n > 1 ? (uint32_t)p[i + 1] << 8 : 0;
        v |= n > 2 ? p[i + 2] : 0u;
        *out++ = (uint8_t)alphabet[v >> 18];
        *out++ = (uint8_t)alphabet[v >> 12 & 63];
        *out++ = n > 1 ? (uint8_t)alphabet[v >> 6 & 63] : '=';
        *out++ = n > 2 ? (uint8_t)alphabet[v & 63] : '=';
    }
    return OK;
}

/* The same byte in each of eight lanes. */
#define EACH(byte) (0x0101010101010101u * (byte))

/* 0xFF in each lane that is at least lo and at most hi; all are below 0x80. */
static uint64_t
between(uint64_t lanes, uint64_t lo, uint64_t hi)
{
    uint64_t from = lanes + EACH(0x80 - lo), past = lanes + EACH(0x7F - hi);

    return ((from & ~past & EACH(0x80)) >> 7) * 0xFF;
}

/*
 * The six bits of each of eight characters, side by side in 48; *wrong gets a
 * bit where one is no base64. Without a table or a branch on the value, since
 * what is decoded may be a secret.
 */
static uint64_t
sextets(const uint8_t text[static 8], uint64_t *wrong)
{
    uint64_t in = 0, c, hit, v, is;

    for (int i = 0; i < 8; i++)
        in = in << 8 | text[i];
    c = in & EACH(0x7F);
    is = between(c, 'A', 'Z');
    v = is & ((c | EACH(0x80)) - EACH('A')), hit = is;
    is = between(c, 'a', 'z');
    v |= is & (c - (is & EACH('a' - 26))), hit |= is;
    is = between(c, '0', '9');
    v |= is & (c + EACH(52 - '0')), hit |= is;
    is = between(c, '+', '+');
    v |= is & EACH(62), hit |= is;
    is = between(c, '/', '/');
    v |= is & EACH(63), hit |= is;
    *wrong |= ~hit | (in & EACH(0x80));
    v &= EACH(0x3F);
    v = (v & 0x3F003F003F003F00u) >> 2 | (v & 0x003F003F003F003Fu);
    v = (v & 0x0FFF00000FFF0000u) >> 4 | (v & 0x00000FFF00000FFFu);
    return (v & 0x00FFFFFF00000000u) >> 8 | (v & 0x0000000000FFFFFFu);
}

static void
put_big_endian(uint8_t *out, uint64_t v, size_t len)
{
    while (len-- > 0) {
        out[len] = (uint8_t)v;
        v >>= 8;
    }
}

/* The last four characters, of which up to two are padding. */
static void
decode_last(const char *text, size_t pad, uint8_t *out, uint64_t *wrong)
{
    uint8_t group[8] = { 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A' };
    uint64_t v;

    memcpy(group + 4, text, 4 - pad);
    v = sextets(group, wrong);
    *wrong |= v & ((1u << 8 * pad) - 1); /* bits under the padding must be 0 */
    put_big_endian(out, v, 3);
}

enum err
b64_decode(const char *text, size_t len, struct buf *ret_data)
{
    size_t pad = 0, start = ret_data->len;
    uint64_t wrong = 0;
    uint8_t *out;
    enum err r;

    if (len % 4 != 0)
        return ERR_PARAM_TYPE;
    if (len == 0)
        return OK;
    pad = text[len - 1] == '=' ? (text[len - 2] == '=' ? 2 : 1) : 0;
    if ((r = buf_extend(ret_data, len / 4 * 3)) != OK)
        return r;
    out = ret_data->data + start;
    for (; len > 8; len -= 8, text += 8, out += 6)
        put_big_endian(out, sextets((const uint8_t *)text, &wrong), 6);
    if (len == 8) {
        decode_last(text, 0, out, &wrong);
        text += 4, out += 3;
    }
    decode_last(text, pad, out, &wrong);
    ret_data->len -= pad;
    ret_data->data[ret_data->len] = 0;
    if (wrong != 0) {
        ret_data->len = start;
        ret_data->data[start] = 0;
        return ERR_PARAM_TYPE;
    }
    return OK;
}
