/* What a CA says in words (cmp_answer.h), made fit for a person's eyes. */
#include <string.h>

#include "base/utf8.h"
#include "pki/cmp_answer.h"
#include "pki/text.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* Characters that are drawn as nothing, move others, or break the line. */
static bool
is_noise(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
           c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 ||
           (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
           (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xFDD0 && c <= 0xFDEF) ||
           (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF) ||
           (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

/* Append one character; noise and white space shrink to one space. */
static enum err
put(struct buf *out, const uint8_t *bytes, size_t len, uint32_t c, bool *gap)
{
    enum err r;

    if (is_noise(c) || c == ' ' || c == 0xA0 || c == 0x3000) {
        *gap = out->len > 0;
        return OK;
    }
    if (*gap && (r = buf_put_byte(out, ' ')) != OK)
        return r;
    *gap = false;
    return buf_put(out, bytes, len);
}

enum err
cmp_text_clean(const void *text, size_t len, struct buf *ret_text)
{
    struct buf in = { 0 }, utf8 = { 0 }, out = { 0 };
    const uint8_t *p, *end, *start;
    uint32_t c;
    size_t n = 0;
    bool gap = false;
    enum err r;

    if ((r = buf_set(&in, text, len)) != OK)
        goto out;
    if (len > 0 && !utf8_valid(in.data, in.len) &&
        text_from_euc_kr(&in, &utf8) == OK)
        buf_move(&in, &utf8);
    end = in.data == NULL ? NULL : in.data + in.len;
    for (p = in.data; p != end && n < CMP_TEXT_MAX && r == OK; n++) {
        start = p;
        c = utf8_next(&p, end);
        if (c == UTF8_BAD) {
            p = start + 1;
            r = put(&out, (const uint8_t *)REPLACEMENT, 3, 0xFFFD, &gap);
        } else {
            r = put(&out, start, (size_t)(p - start), c, &gap);
        }
    }
    if (r == OK)
        buf_move(ret_text, &out);
out:
    buf_free(&in);
    buf_free(&utf8);
    buf_free(&out);
    return r == OK ? OK : ERR_NO_MEMORY;
}
