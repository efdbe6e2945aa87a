/* serve.h - the running CA: listens, and answers each connection. */
#ifndef TEST_CA_SERVE_H
#define TEST_CA_SERVE_H

struct serve_order {
    int http_port, https_port, tcp_port;
    const char *ocsp, *crl; /* addresses in certificates; NULL: its own */
};

/*
 * Listen on 127.0.0.1, print {"http":P,"https":P} and serve until SIGTERM or
 * SIGINT. Ports of 0 are chosen by the system. Dialect npki is served and
 * "tcp":P printed unless tcp_port is -1. Returns the exit status.
 */
int serve(const char *dir, const struct serve_order *order);

#endif
