#include "net/worker_tcp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/socket.h>

#include "net/worker_address.h"

#define POLL_MS  1000
#define SCHEME   "tcp://"
#define LEN_SIZE 4u /* bytes of the length before a frame */

/* The one connection of this process. */
static struct line {
    CURL *easy; /* owns the socket */
    CURLM *multi;
    int fd; /* valid while easy is there */
    struct buf url;
} line;

/* One message under way. */
struct turn {
    struct worker_post *post;
    int64_t until; /* monotonic ms */
    int64_t quiet; /* when silence has lasted too long */
    bool refused_address;
};

static int64_t
now_ms(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
worker_tcp_close(void)
{
    if (line.multi != NULL && line.easy != NULL)
        (void)curl_multi_remove_handle(line.multi, line.easy);
    curl_easy_cleanup(line.easy);
    curl_multi_cleanup(line.multi);
    buf_free(&line.url);
    line = (struct line){ 0 };
}

static curl_socket_t
on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct turn *t = ctx;

    if (purpose != CURLSOCKTYPE_IPCXN ||
        !address_allowed(&address->addr, t->post->loopback)) {
        t->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(
        address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* tcp://host:port and nothing else, as a URL that libcurl connects to. */
static bool
url_ok(const char *url, struct buf *ret_url)
{
    const char *port, *p;

    if (strncmp(url, SCHEME, strlen(SCHEME)) != 0)
        return false;
    url += strlen(SCHEME);
    port = strrchr(url, ':');
    if (port == NULL || port == url || strpbrk(url, "/@#?\\%") != NULL)
        return false;
    for (p = port + 1; *p != '\0'; p++)
        if (*p < '0' || *p > '9')
            return false;
    return p != port + 1 && p - port <= 6 &&
           buf_put_text(ret_url, "http://") == OK &&
           buf_put_text(ret_url, url) == OK;
}

static bool
prepare(struct turn *t, const char *url)
{
    CURL *c;

    line.multi = curl_multi_init();
    line.easy = c = curl_easy_init();
    return line.multi != NULL && c != NULL &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, WORKER_CONNECT_MS) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, t->post->timeout_ms) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK &&
           curl_multi_add_handle(line.multi, c) == CURLM_OK;
}

/* CHANNEL_OK: line.fd is connected. */
static enum channel_status
connect_line(struct turn *t)
{
    struct curl_waitfd channel = { CHANNEL_FD, CURL_WAIT_POLLIN, 0 };
    enum channel_status status = CHANNEL_UNREACHABLE;
    curl_socket_t fd = CURL_SOCKET_BAD;
    struct CURLMsg *message;
    int running = 1, left;

    while (
        curl_multi_perform(line.multi, &running) == CURLM_OK && running > 0) {
        if (curl_multi_poll(line.multi, &channel, 1, POLL_MS, NULL) != CURLM_OK)
            break;
        if (worker_host_spoke(t->post))
            return CHANNEL_CANCELLED;
    }
    while ((message = curl_multi_info_read(line.multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        if (message->data.result == CURLE_OK)
            status = CHANNEL_OK;
        else if (message->data.result == CURLE_URL_MALFORMAT)
            status = CHANNEL_REFUSED;
        else
            status = worker_no_connection(line.easy, t->refused_address);
    }
    if (status == CHANNEL_OK &&
        (curl_easy_getinfo(line.easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
            fd == CURL_SOCKET_BAD))
        status = CHANNEL_UNREACHABLE;
    line.fd = fd;
    return status;
}

static enum channel_status
open_line(struct turn *t)
{
    const struct buf *url = &t->post->url;
    struct buf http = { 0 };
    enum channel_status status = CHANNEL_REFUSED;

    worker_tcp_close();
    if (url_ok(buf_text(url), &http) && prepare(t, buf_text(&http)) &&
        buf_set(&line.url, url->data, url->len) == OK)
        status = connect_line(t);
    buf_free(&http);
    return status;
}

/* Wait until the socket is ready. CHANNEL_OK, _TIMEOUT, _CANCELLED */
static enum channel_status
ready(struct turn *t, short events)
{
    struct pollfd p[2] = { { line.fd, events, 0 }, { CHANNEL_FD, POLLIN, 0 } };
    int64_t left;

    for (;;) {
        left = (t->until < t->quiet ? t->until : t->quiet) - now_ms();
        if (left <= 0)
            return CHANNEL_TIMEOUT;
        if (poll(p, 2, left < POLL_MS ? (int)left : POLL_MS) < 0 &&
            errno != EINTR)
            return CHANNEL_TIMEOUT;
        if (worker_host_spoke(t->post))
            return CHANNEL_CANCELLED;
        if (p[0].revents != 0)
            return CHANNEL_OK;
    }
}

/* Something moved: silence is counted anew. */
static void
moved(struct turn *t)
{
    t->quiet = now_ms() + WORKER_SLOW_S * 1000;
}

/* CHANNEL_OK, _TIMEOUT (also: the connection broke), _CANCELLED */
static enum channel_status
put(struct turn *t, const uint8_t *data, size_t len)
{
    enum channel_status status;
    ssize_t n;

    while (len > 0) {
        if ((status = ready(t, POLLOUT)) != CHANNEL_OK)
            return status;
        n = send(line.fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return CHANNEL_TIMEOUT;
        t->post->sent = NET_SENT_UNKNOWN;
        data += n;
        len -= (size_t)n;
        moved(t);
    }
    return CHANNEL_OK;
}

/* As put(); CHANNEL_INVALID when the end comes too early. *ret_end: it came
 * before the first byte. */
static enum channel_status
get(struct turn *t, uint8_t *data, size_t len, bool *ret_end)
{
    enum channel_status status;
    size_t got = 0;
    ssize_t n;

    *ret_end = false;
    while (got < len) {
        if ((status = ready(t, POLLIN)) != CHANNEL_OK)
            return status;
        n = recv(line.fd, data + got, len - got, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        *ret_end = n == 0 && got == 0;
        if (n <= 0)
            return t->post->sent == NET_SENT_YES ? CHANNEL_INVALID
                                                 : CHANNEL_TIMEOUT;
        t->post->sent = NET_SENT_YES;
        got += (size_t)n;
        moved(t);
    }
    return CHANNEL_OK;
}

static enum channel_status
put_frame(struct turn *t)
{
    const struct buf *body = &t->post->body;
    const uint8_t len[LEN_SIZE] = { (uint8_t)(body->len >> 24),
        (uint8_t)(body->len >> 16), (uint8_t)(body->len >> 8),
        (uint8_t)body->len };
    struct buf frame = { 0 };
    enum channel_status status = CHANNEL_UNREACHABLE;

    if (buf_put(&frame, len, sizeof(len)) == OK &&
        buf_put(&frame, body->data, body->len) == OK)
        status = put(t, frame.data, frame.len);
    buf_free(&frame);
    return status;
}

static enum channel_status
get_frame(struct turn *t)
{
    uint8_t head[LEN_SIZE] = { 0 };
    bool last = t->post->turn == NET_LAST, end = false;
    enum channel_status status = get(t, head, sizeof(head), &end);
    size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
                 (size_t)head[2] << 8 | head[3];

    if (last && (end || (status == CHANNEL_TIMEOUT && now_ms() >= t->until &&
                            t->post->sent != NET_SENT_YES)))
        return CHANNEL_OK;
    if (status != CHANNEL_OK)
        return status;
    if (len < 1 || len > NET_ANSWER_MAX ||
        buf_extend(&t->post->answer, len) != OK)
        return CHANNEL_INVALID;
    return get(t, t->post->answer.data, len, &end);
}

/* Between two messages the CA has nothing to say. */
static enum channel_status
line_quiet(void)
{
    struct pollfd p = { line.fd, POLLIN, 0 };
    uint8_t byte;

    if (poll(&p, 1, 0) <= 0)
        return CHANNEL_OK;
    return recv(line.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0
               ? CHANNEL_INVALID
               : CHANNEL_TIMEOUT;
}

static bool
is_open(const struct buf *url)
{
    return line.easy != NULL && strcmp(buf_text(&line.url), buf_text(url)) == 0;
}

void
worker_tcp(struct worker_post *post)
{
    struct turn t = { .post = post };

    post->status = CHANNEL_REFUSED;
    post->sent = NET_SENT_NO;
    t.until = now_ms() + post->timeout_ms;
    moved(&t);
    if (post->body.len == 0)
        goto out;
    if (post->turn == NET_FIRST)
        post->status = open_line(&t);
    else if (is_open(&post->url))
        post->status = line_quiet();
    if (post->status == CHANNEL_OK &&
        (post->status = put_frame(&t)) == CHANNEL_OK)
        post->status = get_frame(&t);
out:
    if (post->status != CHANNEL_OK)
        buf_free(&post->answer);
    if (post->status != CHANNEL_OK || post->turn == NET_LAST)
        worker_tcp_close();
}
