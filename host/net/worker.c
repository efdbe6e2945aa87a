/*
 * worker.c - ingam-net: carries one request at a time to a CA and its answer
 * back. It sees addresses and DER only, reads nothing of the person's, and
 * ends when its channel does.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include <sys/socket.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "net/channel.h"
#include "net/worker_confine.h"
#include "net/worker_http.h"
#include "net/worker_tcp.h"

static bool
read_all(void *data, size_t len)
{
    uint8_t *p = data;
    ssize_t n;

    while (len > 0) {
        n = recv(CHANNEL_FD, p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool
write_all(const void *data, size_t len)
{
    const uint8_t *p = data;
    ssize_t n;

    while (len > 0) {
        n = send(CHANNEL_FD, p, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool
header_ok(const struct channel_request *h)
{
    return h->magic == CHANNEL_POST && h->loopback <= 1 &&
           h->turn <= NET_LAST && h->get <= 1 && h->max > 0 &&
           h->max <= NET_LIST_MAX && h->timeout_ms > 0 &&
           h->timeout_ms <= CHANNEL_TIMEOUT_MAX && h->url_len > 0 &&
           h->url_len <= CHANNEL_URL_MAX &&
           (h->type_len > 0) == (h->get == 0) &&
           h->type_len <= CHANNEL_TYPE_MAX && h->accept_len > 0 &&
           h->accept_len <= CHANNEL_TYPE_MAX &&
           h->body_len <= (h->get == 1 ? 0 : CHANNEL_BODY_MAX) &&
           h->anchors_len <= CHANNEL_ANCHORS_MAX;
}

/* A part of the request; texts must hold no NUL and no control byte. */
static bool
read_part(uint32_t len, bool text, struct buf *ret)
{
    size_t i;

    if (buf_extend(ret, len) != OK || !read_all(ret->data, len))
        return false;
    for (i = 0; text && i < len; i++)
        if (ret->data[i] <= 0x20 || ret->data[i] >= 0x7F)
            return false;
    return true;
}

/* One request and its answer; false ends the worker. */
static bool
serve(const struct channel_request *h)
{
    struct worker_post post = { 0 };
    struct channel_answer answer = { .magic = CHANNEL_ANSWER };
    bool going = false;

    post.loopback = h->loopback == 1;
    post.timeout_ms = (long)h->timeout_ms;
    post.get = h->get == 1;
    post.max = h->max;
    if (!read_part(h->url_len, true, &post.url) ||
        !read_part(h->type_len, true, &post.type) ||
        !read_part(h->accept_len, true, &post.accept) ||
        !read_part(h->body_len, false, &post.body) ||
        !read_part(h->anchors_len, false, &post.anchors))
        goto out;
    post.turn = (enum net_turn)h->turn;
    if (post.turn == NET_ALONE) {
        worker_tcp_close();
        worker_post(&post);
    } else {
        worker_tcp(&post);
    }
    if (post.hung_up)
        goto out;
    answer.status = post.status;
    answer.sent = post.sent;
    answer.body_len =
        post.status == CHANNEL_OK ? (uint32_t)post.answer.len : 0u;
    going = write_all(&answer, sizeof(answer)) &&
            write_all(buf_text(&post.answer), answer.body_len);
out:
    buf_free(&post.url);
    buf_free(&post.type);
    buf_free(&post.accept);
    buf_free(&post.body);
    buf_free(&post.anchors);
    buf_free(&post.answer);
    return going;
}

/* Started only by the host: descriptor 0 is a connected local socket. */
static bool
channel_is_ours(void)
{
    struct sockaddr_storage sa = { 0 };
    socklen_t len = sizeof(sa);

    return getpeername(CHANNEL_FD, (struct sockaddr *)&sa, &len) == 0 &&
           sa.ss_family == AF_UNIX;
}

int
main(int argc, char **argv)
{
    struct channel_request h;

    (void)argv;
    if (argc != 1 || clearenv() != 0 || !channel_is_ours())
        return 2;
    if (!worker_confine() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    while (read_all(&h, sizeof(h))) {
        if (h.magic == CHANNEL_CANCEL)
            continue; /* it crossed the answer */
        if (!header_ok(&h) || !serve(&h))
            break;
    }
    worker_tcp_close();
    curl_global_cleanup();
    return 0;
}
