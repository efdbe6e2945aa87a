#include "base/utf8.h"

uint32_t
utf8_next(const uint8_t **p, const uint8_t *end)
{
    const uint8_t *s = *p;
    uint32_t c = *s, least;
    size_t more, i;

    if (c < 0x80) {
        *p = s + 1;
        return c;
    }
    if (c >= 0xC2 && c <= 0xDF)
        more = 1, c &= 0x1F, least = 0x80;
    else if (c >= 0xE0 && c <= 0xEF)
        more = 2, c &= 0x0F, least = 0x800;
    else if (c >= 0xF0 && c <= 0xF4)
        more = 3, c &= 0x07, least = 0x10000;
    else
        return UTF8_BAD;
    if ((size_t)(end - s) <= more)
        return UTF8_BAD;
    for (i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return UTF8_BAD;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return UTF8_BAD;
    *p = s + 1 + more;
    return c;
}

bool
utf8_valid(const void *data, size_t len)
{
    const uint8_t *p = data, *end = p + len;

    while (len > 0 && p < end)
        if (utf8_next(&p, end) == UTF8_BAD)
            return false;
    return true;
}
