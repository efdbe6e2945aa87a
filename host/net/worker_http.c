#include "net/worker_http.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <sys/socket.h>

#include <curl/curl.h>

#include "net/worker_address.h"
#include "net/worker_ldap.h"

#define POLL_MS 1000

struct transfer {
    struct worker_post *post;
    CURL *easy;
    struct curl_slist *headers;
    size_t header_bytes;
    bool refused_address; /* the policy said no to an address */
    bool encoded;         /* a content encoding nobody asked for */
    bool too_large;
};

static bool
is_ldap(const struct worker_post *post)
{
    return strncmp(buf_text(&post->url), "ldap://", 7) == 0;
}

/* Is every media type welcome? */
static bool
is_any(const struct worker_post *post)
{
    return strcmp(buf_text(&post->accept), "*") == 0;
}

/* Bytes that may come; a search answers in text, its values in base64. */
static size_t
limit_of(const struct worker_post *post)
{
    return is_ldap(post) ? post->max / 3 * 4 + WORKER_HEADERS_MAX : post->max;
}

static size_t
on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t len = size * count;

    if (len > limit_of(t->post) - t->post->answer.len) {
        t->too_large = true;
        return 0;
    }
    return buf_put(&t->post->answer, data, len) == OK ? len : 0;
}

static size_t
on_header(char *data, size_t size, size_t count, void *ctx)
{
    static const char encoding[] = "content-encoding:";
    struct transfer *t = ctx;
    size_t len = size * count;

    if (len > WORKER_HEADERS_MAX - t->header_bytes) {
        t->too_large = true;
        return 0;
    }
    t->header_bytes += len;
    if (len >= sizeof(encoding) - 1 &&
        strncasecmp(data, encoding, sizeof(encoding) - 1) == 0)
        t->encoded = true;
    return len;
}

static curl_socket_t
on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = ctx;

    if (purpose != CURLSOCKTYPE_IPCXN ||
        !address_allowed(&address->addr, t->post->loopback)) {
        t->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(
        address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What the person's network must never be asked to do. */
static bool
set_rules(CURL *c)
{
    return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_MAXREDIRS, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
               (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, NULL) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, "ingam") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSLVERSION,
               (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
}

static bool
set_times(CURL *c, long timeout_ms)
{
    return curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, WORKER_CONNECT_MS) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, WORKER_SLOW_BYTES) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, WORKER_SLOW_S) ==
               CURLE_OK;
}

/* https always; http only when the address, which the CA's definition pins,
 * says so. A URL may name no user. */
static bool
set_url(CURL *c, const struct worker_post *post)
{
    static const char *const schemes[] = { "https", "http", "ldap" };
    const char *url = buf_text(&post->url);
    size_t i, len, count = post->get ? 3 : 2;

    for (i = 0; i < count; i++) {
        len = strlen(schemes[i]);
        if (strncmp(url, schemes[i], len) == 0 &&
            strncmp(url + len, "://", 3) == 0)
            break;
    }
    if (i == count || strpbrk(url, "@#\\") != NULL)
        return false;
    return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, schemes[i]) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE,
               (curl_off_t)limit_of(post)) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK;
}

/* Only these anchors: the system's folder is taken away too. */
static bool
set_anchors(CURL *c, const struct buf *pem)
{
    struct curl_blob blob = { 0 };

    if (pem->len == 0)
        return true;
    blob.data = pem->data;
    blob.len = pem->len;
    blob.flags = CURL_BLOB_COPY;
    return curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

static bool
add_header(struct transfer *t, const char *name, const char *value)
{
    struct buf line = { 0 };
    struct curl_slist *longer = NULL;

    if (buf_put_text(&line, name) == OK && buf_put_text(&line, value) == OK)
        longer = curl_slist_append(t->headers, buf_text(&line));
    buf_free(&line);
    if (longer == NULL)
        return false;
    t->headers = longer;
    return true;
}

/* What is sent: a body, or a GET. */
static bool
set_request(struct transfer *t)
{
    const struct worker_post *post = t->post;
    CURL *c = t->easy;

    if (is_ldap(post))
        return worker_ldap_bound();
    if ((!post->get &&
            !add_header(t, "Content-Type: ", buf_text(&post->type))) ||
        !add_header(
            t, "Accept: ", is_any(post) ? "*/*" : buf_text(&post->accept)))
        return false;
    if (post->get)
        return curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers) ==
                   CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    return add_header(t, "Expect:", "") &&
           curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDS, buf_text(&post->body)) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
               (curl_off_t)post->body.len) == CURLE_OK;
}

