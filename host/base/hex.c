#include "base/hex.h"

#include <stdint.h>

enum err
hex_encode(const void *data, size_t len, struct buf *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = data;
    uint8_t *out;
    size_t i;
    enum err r;

    if (len > BUF_MAX / 2)
        return ERR_TOO_LARGE;
    if ((r = buf_extend(ret_text, 2 * len)) != OK)
        return r;
    out = ret_text->data + ret_text->len - 2 * len;
    for (i = 0; i < len; i++) {
        *out++ = (uint8_t)digits[p[i] >> 4];
        *out++ = (uint8_t)digits[p[i] & 15];
    }
    return OK;
}

static int
nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

enum err
hex_decode(const char *text, size_t len, struct buf *ret_data)
{
    size_t i;
    enum err r;

    if (len % 2 != 0)
        return ERR_PARAM_TYPE;
    for (i = 0; i < len; i++)
        if (nibble(text[i]) < 0)
            return ERR_PARAM_TYPE;
    if ((r = buf_extend(ret_data, len / 2)) != OK)
        return r;
    for (i = 0; i < len; i += 2)
        ret_data->data[ret_data->len - (len - i) / 2] =
            (uint8_t)(nibble(text[i]) << 4 | nibble(text[i + 1]));
    return OK;
}
