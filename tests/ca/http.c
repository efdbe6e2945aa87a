#include "http.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLOW_SECONDS 1
#define LONG_HEADER  (1u << 20)
#define HEADERS      100000
#define CHUNK        4096
#define PAUSE_US     500 /* between endless chunks: 8 MiB a second */

static long
receive(struct connection *c, void *bytes, size_t len)
{
    if (c->ssl != NULL)
        return SSL_read(c->ssl, bytes, (int)len);
    return recv(c->fd, bytes, len, 0);
}

static bool
transmit(struct connection *c, const void *bytes, size_t len)
{
    if (len == 0)
        return true;
    if (c->ssl != NULL)
        return SSL_write(c->ssl, bytes, (int)len) == (int)len;
    return write_all(c->fd, bytes, len);
}

void
http_drain(struct connection *c)
{
    char bytes[4096];
    size_t left = 4 * HTTP_BODY_MAX;
    ssize_t n;

    if (c->ssl != NULL || shutdown(c->fd, SHUT_WR) != 0)
        return;
    while (left > sizeof bytes && (n = recv(c->fd, bytes, sizeof bytes, 0)) > 0)
        left -= (size_t)n;
}

/* Receive until the empty line; what came after it goes to body. */
static int
read_head(struct connection *c, struct out *head, struct out *body)
{
    char bytes[4096];
    const char *end;
    size_t used;
    long n;

    while (head->len <= HTTP_HEAD_MAX) {
        n = receive(c, bytes, sizeof bytes);
        if (n <= 0)
            return -1;
        out_bytes(head, bytes, (size_t)n);
        if (head->data[0] < 'A' || head->data[0] > 'Z')
            return 400; /* a TLS handshake, perhaps */
        end = memmem(head->data, head->len, "\r\n\r\n", 4);
        if (end != NULL) {
            used = (size_t)(end - (const char *)head->data) + 4;
            if (used > HTTP_HEAD_MAX)
                return 431;
            out_bytes(body, head->data + used, head->len - used);
            head->len = used - 2; /* keep the last line's end */
            return 0;
        }
    }
    return 431;
}

/* Value of a header, trimmed, or NULL; it stays part of the head. */
static char *
find_header(char *head, const char *name)
{
    char *line = strstr(head, "\r\n"), *end, *value;
    size_t len = strlen(name);

    for (; line != NULL && line[2] != '\0'; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
            continue;
        value = line + 3 + len;
        value += strspn(value, " \t");
        end = strstr(value, "\r\n");
        return end != NULL ? strndup(value, (size_t)(end - value)) : NULL;
    }
    return NULL;
}

static int
parse_line(char *head, struct http_request *ret)
{
    char *rest = head, *end = strstr(head, "\r\n");
    const char *method, *path, *version;

    if (end == NULL)
        return 400;
    rest = strndup(head, (size_t)(end - head));
    char *at = rest;
    method = strsep(&at, " ");
    path = strsep(&at, " ");
    version = at;
    if (path == NULL || version == NULL || path[0] != '/' ||
        strncmp(version, "HTTP/1.", 7) != 0) {
        free(rest);
        return 400;
    }
    ret->post = strcmp(method, "POST") == 0;
    if (!ret->post && strcmp(method, "GET") != 0) {
        free(rest);
        return 405;
    }
    ret->path = copy_text(path);
    free(rest);
    return 0;
}

