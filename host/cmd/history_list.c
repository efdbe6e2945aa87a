/* history.list - what was done, the newest first. */
#include "cmd/history.h"
#include "cmd/history_check.h"

#define LIST_MAX   100u /* entries in one answer, HISTORY_LINE_MAX each */
#define OFFSET_MAX 1000000u

static const struct param params[] = {
    { "offset", PARAM_INTEGER, OFFSET_MAX, 0, NULL,
        "How many entries to skip, from the newest on" },
    { "limit", PARAM_INTEGER, LIST_MAX, 0, NULL,
        "How many entries to list at most" },
    { "verify", PARAM_BOOL, 0, 0, NULL, "Check that nothing was changed" },
    { 0 },
};

struct page {
    const struct history_log *log;
    cJSON *entries;
    size_t at, from, to; /* numbers of lines */
};

static enum err
visit(void *ctx, const struct history_line *line)
{
    struct page *page = ctx;
    cJSON *entry = NULL;
    size_t at = page->at;
    int64_t n;
    enum err r;

    if (line->torn)
        return OK;
    page->at++;
    if (at < page->from || at >= page->to)
        return OK;
    r = history_line_parse(page->log, line, &entry, &n);
    if (r == ERR_IO_ERROR)
        r = history_damaged(n, &entry);
    if (r != OK)
        return r;
    cJSON_DeleteItemFromObjectCaseSensitive(entry, "prev");
    cJSON_DeleteItemFromObjectCaseSensitive(entry, "hash");
    if (!cJSON_InsertItemInArray(page->entries, 0, entry)) {
        cJSON_Delete(entry);
        return ERR_NO_MEMORY;
    }
    return OK;
}

static enum err
put_check(const struct call *call, const struct history_check *check)
{
    enum err r;

    if ((r = reply_number(call->result, "total", (double)check->total)) != OK ||
        !args_get(call, "verify")->flag)
        return r;
    if ((r = reply_flag(call->result, "intact", check->broken_at == 0)) != OK ||
        (r = reply_flag(call->result, "torn", check->torn)) != OK ||
        check->broken_at == 0)
        return r;
    if ((r = reply_number(
             call->result, "brokenAt", (double)check->broken_at)) != OK)
        return r;
    return reply_text(call->result, "problem", check->problem);
}

static enum err
run(struct call *call)
{
    const struct value *limit = args_get(call, "limit");
    size_t skip = args_get(call, "offset")->integer,
           want = limit->given ? limit->integer : LIST_MAX;
    struct history_check check = { 0 };
    struct history_log log = { .dir = -1, .lock = -1 };
    struct page page = { .log = &log };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    page.entries = cJSON_AddArrayToObject(call->result, "entries");
    if (page.entries == NULL)
        return ERR_NO_MEMORY;
    if ((r = history_log_open(call->host, false, &log)) != OK ||
        (r = history_check(&log, &check)) != OK)
        goto out;
    if (skip < check.total) {
        page.to = check.stale + check.total - skip;
        page.from = check.total - skip > want ? page.to - want : check.stale;
        r = history_log_walk(&log, visit, &page);
    }
    if (r == OK)
        r = put_check(call, &check);
out:
    history_log_close(&log);
    return r;
}

const struct command cmd_history_list = {
    .name = "history.list",
    .run = run,
    .params = params,
    .help = "List what was done with certificates here",
};
