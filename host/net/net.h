/*
 * net.h - the host's end of the network worker. The worker sees URLs and DER
 * only. It is spawned when a command's row says so, before the sandbox closes.
 */
#ifndef INGAM_NET_NET_H
#define INGAM_NET_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/watch.h"

#define NET_ANSWER_MAX (256u << 10) /* bytes of one answer */
#define NET_LIST_MAX   (4u << 20)   /* the most that a request may ask for */

struct net;

/* Did anything leave this machine? Becomes error.data.sent. NO: nothing was
 * handed to the network. YES: an answer began to come, so the request arrived.
 * UNKNOWN: it was handed over, in part or whole, and nothing came back. */
enum net_sent { NET_SENT_NO, NET_SENT_YES, NET_SENT_UNKNOWN };

/* Spawn `program` (absolute path of ingam-net) over a socketpair.
 * ERR_INTERNAL, ERR_NO_MEMORY */
enum err net_start(const char *program, struct net **ret_net);
void net_stop(struct net *net); /* closes and reaps; takes NULL */

/*
 * A message's place in a dialogue over one connection. http and https know
 * only NET_ALONE; tcp only the others: NET_FIRST opens the connection, every
 * failure and NET_LAST close it.
 */
enum net_turn { NET_ALONE, NET_FIRST, NET_NEXT, NET_LAST };

/*
 * tcp://host:port carries the frames of RFC 2510, 5.2: body and answer are the
 * flag byte and what follows it; the length before them is the worker's. After
 * NET_LAST a peer may say nothing: the end of the connection or of the time
 * is OK then, with an empty answer.
 */
struct net_request {
    const char *url; /* http://, https:// or tcp://; ldap:// for a GET */
    enum net_turn turn;
    const char *content_type; /* of the body; not NULL, but for a GET */
    const char *accept;     /* of the answer; NULL: as content_type; any: "*" */
    const struct buf *body; /* NULL: GET; with ldap:// a search, the first
                               binary value of which is the answer */
    uint32_t max;           /* bytes of the answer; 0: NET_ANSWER_MAX */
    const struct buf *tls_anchors; /* PEM; empty or NULL: the system's */
    bool loopback;                 /* private addresses allowed */
    int timeout_ms;                /* for the whole exchange */
};

/*
 * POST or GET and wait. *ret_sent is always set. After ERR_INTERNAL and a cancel that
 * the worker does not honour, the worker is gone and every further call is
 * ERR_INTERNAL.
 *
 * ERR_OFFLINE, ERR_CA_UNREACHABLE, ERR_TLS_FAILED  nothing was sent
 * ERR_CA_TIMEOUT                 sent, no answer in time, or the connection
 *                                ended without one
 * ERR_CA_BUSY                    HTTP 503 or 429
 * ERR_CA_ANSWER_INVALID          not 200, wrong type, too large, cut short
 * ERR_CANCELLED, ERR_NO_MEMORY
 * ERR_INTERNAL                   the worker died, or the request breaks a
 *                                bound of channel.h
 */
enum err net_post(struct net *net, const struct net_request *request,
    const struct watch *watch, struct buf *ret_answer, enum net_sent *ret_sent);

#endif
