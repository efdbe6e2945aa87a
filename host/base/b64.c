#include "base/b64.h"

#include <stdint.h>

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

/*
 * The six bits of a character, or above 63. Written without a table or a
 * branch on the value, since what is decoded may be a secret.
 */
static uint32_t
sextet(uint8_t c)
{
#define BETWEEN(lo, hi) ((((lo)-1u - c) & (c - ((hi) + 1u))) >> 31)
    uint32_t bad = 64, v = 0, hit = 0, is;

    is = BETWEEN('A', 'Z');
    v |= -is & (c - (uint32_t)'A'), hit |= is;
    is = BETWEEN('a', 'z');
    v |= -is & (c - (uint32_t)'a' + 26), hit |= is;
    is = BETWEEN('0', '9');
    v |= -is & (c - (uint32_t)'0' + 52), hit |= is;
    is = BETWEEN('+', '+');
    v |= -is & 62, hit |= is;
    is = BETWEEN('/', '/');
    v |= -is & 63, hit |= is;
#undef BETWEEN
    return v | (bad & (hit - 1u));
}

enum err
b64_decode(const char *text, size_t len, struct buf *ret_data)
{
    size_t i, pad = 0, start = ret_data->len;
    uint32_t v, s, wrong = 0;
    uint8_t *out;
    enum err r;
    int k;

    if (len % 4 != 0)
        return ERR_PARAM_TYPE;
    if (len == 0)
        return OK;
    pad = text[len - 1] == '=' ? (text[len - 2] == '=' ? 2 : 1) : 0;
    if ((r = buf_extend(ret_data, len / 4 * 3)) != OK)
        return r;
    out = ret_data->data + start;
    for (i = 0; i < len; i += 4) {
        for (k = 0, v = 0; k < 4; k++) {
            s = i + (size_t)k >= len - pad
                    ? 0
                    : sextet((uint8_t)text[i + (size_t)k]);
            wrong |= s & 64;
            v = v << 6 | (s & 63);
        }
        if (i + 4 == len) /* bits under the padding must be 0 */
            wrong |= pad == 2 ? v & 0xFFFF : (pad == 1 ? v & 0xFF : 0);
        *out++ = (uint8_t)(v >> 16);
        *out++ = (uint8_t)(v >> 8);
        *out++ = (uint8_t)v;
    }
    ret_data->len -= pad;
    ret_data->data[ret_data->len] = 0;
    if (wrong != 0) {
        ret_data->len = start;
        ret_data->data[start] = 0;
        return ERR_PARAM_TYPE;
    }
    return OK;
}
