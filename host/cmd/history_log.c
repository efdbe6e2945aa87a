#include "cmd/history_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/json.h"
#include "os/file.h"
#include "pki/cms.h"

#define LOCK_FILE    "lock"
#define LOCK_WAIT_MS 2000
#define SUFFIX       ".jsonl"  /* of a segment, after eight digits */
#define NAMES_MAX    256u      /* looked at in the folder */
#define TEMPORARY    ".ingam-" /* what file_replace leaves when killed */

#define TAIL_LEN                                                               \
    (sizeof(HISTORY_HASH_OPEN) - 1 + HISTORY_HASH_LEN +                        \
        sizeof(HISTORY_HASH_CLOSE) - 1)

void
history_segment_name(uint32_t segment, char ret_name[static HISTORY_NAME_SIZE])
{
    snprintf(ret_name, HISTORY_NAME_SIZE, "%08u" SUFFIX, (unsigned)segment);
}

bool
history_is_hash(const char *text)
{
    return strlen(text) == HISTORY_HASH_LEN &&
           strspn(text, "0123456789abcdef") == HISTORY_HASH_LEN;
}

/* A whole number from 1 on; 0 when it is none. */
int64_t
history_number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valuedouble >= 1 &&
                   item->valuedouble < 9e15
               ? (int64_t)item->valuedouble
               : 0;
}

const char *
history_text(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

/* --- opening ---------------------------------------------------------------*/

struct looking {
    struct history_log *log;
    bool write;
};

static enum err
visit_name(void *ctx, const char *name)
{
    struct looking *l = ctx;
    struct history_log *log = l->log;
    unsigned long segment;
    char *end;

    if (l->write && strncmp(name, TEMPORARY, strlen(TEMPORARY)) == 0)
        return file_remove(log->dir, name);
    if (strspn(name, "0123456789") != 8)
        return OK;
    segment = strtoul(name, &end, 10);
    if (strcmp(end, SUFFIX) == 0 && log->count < 2 * HISTORY_SEGMENTS_MAX)
        log->segments[log->count++] = (uint32_t)segment;
    return OK;
}

static int
by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

enum err
history_log_lock(struct history_log *log)
{
    return file_lock(
        log->dir, LOCK_FILE, &log->host->clock, LOCK_WAIT_MS, &log->lock);
}

void
history_log_unlock(struct history_log *log)
{
    file_close(&log->lock);
}

enum err
history_log_open(
    const struct host *host, bool write, struct history_log *ret_log)
{
    struct looking looking = { ret_log, write };
    bool cut = false;
    enum err r;

    *ret_log = (struct history_log){ .host = host, .dir = -1, .lock = -1 };
    ret_log->head.first = 1;
    if ((r = file_open_below(
             host->paths.state, HISTORY_FOLDER, write, &ret_log->dir)) != OK)
        return r == FILE_MISSING && !write ? OK : r;
    if (write && (r = history_log_lock(ret_log)) != OK)
        return r;
    if (write)
        file_sweep(ret_log->dir);
    /* head first: a reader never sees it ahead of the log */
    if ((r = history_head_read(ret_log)) != OK ||
        (r = file_list(ret_log->dir, NAMES_MAX, visit_name, &looking, &cut)) !=
            OK)
        return r;
    if (ret_log->count > 0)
        qsort(ret_log->segments, ret_log->count, sizeof(ret_log->segments[0]),
            by_number);
    return OK;
}

void
history_log_close(struct history_log *log)
{
    file_close(&log->lock);
    file_close(&log->dir);
}

/* --- lines -----------------------------------------------------------------*/

enum err
history_hash(const struct history_log *log, const char *text, size_t len,
    char ret_hash[static HISTORY_HASH_LEN + 1])
{
    uint8_t digest[CMS_SHA256_LEN];
    struct buf bytes = { 0 }, hex = { 0 };
    enum err r;

    if ((r = buf_set(&bytes, text, len)) == OK &&
        (r = cms_sha256(log->host->crypto, &bytes, digest)) == OK &&
        (r = hex_encode(digest, sizeof(digest), &hex)) == OK)
        memcpy(ret_hash, buf_text(&hex), HISTORY_HASH_LEN + 1);
    buf_free(&bytes);
    buf_free(&hex);
    return r;
}

enum err
history_line_print(const struct history_log *log, const cJSON *object,
    struct buf *ret_line, char ret_hash[static HISTORY_HASH_LEN + 1])
{
    enum err r;

    if ((r = json_print(object, ret_line)) != OK)
        return r;
    ret_line->len--; /* the brace */
    if ((r = history_hash(log, buf_text(ret_line), ret_line->len, ret_hash)) !=
            OK ||
        (r = buf_put_text(ret_line, HISTORY_HASH_OPEN)) != OK ||
        (r = buf_put_text(ret_line, ret_hash)) != OK ||
        (r = buf_put_text(ret_line, HISTORY_HASH_CLOSE)) != OK)
        return r;
    return ret_line->len > HISTORY_LINE_MAX ? ERR_TOO_LARGE : OK;
}

enum err
history_line_parse(const struct history_log *log,
    const struct history_line *line, cJSON **ret_object, int64_t *ret_n)
{
    char hash[HISTORY_HASH_LEN + 1];
    cJSON *object = NULL;
    enum err r;

    *ret_n = 0;
    if (line->torn || line->len < TAIL_LEN || line->len > HISTORY_LINE_MAX)
        return ERR_IO_ERROR;
    r = json_parse(line->text, line->len, &object);
    if (r != OK)
        return r == ERR_NO_MEMORY ? r : ERR_IO_ERROR;
    *ret_n = history_number(object, "n");
    if ((r = history_hash(log, line->text, line->len - TAIL_LEN, hash)) == OK &&
        (*ret_n == 0 || !history_is_hash(history_text(object, "prev")) ||
            strcmp(history_text(object, "hash"), hash) != 0))
        r = ERR_IO_ERROR;
    if (r == OK)
        *ret_object = object;
    else
        cJSON_Delete(object);
    return r;
}

enum err
history_segment_walk(const struct buf *segment,
    enum err (*visit)(void *ctx, const struct history_line *line), void *ctx)
{
    const char *p = buf_text(segment), *end = p + segment->len;
    struct history_line line;
    const char *stop;
    enum err r = OK;

    for (; r == OK && p < end; p += line.len + 1) {
        stop = memchr(p, '\n', (size_t)(end - p));
        line.text = p;
        line.torn = stop == NULL;
        line.len = (size_t)((stop == NULL ? end : stop) - p);
        r = visit(ctx, &line);
    }
    return r;
}

enum err
history_log_walk(const struct history_log *log,
    enum err (*visit)(void *ctx, const struct history_line *line), void *ctx)
{
    static const struct history_line nothing = { "", 0, false };
    char name[HISTORY_NAME_SIZE];
    struct buf segment = { 0 };
    size_t i;
    enum err r = OK;

    for (i = 0; r == OK && i < log->count; i++) {
        history_segment_name(log->segments[i], name);
        r = file_read(
            log->dir, name, HISTORY_SEGMENT_MAX + HISTORY_LINE_MAX, &segment);
        if (r == OK)
            r = history_segment_walk(&segment, visit, ctx);
        else if (r != ERR_NO_MEMORY)
            r = visit(ctx, &nothing);
        buf_free(&segment);
    }
    return r;
}
