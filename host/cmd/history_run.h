/*
 * history_run.h - the history of a command that does the same thing many times
 * on one port: an entry each, in the log before the thing is answered, but one
 * sync for all of them (history_log.h, history_place_put). Between two entries
 * others may write.
 */
#ifndef INGAM_CMD_HISTORY_RUN_H
#define INGAM_CMD_HISTORY_RUN_H

#include "cmd/history.h"

#define HISTORY_RUN_SYNC 100u /* entries; after so many one is waited for */

struct history_run;

/* ERR_NO_MEMORY */
enum err history_run_begin(
    const struct host *host, struct history_run **ret_run);

/* As history_append. */
void history_run_append(struct history_run *run, const struct call *call,
    const struct history_event *event);

/* Wait until all are on the disk. Errors of os/file.h; ERR_STORE_BUSY */
enum err history_run_sync(struct history_run *run);

void history_run_end(struct history_run *run); /* syncs; takes NULL */

#endif
