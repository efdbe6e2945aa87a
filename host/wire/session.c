#include "wire/session.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/confine.h"
#include "cmd/kept.h"
#include "os/sandbox.h"
#include "wire/channel.h"
#include "wire/inbox.h"
#include "wire/message.h"
#include "wire/origin.h"

struct session {
    const struct host *host;
    struct channel channel;
    struct inbox inbox;
    struct net *net;
    struct kept kept;              /* by one command for those behind it */
    const struct command *current; /* the last one begun; NULL before any */
    bool failed;                   /* and how it ended */
    bool origin_fixed;
    char *origin; /* NULL: the person, in the extension's own pages */
};

/* One request on its way through. */
struct request {
    struct message *message;
    const struct command *command;
    struct value values[COMMAND_PARAMS_MAX];
    cJSON *result;
    cJSON *detail;
};

/* --- admission -------------------------------------------------------------*/

/* Take the origin out of the parameters and hold on to the first one. */
static enum err
admit_origin(struct session *s, struct request *q)
{
    cJSON *item = NULL;
    const char *origin = NULL;
    enum err r = OK;

    if (q->message->params != NULL)
        item = cJSON_DetachItemFromObjectCaseSensitive(
            q->message->params, "origin");
    if (item != NULL && !cJSON_IsString(item)) {
        r = reply_text(q->detail, "param", "origin");
        r = r != OK ? r : ERR_PARAM_TYPE;
        goto out;
    }
    origin = item == NULL ? NULL : item->valuestring;
    if (origin != NULL && !origin_valid(origin)) {
        r = ERR_ORIGIN_INVALID;
        goto out;
    }
    if (!s->origin_fixed) {
        s->origin = mem_strdup(origin);
        if (origin != NULL && s->origin == NULL)
            r = ERR_NO_MEMORY;
        s->origin_fixed = r == OK;
    } else if ((origin == NULL) != (s->origin == NULL) ||
               (origin != NULL && strcmp(origin, s->origin) != 0)) {
        r = ERR_ORIGIN_CHANGED;
    }
out:
    cJSON_Delete(item);
    return r;
}

/* May the command come now? */
static bool
in_sequence(const struct session *s, const struct command *command)
{
    const char *const *next;

    if (s->current == NULL || (s->current == command && s->failed))
        return true;
    for (next = s->current->next; next != NULL && *next != NULL; next++)
        if (strcmp(*next, command->name) == 0)
            return true;
    return false;
}

static enum err
admit(struct session *s, struct request *q)
{
    const char *param = NULL;
    enum err r;

    q->command = command_find(q->message->method);
    if (q->command == NULL)
        return ERR_METHOD_UNKNOWN;
    if ((r = admit_origin(s, q)) != OK)
        return r;
    if (!in_sequence(s, q->command))
        return ERR_BAD_STATE;
    r = args_parse(q->command, q->message->params, q->values, &param);
    if (r != OK && param != NULL && reply_text(q->detail, "param", param) != OK)
        r = ERR_NO_MEMORY;
    return r;
}

/* --- doing -----------------------------------------------------------------*/

/* The first command is known: the network worker first, since afterwards
 * nothing can be started; then no more files than the operation needs, the
 * reading thread inside that, and no more system calls. */
static enum err
settle(struct session *s, const struct request *q)
{
    unsigned flags = call_flags(q->command, q->message->params);
    enum err r;

    if ((flags & COMMAND_NETWORK) != 0 &&
        (r = confine_network(s->host, &s->net)) != OK)
        return r;
    if ((r = confine_files(s->host, flags)) != OK)
        return r;
    if ((r = inbox_start(&s->inbox)) != OK)
        return r;
    sandbox_calls();
    return OK;
}

static bool
is_cancelled(void *ctx)
{
    struct session *s = ctx;

    return inbox_cancelled(&s->inbox);
}

static void
show_progress(void *ctx, const char *step, int n, int of)
{
    struct session *s = ctx;
    cJSON *params = cJSON_CreateObject();

    if (params != NULL && reply_number(params, "id", s->inbox.running) == OK &&
        reply_text(params, "step", step) == OK &&
        reply_number(params, "n", n) == OK &&
        reply_number(params, "of", of) == OK)
        (void)channel_notify(&s->channel, "progress", params);
    cJSON_Delete(params);
}

