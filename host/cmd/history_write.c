/* Writing the history (history_log.h). */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/history_log.h"
#include "cmd/json.h"
#include "os/file.h"

/* The end of what can be kept of a segment. */
static enum err
visit_end(void *ctx, const struct history_line *line)
{
    struct history_place *place = ctx;

    if (line->torn)
        place->torn = line->len;
    else
        place->keep += line->len + 1;
    return OK;
}

/* The newest entry of a segment that can be read. */
static enum err
find_last(const struct history_log *log, const struct buf *segment,
    struct history_place *place)
{
    const char *text = buf_text(segment);
    size_t end = place->keep, start;
    struct history_line line = { 0 };
    cJSON *object = NULL;
    enum err r = FILE_MISSING;

    for (; r != OK && end > 0; end = start) {
        for (start = end - 1; start > 0 && text[start - 1] != '\n'; start--)
            ;
        line.text = text + start;
        line.len = end - 1 - start;
        r = history_line_parse(log, &line, &object, &place->n);
        if (r == ERR_NO_MEMORY)
            return r;
    }
    if (r == OK)
        snprintf(place->hash, sizeof(place->hash), "%s",
            history_text(object, "hash"));
    else
        place->n = 0;
    cJSON_Delete(object);
    return OK;
}

/*
 * What was lost or changed at the end stays so for all to see: the next entry
 * follows the one that head knows. A segment that cannot be read is left as it is.
 */
enum err
history_place_find(const struct history_log *log, struct history_place *ret)
{
    char name[HISTORY_NAME_SIZE];
    struct buf segment = { 0 };
    enum err r = FILE_MISSING;

    memcpy(ret->hash, HISTORY_NO_HASH, sizeof(HISTORY_NO_HASH));
    ret->segment = log->count == 0 ? 0 : log->segments[log->count - 1];
    if (log->count > 0) {
        history_segment_name(ret->segment, name);
        r = file_read(
            log->dir, name, HISTORY_SEGMENT_MAX + HISTORY_LINE_MAX, &segment);
        if (r == ERR_NO_MEMORY)
            return r;
    }
    if (r == OK && (r = history_segment_walk(&segment, visit_end, ret)) == OK)
        r = find_last(log, &segment, ret);
    buf_free(&segment);
    if (r == ERR_NO_MEMORY)
        return r;
    if (r != OK || (ret->keep >= HISTORY_SEGMENT_MAX && ret->torn == 0)) {
        ret->segment++;
        ret->keep = ret->torn = 0;
    }
    if (log->has_head && log->head.n >= ret->n) {
        ret->n = log->head.n;
        memcpy(ret->hash, log->head.hash, sizeof(ret->hash));
    }
    return OK;
}

/* The entry's line, with its hash as the last member. */
static enum err
print_line(const struct history_log *log, const struct history_place *place,
    cJSON *entry, struct buf *ret_line,
    char ret_hash[static HISTORY_HASH_LEN + 1])
{
    enum err r;

    if ((r = reply_number(entry, "n", (double)(place->n + 1))) != OK ||
        (place->torn > 0 &&
            (r = reply_number(entry, "torn", (double)place->torn)) != OK) ||
        (r = reply_text(entry, "prev", place->hash)) != OK ||
        (r = history_line_print(log, entry, ret_line, ret_hash)) != OK)
        return r;
    return buf_put_byte(ret_line, '\n');
}

/* Behind the line that was added. */
static void
step(struct history_place *place, size_t len, const char *hash)
{
    place->n++;
    place->keep += len;
    place->torn = 0;
    snprintf(place->hash, sizeof(place->hash), "%s", hash);
}

struct first {
    const struct history_log *log;
    int64_t n;
};

static enum err
visit_first(void *ctx, const struct history_line *line)
{
    struct first *first = ctx;
    cJSON *object = NULL;
    enum err r = history_line_parse(first->log, line, &object, &first->n);

    cJSON_Delete(object);
    if (r != OK)
        first->n = 0;
    return r == OK ? ERR_ALREADY_EXISTS /* found: stop */ : OK;
}

/* The number of the oldest entry in the segments from one on. */
static int64_t
first_from(const struct history_log *log, size_t at, int64_t otherwise)
{
    struct history_log rest = *log;
    struct first first = { log, 0 };

    rest.count = log->count - at;
    memmove(rest.segments, log->segments + at,
        rest.count * sizeof(rest.segments[0]));
    (void)!history_log_walk(&rest, visit_first, &first);
    return first.n > 0 ? first.n : otherwise;
}

/* Remove the segments before one; head has let go of them already. */
static void
drop(struct history_log *log, size_t count)
{
    char name[HISTORY_NAME_SIZE];
    size_t i;

    for (i = 0; i < count; i++) {
        history_segment_name(log->segments[i], name);
        (void)!file_remove(log->dir, name);
    }
    (void)!file_sync(log->dir);
    log->count -= count;
    memmove(log->segments, log->segments + count,
        log->count * sizeof(log->segments[0]));
}

/* The entry goes into the log; what came before is let go of with `alone`,
 * and when it is too much. */
static enum err
add(struct history_log *log, struct history_place *place, bool alone,
    cJSON *entry)
{
    struct history_head head = { .n = place->n + 1 };
    char name[HISTORY_NAME_SIZE];
    struct buf line = { 0 };
    size_t old = 0;
    enum err r;

    history_segment_name(place->segment, name);
    if ((r = print_line(log, place, entry, &line, head.hash)) != OK ||
        (r = file_append(log->dir, name, place->keep, true, &line)) != OK)
        goto out;
    if (place->keep == 0)
        log->segments[log->count++] = place->segment;
    if (alone)
        old = log->count - 1;
    else if (log->count > HISTORY_SEGMENTS_MAX)
        old = log->count - HISTORY_SEGMENTS_MAX;
    head.first = old == 0 ? log->head.first : first_from(log, old, head.n);
    step(place, line.len, head.hash);
    if ((r = history_head_write(log, &head, old > 0)) == OK && old > 0)
        drop(log, old);
out:
    buf_free(&line);
    return r;
}

enum err
history_place_put(
    struct history_log *log, struct history_place *place, cJSON *entry)
{
    char name[HISTORY_NAME_SIZE], hash[HISTORY_HASH_LEN + 1];
    struct buf line = { 0 };
    enum err r;

    if (place->keep == 0)
        return add(log, place, false, entry);
    history_segment_name(place->segment, name);
    if ((r = print_line(log, place, entry, &line, hash)) == OK &&
        (r = file_append(log->dir, name, place->keep, false, &line)) == OK)
        step(place, line.len, hash);
    buf_free(&line);
    return r;
}

enum err
history_place_sync(struct history_log *log, const struct history_place *place)
{
    struct history_head head = { .first = log->head.first, .n = place->n };
    char name[HISTORY_NAME_SIZE];
    enum err r;

    memcpy(head.hash, place->hash, sizeof(head.hash));
    history_segment_name(place->segment, name);
    if ((r = file_flush(log->dir, name)) != OK)
        return r;
    return history_head_write(log, &head, false);
}

enum err
history_log_add(struct history_log *log, cJSON *entry)
{
    struct history_place place = { 0 };
    enum err r = history_place_find(log, &place);

    return r == OK ? add(log, &place, false, entry) : r;
}

enum err
history_log_clear(struct history_log *log, cJSON *entry)
{
    struct history_place place = { 0 };
    enum err r = history_place_find(log, &place);

    if (r != OK)
        return r;
    if (place.keep > 0 || place.torn > 0) {
        place.segment++;
        place.keep = 0;
    }
    return add(log, &place, true, entry);
}