static bool
prepare(struct transfer *t)
{
    const struct worker_post *post = t->post;
    CURL *c;

    t->easy = c = curl_easy_init();
    return c != NULL && set_rules(c) && set_times(c, post->timeout_ms) &&
           set_url(c, post) && set_anchors(c, &post->anchors) &&
           set_request(t) &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket) ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK;
}

/* Media types are compared without case and without parameters. */
static bool
type_matches(const char *got, const char *want)
{
    size_t len = got == NULL ? 0 : strcspn(got, "; \t");

    return len == strlen(want) && strncasecmp(got, want, len) == 0;
}

static enum channel_status
of_answer(const struct transfer *t, long http)
{
    char *type = NULL;

    if (is_ldap(t->post))
        return worker_ldap_value(t->post);
    if (http == 503 || http == 429)
        return CHANNEL_BUSY;
    if (http != 200 || t->encoded ||
        curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK ||
        (!is_any(t->post) && !type_matches(type, buf_text(&t->post->accept))))
        return CHANNEL_INVALID;
    return CHANNEL_OK;
}

enum channel_status
worker_no_connection(CURL *easy, bool refused_address)
{
    long os = 0;

    (void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os);
    if (!refused_address &&
        (os == ENETUNREACH || os == ENETDOWN || !address_online()))
        return CHANNEL_OFFLINE;
    return CHANNEL_UNREACHABLE;
}

/* The one translator of libcurl's results. */
static enum channel_status
of_result(const struct transfer *t, CURLcode code, long http)
{
    switch (code) {
    case CURLE_OK:
        return of_answer(t, http);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return worker_no_connection(t->easy, t->refused_address);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
        return CHANNEL_TLS;
    case CURLE_URL_MALFORMAT:
        return CHANNEL_REFUSED;
    case CURLE_UNSUPPORTED_PROTOCOL: /* of the URL, or an answer not HTTP */
        return t->post->sent == NET_SENT_NO ? CHANNEL_REFUSED : CHANNEL_INVALID;
    default:
        break;
    }
    if (http == 503 || http == 429)
        return CHANNEL_BUSY;
    if (t->post->sent == NET_SENT_NO)
        return CHANNEL_UNREACHABLE;
    if (t->too_large || (http != 0 && code != CURLE_OPERATION_TIMEDOUT))
        return CHANNEL_INVALID;
    return CHANNEL_TIMEOUT;
}

static void
judge(struct transfer *t, CURLcode code)
{
    long http = 0, bytes = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    (void)curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &bytes);
    t->post->sent = NET_SENT_NO;
    if (bytes > 0)
        t->post->sent = NET_SENT_UNKNOWN;
    if (http != 0 || t->header_bytes > 0)
        t->post->sent = NET_SENT_YES;
    t->post->status = of_result(t, code, http);
    if (t->post->status != CHANNEL_OK)
        buf_free(&t->post->answer);
}

bool
worker_host_spoke(struct worker_post *post)
{
    struct channel_request h;
    struct pollfd p = { .fd = CHANNEL_FD, .events = POLLIN };
    ssize_t n;

    if (poll(&p, 1, 0) <= 0)
        return false;
    n = recv(CHANNEL_FD, &h, sizeof(h), MSG_WAITALL);
    if (n != (ssize_t)sizeof(h) || h.magic != CHANNEL_CANCEL)
        post->hung_up = true;
    return true;
}

static void
run(struct transfer *t, CURLM *multi)
{
    struct curl_waitfd channel = { CHANNEL_FD, CURL_WAIT_POLLIN, 0 };
    struct CURLMsg *message;
    int running = 1, left;

    while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0) {
        if (curl_multi_poll(multi, &channel, 1, POLL_MS, NULL) != CURLM_OK)
            break;
        if (worker_host_spoke(t->post)) {
            judge(t, CURLE_ABORTED_BY_CALLBACK);
            t->post->status = CHANNEL_CANCELLED;
            buf_free(&t->post->answer);
            return;
        }
    }
    while ((message = curl_multi_info_read(multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            judge(t, message->data.result);
}

void
worker_post(struct worker_post *post)
{
    struct transfer t = { .post = post };
    CURLM *multi = NULL;

    post->status = CHANNEL_REFUSED;
    post->sent = NET_SENT_NO;
    if (!prepare(&t) || (multi = curl_multi_init()) == NULL ||
        curl_multi_add_handle(multi, t.easy) != CURLM_OK)
        goto out;
    post->sent = NET_SENT_UNKNOWN;
    run(&t, multi);
    (void)curl_multi_remove_handle(multi, t.easy);
out:
    curl_easy_cleanup(t.easy);
    curl_multi_cleanup(multi);
    curl_slist_free_all(t.headers);
}
