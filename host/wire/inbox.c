#include "wire/inbox.h"

#include <string.h>
#include <unistd.h>

#include "wire/frame.h"

#define STACK_SIZE (512u << 10) /* bytes; the thread does not recurse */

void
inbox_init(struct inbox *inbox, int fd, const struct clock *clock,
    struct channel *channel)
{
    *inbox = (struct inbox){ .fd = fd, .clock = clock, .channel = channel };
    pthread_mutex_init(&inbox->lock, NULL);
    pthread_cond_init(&inbox->filled, NULL);
    atomic_init(&inbox->cancelled, false);
}

/* Nobody is there any more. No lock but our own: the other thread may hold
 * the channel's for as long as a reader is slow. */
static _Noreturn void
end_of_stream(struct inbox *inbox)
{
    bool busy;

    pthread_mutex_lock(&inbox->lock);
    busy = inbox->running != 0 || inbox->count > 0;
    _exit(busy ? 1 : 0);
}

static void
cancel(struct inbox *inbox, double id)
{
    size_t i;

    pthread_mutex_lock(&inbox->lock);
    if (inbox->running == id)
        atomic_store(&inbox->cancelled, true);
    for (i = 0; i < inbox->count; i++)
        if (inbox->queue[i].id == id)
            inbox->queue_cancelled[i] = true;
    pthread_mutex_unlock(&inbox->lock);
}

static void
answer_error(struct inbox *inbox, double id, enum err e)
{
    if (channel_error(inbox->channel, id, e, NULL) == ERR_IO_ERROR)
        _exit(1);
}

/* Is the id of a request new? An id that is not can be no answer's address,
 * for it belongs to another request. */
static bool
take_id(struct inbox *inbox, double id)
{
    if (id <= inbox->last_id)
        return false;
    inbox->last_id = id;
    return true;
}

/* The next request that is one; everything else is dealt with here. */
static void
receive(struct inbox *inbox, struct message *ret_message)
{
    struct buf body = { 0 };
    bool end, fresh;
    enum err r;

    for (;;) {
        r = frame_read(inbox->fd, inbox->clock, &body, &end);
        if (end)
            end_of_stream(inbox);
        if (r == ERR_FRAME_TRUNCATED || r == ERR_IO_ERROR)
            _exit(1);
        if (r != OK)
            channel_fatal(inbox->channel, 0, r);
        r = message_parse(&body, ret_message);
        if (r != OK && err_code(r) == err_code(ERR_JSON_INVALID))
            channel_fatal(inbox->channel, 0, r);
        if (r == OK && ret_message->cancel) {
            cancel(inbox, ret_message->id);
            message_free(ret_message);
            continue;
        }
        fresh = take_id(inbox, ret_message->id);
        if (r == OK && fresh)
            return;
        answer_error(
            inbox, fresh ? ret_message->id : 0, r != OK ? r : ERR_ID_INVALID);
        message_free(ret_message);
    }
}

/* Into the queue, or refused when that is full. */
static void
enqueue(struct inbox *inbox, struct message *message)
{
    double id = message->id;
    bool full;

    pthread_mutex_lock(&inbox->lock);
    full = inbox->count == INBOX_MAX;
    if (!full) {
        inbox->queue[inbox->count] = *message;
        inbox->queue_cancelled[inbox->count] = false;
        inbox->count++;
        pthread_cond_signal(&inbox->filled);
    }
    pthread_mutex_unlock(&inbox->lock);
    if (full) {
        message_free(message);
        answer_error(inbox, id, ERR_QUEUE_FULL);
    }
}

static void *
run(void *ctx)
{
    struct inbox *inbox = ctx;
    struct message message;

    for (;;) {
        receive(inbox, &message);
        enqueue(inbox, &message);
    }
    return NULL;
}

enum err
inbox_start(struct inbox *inbox)
{
    pthread_attr_t attr;
    pthread_t thread;
    int failed;

    if (pthread_attr_init(&attr) != 0)
        return ERR_NO_MEMORY;
    failed = pthread_attr_setstacksize(&attr, STACK_SIZE) != 0 ||
             pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) != 0 ||
             pthread_create(&thread, &attr, run, inbox) != 0;
    pthread_attr_destroy(&attr);
    if (failed)
        return ERR_NO_MEMORY;
    inbox->threaded = true;
    return OK;
}

void
inbox_next(struct inbox *inbox, struct message *ret_message)
{
    bool cancelled = false;

    if (!inbox->threaded)
        receive(inbox, ret_message);
    pthread_mutex_lock(&inbox->lock);
    if (inbox->threaded) {
        while (inbox->count == 0)
            pthread_cond_wait(&inbox->filled, &inbox->lock);
        *ret_message = inbox->queue[0];
        cancelled = inbox->queue_cancelled[0];
        inbox->count--;
        memmove(inbox->queue, inbox->queue + 1,
            inbox->count * sizeof(inbox->queue[0]));
        memmove(inbox->queue_cancelled, inbox->queue_cancelled + 1,
            inbox->count * sizeof(inbox->queue_cancelled[0]));
    }
    inbox->running = ret_message->id;
    atomic_store(&inbox->cancelled, cancelled);
    pthread_mutex_unlock(&inbox->lock);
}

bool
inbox_cancelled(struct inbox *inbox)
{
    return atomic_load(&inbox->cancelled);
}

void
inbox_done(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->running = 0;
    pthread_mutex_unlock(&inbox->lock);
}
