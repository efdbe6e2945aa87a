#include "pki/tries.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/file.h"

#define TURN_WAIT_MS 15000
#define TEXT_MAX     64u /* bytes of a record: "<count> <seconds>" */

struct record {
    unsigned wrong;
    int64_t last; /* when the last wrong one came, seconds since 1970 UTC */
};

/* What cannot be read is no record. */
static struct record
read_record(int dir, const char *id)
{
    struct record none = { 0 }, record;
    struct buf text = { 0 };
    char *end = NULL;
    bool good;

    good = file_read(dir, id, TEXT_MAX, &text) == OK;
    errno = 0;
    record.wrong = (unsigned)strtoul(buf_text(&text), &end, 10);
    good = good && errno == 0 && *end == ' ' && record.wrong <= INT32_MAX;
    record.last = good ? strtoll(end + 1, &end, 10) : 0;
    good = good && errno == 0 && *end == '\n' && record.last >= 0;
    buf_free(&text);
    return good ? record : none;
}

static void
write_record(int dir, const char *id, struct record record)
{
    struct buf data = { 0 };
    char text[TEXT_MAX];

    snprintf(text, sizeof(text), "%u %" PRId64 "\n", record.wrong, record.last);
    if (buf_put_text(&data, text) == OK)
        (void)!file_replace(dir, id, &data);
    buf_free(&data);
}

static int64_t
wait_after(unsigned wrong)
{
    int64_t wait = 2;

    if (wrong < TRIES_FREE)
        return 0;
    for (; wrong > TRIES_FREE && wait < TRIES_WAIT_MAX; wrong--)
        wait *= 2;
    return wait < TRIES_WAIT_MAX ? wait : TRIES_WAIT_MAX;
}

/* A record of the future is one of a clock that was set back: its wait, which
 * is bounded, begins now. */
static struct tries
weigh(struct record record, int64_t now)
{
    struct tries tries = { 0 };
    int64_t since = now < record.last ? 0 : now - record.last;

    if (record.wrong == 0 || since >= TRIES_FORGET)
        return tries;
    tries.wrong = record.wrong;
    tries.wait = wait_after(record.wrong) - since;
    if (tries.wait < 0)
        tries.wait = 0;
    return tries;
}

struct tries
tries_look(const struct host *host, const char *id)
{
    struct tries none = { 0 };
    struct record record;
    int dir = -1;

    if (file_open_below(host->paths.state, TRIES_FOLDER, false, &dir) != OK)
        return none;
    record = read_record(dir, id);
    file_close(&dir);
    return weigh(record, clock_wall(&host->clock));
}

enum err
tries_begin(const struct host *host, const char *id, int *ret_turn)
{
    int64_t now = clock_wall(&host->clock);
    struct record record;
    int dir = -1, turn = -1;
    enum err r;

    *ret_turn = -1;
    if ((r = file_open_below(host->paths.state, TRIES_FOLDER, true, &dir)) ==
        OK)
        r = file_lock(dir, "lock", &host->clock, TURN_WAIT_MS, &turn);
    if (r == OK) {
        file_sweep(dir);
        record = read_record(dir, id);
        if (record.last > now) {
            record.last = now;
            write_record(dir, id, record);
        }
        if (weigh(record, now).wait > 0)
            r = ERR_PASSWORD_SLOWED;
    } else if (r != ERR_STORE_BUSY) {
        r = OK; /* a place that takes no record */
    }
    file_close(&dir);
    if (r == OK)
        *ret_turn = turn;
    else
        file_close(&turn);
    return r;
}

void
tries_end(const struct host *host, const char *id, int *turn, enum err how)
{
    int64_t now = clock_wall(&host->clock);
    struct record record;
    int dir = -1;

    if (*turn >= 0 &&
        file_open_below(host->paths.state, TRIES_FOLDER, false, &dir) == OK) {
        if (how == ERR_PASSWORD_WRONG) {
            record = read_record(dir, id);
            record.wrong = weigh(record, now).wrong + 1;
            record.last = now;
            write_record(dir, id, record);
        } else if (how == OK || how == ERR_KEY_MISMATCH) {
            (void)!file_remove(dir, id);
        }
    }
    file_close(&dir);
    file_close(turn);
}
