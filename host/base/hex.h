/* hex.h - lower-case hexadecimal. */
#ifndef INGAM_BASE_HEX_H
#define INGAM_BASE_HEX_H

#include <stddef.h>

#include "base/buf.h"

/* Append 2 * len lower-case digits. ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err hex_encode(const void *data, size_t len, struct buf *ret_text);

/*
 * Append the bytes of len digits.
 *
 * ERR_PARAM_TYPE  an odd length, an upper-case letter or another character
 * ERR_TOO_LARGE, ERR_NO_MEMORY
 */
enum err hex_decode(const char *text, size_t len, struct buf *ret_data);

#endif
