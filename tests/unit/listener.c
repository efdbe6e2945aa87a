#include "listener.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

#define VISITOR_MS 3000

static void *
wait_for_one(void *arg)
{
    struct listener *l = arg;
    struct pollfd p = { .fd = l->fd, .events = POLLIN };
    int fd = poll(&p, 1, VISITOR_MS) > 0 ? accept(l->fd, NULL, NULL) : -1;

    if (fd < 0)
        return NULL;
    l->talk(l->ctx, fd);
    (void)close(fd);
    return NULL;
}

void
listener_start(struct listener *l, void (*talk)(void *ctx, int fd), void *ctx)
{
    struct sockaddr_in in = { .sin_family = AF_INET,
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof(in);

    *l = (struct listener){ .talk = talk, .ctx = ctx };
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(l->fd >= 0);
    assert_int_equal(bind(l->fd, (struct sockaddr *)&in, len), 0);
    assert_int_equal(listen(l->fd, 4), 0);
    assert_int_equal(getsockname(l->fd, (struct sockaddr *)&in, &len), 0);
    l->port = ntohs(in.sin_port);
    assert_int_equal(pthread_create(&l->thread, NULL, wait_for_one, l), 0);
}

void
listener_stop(struct listener *l)
{
    (void)shutdown(l->fd, SHUT_RDWR);
    (void)pthread_join(l->thread, NULL);
    (void)close(l->fd);
}
