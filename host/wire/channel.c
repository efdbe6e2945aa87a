#include "wire/channel.h"

#include <unistd.h>

#include "base/log.h"
#include "wire/frame.h"
#include "wire/message.h"

#define LAST_WORD_MAX 1 /* seconds; SIGALRM ends the process after that */

static enum err
send_body(struct channel *channel, struct buf *body)
{
    enum err r;

    pthread_mutex_lock(&channel->lock);
    r = frame_write(channel->fd, body);
    pthread_mutex_unlock(&channel->lock);
    buf_free(body);
    return r;
}

enum err
channel_result(struct channel *channel, double id, cJSON *result)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = message_result(id, result, &body)) != OK)
        return r;
    return send_body(channel, &body);
}

enum err
channel_error(struct channel *channel, double id, enum err e, cJSON *detail)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = message_error(id, e, detail, &body)) != OK)
        return r;
    return send_body(channel, &body);
}

enum err
channel_notify(struct channel *channel, const char *method, cJSON *params)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = message_notification(method, params, &body)) != OK)
        return r;
    return send_body(channel, &body);
}

_Noreturn void
channel_fatal(struct channel *channel, double id, enum err e)
{
    alarm(LAST_WORD_MAX);
    log_line(LOG_ERROR, "ending: %s", err_reason(e));
    (void)channel_error(channel, id, e, NULL);
    _exit(1);
}
