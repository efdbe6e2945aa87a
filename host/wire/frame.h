/*
 * frame.h - native-messaging frames: a 32-bit length in native byte order,
 * then that many bytes of UTF-8 JSON (Chrome and MDN, "Native messaging").
 * After any error the stream is of no more use: nothing resynchronises.
 */
#ifndef INGAM_WIRE_FRAME_H
#define INGAM_WIRE_FRAME_H

#include <stdbool.h>

#include "base/buf.h"
#include "os/clock.h"

#define FRAME_IN_MAX   (1u << 20) /* bytes of a body; ours, browsers allow more */
#define FRAME_OUT_MAX  1000000u   /* bytes of a body; browsers cut at 1 MiB */
#define FRAME_STALL_MS 30000      /* for the rest, once a byte has arrived */

/*
 * Read one frame; waits without limit for its first byte. *ret_end is set,
 * with OK and no body, when the stream ended between frames.
 *
 * ERR_FRAME_EMPTY      a length of 0
 * ERR_FRAME_TOO_BIG    a length above FRAME_IN_MAX; nothing was allocated
 * ERR_FRAME_TRUNCATED  the stream ended inside the frame
 * ERR_FRAME_STALLED    the rest took longer than FRAME_STALL_MS
 * ERR_IO_ERROR, ERR_NO_MEMORY
 */
enum err frame_read(
    int fd, const struct clock *clock, struct buf *ret_body, bool *ret_end);

/*
 * Write one frame, waiting as long as the reader needs.
 *
 * ERR_RESPONSE_TOO_BIG  above FRAME_OUT_MAX; nothing was written
 * ERR_IO_ERROR          nobody reads any more
 */
enum err frame_write(int fd, const struct buf *body);

#endif
