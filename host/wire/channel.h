/* channel.h - the way out: whole frames from either thread, one at a time. */
#ifndef INGAM_WIRE_CHANNEL_H
#define INGAM_WIRE_CHANNEL_H

#include <pthread.h>

#include <cjson/cJSON.h>

#include "base/buf.h"

struct channel {
    int fd;
    pthread_mutex_t lock;
};

/* Each writes one message; an id of 0 becomes null, what is passed in stays
 * the caller's. ERR_RESPONSE_TOO_BIG, ERR_IO_ERROR, ERR_NO_MEMORY */
enum err channel_result(struct channel *channel, double id, cJSON *result);
enum err channel_error(
    struct channel *channel, double id, enum err e, cJSON *detail);
enum err channel_notify(
    struct channel *channel, const char *method, cJSON *params);

/* The stream is of no more use: one error frame if it can be written within a
 * second, then the process ends with status 1. */
_Noreturn void channel_fatal(struct channel *channel, double id, enum err e);

#endif
