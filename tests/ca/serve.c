#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca.h"
#include "cmp.h"
#include "http.h"
#include "npki.h"
#include "revocation.h"
#include "tls.h"
#include "tsa.h"

#define CHILDREN_MAX 64
#define BACKLOG      64
#define TICK_MS      1000 /* how often children are collected at rest */
#define FULL_MS      20   /* and when there are too many */

enum { HTTP, HTTPS, TCP, LISTENERS };

static volatile sig_atomic_t stopped;

static void
stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static int
listen_on(int port, int *ret_port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = { htonl(INADDR_LOOPBACK) },
    };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, (struct sockaddr *)&address, len) != 0 ||
        listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        die("port %d: %s", port, strerror(errno));
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void
refuse(struct connection *c, int status)
{
    struct plan plan;

    plan_init(&plan);
    plan.http_status = status;
    plan.content_type = NULL;
    http_send(c, &plan, (struct span){ 0 });
}

/* The mode's plan for OCSP, the CRL or a time-stamp; a bad CRL is asked for only when OCSP
 * gives no answer. */
static void
status_plan(sqlite3 *db, unsigned stage, struct plan *plan)
{
    char *mode = db_setting(db, "mode");

    if (mode != NULL) {
        plan_apply(plan, mode, stage);
        if (stage == STAGE_OCSP && strncmp(mode, "crl-", 4) == 0)
            plan->ocsp = OCSP_TRY_LATER;
    }
    free(mode);
}

/* Route one request: /cmp, /ocsp, /crl, /tsa and nothing else. */
static void
answer(const struct ca *ca, struct connection *c,
    const struct http_request *request)
{
    sqlite3 *db = db_open(ca->dir);
    struct span body = span_of(&request->body);
    struct out reply = { 0 };
    struct plan plan;
    int status = 0;

    plan_init(&plan);
    if (request->post && strcmp(request->path, "/cmp") == 0) {
        if (strcasecmp(request->type, "application/pkixcmp") != 0)
            status = 415;
        else
            cmp_answer(ca, db, body, &plan, &reply);
    } else if (request->post && strcmp(request->path, "/ocsp") == 0) {
        plan.content_type = "application/ocsp-response";
        status_plan(db, STAGE_OCSP, &plan);
        ocsp_answer(ca, db, body, &plan, &reply);
        plan_spoil(&reply, plan.bytes);
    } else if (request->post && strcmp(request->path, "/tsa") == 0) {
        plan.content_type = "application/timestamp-reply";
        status_plan(db, STAGE_TSA, &plan);
        if (strcasecmp(request->type, "application/timestamp-query") != 0)
            status = 415;
        else
            tsa_answer(ca, db, body, &plan, &reply);
        plan_spoil(&reply, plan.bytes);
    } else if (!request->post && strcmp(request->path, "/crl") == 0) {
        plan.content_type = "application/pkix-crl";
        status_plan(db, STAGE_CRL, &plan);
        crl_write(ca, db, &plan, &reply);
        plan_spoil(&reply, plan.bytes);
    } else {
        status = 404;
    }
    sqlite3_close(db);
    if (status != 0)
        refuse(c, status);
    else
        http_send(c, &plan, span_of(&reply));
    out_free(&reply);
}

/* The handshake, as the mode says; false when there is nobody to serve. */
static bool
start_tls(const struct ca *ca, SSL_CTX *tls, struct connection *c)
{
    sqlite3 *db = db_open(ca->dir);
    char *mode = db_setting(db, "mode");
    SSL_CTX *spoiled = NULL;
    struct plan plan;

    plan_init(&plan);
    if (mode != NULL)
        plan_apply(&plan, mode, STAGE_TLS);
    free(mode);
    sqlite3_close(db);
    if (plan.tls == TLS_PLAIN)
        return true;
    if (plan.tls != TLS_GOOD)
        spoiled = tls_spoiled(ca, plan.tls);
    c->ssl = SSL_new(spoiled != NULL ? spoiled : tls);
    SSL_CTX_free(spoiled);
    return c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1 &&
           SSL_accept(c->ssl) == 1;
}

static void
serve_connection(const struct ca *ca, SSL_CTX *tls, int which, int fd)
{
    static const struct timeval idle = { HTTP_IDLE_SECONDS, 0 };
    struct connection c = { .fd = fd };
    struct http_request request;
    int status;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof idle);
    if (which == TCP) {
        npki_serve(ca, fd);
        http_drain(&c);
        goto out;
    }
    if (which == HTTPS && !start_tls(ca, tls, &c))
        goto out;
    status = http_read(&c, &request);
    if (status > 0) {
        refuse(&c, status);
        http_drain(&c);
    }
    if (status == 0) {
        answer(ca, &c, &request);
        http_free(&request);
    }
    if (c.ssl != NULL)
        SSL_shutdown(c.ssl);
out:
    SSL_free(c.ssl);
    close(fd);
}

static void
close_all(const int listener[LISTENERS])
{
    for (int i = 0; i < LISTENERS; i++)
        if (listener[i] >= 0)
            close(listener[i]);
}

/* Take one connection into a process of its own. */
static int
take(struct ca *ca, SSL_CTX *tls, const int listener[LISTENERS], int which)
{
    int fd = accept4(listener[which], NULL, NULL, SOCK_CLOEXEC);
    pid_t child;

    if (fd < 0)
        return 0;
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        alarm(HTTP_LIFE_SECONDS);
        close_all(listener);
        serve_connection(ca, tls, which, fd);
        SSL_CTX_free(tls);
        ca_free(ca);
        exit(0);
    }
    close(fd);
    return child > 0 ? 1 : 0;
}

static int
collect(void)
{
    int count = 0;

    while (waitpid(-1, NULL, WNOHANG) > 0)
        count++;
    return count;
}

int
serve(const char *dir, const struct serve_order *order)
{
    struct ca ca;
    SSL_CTX *tls;
    struct pollfd polls[LISTENERS];
    int listener[LISTENERS], port[LISTENERS] = { 0 }, children = 0, ready;
    struct sigaction action = { .sa_handler = stop };
    struct out base = { 0 };
    bool full;

    ca_load(&ca, dir);
    tls = tls_context(&ca);
    ca.ocsp = order->ocsp;
    ca.crl = order->crl;
    listener[HTTP] = listen_on(order->http_port, &port[HTTP]);
    listener[HTTPS] = listen_on(order->https_port, &port[HTTPS]);
    listener[TCP] =
        order->tcp_port < 0 ? -1 : listen_on(order->tcp_port, &port[TCP]);
    out_printf(&base, "http://127.0.0.1:%d", port[HTTP]);
    ca.base = copy_text(out_string(&base));
    out_free(&base);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    printf("{\"http\":%d,\"https\":%d", port[HTTP], port[HTTPS]);
    if (order->tcp_port >= 0)
        printf(",\"tcp\":%d", port[TCP]);
    puts("}");
    fflush(stdout);
    for (int i = 0; i < LISTENERS; i++)
        polls[i] = (struct pollfd){ .fd = listener[i], .events = POLLIN };
    while (!stopped) {
        full = children >= CHILDREN_MAX;
        ready = poll(polls, full ? 0 : LISTENERS, full ? FULL_MS : TICK_MS);
        if (ready < 0 && errno != EINTR)
            die("poll: %s", strerror(errno));
        children -= collect();
        for (int i = 0; i < LISTENERS && ready > 0; i++)
            if ((polls[i].revents & POLLIN) != 0)
                children += take(&ca, tls, listener, i);
    }
    close_all(listener);
    SSL_CTX_free(tls);
    ca_free(&ca);
    return 0;
}
