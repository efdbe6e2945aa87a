/*
 * inbox.h - the way in. First the session reads by itself; once its sandbox
 * is known a thread takes over, which only reads frames: end of stream ends
 * the process at once, whatever is being computed (every durable step is
 * already safe), `cancel` sets a flag, requests wait in a queue.
 *
 * How the process ends from here: status 0 at an end of stream while nothing
 * was asked, 1 when a request was under way or the stream broke inside a
 * frame; a frame or a text that cannot be read gets one error frame and
 * status 1.
 */
#ifndef INGAM_WIRE_INBOX_H
#define INGAM_WIRE_INBOX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "os/clock.h"
#include "wire/channel.h"
#include "wire/message.h"

#define INBOX_MAX 8u /* requests that may wait */

struct inbox {
    int fd;
    const struct clock *clock;
    struct channel *channel; /* for what is answered without the session */
    double last_id;          /* ids only grow */
    bool threaded;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct message queue[INBOX_MAX]; /* oldest first */
    bool queue_cancelled[INBOX_MAX];
    size_t count;
    double running; /* id of the request in work, 0: none */
    atomic_bool cancelled;
};

void inbox_init(struct inbox *inbox, int fd, const struct clock *clock,
    struct channel *channel);

/* Let the thread take over. ERR_NO_MEMORY */
enum err inbox_start(struct inbox *inbox);

/* The next request, which is in work from now on; the caller frees it. It was
 * cancelled while it waited when inbox_cancelled says so at once. */
void inbox_next(struct inbox *inbox, struct message *ret_message);

/* Is the request in work no longer wanted? */
bool inbox_cancelled(struct inbox *inbox);

/* The request in work is about to be answered. */
void inbox_done(struct inbox *inbox);

#endif
