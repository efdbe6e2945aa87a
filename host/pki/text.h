/*
 * text.h - what a page's text is in bytes. Text arrives as UTF-8; the bytes
 * that are signed are UTF-8 or EUC-KR, by which Korean sites mean CP949 (the
 * "euc-kr" of browsers). A conversion that would change the text is refused.
 */
#ifndef INGAM_PKI_TEXT_H
#define INGAM_PKI_TEXT_H

#include "base/buf.h"

enum text_encoding {
    TEXT_UTF8,   /* checked, bytes unchanged */
    TEXT_EUC_KR, /* converted */
    TEXT_BINARY, /* not text at all: bytes unchanged and unchecked */
};

/* "utf-8", "euc-kr", "binary". ERR_PARAM_RANGE for anything else. */
enum err text_encoding_parse(
    const char *name, enum text_encoding *ret_encoding);

/*
 * The bytes to sign for content that arrived as UTF-8 (or, for TEXT_BINARY,
 * as bytes).
 *
 * ERR_CONTENT_NOT_DISPLAYABLE  not UTF-8, or U+0000 or a noncharacter in it
 * ERR_ENCODING_MISMATCH        a character that EUC-KR does not have, or
 *                              that comes back as another one
 * ERR_TOO_LARGE, ERR_NO_MEMORY, ERR_INTERNAL (the C library has no CP949)
 */
enum err text_encode(enum text_encoding encoding, const struct buf *content,
    struct buf *ret_bytes);

/*
 * CP949 to UTF-8, when it leads back to the same bytes.
 *
 * ERR_ENCODING_MISMATCH  not CP949, or another text would give these bytes
 * ERR_TOO_LARGE, ERR_NO_MEMORY, ERR_INTERNAL
 */
enum err text_from_euc_kr(const struct buf *bytes, struct buf *ret_utf8);

#endif
