/* The network worker and the host's end of it, against a scripted server and
 * against each other. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "listener.h"
#include "net/channel.h"
#include "net/net.h"
#include "support.h"

#define TYPE "application/pkixcmp"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: " TYPE "\r\n"

enum act {
    ANSWER,       /* the text, then close */
    RESET_FIRST,  /* reset before reading */
    RESET_AFTER,  /* read the request, reset */
    CLOSE_AFTER,  /* read the request, close */
    TEXT_RESET,   /* the text, then reset */
    SILENT,       /* read, then wait for the client to go */
    ENDLESS,      /* the text, then chunks for ever */
    ENDLESS_HEAD, /* the text, then header lines for ever */
    DRIP,         /* the text, then a byte every 100 ms */
};

struct row {
    const char *name;
    enum act act;
    const char *text;
    enum err want;
    enum net_sent sent;
    int timeout_ms;
    const char *url; /* instead of the server's; %d is its port */
    bool no_loopback;
};

static const struct row rows[] = {
    { "an answer with a length arrives whole", ANSWER,
        HEAD "Content-Length: 5\r\n\r\nhello", OK, NET_SENT_YES, 0, 0, 0 },
    { "an answer in chunks arrives whole", ANSWER,
        HEAD "Transfer-Encoding: chunked\r\n\r\n"
             "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        OK, NET_SENT_YES, 0, 0, 0 },
    { "the media type is compared without case and parameters", ANSWER,
        "HTTP/1.1 200 OK\r\ncontent-type: Application/PKIXCMP; x=y\r\n"
        "Content-Length: 5\r\n\r\nhello",
        OK, NET_SENT_YES, 0, 0, 0 },
    { "another media type is refused", ANSWER,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        "Content-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "a longer media type is refused", ANSWER,
        "HTTP/1.1 200 OK\r\nContent-Type: " TYPE "x\r\n"
        "Content-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "no media type is refused", ANSWER,
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "204 is refused", ANSWER,
        "HTTP/1.1 204 No\r\nContent-Type: " TYPE "\r\n\r\n",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "a redirect is not followed", ANSWER,
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
        "Content-Type: " TYPE "\r\nContent-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "401 is refused", ANSWER,
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n"
        "Content-Length: 0\r\n\r\n",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "404 is refused", ANSWER,
        "HTTP/1.1 404 No\r\nContent-Type: " TYPE "\r\n"
        "Content-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "500 is refused, whatever its body", ANSWER,
        "HTTP/1.1 500 No\r\nContent-Type: " TYPE "\r\n"
        "Content-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "503 means busy", ANSWER,
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", ERR_CA_BUSY,
        NET_SENT_YES, 0, 0, 0 },
    { "429 means busy", ANSWER,
        "HTTP/1.1 429 Busy\r\nContent-Length: 0\r\n\r\n", ERR_CA_BUSY,
        NET_SENT_YES, 0, 0, 0 },
    { "a compressed answer is refused", ANSWER,
        HEAD "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "fewer bytes than announced", ANSWER,
        HEAD "Content-Length: 6\r\n\r\nhello", ERR_CA_ANSWER_INVALID,
        NET_SENT_YES, 0, 0, 0 },
    { "a negative length", ANSWER, HEAD "Content-Length: -1\r\n\r\nhello",
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "ten thousand million bytes announced", ANSWER,
        HEAD "Content-Length: 10000000000\r\n\r\nhello", ERR_CA_ANSWER_INVALID,
        NET_SENT_YES, 0, 0, 0 },
    { "one byte above the limit announced", ANSWER,
        HEAD "Content-Length: 262145\r\n\r\nhello", ERR_CA_ANSWER_INVALID,
        NET_SENT_YES, 0, 0, 0 },
    { "chunks without end are counted and cut", ENDLESS,
        HEAD "Transfer-Encoding: chunked\r\n\r\n", ERR_CA_ANSWER_INVALID,
        NET_SENT_YES, 0, 0, 0 },
    { "headers without end are counted and cut", ENDLESS_HEAD, HEAD,
        ERR_CA_ANSWER_INVALID, NET_SENT_YES, 0, 0, 0 },
    { "an answer without headers (HTTP 0.9)", ANSWER, "hello",
        ERR_CA_ANSWER_INVALID, NET_SENT_UNKNOWN, 0, 0, 0 },
    { "something that is not HTTP", ANSWER, "SSH-2.0-x\r\n",
        ERR_CA_ANSWER_INVALID, NET_SENT_UNKNOWN, 0, 0, 0 },
    { "a reset before the request is read", RESET_FIRST, "", ERR_CA_TIMEOUT,
        NET_SENT_UNKNOWN, 0, 0, 0 },
    { "a reset after the request", RESET_AFTER, "", ERR_CA_TIMEOUT,
        NET_SENT_UNKNOWN, 0, 0, 0 },
    { "the end instead of an answer", CLOSE_AFTER, "", ERR_CA_TIMEOUT,
        NET_SENT_UNKNOWN, 0, 0, 0 },
    { "a reset inside the answer", TEXT_RESET,
        HEAD "Content-Length: 9\r\n\r\nhel", ERR_CA_ANSWER_INVALID,
        NET_SENT_YES, 0, 0, 0 },
    { "no answer in time", SILENT, "", ERR_CA_TIMEOUT, NET_SENT_UNKNOWN, 400, 0,
        0 },
    { "an answer that drips past the time", DRIP,
        HEAD "Content-Length: 90\r\n\r\n", ERR_CA_TIMEOUT, NET_SENT_YES, 600, 0,
        0 },
    { "TLS to a server that speaks plainly", ANSWER, "HTTP/1.1 200 OK\r\n\r\n",
        ERR_TLS_FAILED, NET_SENT_NO, 0, "https://127.0.0.1:%d/cmp", 0 },
    { "loopback is refused unless asked for", SILENT, "", ERR_CA_UNREACHABLE,
        NET_SENT_NO, 0, 0, true },
    { "localhost is refused unless asked for", SILENT, "", ERR_CA_UNREACHABLE,
        NET_SENT_NO, 0, "http://localhost:%d/", true },
    { "a mapped loopback address is refused too", SILENT, "",
        ERR_CA_UNREACHABLE, NET_SENT_NO, 0, "http://[::ffff:127.0.0.1]:%d/",
        true },
    { "nobody listens", SILENT, "", ERR_CA_UNREACHABLE, NET_SENT_NO, 0,
        "http://127.0.0.1:1/?%d", 0 },
    { "a file is no CA", SILENT, "", ERR_INTERNAL, NET_SENT_NO, 0,
        "file:///etc/passwd?%d", 0 },
    { "a URL with a user", SILENT, "", ERR_INTERNAL, NET_SENT_NO, 0,
        "http://u:p@127.0.0.1:%d/", 0 },
    { "a URL with a line break", SILENT, "", ERR_INTERNAL, NET_SENT_UNKNOWN, 0,
        "http://127.0.0.1:%d/\r\nX: y", 0 },
};

struct server {
    struct listener at;
    const struct row *row;
    char request[8192];
    size_t request_len;
};

static void
reset(int fd)
{
    struct linger now = { 1, 0 };

    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void
read_request(struct server *s, int fd)
{
    ssize_t n;

    while (s->request_len < sizeof(s->request) - 1 && s->request[0] != 0x16 &&
           strstr(s->request, "BODY") == NULL &&
           (n = recv(fd, s->request + s->request_len,
                sizeof(s->request) - 1 - s->request_len, 0)) > 0) {
        s->request_len += (size_t)n;
        s->request[s->request_len] = 0;
    }
}

static void
flood(int fd, const char *piece, int pause_ms)
{
    struct timespec t = { 0, pause_ms * 1000000L };
    int i;

    for (i = 0; i < 100000; i++) {
        if (send(fd, piece, strlen(piece), MSG_NOSIGNAL) <= 0)
            return;
        if (pause_ms > 0)
            (void)nanosleep(&t, NULL);
    }
}

static void
serve(void *arg, int fd)
{
    static char chunk[4200];
    struct server *s = arg;
    char rest[64];

    if (s->row->act != RESET_FIRST)
        read_request(s, fd);
    (void)send(fd, s->row->text, strlen(s->row->text), MSG_NOSIGNAL);
    if (s->row->act == ENDLESS) {
        (void)snprintf(chunk, sizeof(chunk), "1000\r\n%04096d\r\n", 0);
        flood(fd, chunk, 0);
    } else if (s->row->act == ENDLESS_HEAD) {
        flood(fd, "X-Filler: 0123456789012345678901234567890\r\n", 0);
    } else if (s->row->act == DRIP) {
        flood(fd, "x", 100);
    } else if (s->row->act == SILENT) {
        while (recv(fd, rest, sizeof(rest), 0) > 0)
            continue;
    } else if (s->row->act == TEXT_RESET) {
        usleep(100000);
    }
    if (s->row->act == RESET_FIRST || s->row->act == RESET_AFTER ||
        s->row->act == TEXT_RESET)
        reset(fd);
}

static void
server_start(struct server *s, const struct row *row)
{
    *s = (struct server){ .row = row };
    listener_start(&s->at, serve, s);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
exchange(void **state)
{
    const struct row *row = *state;
    struct server s;
    struct net *net = NULL;
    struct buf body = { 0 }, answer = { 0 };
    struct net_request request = { 0 };
    enum net_sent sent = NET_SENT_UNKNOWN;
    char url[128];
    enum err r;

    server_start(&s, row);
    assert_int_equal(buf_put_text(&body, "BODY"), OK);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(url, sizeof(url),
        row->url != NULL ? row->url : "http://127.0.0.1:%d/cmp", s.at.port);
#pragma GCC diagnostic pop
    request.url = url;
    request.content_type = TYPE;
    request.body = &body;
    request.loopback = !row->no_loopback;
    request.timeout_ms = row->timeout_ms > 0 ? row->timeout_ms : 5000;
    assert_int_equal(net_start(support_worker(), &net), OK);
    r = net_post(net, &request, NULL, &answer, &sent);
    net_stop(net);
    listener_stop(&s.at);
    if (row->act == RESET_FIRST && r == ERR_CA_UNREACHABLE) {
        assert_int_equal(sent, NET_SENT_NO); /* the reset won the race */
    } else {
        assert_string_equal(err_reason(r), err_reason(row->want));
        assert_int_equal(sent, row->sent);
    }
    if (row->want == OK)
        assert_string_equal(buf_text(&answer), "hello");
    else
        assert_int_equal(answer.len, 0);
    buf_free(&answer);
    buf_free(&body);
}

/* The request as the CA sees it, byte for byte. */
static void
request_is_bare(void **state)
{
    static const struct row row = { "", ANSWER,
        HEAD "Content-Length: 5\r\n\r\nhello", OK, NET_SENT_YES, 0, 0, 0 };
    struct server s;
    struct net *net = NULL;
    struct buf body = { 0 }, answer = { 0 };
    struct net_request request = { 0 };
    enum net_sent sent;
    char url[64], want[512];

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
    server_start(&s, &row);
    assert_int_equal(buf_put_text(&body, "BODY"), OK);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/cmp", s.at.port);
    request.url = url;
    request.content_type = TYPE;
    request.body = &body;
    request.loopback = true;
    request.timeout_ms = 5000;
    assert_int_equal(net_start(support_worker(), &net), OK);
    assert_int_equal(net_post(net, &request, NULL, &answer, &sent), OK);
    net_stop(net);
    listener_stop(&s.at);
    (void)snprintf(want, sizeof(want),
        "POST /cmp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: ingam\r\n"
        "Content-Type: " TYPE "\r\nAccept: " TYPE "\r\n"
        "Content-Length: 4\r\n\r\nBODY",
        s.at.port);
    assert_string_equal(s.request, want);
    buf_free(&answer);
    buf_free(&body);
}

static bool
after_300_ms(void *ctx)
{
    return now_ms() >= *(const int64_t *)ctx + 300;
}

static void
cancel_ends_the_wait(void **state)
{
    static const struct row row = { "", SILENT, "", OK, NET_SENT_YES, 0, 0, 0 };
    int64_t start = now_ms();
    const struct watch watch = { &start, after_300_ms, NULL };
    struct server s;
    struct net *net = NULL;
    struct buf body = { 0 }, answer = { 0 };
    struct net_request request = { 0 };
    enum net_sent sent;
    char url[64];

    (void)state;
    server_start(&s, &row);
    assert_int_equal(buf_put_text(&body, "BODY"), OK);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/cmp", s.at.port);
    request.url = url;
    request.content_type = TYPE;
    request.body = &body;
    request.loopback = true;
    request.timeout_ms = 20000;
    assert_int_equal(net_start(support_worker(), &net), OK);
    assert_int_equal(
        net_post(net, &request, &watch, &answer, &sent), ERR_CANCELLED);
    assert_int_equal(sent, NET_SENT_UNKNOWN);
    assert_true(now_ms() - start < 2000);
    /* the worker still serves */
    request.url = "http://127.0.0.1:1/";
    assert_int_equal(
        net_post(net, &request, NULL, &answer, &sent), ERR_CA_UNREACHABLE);
    net_stop(net);
    listener_stop(&s.at);
    buf_free(&body);
}

/* --- a worker that is not ours --------------------------------------------- */

static const struct hostile {
    const char *name;
    const char *script; /* of /bin/sh; >&0 is the channel */
} hostiles[] = {
    { "a worker that ends at once", "exit 0" },
    { "a worker that is killed", "kill -9 $$" },
    { "a worker that says too little", "printf AINx >&0" },
    { "a worker with a foreign magic", "printf 0123456789abcdef >&0" },
    { "a worker with an unknown status",
        "printf '1ANI\\031\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0' >&0" },
    { "a worker with an unknown sent",
        "printf '1ANI\\0\\0\\0\\0\\003\\0\\0\\0\\0\\0\\0\\0' >&0" },
    { "a worker that announces 16 MiB",
        "printf '1ANI\\0\\0\\0\\0\\001\\0\\0\\0\\0\\0\\0\\001' >&0" },
    { "a worker with an error and a body",
        "printf '1ANI\\001\\0\\0\\0\\001\\0\\0\\0\\001\\0\\0\\0x' >&0" },
    { "a worker that announces more than it says",
        "printf '1ANI\\0\\0\\0\\0\\001\\0\\0\\0\\002\\0\\0\\0x' >&0" },
};

static void
worker_is_distrusted(void **state)
{
    const struct hostile *row = *state;
    char path[] = "/tmp/ingam-net-XXXXXX", script[256];
    struct net *net = NULL;
    struct buf body = { 0 }, answer = { 0 };
    struct net_request request = { 0 };
    enum net_sent sent;
    int fd = mkstemp(path), n;

    assert_true(fd >= 0);
    n = snprintf(script, sizeof(script), "#!/bin/sh\n%s\n", row->script);
    assert_int_equal(write(fd, script, (size_t)n), n);
    assert_int_equal(fchmod(fd, 0700), 0);
    (void)close(fd);
    assert_int_equal(buf_put_text(&body, "BODY"), OK);
    request.url = "http://127.0.0.1:1/";
    request.content_type = TYPE;
    request.body = &body;
    request.timeout_ms = 3000;
    assert_int_equal(net_start(path, &net), OK);
    assert_int_equal(
        net_post(net, &request, NULL, &answer, &sent), ERR_INTERNAL);
    assert_int_equal(answer.len, 0);
    assert_int_equal(
        net_post(net, &request, NULL, &answer, &sent), ERR_INTERNAL);
    assert_int_equal(sent, NET_SENT_NO);
    net_stop(net);
    (void)unlink(path);
    buf_free(&body);
}

static void
worker_must_exist(void **state)
{
    struct net *net = NULL;

    (void)state;
    assert_int_equal(net_start("/nonexistent/ingam-net", &net), ERR_INTERNAL);
    assert_int_equal(net_start("ingam-net", &net), ERR_INTERNAL);
    assert_null(net);
    net_stop(NULL);
}

static const struct bound {
    const char *name;
    size_t url, type, body, anchors;
    int timeout_ms;
} bounds[] = {
    { "a URL above its bound", CHANNEL_URL_MAX + 1, 1, 1, 0, 1 },
    { "a media type above its bound", 9, CHANNEL_TYPE_MAX + 1, 1, 0, 1 },
    { "a body above its bound", 9, 1, CHANNEL_BODY_MAX + 1, 0, 1 },
    { "anchors above their bound", 9, 1, 1, CHANNEL_ANCHORS_MAX + 1, 1 },
    { "no time", 9, 1, 1, 0, 0 },
    { "time above its bound", 9, 1, 1, 0, (int)CHANNEL_TIMEOUT_MAX + 1 },
};

static void
bound_is_kept(void **state)
{
    const struct bound *row = *state;
    struct net *net = NULL;
    struct buf url = { 0 }, type = { 0 }, body = { 0 }, anchors = { 0 },
               answer = { 0 };
    struct net_request request = { 0 };
    enum net_sent sent;

    assert_int_equal(buf_extend(&url, row->url), OK);
    memset(url.data, 'u', url.len);
    assert_int_equal(buf_extend(&type, row->type), OK);
    memset(type.data, 't', type.len);
    assert_int_equal(buf_extend(&body, row->body), OK);
    assert_int_equal(buf_extend(&anchors, row->anchors), OK);
    request.url = buf_text(&url);
    request.content_type = buf_text(&type);
    request.body = &body;
    request.tls_anchors = &anchors;
    request.timeout_ms = row->timeout_ms;
    assert_int_equal(net_start(support_worker(), &net), OK);
    assert_int_equal(
        net_post(net, &request, NULL, &answer, &sent), ERR_INTERNAL);
    assert_int_equal(sent, NET_SENT_NO);
    net_stop(net);
    buf_free(&url);
    buf_free(&type);
    buf_free(&body);
    buf_free(&anchors);
}

/* --- a host that is not ours ------------------------------------------------ */

static const struct header_row {
    const char *name;
    struct channel_request h;
} headers[] = {
    /* magic, loopback, time, turn, get, max; lengths: url, type, accept,
     * body, anchors */
    { "no magic", { 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0 } },
    { "an answer's magic", { CHANNEL_ANSWER, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0 } },
    { "an unknown flag", { CHANNEL_POST, 2, 1, 0, 0, 1, 1, 1, 1, 0, 0 } },
    { "no time", { CHANNEL_POST, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0 } },
    { "too much time",
        { CHANNEL_POST, 0, CHANNEL_TIMEOUT_MAX + 1, 0, 0, 1, 1, 1, 1, 0, 0 } },
    { "an unknown turn",
        { CHANNEL_POST, 0, 1, NET_LAST + 1, 0, 1, 1, 1, 1, 0, 0 } },
    { "get, but an unknown value",
        { CHANNEL_POST, 0, 1, 0, 2, 1, 1, 1, 1, 0, 0 } },
    { "a GET with a media type of what is sent",
        { CHANNEL_POST, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0 } },
    { "a GET with a body", { CHANNEL_POST, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0 } },
    { "no room for an answer", { CHANNEL_POST, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0 } },
    { "too much room for an answer",
        { CHANNEL_POST, 0, 1, 0, 0, NET_LIST_MAX + 1, 1, 1, 1, 0, 0 } },
    { "no URL", { CHANNEL_POST, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0 } },
    { "a long URL",
        { CHANNEL_POST, 0, 1, 0, 0, 1, CHANNEL_URL_MAX + 1, 1, 1, 0, 0 } },
    { "no type", { CHANNEL_POST, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0 } },
    { "no type of the answer", { CHANNEL_POST, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0 } },
    { "a long type of the answer",
        { CHANNEL_POST, 0, 1, 0, 0, 1, 1, 1, CHANNEL_TYPE_MAX + 1, 0, 0 } },
    { "a large body",
        { CHANNEL_POST, 0, 1, 0, 0, 1, 1, 1, 1, CHANNEL_BODY_MAX + 1, 0 } },
    { "2^32-1 bytes of anchors",
        { CHANNEL_POST, 0, 1, 0, 0, 1, 1, 1, 1, 0, UINT32_MAX } },
};

static void
host_is_distrusted(void **state)
{
    const struct header_row *row = *state;
    int pair[2], status = 0;
    struct pollfd p;
    char byte;
    pid_t pid;

    assert_int_equal(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid = fork();
    if (pid == 0) {
        (void)dup2(pair[1], 0);
        /* a sanitizer cannot look for leaks where /proc is out of reach */
        (void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        (void)execl(support_worker(), "ingam-net", (char *)NULL);
        _exit(127);
    }
    (void)close(pair[1]);
    assert_int_equal(
        send(pair[0], &row->h, sizeof(row->h), 0), (ssize_t)sizeof(row->h));
    p.fd = pair[0];
    p.events = POLLIN;
    assert_int_equal(poll(&p, 1, 5000), 1);
    assert_int_equal(recv(pair[0], &byte, 1, 0), 0); /* it left */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(pair[0]);
}

static void
worker_needs_its_channel(void **state)
{
    int status = 0;
    pid_t pid;

    (void)state;
    pid = fork();
    if (pid == 0) {
        (void)close(0);
        (void)execl(support_worker(), "ingam-net", (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + COUNT(hostiles) +
                                   COUNT(bounds) + COUNT(headers) + 4];
    size_t n = 0, i;

    (void)signal(SIGPIPE, SIG_IGN);
    for (i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){ rows[i].name, exchange, NULL, NULL,
            (void *)(uintptr_t)&rows[i] };
    for (i = 0; i < COUNT(hostiles); i++)
        tests[n++] = (struct CMUnitTest){ hostiles[i].name,
            worker_is_distrusted, NULL, NULL, (void *)(uintptr_t)&hostiles[i] };
    for (i = 0; i < COUNT(bounds); i++)
        tests[n++] = (struct CMUnitTest){ bounds[i].name, bound_is_kept, NULL,
            NULL, (void *)(uintptr_t)&bounds[i] };
    for (i = 0; i < COUNT(headers); i++)
        tests[n++] = (struct CMUnitTest){ headers[i].name, host_is_distrusted,
            NULL, NULL, (void *)(uintptr_t)&headers[i] };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(request_is_bare);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(cancel_ends_the_wait);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(worker_must_exist);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(worker_needs_its_channel);
    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
