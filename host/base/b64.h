/* b64.h - base64 of RFC 4648 section 4, canonical in both directions. */
#ifndef INGAM_BASE_B64_H
#define INGAM_BASE_B64_H

#include <stddef.h>

#include "base/buf.h"

/* Append the base64 of len bytes. ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err b64_encode(const void *data, size_t len, struct buf *ret_text);

/*
 * Append the bytes of a base64 text of len characters.
 *
 * ERR_PARAM_TYPE  not canonical: a foreign character, white space, missing
 *                 or needless padding, bits left over
 * ERR_TOO_LARGE, ERR_NO_MEMORY
 */
enum err b64_decode(const char *text, size_t len, struct buf *ret_data);

#endif
