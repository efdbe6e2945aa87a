/* listener.h - one visitor of a local port, served by a thread. */
#ifndef INGAM_TESTS_LISTENER_H
#define INGAM_TESTS_LISTENER_H

#include <pthread.h>

struct listener {
    int port; /* on 127.0.0.1 */
    int fd;
    pthread_t thread;
    void (*talk)(void *ctx, int fd);
    void *ctx;
};

/* Have talk speak with whoever comes first, and close fd after it; nobody may
 * come. Fails the test when it cannot listen. */
void listener_start(
    struct listener *listener, void (*talk)(void *ctx, int fd), void *ctx);
void listener_stop(struct listener *listener); /* waits for talk to return */

#endif
