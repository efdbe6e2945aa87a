#include "cmd/history_check.h"

#include <string.h>

struct checking {
    const struct history_log *log;
    struct history_check *check;
    int64_t n; /* of the entry before; 0: none yet */
    char hash[HISTORY_HASH_LEN + 1];
};

static void
blame(struct checking *c, int64_t n, const char *problem)
{
    if (c->check->broken_at != 0)
        return;
    c->check->broken_at = n > 0 ? n : 1;
    c->check->problem = problem;
}

/* The first entry that head still knows. */
static void
check_first(struct checking *c, const cJSON *entry, int64_t n)
{
    const struct history_head *head = &c->log->head;

    if (n > head->first)
        blame(c, head->first, "start_missing");
    else if (n == 1 &&
             strcmp(history_text(entry, "prev"), HISTORY_NO_HASH) != 0)
        blame(c, n, "altered");
}

static void
check_entry(struct checking *c, const cJSON *entry, int64_t n)
{
    const struct history_head *head = &c->log->head;

    if (c->n == 0)
        check_first(c, entry, n);
    else if (n != c->n + 1)
        blame(c, c->n + 1, "missing");
    else if (strcmp(history_text(entry, "prev"), c->hash) != 0)
        blame(c, n, "altered");
    memcpy(c->hash, history_text(entry, "hash"), HISTORY_HASH_LEN + 1);
    c->n = n;
    if (c->log->has_head && n == head->n && strcmp(c->hash, head->hash) != 0)
        blame(c, n, "altered");
}

static enum err
visit(void *ctx, const struct history_line *line)
{
    struct checking *c = ctx;
    cJSON *entry = NULL;
    int64_t n = 0;
    enum err r;

    c->check->torn = line->torn;
    if (line->torn)
        return OK;
    r = history_line_parse(c->log, line, &entry, &n);
    if (r == ERR_NO_MEMORY || r == ERR_CRYPTO_UNAVAILABLE)
        return r;
    if (c->n == 0 && c->check->total == 0 && n > 0 && n < c->log->head.first) {
        c->check->stale++;
    } else {
        c->check->total++;
        if (r == OK)
            check_entry(c, entry, n);
        else
            blame(c, c->n > 0 ? c->n + 1 : c->log->head.first, "altered");
    }
    cJSON_Delete(entry);
    return OK;
}

enum err
history_check(const struct history_log *log, struct history_check *ret_check)
{
    struct checking c = { .log = log, .check = ret_check };
    enum err r;

    *ret_check = (struct history_check){ 0 };
    if ((r = history_log_walk(log, visit, &c)) != OK)
        return r;
    if (log->has_head && c.n < log->head.n)
        blame(&c, c.n + 1, "end_missing");
    /* killed after the very first entry, there is no head yet */
    if (!log->has_head && (ret_check->total > 1 || c.n > 1))
        blame(&c, 1, "head_missing");
    return OK;
}
