#include "base/b64.h"

#include <stdbool.h>
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

#define GROUP 16u /* characters that are decoded at once */

/* One character a lane, in however many registers the machine needs for it. */
typedef uint8_t lanes __attribute__((vector_size(GROUP)));
typedef uint16_t pairs __attribute__((vector_size(GROUP)));
typedef uint32_t quads __attribute__((vector_size(GROUP)));

/* Which half of a wider lane stands first in memory. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST(wide, bits)   ((wide) & ((1u << (bits)) - 1))
#define SECOND(wide, bits)  ((wide) >> (bits))
#define BIG_ENDIAN_32(word) __builtin_bswap32(word)
#else
#define FIRST(wide, bits)   ((wide) >> (bits))
#define SECOND(wide, bits)  ((wide) & ((1u << (bits)) - 1))
#define BIG_ENDIAN_32(word) (word)
#endif

/* A comparison of lanes is all ones where it holds, but signed. */
#define IS(comparison) ((lanes)(comparison))

/*
 * The six bits of each of sixteen characters, each in a byte of its own; *wrong
 * gets ones where there is no base64. Without a table or a branch on the
 * value, since what is decoded may be a secret.
 */
static inline lanes
sextets(const void *text, lanes *wrong)
{
    lanes c, hit, v, is;

    memcpy(&c, text, sizeof(c));
    hit = is = IS(c >= 'A') & IS(c <= 'Z');
    v = is & (c - 'A');
    hit |= is = IS(c >= 'a') & IS(c <= 'z');
    v |= is & (c - ('a' - 26));
    hit |= is = IS(c >= '0') & IS(c <= '9');
    v |= is & (c + (52 - '0'));
    hit |= is = IS(c == '+');
    v |= is & 62;
    hit |= is = IS(c == '/');
    v |= is & 63;
    *wrong |= ~hit;
    return v;
}

/* Sixteen characters into twelve bytes; one behind them is written, too. */
static inline void
decode_group(const void *text, uint8_t *out, lanes *wrong)
{
    lanes v = sextets(text, wrong);
    pairs two;
    quads four;

    memcpy(&two, &v, sizeof(two));
    two = FIRST(two, 8) << 6 | SECOND(two, 8);
    memcpy(&four, &two, sizeof(four));
    four = FIRST(four, 16) << 12 | SECOND(four, 16);
    for (size_t i = 0; i < GROUP / 4; i++) {
        uint32_t bytes = BIG_ENDIAN_32(four[i] << 8);

        memcpy(out + 3 * i, &bytes, sizeof(bytes));
    }
}

/* The last characters, at most sixteen, of which up to two are padding; the
 * bits under that must be 0. */
static bool
decode_last(const char *text, size_t len, size_t pad, uint8_t *out)
{
    uint8_t group[GROUP], bytes[GROUP / 4 * 3 + 1];
    lanes wrong = { 0 };
    uint8_t bad = 0;

    memset(group, 'A', sizeof(group));
    memcpy(group, text, len - pad);
    decode_group(group, bytes, &wrong);
    for (size_t i = 0; i < GROUP; i++)
        bad |= wrong[i];
    for (size_t i = len / 4 * 3 - pad; i < len / 4 * 3; i++)
        bad |= bytes[i];
    memcpy(out, bytes, len / 4 * 3);
    return bad == 0;
}

enum err
b64_decode(const char *text, size_t len, struct buf *ret_data)
{
    size_t pad = 0, start = ret_data->len;
    lanes wrong = { 0 };
    uint8_t *out, bad = 0;
    enum err r;

    if (len % 4 != 0)
        return ERR_PARAM_TYPE;
    if (len == 0)
        return OK;
    pad = text[len - 1] == '=' ? (text[len - 2] == '=' ? 2 : 1) : 0;
    if ((r = buf_extend(ret_data, len / 4 * 3)) != OK)
        return r;
    out = ret_data->data + start;
    for (; len > GROUP; len -= GROUP, text += GROUP, out += GROUP / 4 * 3)
        decode_group(text, out, &wrong);
    for (size_t i = 0; i < GROUP; i++)
        bad |= wrong[i];
    if (!decode_last(text, len, pad, out) || bad != 0) {
        ret_data->len = start;
        ret_data->data[start] = 0;
        return ERR_PARAM_TYPE;
    }
    ret_data->len -= pad;
    ret_data->data[ret_data->len] = 0;
    return OK;
}
