/* history.clear - forget what was done, but not that it was forgotten. */
#include <stdio.h>

#include "cmd/history.h"
#include "cmd/history_check.h"

#define DETAIL_SIZE 64 /* bytes */

static const struct param params[] = {
    { "confirm", PARAM_BOOL, 0, PARAM_REQUIRED, NULL,
        "True: the person knows that this cannot be undone" },
    { 0 },
};

static enum err
run(struct call *call)
{
    struct history_log log = { .dir = -1, .lock = -1 };
    struct history_check check = { 0 };
    struct history_event event = { .kind = "clear" };
    char detail[DETAIL_SIZE];
    cJSON *entry = NULL;
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    if (!args_get(call, "confirm")->flag)
        return ERR_PARAM_RANGE;
    if ((r = history_log_open(call->host, true, &log)) != OK ||
        (r = history_check(&log, &check)) != OK)
        goto out;
    snprintf(detail, sizeof(detail), "%zu entries%s%s", check.total,
        check.broken_at == 0 ? "" : ", ",
        check.broken_at == 0 ? "" : check.problem);
    event.detail = detail;
    if ((r = history_entry(call, &event, &entry)) == OK &&
        (r = history_log_clear(&log, entry)) == OK)
        r = reply_number(call->result, "cleared", (double)check.total);
out:
    cJSON_Delete(entry);
    history_log_close(&log);
    return r;
}

const struct command cmd_history_clear = {
    .name = "history.clear",
    .run = run,
    .params = params,
    .flags = COMMAND_RECORDS,
    .help = "Forget the history; that it was cleared stays in it",
};
