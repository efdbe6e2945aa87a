#include "base/b64.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/lanes.h"

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
    if ((r = buf_extend_raw(ret_text, (len + 2) / 3 * 4)) != OK)
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

/* Wider lanes over the same characters. */
typedef uint16_t pairs __attribute__((vector_size(LANES)));
typedef uint32_t quads __attribute__((vector_size(LANES)));
typedef uint64_t halves __attribute__((vector_size(LANES)));

/* Which half of a wider lane stands first in memory. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST(wide, bits)   ((wide) & ((UINT64_C(1) << (bits)) - 1))
#define SECOND(wide, bits)  ((wide) >> (bits))
#define BIG_ENDIAN_64(word) __builtin_bswap64(word)
#else
#define FIRST(wide, bits)   ((wide) >> (bits))
#define SECOND(wide, bits)  ((wide) & ((UINT64_C(1) << (bits)) - 1))
#define BIG_ENDIAN_64(word) (word)
#endif

/*
 * The six bits of each of sixteen characters, each in a byte of its own; *wrong
 * gets ones where there is no base64. Without a table or a branch on the
 * value, since what is decoded may be a secret.
 */
static inline lanes
sextets(const void *text, lanes *wrong)
{
    const lanes c = lanes_load(text);
    const lanes upper = c - 'A', lower = c - 'a', digit = c - '0';
    const lanes is_upper = LANES_WHERE(upper < 26);
    const lanes is_lower = LANES_WHERE(lower < 26);
    const lanes is_digit = LANES_WHERE(digit < 10);
    const lanes is_plus = LANES_WHERE(c == '+');
    const lanes is_slash = LANES_WHERE(c == '/');

    *wrong |= ~(is_upper | is_lower | is_digit | is_plus | is_slash);
    return (is_upper & upper) | (is_lower & (lower + 26)) |
           (is_digit & (digit + 52)) | (is_plus & 62) | (is_slash & 63);
}

#define GROUP_BYTES (LANES / 4 * 3) /* that sixteen characters stand for */
#define GROUP_TAIL  2u              /* bytes behind them are written, too */

static inline void
decode_group(const void *text, uint8_t *out, lanes *wrong)
{
    lanes v = sextets(text, wrong);
    pairs two;
    quads four;
    halves eight;
    uint64_t bytes;

    memcpy(&two, &v, sizeof(two));
    two = FIRST(two, 8) << 6 | SECOND(two, 8);
    memcpy(&four, &two, sizeof(four));
    four = FIRST(four, 16) << 12 | SECOND(four, 16);
    memcpy(&eight, &four, sizeof(eight));
    eight = FIRST(eight, 32) << 24 | SECOND(eight, 32);
    for (size_t i = 0; i < 2; i++) {
        bytes = BIG_ENDIAN_64(eight[i] << 16);
        memcpy(out + GROUP_BYTES / 2 * i, &bytes, sizeof(bytes));
    }
}

/* The last characters, at most sixteen, of which up to two are padding; the
 * bits under that must be 0. */
static bool
decode_last(const char *text, size_t len, size_t pad, uint8_t *out)
{
    uint8_t group[LANES], bytes[GROUP_BYTES + GROUP_TAIL];
    lanes wrong = { 0 };
    uint8_t left = 0;

    memset(group, 'A', sizeof(group));
    memcpy(group, text, len - pad);
    decode_group(group, bytes, &wrong);
    for (size_t i = len / 4 * 3 - pad; i < len / 4 * 3; i++)
        left |= bytes[i];
    memcpy(out, bytes, len / 4 * 3);
    return left == 0 && !lanes_any(wrong);
}

enum err
b64_decode(const char *text, size_t len, struct buf *ret_data)
{
    size_t pad = 0, start = ret_data->len;
    lanes wrong = { 0 };
    uint8_t *out;
    enum err r;

    if (len % 4 != 0)
        return ERR_PARAM_TYPE;
    if (len == 0)
        return OK;
    pad = text[len - 1] == '=' ? (text[len - 2] == '=' ? 2 : 1) : 0;
    if ((r = buf_extend_raw(ret_data, len / 4 * 3)) != OK)
        return r;
    out = ret_data->data + start;
    for (; len > LANES; len -= LANES, text += LANES, out += GROUP_BYTES)
        decode_group(text, out, &wrong);
    if (!decode_last(text, len, pad, out) || lanes_any(wrong)) {
        ret_data->len = start;
        ret_data->data[start] = 0;
        return ERR_PARAM_TYPE;
    }
    ret_data->len -= pad;
    ret_data->data[ret_data->len] = 0;
    return OK;
}
