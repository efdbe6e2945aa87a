/* history_check.h - is the history as it was written? */
#ifndef INGAM_CMD_HISTORY_CHECK_H
#define INGAM_CMD_HISTORY_CHECK_H

#include "cmd/history_log.h"

struct history_check {
    size_t stale;      /* lines at the front that head has let go of */
    size_t total;      /* lines behind them, damaged ones too, torn ones not */
    bool torn;         /* the last line was not finished: no sign of an edit */
    int64_t broken_at; /* number of the first entry that is wrong, or 0 */
    const char *problem; /* "altered", "missing", "end_missing",
                            "start_missing" or "head_missing"; static */
};

/* ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err history_check(
    const struct history_log *log, struct history_check *ret_check);

#endif
