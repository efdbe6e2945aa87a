/*
 * worker_tcp.h - a dialogue of framed messages over one TCP connection (RFC
 * 2510, 5.2): four bytes of length, big endian, a flag byte, a message. The
 * connection is made by libcurl under the rules of worker_http.h, so that
 * names, addresses and times are treated alike.
 */
#ifndef INGAM_NET_WORKER_TCP_H
#define INGAM_NET_WORKER_TCP_H

#include "net/worker_http.h"

/* One message out and one in, by post->turn. */
void worker_tcp(struct worker_post *post);

/* Let the connection go, if there is one. */
void worker_tcp_close(void);

#endif
