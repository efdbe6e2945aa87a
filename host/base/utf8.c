#include "base/utf8.h"

#include <string.h>

#include "base/lanes.h"

/* Unicode 3.12: leading consonants, vowels, trailing consonants, syllables */
#define L_FIRST  0x1100u
#define V_FIRST  0x1161u
#define T_BEFORE 0x11A7u /* one before the first: 0 is "no trailing one" */
#define S_FIRST  0xAC00u
#define L_COUNT  19u
#define V_COUNT  21u
#define T_COUNT  28u
#define S_COUNT  (L_COUNT * V_COUNT * T_COUNT)

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

/* Step over ASCII as far as whole lanes of it go: base64 of a file is nothing
 * else. */
static const uint8_t *
skip_ascii(const uint8_t *p, const uint8_t *end)
{
    while ((size_t)(end - p) >= LANES && !lanes_any(lanes_load(p) & 0x80))
        p += LANES;
    return p;
}

bool
utf8_valid(const void *data, size_t len)
{
    const uint8_t *p = data, *end = p + len;

    while (len > 0 && (p = skip_ascii(p, end)) < end)
        if (utf8_next(&p, end) == UTF8_BAD)
            return false;
    return true;
}

enum err
utf8_put(struct buf *out, uint32_t c)
{
    uint8_t b[4];

    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80)
        return buf_put_byte(out, (uint8_t)c);
    b[3] = (uint8_t)(0x80 | (c & 0x3F));
    b[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    b[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
    if (c < 0x800) {
        b[2] = (uint8_t)(0xC0 | c >> 6);
        return buf_put(out, b + 2, 2);
    }
    if (c < 0x10000) {
        b[1] = (uint8_t)(0xE0 | c >> 12);
        return buf_put(out, b + 1, 3);
    }
    b[0] = (uint8_t)(0xF0 | c >> 18);
    return buf_put(out, b, 4);
}

/* The syllable of two code points, or 0 when they make none. */
static uint32_t
compose(uint32_t a, uint32_t b)
{
    if (a - L_FIRST < L_COUNT && b - V_FIRST < V_COUNT)
        return S_FIRST + ((a - L_FIRST) * V_COUNT + (b - V_FIRST)) * T_COUNT;
    if (a - S_FIRST < S_COUNT && (a - S_FIRST) % T_COUNT == 0 && b > T_BEFORE &&
        b - T_BEFORE < T_COUNT)
        return a + (b - T_BEFORE);
    return 0;
}

enum err
utf8_compose(struct buf *out, const char *text)
{
    const uint8_t *p = (const uint8_t *)text, *end = p + strlen(text);
    uint32_t last = 0, c, both;
    enum err r = OK;

    while (r == OK && p < end) {
        c = utf8_next(&p, end);
        if (c == UTF8_BAD)
            p++;
        both = last == 0 ? 0 : compose(last, c);
        if (both == 0 && last != 0)
            r = utf8_put(out, last);
        last = both != 0 ? both : c;
    }
    return r == OK && last != 0 ? utf8_put(out, last) : r;
}
