/*
 * buf.h - a byte buffer that grows, is bounded, and is cleansed whenever it
 * gives memory back. A zeroed struct is an empty buffer.
 */
#ifndef INGAM_BASE_BUF_H
#define INGAM_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define BUF_MAX (32u << 20) /* bytes; far above every limit of a caller */

struct buf {
    uint8_t *data; /* NULL while empty; data[len] is always a readable 0 */
    size_t len;    /* bytes in use */
    size_t cap;    /* bytes allocated, without the final 0 */
};

/*
 * Append; on failure the buffer is freed, so a caller need not clean up.
 *
 * ERR_TOO_LARGE  it would pass BUF_MAX
 * ERR_NO_MEMORY
 */
enum err buf_put(struct buf *b, const void *data, size_t len);
enum err buf_put_text(struct buf *b, const char *text);
enum err buf_put_byte(struct buf *b, uint8_t byte);

/* Replace the contents by a copy; same errors. */
enum err buf_set(struct buf *b, const void *data, size_t len);

/* Room for len more bytes at data + the old len, which becomes part of the
 * buffer (zeroed); same errors. */
enum err buf_extend(struct buf *b, size_t len);

/* The same, not zeroed: the caller fills all of it. */
enum err buf_extend_raw(struct buf *b, size_t len);

/* Cleanse and empty; takes NULL and empty buffers. */
void buf_free(struct buf *b);

/* The contents as text, never NULL; valid until the next change. */
const char *buf_text(const struct buf *b);

/* Move contents; the target is freed first and the source left empty. */
void buf_move(struct buf *to, struct buf *from);

#endif
