/*
 * http.h - a small HTTP/1.1 server (RFC 9110, 9112), plain or over TLS: one
 * request a connection, one process a connection, everything bounded.
 */
#ifndef TEST_CA_HTTP_H
#define TEST_CA_HTTP_H

#include <openssl/ssl.h>

#include "plan.h"
#include "util.h"

#define HTTP_HEAD_MAX     (16u << 10)  /* bytes of request line and headers */
#define HTTP_BODY_MAX     (256u << 10) /* bytes of a request's body */
#define HTTP_IDLE_SECONDS 10           /* longest silence of a client */
#define HTTP_LIFE_SECONDS 600          /* of a connection */

/* One connection; ssl is NULL for plain HTTP. */
struct connection {
    int fd;
    SSL *ssl;
};

struct http_request {
    bool post;
    char *path, *type; /* type: "" when there was no Content-Type */
    struct out body;
};

/*
 * Read a request. On failure the HTTP status to answer with (400, 405, 411,
 * 413, 431), or -1 when the client is gone; 0 on success, then http_free().
 */
int http_read(struct connection *c, struct http_request *ret);
void http_free(struct http_request *request);

/* Send an answer in the manner the plan says (status, type, sending). */
void http_send(struct connection *c, const struct plan *plan, struct span body);

/*
 * After a refusal: take what the client still sends, within bounds, so that
 * the close does not destroy the answer before it is read.
 */
void http_drain(struct connection *c);

#endif