static int
read_body(struct connection *c, char *head, struct out *body)
{
    char *text = find_header(head, "Content-Length"), *end;
    char *expect = find_header(head, "Expect");
    unsigned long len = 0;
    char bytes[4096];
    bool bad = false;
    long n;

    if (text != NULL) {
        len = strtoul(text, &end, 10);
        bad = *text < '0' || *text > '9' || *end != '\0';
    }
    free(text);
    if (expect != NULL)
        transmit(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    free(expect);
    if (bad)
        return 400;
    if (text == NULL)
        return 411;
    if (len > HTTP_BODY_MAX)
        return 413;
    while (body->len < len) {
        n = receive(c, bytes, sizeof bytes);
        if (n <= 0)
            return -1;
        out_bytes(body, bytes, (size_t)n);
    }
    return body->len == len ? 0 : 400;
}

int
http_read(struct connection *c, struct http_request *ret)
{
    struct out head = { 0 };
    char *text;
    int r;

    *ret = (struct http_request){ 0 };
    if ((r = read_head(c, &head, &ret->body)) != 0)
        goto out;
    out_bytes(&head, "", 1);
    text = (char *)head.data;
    if (strlen(text) != head.len - 1) {
        r = 400; /* NUL in a header */
        goto out;
    }
    if ((r = parse_line(text, ret)) != 0)
        goto out;
    ret->type = find_header(text, "Content-Type");
    if (ret->type == NULL)
        ret->type = copy_text("");
    ret->type[strcspn(ret->type, "; \t")] = '\0';
    if (ret->post)
        r = read_body(c, text, &ret->body);
out:
    out_free(&head);
    if (r != 0)
        http_free(ret);
    return r;
}

void
http_free(struct http_request *request)
{
    free(request->path);
    free(request->type);
    out_free(&request->body);
    *request = (struct http_request){ 0 };
}

static const char *
reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 404:
        return "Not Found";
    case 503:
        return "Service Unavailable";
    default:
        return status < 400 ? "Found" : status < 500 ? "Bad" : "Error";
    }
}

static void
write_head(struct out *head, const struct plan *plan, size_t body_len)
{
    out_printf(head, "HTTP/1.1 %d %s\r\nConnection: close\r\n",
        plan->http_status, reason(plan->http_status));
    if (plan->content_type != NULL)
        out_printf(head, "Content-Type: %s\r\n", plan->content_type);
    if (plan->location != NULL)
        out_printf(head, "Location: %s\r\n", plan->location);
    if (plan->header != NULL)
        out_printf(head, "%s\r\n", plan->header);
    if (plan->sending == SEND_LONG_HEADER) {
        out_text(head, "X-Long: ");
        for (size_t i = 0; i < LONG_HEADER; i++)
            out_bytes(head, "x", 1);
        out_text(head, "\r\n");
    }
    for (int i = 0; plan->sending == SEND_MANY_HEADERS && i < HEADERS; i++)
        out_printf(head, "X-%d: x\r\n", i);
    if (plan->sending == SEND_ENDLESS)
        out_text(head, "Transfer-Encoding: chunked\r\n");
    else if (plan->length != NULL)
        out_printf(head, "Content-Length: %s\r\n", plan->length);
    else if (plan->http_status != 204)
        out_printf(head, "Content-Length: %zu\r\n", body_len);
    out_text(head, "\r\n");
}

static void
send_slowly(struct connection *c, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (!transmit(c, bytes.data + i, 1))
            return;
        sleep(SLOW_SECONDS);
    }
}

static void
send_endless(struct connection *c)
{
    char chunk[CHUNK + 16];
    int head = snprintf(chunk, sizeof chunk, "%x\r\n", CHUNK);

    memset(chunk + head, '0', CHUNK);
    memcpy(chunk + head + CHUNK, "\r\n", 2);
    while (transmit(c, chunk, (size_t)head + CHUNK + 2))
        usleep(PAUSE_US);
}

void
http_send(struct connection *c, const struct plan *plan, struct span body)
{
    static const struct linger at_once = { 1, 0 };
    struct pollfd until_gone = { .fd = c->fd, .events = POLLRDHUP };
    struct out head = { 0 };

    if (plan->sending == SEND_NOTHING) {
        poll(&until_gone, 1, HTTP_LIFE_SECONDS * 1000);
        return;
    }
    if (plan->sending == SEND_CLOSE)
        return;
    if (plan->sending == SEND_RESET) {
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return;
    }
    if (plan->http_status == 204)
        body.len = 0;
    write_head(&head, plan, body.len);
    if (plan->sending == SEND_SLOW_HEADER)
        send_slowly(c, span_of(&head));
    else
        transmit(c, head.data, head.len);
    if (plan->sending == SEND_ENDLESS)
        send_endless(c);
    else if (plan->sending == SEND_SLOW_BODY)
        send_slowly(c, body);
    else
        transmit(
            c, body.data, plan->sending == SEND_HALF ? body.len / 2 : body.len);
    out_free(&head);
}
