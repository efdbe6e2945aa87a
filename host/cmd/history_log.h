/*
 * history_log.h - the person's history on disk: <state>/history/ holds numbered
 * segments of JSON lines, oldest first. Every line ends with the SHA-256 of
 * what stands before it in the line, and names the hash of the line before,
 * so that a changed, missing or moved line shows. `head` says which entries
 * must be there: without it a lost end would not show. This finds damage and
 * edits; whoever has the person's own rights can write the whole chain anew.
 *
 * Order of an entry: the line, synced, then head, not waited for. A program
 * killed between the two, or a power cut, leaves head behind the log, which is
 * right; killed inside the first, it leaves a torn last line, which the next
 * entry cuts off and counts.
 */
#ifndef INGAM_CMD_HISTORY_LOG_H
#define INGAM_CMD_HISTORY_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "host.h"

#define HISTORY_FOLDER       "history"
#define HISTORY_LINE_MAX     (8u << 10)   /* bytes of an entry */
#define HISTORY_SEGMENT_MAX  (256u << 10) /* bytes: then a new one begins */
#define HISTORY_SEGMENTS_MAX 32u          /* then the oldest goes */
#define HISTORY_HASH_LEN     64u          /* lower-case hex digits */

struct history_head {
    int64_t first;                   /* the oldest entry that must be there */
    int64_t n;                       /* the newest; 0: none */
    char hash[HISTORY_HASH_LEN + 1]; /* of that one */
};

struct history_log {
    const struct host *host;
    int dir, lock;                                   /* -1: none */
    uint32_t segments[2 * HISTORY_SEGMENTS_MAX + 1]; /* in order */
    size_t count;
    struct history_head head;
    bool has_head;  /* there is one and it can be read */
    bool head_half; /* which half of its file it stands in */
};

/*
 * Open the history; with write it is made when missing and locked, waiting at
 * most 2 s. A history that is not there is OK and empty for a reader. The
 * caller closes it, after a failure too.
 *
 * ERR_STORE_BUSY and those of os/file.h
 */
enum err history_log_open(
    const struct host *host, bool write, struct history_log *ret_log);
void history_log_close(struct history_log *log);

/*
 * Add an entry: n, prev and hash are put into the object. ret_n may be NULL.
 *
 * ERR_TOO_LARGE  above HISTORY_LINE_MAX
 * and those of os/file.h
 */
enum err history_log_add(struct history_log *log, cJSON *entry);

/* Begin a new segment with this entry and remove all that came before. Errors
 * as history_log_add. */
enum err history_log_clear(struct history_log *log, cJSON *entry);

/* Where the next entry goes and what it follows. */
struct history_place {
    uint32_t segment;
    size_t keep; /* bytes of the segment */
    size_t torn; /* bytes that are cut off */
    int64_t n;   /* of the entry before; 0: none */
    char hash[HISTORY_HASH_LEN + 1];
};

/*
 * Entries one after the other, for which one sync is waited for: each is in
 * the log when history_place_put returns, so that the death of this program
 * loses none, and all of them are on the disk after history_place_sync. Until
 * then head is behind, as it may be. A place holds as long as the lock does, or
 * its segment has `keep` bytes.
 */
enum err history_place_find(
    const struct history_log *log, struct history_place *ret_place);
enum err history_place_put(
    struct history_log *log, struct history_place *place, cJSON *entry);
enum err history_place_sync(
    struct history_log *log, const struct history_place *place);

/* Let others write in between; and keep them out again. */
void history_log_unlock(struct history_log *log);
enum err history_log_lock(struct history_log *log); /* ERR_STORE_BUSY */

/* One line as it stands. */
struct history_line {
    const char *text;
    size_t len;
    bool torn; /* the last of its segment, without an end */
};

/* Call visit for every line, oldest first, until it returns something else
 * than OK, which is returned. A segment that cannot be read is one line of no
 * bytes. */
enum err history_log_walk(const struct history_log *log,
    enum err (*visit)(void *ctx, const struct history_line *line), void *ctx);

/* --- shared by the parts of the history --- */

#define HISTORY_HEAD_FILE  "head"
#define HISTORY_NAME_SIZE  16 /* bytes of a segment's name and its end */
#define HISTORY_HASH_OPEN  ",\"hash\":\"" /* then the hash and ... */
#define HISTORY_HASH_CLOSE "\"}"

/* What stands before the first entry. */
#define HISTORY_NO_HASH                                                        \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* Head's file holds two records, the older of which is written over: one that
 * a power cut tore has a wrong hash, and the other counts. */
enum err history_head_read(struct history_log *log);

/* ERR_TOO_LARGE and those of os/file.h. With wait it is durable on OK. */
enum err history_head_write(
    struct history_log *log, const struct history_head *head, bool wait);

void history_segment_name(
    uint32_t segment, char ret_name[static HISTORY_NAME_SIZE]);
enum err history_segment_walk(const struct buf *segment,
    enum err (*visit)(void *ctx, const struct history_line *line), void *ctx);
enum err history_hash(const struct history_log *log, const char *text,
    size_t len, char ret_hash[static HISTORY_HASH_LEN + 1]);

/* A member: a whole number from 1 on, else 0; a text, else "". */
int64_t history_number(const cJSON *object, const char *name);
const char *history_text(const cJSON *object, const char *name);

bool history_is_hash(const char *text);

/* The line of an object, with the hash of what stands before it as its last
 * member, without an end. ERR_TOO_LARGE, ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err history_line_print(const struct history_log *log, const cJSON *object,
    struct buf *ret_line, char ret_hash[static HISTORY_HASH_LEN + 1]);

/* The object of a line, which the caller frees, when its hash is right.
 * *ret_n is 0 where not even a number can be read.
 *
 * ERR_IO_ERROR  no entry, or not the bytes that were written
 * ERR_NO_MEMORY */
enum err history_line_parse(const struct history_log *log,
    const struct history_line *line, cJSON **ret_object, int64_t *ret_n);

#endif
