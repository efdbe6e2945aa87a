/*
 * worker_http.h - one HTTP POST or GET, or LDAP search, with libcurl under the rules of
 * docs/security.md: no redirect, proxy, cookie, netrc or compression, TLS 1.2
 * or newer with peer and name checked, addresses checked before connecting,
 * bytes counted as they arrive, a time for everything.
 */
#ifndef INGAM_NET_WORKER_HTTP_H
#define INGAM_NET_WORKER_HTTP_H

#include <stdbool.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "net/channel.h"

#define WORKER_CONNECT_MS  10000L      /* to reach the CA, TLS included */
#define WORKER_HEADERS_MAX (32u << 10) /* bytes of all answer headers */
#define WORKER_SLOW_BYTES  16L         /* a second; below it for ... */
#define WORKER_SLOW_S      60L         /* ... this long is too slow */

struct worker_post {
    struct buf url, type, accept, body, anchors;
    bool loopback;
    bool get;     /* no body; ldap:// is allowed */
    uint32_t max; /* bytes of the answer */
    enum net_turn turn;
    long timeout_ms;
    /* results */
    enum channel_status status;
    enum net_sent sent;
    struct buf answer;
    bool hung_up; /* the host is gone or broke a rule: end */
};

void worker_post(struct worker_post *post);

/* Did the host speak? Only a cancel is allowed while a request runs; anything
 * else, or its end, sets hung_up. */
bool worker_host_spoke(struct worker_post *post);

/* Why a connection could not be made: CHANNEL_OFFLINE or _UNREACHABLE. */
enum channel_status worker_no_connection(CURL *easy, bool refused_address);

#endif
