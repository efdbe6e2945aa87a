#include "cmd/sign_stamp.h"

#include <string.h>

#include "cmd/tsa.h"

struct way {
    struct net *net;
    const struct tsa *tsa;
};

static enum err
fetch(void *ctx, const struct buf *question, const struct watch *watch,
    struct buf *ret_answer)
{
    const struct way *way = ctx;
    const struct net_request request = {
        .url = way->tsa->endpoint,
        .content_type = "application/timestamp-query",
        .accept = "application/timestamp-reply",
        .body = question,
        .max = TIMESTAMP_ANSWER_MAX,
        .tls_anchors = &way->tsa->tls,
        .loopback = way->tsa->loopback,
        .timeout_ms = TIMESTAMP_TIMEOUT_MS,
    };
    enum net_sent sent;

    return net_post(way->net, &request, watch, ret_answer, &sent);
}

static enum err
refuse(struct call *call, const char *problem, enum err why)
{
    return reply_text(call->detail, "problem", problem) == OK ? why
                                                              : ERR_NO_MEMORY;
}

enum err
sign_stamp_prepare(
    struct call *call, const struct sign_wanted *wanted, struct tsa **ret_tsa)
{
    const char *problem = NULL;
    enum err r;

    if (!args_get(call, "timestamp")->flag)
        return OK;
    if (strcmp(wanted->format, "pkcs1") == 0)
        return refuse(call, "format", ERR_INVALID_REQUEST);
    if (!wanted->attributes)
        return refuse(call, "attributes", ERR_INVALID_REQUEST);
    if (call->net == NULL)
        return ERR_BAD_STATE;
    r = tsa_load(call->host, ret_tsa, NULL, &problem);
    return problem == NULL ? r : refuse(call, problem, r);
}

/* Say both times, so that a person sees which clock is wrong. */
static enum err
say_times(struct call *call, int64_t ours, int64_t theirs)
{
    enum err r = reply_time(call->detail, "date", ours);

    if (r == OK)
        r = reply_time(call->detail, "time", theirs);
    return r == OK ? ERR_CLOCK_WRONG : r;
}

enum err
sign_stamp(
    struct call *call, X509 *x, const struct tsa *tsa, struct buf *signature)
{
    int64_t now = clock_wall(&call->host->clock);
    struct way way = { call->net, tsa };
    const struct timestamp_io io = { &way, fetch };
    struct timestamp stamp = { 0 };
    enum err r;

    if (tsa == NULL)
        return OK;
    watch_progress(call->watch, "timestamp", 1, 1);
    r = timestamp_add(
        call->host->crypto, x, tsa, &io, call->watch, now, signature, &stamp);
    if (r == ERR_TIMESTAMP_FAILED)
        r = refuse(call, stamp.problem, r);
    else if (r == ERR_CLOCK_WRONG)
        r = say_times(call, clock_wall(&call->host->clock), stamp.time);
    else if (r == OK)
        r = reply_time(call->result, "timestamp", stamp.time);
    timestamp_free(&stamp);
    return r;
}
