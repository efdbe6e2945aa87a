/*
 * The history, killed before and after each of its system calls, with each of
 * them failing once or from then on, and with a write that dies half way. What
 * was there stays there, the operation is not undone, and the chain goes on.
 */
#include "support.h"

#include "faults.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/history.h"
#include "cmd/history_check.h"

#define BEFORE    3   /* entries that are there before the one at test */
#define CALLS_MAX 100 /* far above what one entry makes */

/* --- what is tested ------------------------------------------------------- */

struct world {
    char home[256];
    struct host host;
};

static void
begin(struct world *w)
{
    support_folder(w->home);
    support_host(w->home, &w->host);
}

static void
end(struct world *w)
{
    support_host_free(&w->host);
    support_remove(w->home);
}

/* One entry, as a command makes it; NULL or what is said of it. */
static const char *
remember(const struct world *w, char problem[static 64])
{
    struct buf shown = support_text("1,000,000원");
    const struct history_event event = { .kind = "sign", .shown = &shown };
    struct call call = { .host = &w->host,
        .result = cJSON_CreateObject(),
        .detail = cJSON_CreateObject() };
    const cJSON *said;

    history_append(&call, &event);
    said = cJSON_GetObjectItemCaseSensitive(call.result, "historyProblem");
    snprintf(problem, 64, "%s", said == NULL ? "" : said->valuestring);
    assert_int_equal(cJSON_GetArraySize(call.detail), 0);
    cJSON_Delete(call.result);
    cJSON_Delete(call.detail);
    buf_free(&shown);
    return problem[0] == '\0' ? NULL : problem;
}

static struct history_check
check(const struct world *w)
{
    struct history_check found;
    struct history_log log;

    assert_int_equal(history_log_open(&w->host, false, &log), OK);
    assert_int_equal(history_check(&log, &found), OK);
    history_log_close(&log);
    return found;
}

static void
assert_good(const struct world *w, size_t least, size_t most)
{
    struct history_check found = check(w);

    if (found.broken_at != 0)
        fail_msg("entry %d: %s", (int)found.broken_at, found.problem);
    assert_in_range(found.total, least, most);
}

static int
remember_quietly(const void *w)
{
    char problem[64];

    (void)remember(w, problem);
    return 0;
}

/* In a process of its own; true when it came to its end. */
static bool
remember_apart(const struct world *w, enum mode mode, int at)
{
    int r;

    set_fault(mode, at, 0);
    r = run_apart(remember_quietly, w, NULL);
    assert_true(r == 0 || r == DIED);
    return r == 0;
}

static struct fault_row {
    const char *name;
    enum mode mode;
    int error;
    bool first; /* there is no history yet */
} fault_rows[] = {
    { "killed before each call", DIE_BEFORE, 0, false },
    { "killed after each call", DIE_AFTER, 0, false },
    { "killed inside each write", DIE_HALF, 0, false },
    { "the first entry: killed before each call", DIE_BEFORE, 0, true },
    { "the first entry: killed after each call", DIE_AFTER, 0, true },
    { "the first entry: killed inside each write", DIE_HALF, 0, true },
};

static void
survives_death(void **state)
{
    const struct fault_row *row = *state;
    size_t base = row->first ? 0 : BEFORE;
    struct world w;
    char problem[64];
    bool done = false;
    int at;

    for (at = 1; !done && at < CALLS_MAX; at++) {
        begin(&w);
        for (size_t i = 0; i < base; i++)
            assert_null(remember(&w, problem));
        done = remember_apart(&w, row->mode, at);
        assert_good(&w, base, base + 1);
        assert_null(remember(&w, problem));
        assert_good(&w, base + 1, base + 2);
        assert_false(check(&w).torn);
        end(&w);
        if (row->mode == DIE_HALF) /* most calls are no writes */
            done = at == CALLS_MAX / 3;
    }
    assert_true(done && at > 4);
}

static struct fault_row failing_rows[] = {
    { "each call fails once: no space", FAIL_ONCE, ENOSPC, false },
    { "each call fails once: input/output", FAIL_ONCE, EIO, false },
    { "each call fails from then on: no space", FAIL_ON, ENOSPC, false },
    { "each call fails from then on: read-only", FAIL_ON, EROFS, false },
    { "the first entry: each call fails once: no permission", FAIL_ONCE, EACCES,
        true },
    { "the first entry: each call fails from then on", FAIL_ON, EIO, true },
};

/* What fails is said, and nothing that was there is lost. */
static void
says_failure(void **state)
{
    const struct fault_row *row = *state;
    size_t base = row->first ? 0 : BEFORE;
    struct world w;
    char problem[64];
    int at, said = 0;

    for (at = 1; at < CALLS_MAX; at++) {
        bool ended;

        begin(&w);
        for (size_t i = 0; i < base; i++)
            assert_null(remember(&w, problem));
        set_fault(row->mode, at, row->error);
        fault.armed = true;
        said += remember(&w, problem) != NULL;
        ended = fault.seen < at;
        fault.armed = false;
        assert_good(&w, base, base + 1);
        assert_null(remember(&w, problem));
        assert_good(&w, base + 1, base + 2);
        end(&w);
        if (ended)
            break;
    }
    assert_true(at > 4 && at < CALLS_MAX);
    assert_true(said >= 4);
}

static void
short_writes_are_finished(void **state)
{
    struct world w;
    char problem[64];

    (void)state;
    begin(&w);
    set_fault(SHORT, 0, 0);
    fault.armed = true;
    assert_null(remember(&w, problem));
    assert_null(remember(&w, problem));
    fault.armed = false;
    assert_good(&w, 2, 2);
    end(&w);
}

/* The oldest segment goes when there are too many; the chain holds. */
static void
it_does_not_grow_for_ever(void **state)
{
    struct history_log log;
    struct world w;
    char problem[64], text[HISTORY_SHOWN_MAX + 1];
    struct buf shown;
    struct history_event event = { .kind = "sign", .shown = &shown };
    size_t i;

    (void)state;
    begin(&w);
    memset(text, 1, sizeof(text) - 1); /* six bytes each in JSON */
    text[sizeof(text) - 1] = '\0';
    shown = support_text(text);
    assert_int_equal(history_log_open(&w.host, true, &log), OK);
    for (i = 0; i < 34 * (HISTORY_SEGMENT_MAX / 5000); i++) {
        struct call call = { .host = &w.host };
        cJSON *entry = NULL;

        assert_int_equal(history_entry(&call, &event, &entry), OK);
        assert_int_equal(history_log_add(&log, entry), OK);
        cJSON_Delete(entry);
    }
    assert_int_equal(log.count, HISTORY_SEGMENTS_MAX);
    assert_true(log.head.first > 1);
    history_log_close(&log);
    assert_good(
        &w, i - (size_t)log.head.first + 1, i - (size_t)log.head.first + 1);
    assert_null(remember(&w, problem));
    buf_free(&shown);
    end(&w);
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, survives_death, fault_rows);
    SUPPORT_ROWS(&tests, says_failure, failing_rows);
    support_test(
        &tests, "short writes are finished", short_writes_are_finished);
    support_test(
        &tests, "it does not grow for ever", it_does_not_grow_for_ever);
    return support_run("history", &tests, NULL, NULL);
}