static enum err
perform(struct session *s, struct request *q)
{
    const struct watch watch = {
        .ctx = s, .cancelled = is_cancelled, .progress = show_progress
    };
    struct call call = {
        .host = s->host,
        .command = q->command,
        .values = q->values,
        .origin = s->origin,
        .watch = &watch,
        .kept = &s->kept,
        .result = q->result,
        .detail = q->detail,
    };
    enum err r;

    if (s->current == NULL && (r = settle(s, q)) != OK)
        return r;
    call.net = s->net; /* settle() may have started it */
    s->current = q->command;
    r = watch_cancelled(&watch) ? ERR_CANCELLED : command_run(&call);
    s->failed = r != OK;
    return r;
}

/* --- answering -------------------------------------------------------------*/

static enum err
answer(struct session *s, struct request *q, enum err r)
{
    double id = q->message->id;
    enum err sent;

    inbox_done(&s->inbox);
    if (r == ERR_ORIGIN_CHANGED)
        channel_fatal(&s->channel, id, r);
    if (r == OK) {
        r = channel_result(&s->channel, id, q->result);
        if (r == OK || r == ERR_IO_ERROR)
            return r;
        s->failed = true;
    }
    log_line(LOG_ERROR, "%s: %s",
        q->command == NULL ? "request" : q->command->name, err_reason(r));
    sent = channel_error(&s->channel, id, r, q->detail);
    if (sent == ERR_RESPONSE_TOO_BIG)
        sent = channel_error(&s->channel, id, r, NULL);
    return sent;
}

/* Secrets do not outlive their use: not even by the time of a slow reader. */
static void
forget(struct request *q)
{
    args_free(q->values);
    cJSON_Delete(q->message->params);
    q->message->params = NULL;
    buf_free(&q->message->body);
}

/* One request from its frame to its answer. Fails only when nobody reads. */
static enum err
serve(struct session *s, struct message *message)
{
    struct request q = { .message = message };
    enum err r = ERR_NO_MEMORY;

    q.result = cJSON_CreateObject();
    q.detail = cJSON_CreateObject();
    if (q.result != NULL && q.detail != NULL && (r = admit(s, &q)) == OK)
        r = perform(s, &q);
    forget(&q);
    r = answer(s, &q, r);
    cJSON_Delete(q.result);
    cJSON_Delete(q.detail);
    message_free(message);
    return r;
}

static enum err
say_hello(struct session *s)
{
    cJSON *params = cJSON_CreateObject(), *features = cJSON_CreateArray();
    enum err r = ERR_NO_MEMORY;
    size_t i;

    if (params == NULL || features == NULL)
        goto out;
    for (i = 0; command_table[i] != NULL; i++)
        if (!cJSON_AddItemToArray(
                features, cJSON_CreateString(command_table[i]->name)))
            goto out;
    if ((r = reply_number(params, "protocol", INGAM_PROTOCOL)) != OK ||
        (r = reply_text(params, "version", INGAM_VERSION)) != OK ||
        (r = reply_text(params, "minExtension", INGAM_MIN_EXTENSION)) != OK ||
        (r = reply_text(params, "platform", INGAM_PLATFORM)) != OK)
        goto out;
    r = reply_item(params, "features", features);
    features = NULL;
    if (r == OK)
        r = channel_notify(&s->channel, "hello", params);
out:
    cJSON_Delete(features);
    cJSON_Delete(params);
    return r;
}

enum err
session_open(
    const struct host *host, int in, int out, struct session **ret_session)
{
    struct session *s = mem_alloc(sizeof(*s));
    enum err r;

    if (s == NULL)
        return ERR_NO_MEMORY;
    s->host = host;
    s->channel.fd = out;
    pthread_mutex_init(&s->channel.lock, NULL);
    inbox_init(&s->inbox, in, &host->clock, &s->channel);
    if ((r = say_hello(s)) != OK) {
        mem_free(s);
        return r;
    }
    *ret_session = s;
    return OK;
}

void
session_run(struct session *session)
{
    struct message message;

    do
        inbox_next(&session->inbox, &message);
    while (serve(session, &message) == OK);
    /* The reading thread may be using the session: it is never freed. */
}
