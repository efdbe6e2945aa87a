/*
 * session.h - one operation over one pair of pipes (architecture: section 3).
 * The host says hello; the first command whose arguments are good fixes the
 * operation, its sandbox and its origin. After that the same command may
 * come again when it failed, and those that its row names as `next`; anything
 * else is ERR_BAD_STATE. Another origin ends the process.
 */
#ifndef INGAM_WIRE_SESSION_H
#define INGAM_WIRE_SESSION_H

#include "host.h"

/* Speak on two descriptors until nobody is there; the exit status, unless
 * the process has ended as inbox.h says. */
int session_run(const struct host *host, int in, int out);

#endif
