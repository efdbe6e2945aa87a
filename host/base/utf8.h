/* utf8.h - UTF-8 as RFC 3629 has it. */
#ifndef INGAM_BASE_UTF8_H
#define INGAM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read one code point at *p (< end) and step over it. Returns 0xFFFFFFFF and
 * leaves *p alone for an overlong form, a surrogate, a value above U+10FFFF
 * or a sequence cut short.
 */
#define UTF8_BAD 0xFFFFFFFFu
uint32_t utf8_next(const uint8_t **p, const uint8_t *end);

bool utf8_valid(const void *data, size_t len);

#endif
