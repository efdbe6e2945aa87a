/* utf8.h - UTF-8 as RFC 3629 has it. */
#ifndef INGAM_BASE_UTF8_H
#define INGAM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Read one code point at *p (< end) and step over it. Returns 0xFFFFFFFF and
 * leaves *p alone for an overlong form, a surrogate, a value above U+10FFFF
 * or a sequence cut short.
 */
#define UTF8_BAD 0xFFFFFFFFu
uint32_t utf8_next(const uint8_t **p, const uint8_t *end);

bool utf8_valid(const void *data, size_t len);

/* Append a code point; one that is none becomes U+FFFD. */
enum err utf8_put(struct buf *out, uint32_t c);

/*
 * Append text with the letters of Hangul syllables put together (Unicode 3.12,
 * the part of NFC that Korean names need): some systems take them apart. What
 * is not UTF-8 becomes U+FFFD.
 */
enum err utf8_compose(struct buf *out, const char *text);

#endif
