#include "pki/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define CHUNK 4096u /* bytes that one step may write */

enum err
text_encoding_parse(const char *name, enum text_encoding *ret_encoding)
{
    static const struct {
        const char *name;
        enum text_encoding encoding;
    } rows[] = {
        { "utf-8", TEXT_UTF8 },
        { "euc-kr", TEXT_EUC_KR },
        { "binary", TEXT_BINARY },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(name, rows[i].name) == 0) {
            *ret_encoding = rows[i].encoding;
            return OK;
        }
    }
    return ERR_PARAM_RANGE;
}

static bool
displayable(const struct buf *content)
{
    const uint8_t *p = content->data;
    const uint8_t *end = p == NULL ? NULL : p + content->len;
    uint32_t c;

    while (p < end) {
        c = utf8_next(&p, end);
        if (c == UTF8_BAD || c == 0 || (c & 0xfffe) == 0xfffe ||
            (c >= 0xfdd0 && c <= 0xfdef))
            return false;
    }
    return true;
}

/* From one charset to another; nothing is approximated or skipped. */
static enum err
convert(
    const char *to, const char *from, const struct buf *in, struct buf *ret_out)
{
    struct buf copy = { 0 }, out = { 0 };
    char chunk[CHUNK], *ip, *op;
    size_t left, room, changed;
    iconv_t c = iconv_open(to, from);
    enum err r;

    if (c == (iconv_t)-1)
        return ERR_INTERNAL;
    if ((r = buf_put(&copy, in->data, in->len)) != OK) /* iconv takes char * */
        goto out;
    ip = (char *)copy.data;
    left = copy.len;
    while (left > 0) {
        op = chunk;
        room = sizeof(chunk);
        changed = iconv(c, &ip, &left, &op, &room);
        if ((changed == (size_t)-1 && errno != E2BIG) ||
            (changed != (size_t)-1 && changed != 0)) {
            r = ERR_ENCODING_MISMATCH;
            goto out;
        }
        if ((r = buf_put(&out, chunk, sizeof(chunk) - room)) != OK)
            goto out;
    }
    buf_move(ret_out, &out);
out:
    mem_cleanse(chunk, sizeof(chunk));
    iconv_close(c);
    buf_free(&copy);
    buf_free(&out);
    return r;
}

static enum err
convert_exactly(
    const char *to, const char *from, const struct buf *in, struct buf *ret_out)
{
    struct buf out = { 0 }, back = { 0 };
    enum err r;

    if ((r = convert(to, from, in, &out)) != OK ||
        (r = convert(from, to, &out, &back)) != OK)
        goto out;
    if (back.len != in->len ||
        (back.len > 0 && mem_compare(back.data, in->data, in->len) != 0)) {
        r = ERR_ENCODING_MISMATCH;
        goto out;
    }
    buf_move(ret_out, &out);
out:
    buf_free(&out);
    buf_free(&back);
    return r;
}

enum err
text_encode(enum text_encoding encoding, const struct buf *content,
    struct buf *ret_bytes)
{
    if (encoding != TEXT_BINARY && !displayable(content))
        return ERR_CONTENT_NOT_DISPLAYABLE;
    if (encoding == TEXT_EUC_KR)
        return convert_exactly("CP949", "UTF-8", content, ret_bytes);
    return buf_set(ret_bytes, content->data, content->len);
}

enum err
text_from_euc_kr(const struct buf *bytes, struct buf *ret_utf8)
{
    return convert_exactly("UTF-8", "CP949", bytes, ret_utf8);
}
