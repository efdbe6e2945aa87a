#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "net/channel.h"

#define SLICE_MS 50 /* between two looks at the cancel flag */
#define GRACE_MS                                                               \
    5000 /* the worker keeps its own time; this is for a stuck one */
#define CANCEL_MS 2000 /* to honour a cancel */
#define REAP_MS   1000

struct net {
    pid_t pid; /* -1: reaped */
    int fd;    /* -1: broken; nothing can be sent any more */
};

static int64_t
now_ms(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The worker inherits its end of the pair and nothing else. */
static bool
inherit(
    posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int fd)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    return posix_spawn_file_actions_adddup2(files, fd, CHANNEL_FD) == 0 &&
           posix_spawn_file_actions_addopen(
               files, 1, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(
               files, 2, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(files, 3) == 0 &&
           posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setflags(
               attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static enum err
spawn(const char *program, int fd, pid_t *ret_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    char *argv[] = { mem_strdup(program), NULL }, *environment[] = { NULL };
    enum err r = ERR_NO_MEMORY;

    if (posix_spawn_file_actions_init(&files) != 0) {
        mem_free(argv[0]);
        return r;
    }
    if (posix_spawnattr_init(&attributes) == 0) {
        if (argv[0] != NULL && inherit(&files, &attributes, fd))
            r = posix_spawn(ret_pid, program, &files, &attributes, argv,
                    environment) == 0
                    ? OK
                    : ERR_INTERNAL;
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    mem_free(argv[0]);
    return r;
}

enum err
net_start(const char *program, struct net **ret_net)
{
    int pair[2] = { -1, -1 };
    struct net *net = NULL;
    enum err r = ERR_INTERNAL;

    if (program[0] != '/' ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return ERR_INTERNAL;
    net = mem_alloc(sizeof(*net));
    if (net == NULL) {
        r = ERR_NO_MEMORY;
        goto out;
    }
    net->pid = -1;
    net->fd = pair[0];
    if (fcntl(net->fd, F_SETFL, O_NONBLOCK) != 0 ||
        (r = spawn(program, pair[1], &net->pid)) != OK)
        goto out;
    pair[0] = -1; /* transferred */
    *ret_net = net;
    net = NULL; /* transferred */
out:
    if (pair[0] >= 0)
        (void)close(pair[0]);
    (void)close(pair[1]);
    mem_free(net);
    return r;
}

static void
reap(struct net *net)
{
    const struct timespec pause = { 0, 5000000 };
    int64_t until = now_ms() + REAP_MS;

    if (net->pid < 0)
        return;
    while (waitpid(net->pid, NULL, WNOHANG) == 0) {
        if (now_ms() >= until) {
            (void)kill(net->pid, SIGKILL);
            (void)waitpid(net->pid, NULL, 0);
            break;
        }
        (void)nanosleep(&pause, NULL);
    }
    net->pid = -1;
}

/* End the conversation; the worker ends when it sees the end of its input. */
static void
hang_up(struct net *net)
{
    if (net->fd >= 0)
        (void)close(net->fd);
    net->fd = -1;
    reap(net);
}

void
net_stop(struct net *net)
{
    if (net == NULL)
        return;
    hang_up(net);
    mem_free(net);
}

/* Until when to wait, and who may end the wait. */
struct wait {
    int64_t until;             /* now_ms() */
    const struct watch *watch; /* NULL: cannot be cancelled */
};

/* Wait for events. ERR_CANCELLED, ERR_CA_TIMEOUT, ERR_INTERNAL */
static enum err
ready(const struct net *net, short events, const struct wait *wait)
{
    struct pollfd p = { .fd = net->fd, .events = events };
    int n;

    for (;;) {
        n = poll(&p, 1, SLICE_MS);
        if (n > 0)
            return OK;
        if (n < 0 && errno != EINTR)
            return ERR_INTERNAL;
        if (watch_cancelled(wait->watch))
            return ERR_CANCELLED;
        if (now_ms() >= wait->until)
            return ERR_CA_TIMEOUT;
    }
}

static enum err
put(const struct net *net, const void *data, size_t len,
    const struct wait *wait)
{
    const uint8_t *p = data;
    ssize_t n;
    enum err r;

    while (len > 0) {
        if ((r = ready(net, POLLOUT, wait)) != OK)
            return r;
        n = send(net->fd, p, len, MSG_NOSIGNAL);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return ERR_INTERNAL;
        p += n;
        len -= (size_t)n;
    }
    return OK;
}

static enum err
get(const struct net *net, void *data, size_t len, const struct wait *wait)
{
    uint8_t *p = data;
    ssize_t n;
    enum err r;

    while (len > 0) {
        if ((r = ready(net, POLLIN, wait)) != OK)
            return r;
        n = recv(net->fd, p, len, 0);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return ERR_INTERNAL;
        p += n;
        len -= (size_t)n;
    }
    return OK;
}

static const char *
type_of(const struct net_request *request)
{
    return request->content_type == NULL ? "" : request->content_type;
}

static const char *
accept_of(const struct net_request *request)
{
    return request->accept == NULL ? type_of(request) : request->accept;
}

/* ERR_INTERNAL when a part breaks its bound. */
static enum err
header_of(const struct net_request *request, struct channel_request *ret_header)
{
    size_t url = strlen(request->url), type = strlen(type_of(request)),
           accept = strlen(accept_of(request)),
           body = request->body == NULL ? 0 : request->body->len,
           anchors =
               request->tls_anchors == NULL ? 0 : request->tls_anchors->len;

    if (url > CHANNEL_URL_MAX || type > CHANNEL_TYPE_MAX ||
        accept > CHANNEL_TYPE_MAX || body > CHANNEL_BODY_MAX ||
        anchors > CHANNEL_ANCHORS_MAX || request->max > NET_LIST_MAX ||
        request->timeout_ms <= 0 ||
        request->timeout_ms > (int)CHANNEL_TIMEOUT_MAX)
        return ERR_INTERNAL;
    ret_header->magic = CHANNEL_POST;
    ret_header->loopback = request->loopback ? 1 : 0;
    ret_header->timeout_ms = (uint32_t)request->timeout_ms;
    ret_header->turn = (uint32_t)request->turn;
    ret_header->get = request->body == NULL ? 1 : 0;
    ret_header->max = request->max == 0 ? NET_ANSWER_MAX : request->max;
    ret_header->url_len = (uint32_t)url;
    ret_header->type_len = (uint32_t)type;
    ret_header->accept_len = (uint32_t)accept;
    ret_header->body_len = (uint32_t)body;
    ret_header->anchors_len = (uint32_t)anchors;
    return OK;
}

static enum err
put_request(const struct net *net, const struct net_request *request,
    const struct channel_request *h, const struct wait *wait)
{
    enum err r;

    if ((r = put(net, h, sizeof(*h), wait)) != OK ||
        (r = put(net, request->url, h->url_len, wait)) != OK ||
        (r = put(net, type_of(request), h->type_len, wait)) != OK ||
        (r = put(net, accept_of(request), h->accept_len, wait)) != OK)
        return r;
    if (h->body_len > 0 &&
        (r = put(net, request->body->data, h->body_len, wait)) != OK)
        return r;
    if (h->anchors_len == 0)
        return OK;
    return put(net, request->tls_anchors->data, h->anchors_len, wait);
}

/* Tell the worker to let go and take its last word. */
static enum err
cancel(const struct net *net, struct channel_answer *ret_answer)
{
    const struct wait wait = { now_ms() + CANCEL_MS, NULL };
    const struct channel_request h = { .magic = CHANNEL_CANCEL };
    enum err r;

    if ((r = put(net, &h, sizeof(h), &wait)) != OK)
        return r;
    return get(net, ret_answer, sizeof(*ret_answer), &wait);
}

static const enum err errors[CHANNEL_STATUS_COUNT] = {
    [CHANNEL_OK] = OK,
    [CHANNEL_OFFLINE] = ERR_OFFLINE,
    [CHANNEL_UNREACHABLE] = ERR_CA_UNREACHABLE,
    [CHANNEL_TLS] = ERR_TLS_FAILED,
    [CHANNEL_TIMEOUT] = ERR_CA_TIMEOUT,
    [CHANNEL_BUSY] = ERR_CA_BUSY,
    [CHANNEL_INVALID] = ERR_CA_ANSWER_INVALID,
    [CHANNEL_CANCELLED] = ERR_CANCELLED,
    [CHANNEL_REFUSED] = ERR_INTERNAL,
};

static bool
answer_ok(const struct channel_answer *a, uint32_t max)
{
    return a->magic == CHANNEL_ANSWER && a->status < CHANNEL_STATUS_COUNT &&
           a->sent <= NET_SENT_UNKNOWN && a->body_len <= max &&
           (a->status == CHANNEL_OK || a->body_len == 0);
}

/* The answer's header and body. *ret_broken: the worker is of no more use. */
static enum err
get_answer(const struct net *net, const struct wait *wait, uint32_t max,
    struct buf *ret_answer, enum net_sent *ret_sent, bool *ret_broken)
{
    struct channel_answer a = { 0 };
    struct buf body = { 0 };
    bool cancelled;
    enum err r;

    r = get(net, &a, sizeof(a), wait);
    cancelled = r == ERR_CANCELLED;
    if (cancelled)
        r = cancel(net, &a);
    *ret_broken = true;
    if (r != OK)
        return cancelled ? ERR_CANCELLED : r;
    if (!answer_ok(&a, max))
        return ERR_INTERNAL;
    if ((r = buf_extend(&body, a.body_len)) == OK)
        r = get(net, body.data, a.body_len, wait);
    if (r != OK)
        goto out;
    *ret_broken = false;
    *ret_sent = (enum net_sent)a.sent;
    r = cancelled ? ERR_CANCELLED : errors[a.status];
    if (r == OK)
        buf_move(ret_answer, &body);
out:
    buf_free(&body);
    return r;
}

enum err
net_post(struct net *net, const struct net_request *request,
    const struct watch *watch, struct buf *ret_answer, enum net_sent *ret_sent)
{
    struct wait wait = { .watch = watch };
    struct channel_request h = { 0 };
    bool broken = true;
    enum err r;

    *ret_sent = NET_SENT_NO;
    if (net->fd < 0)
        return ERR_INTERNAL;
    if (watch_cancelled(watch))
        return ERR_CANCELLED;
    if ((r = header_of(request, &h)) != OK)
        return r;
    wait.until = now_ms() + request->timeout_ms + GRACE_MS;
    if ((r = put_request(net, request, &h, &wait)) == OK) {
        *ret_sent = NET_SENT_UNKNOWN;
        r = get_answer(net, &wait, h.max, ret_answer, ret_sent, &broken);
    }
    if (broken)
        hang_up(net);
    return r;
}
