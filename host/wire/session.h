/*
 * session.h - one operation over one pair of pipes (architecture: section 3).
 * The host says hello. The first message that names a command, with a good
 * origin or none, fixes the origin, be its arguments good or not; another
 * origin ends the process.
 * The first command whose arguments are good fixes the operation and its
 * sandbox. After that the same command may come again when it failed, and
 * those that its row names as `next`; anything else is ERR_BAD_STATE.
 */
#ifndef INGAM_WIRE_SESSION_H
#define INGAM_WIRE_SESSION_H

#include "host.h"

struct session;

/*
 * Say hello on `out`. The rest of *host may be set up after that, until
 * session_run: the browser's first word takes longer. ERR_IO_ERROR,
 * ERR_NO_MEMORY
 */
enum err session_open(
    const struct host *host, int in, int out, struct session **ret_session);

/* Serve until nobody reads any more, unless the process has ended before as
 * inbox.h says; either way the session dies with the process. */
void session_run(struct session *session);

#endif
