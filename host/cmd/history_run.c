#include "cmd/history_run.h"

#include "base/mem.h"
#include "cmd/history_log.h"
#include "os/file.h"

struct history_run {
    const struct host *host;
    struct history_log log; /* locked only while it is written */
    struct history_place place;
    bool placed;
    unsigned waiting; /* entries that are not on the disk yet */
};

enum err
history_run_begin(const struct host *host, struct history_run **ret_run)
{
    struct history_run *run = mem_alloc(sizeof(*run));

    if (run == NULL)
        return ERR_NO_MEMORY;
    run->host = host;
    run->log.dir = run->log.lock = -1;
    *ret_run = run;
    return OK;
}

/* Has nobody else written since? The log is locked. */
static bool
still_there(const struct history_run *run)
{
    char name[HISTORY_NAME_SIZE];
    size_t length = 0;

    if (!run->placed)
        return false;
    history_segment_name(run->place.segment, name);
    return file_length(run->log.dir, name, &length) == OK &&
           length == run->place.keep;
}

/* Ours are waited for, and head where it is ours to move. */
static enum err
sync_locked(struct history_run *run)
{
    char name[HISTORY_NAME_SIZE];
    enum err r;

    if (run->waiting == 0)
        return OK;
    run->waiting = 0;
    if (still_there(run))
        return history_place_sync(&run->log, &run->place);
    history_segment_name(run->place.segment, name);
    r = file_flush(run->log.dir, name);
    return r == FILE_MISSING ? OK /* it was cleared */ : r;
}

/* Lock the log, and look for the place anew where that is needed. */
static enum err
find_place(struct history_run *run)
{
    enum err r;

    if (run->log.dir >= 0) {
        if ((r = history_log_lock(&run->log)) != OK)
            return r;
        if (run->place.keep < HISTORY_SEGMENT_MAX && still_there(run))
            return OK;
        if ((r = sync_locked(run)) != OK)
            return r;
    }
    history_log_close(&run->log);
    run->place = (struct history_place){ 0 };
    if ((r = history_log_open(run->host, true, &run->log)) != OK)
        return r;
    r = history_place_find(&run->log, &run->place);
    run->placed = r == OK;
    return r;
}

static enum err
append(struct history_run *run, cJSON *entry)
{
    enum err r = find_place(run);

    if (r == OK)
        r = history_place_put(&run->log, &run->place, entry);
    if (r == OK && ++run->waiting >= HISTORY_RUN_SYNC)
        r = sync_locked(run);
    if (r != OK)
        run->placed = false;
    history_log_unlock(&run->log);
    return r;
}

void
history_run_append(struct history_run *run, const struct call *call,
    const struct history_event *event)
{
    cJSON *entry = NULL;
    enum err r;

    if ((r = history_entry(call, event, &entry)) == OK)
        r = append(run, entry);
    cJSON_Delete(entry);
    if (r != OK)
        (void)!reply_text(call->result, "historyProblem", err_reason(r));
}

enum err
history_run_sync(struct history_run *run)
{
    enum err r;

    if (run->waiting == 0)
        return OK;
    if ((r = history_log_lock(&run->log)) == OK)
        r = sync_locked(run);
    history_log_unlock(&run->log);
    return r;
}

void
history_run_end(struct history_run *run)
{
    if (run == NULL)
        return;
    (void)!history_run_sync(run);
    history_log_close(&run->log);
    mem_free(run);
}
