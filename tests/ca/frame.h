/* frame.h - frames of dialect npki on TCP (RFC 2510 5.2). */
#ifndef TEST_CA_FRAME_H
#define TEST_CA_FRAME_H

#include "plan.h"

#define FRAME_MAX (256u << 10) /* bytes of flag and content */

enum flag {
    FLAG_MESSAGE = 0,
    FLAG_POLL_REP = 1,
    FLAG_POLL_REQ = 2,
    FLAG_NEGATIVE = 3,
    FLAG_FINAL = 5,
    FLAG_ERROR = 6,
};

/*
 * Read a frame: 32-bit length of what follows, flag, content. False when the
 * client is gone, silent for too long, or its length is 0 or too large.
 */
bool frame_read(int fd, int *ret_flag, struct out *ret);

/*
 * Write a frame as the plan says. False when the connection ends with it.
 * Polling is the caller's affair: it gives the flag and the content.
 */
bool frame_write(int fd, int flag, struct span content, enum framing how);

#endif
