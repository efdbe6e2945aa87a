/*
 * bench.c - the measuring half of `make bench`; run.sh sets the scene and
 * judges. It stands beside the product: what it measures it starts as a
 * browser would, and what it compares with it does itself through libcrypto.
 *
 *   bench start ROUNDS PROGRAM…       microseconds from start to the first
 *                                     byte (or the end) of each, in turn:
 *                                     median, and limit of the fastest tenth
 *   bench memory HOST REQUEST         peak KiB at hello and after the answer
 *   bench sign ROUNDS HOST REQUEST    median microseconds of the answer, and of
 *                                     the same KDF and RSA operation alone
 *   bench enrol HOST REQUEST          microseconds of enrol.prepare, which makes
 *                                     the keys, and of the answer that follows
 *                                     on the same port; peak KiB after both
 *   bench relay PORT                  stands before a CA's port: prints its own,
 *                                     then the microseconds of each exchange
 *
 * PROGRAM is a path with the arguments behind it, split at spaces; REQUEST a
 * file with one JSON-RPC request.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "child.h"

#define ROUNDS_MAX  2000
#define PLAYERS_MAX 8
#define KDF_ROUNDS  100000 /* scheme `compat` */
#define SEED_KEY    16     /* bytes */

static char *
read_request(const char *path)
{
    static char text[FRAME_MAX];
    FILE *f = fopen(path, "r");
    size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text) - 1, f);

    if (n == 0)
        die("no request");
    text[n] = '\0';
    fclose(f);
    return text;
}

static void
must_be_result(const char *answer)
{
    if (strstr(answer, "\"result\":") == NULL) {
        fprintf(stderr, "%s\n", answer);
        die("no result");
    }
}

/* Peak resident memory in KiB. */
static long
peak(pid_t pid)
{
    char path[64], line[256];
    long kib = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (f != NULL)
        fclose(f);
    return kib;
}

static void
bench_start(int rounds, int players, char **lines)
{
    static double took[PLAYERS_MAX][ROUNDS_MAX];
    static const char asked[] = "\2\0\0\0{}"; /* by a browser, little-endian */
    char byte;

    for (int i = 0; i < rounds; i++)
        for (int j = 0; j < players; j++) {
            double begin = now();
            struct child child = start(lines[j]);

            (void)!write(child.in, asked, 6); /* some wait to be asked */
            (void)!read(child.out, &byte, 1);
            took[j][i] = now() - begin;
            finish(child);
        }
    for (int j = 0; j < players; j++) {
        double middle = median(took[j], rounds); /* sorts */

        printf("%.0f %.0f\n", middle, took[j][rounds / 10]);
    }
}

static void
bench_memory(const char *host, const char *request)
{
    struct child child = start(host);

    get_frame(child.out);
    usleep(50000); /* it sets itself up behind hello */
    printf("%ld\n", peak(child.pid));
    put_frame(child.in, request);
    must_be_result(get_frame(child.out));
    printf("%ld\n", peak(child.pid));
    finish(child);
}

static double
raw_signature(EVP_PKEY *key)
{
    static const unsigned char salt[8] = "pepper!";
    unsigned char derived[SEED_KEY], value[512];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t len = sizeof(value);
    double begin = now();

    if (PKCS5_PBKDF2_HMAC("Seal!2026-test", 14, salt, sizeof(salt), KDF_ROUNDS,
            EVP_sha1(), sizeof(derived), derived) != 1 ||
        EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(ctx, value, &len, salt, sizeof(salt)) != 1)
        die("libcrypto");
    begin = now() - begin;
    EVP_MD_CTX_free(ctx);
    return begin;
}

static void
bench_sign(int rounds, const char *host, const char *request)
{
    static double ours[ROUNDS_MAX], raw[ROUNDS_MAX];
    EVP_PKEY *key = EVP_RSA_gen(2048u);

    raw_signature(key); /* tables and blinding are there from now on */
    for (int i = 0; i < rounds; i++) {
        struct child child = start(host);
        double begin;

        get_frame(child.out);
        usleep(20000); /* a person is not that fast */
        begin = now();
        put_frame(child.in, request);
        must_be_result(get_frame(child.out));
        ours[i] = now() - begin;
        finish(child);
        raw[i] = raw_signature(key);
    }
    printf("%.0f\n%.0f\n", median(ours, rounds), median(raw, rounds));
    EVP_PKEY_free(key);
}

static void
bench_enrol(const char *host, const char *request)
{
    static const char prepare[] =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"enrol.prepare\"}";
    struct child child = start(host);
    double begin, keys, whole;
    char *frame;

    get_frame(child.out);
    begin = now();
    put_frame(child.in, prepare);
    must_be_result(get_frame(child.out));
    keys = now() - begin;
    begin = now();
    put_frame(child.in, request);
    do
        frame = get_frame(child.out);
    while (strstr(frame, "\"method\":\"progress\"") != NULL);
    whole = now() - begin;
    must_be_result(frame);
    printf("%.0f %.0f %ld\n", keys, whole, peak(child.pid));
    finish(child);
}

static int
local_socket(int port, struct sockaddr_in *ret_address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *ret_address = (struct sockaddr_in){ .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    if (fd < 0)
        die("socket");
    return fd;
}

/* Carry bytes both ways until the CA, or both, have ended. */
static void
carry(int client, int ca)
{
    struct pollfd ends[2] = { { client, POLLIN, 0 }, { ca, POLLIN, 0 } };
    char data[16384];
    ssize_t n;

    for (;;) {
        if (poll(ends, 2, -1) < 0)
            die("poll");
        for (int i = 0; i < 2; i++) {
            if (ends[i].fd < 0 || ends[i].revents == 0)
                continue;
            n = read(ends[i].fd, data, sizeof(data));
            if (n <= 0 && i == 1)
                return;
            if (n <= 0)
                ends[i].fd = -1; /* it waits for the answer */
            else if (write(i == 0 ? ca : client, data, (size_t)n) != n)
                return;
        }
        if (ends[0].fd < 0) /* it has what it wanted */
            return;
    }
}

/* One connection at a time, as the worker makes them. */
static void
bench_relay(int port)
{
    struct sockaddr_in here, there;
    socklen_t len = sizeof(here);
    int listener = local_socket(0, &here), client, ca;
    double begin;

    if (bind(listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&here, &len) != 0)
        die("listen");
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        begin = now();
        ca = local_socket(port, &there);
        if (connect(ca, (struct sockaddr *)&there, sizeof(there)) != 0)
            die("the CA is not there");
        carry(client, ca);
        close(client);
        close(ca);
        printf("%.0f\n", now() - begin);
        fflush(stdout);
    }
}

int
main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;

    signal(SIGPIPE, SIG_IGN);
    if (argc - 3 > PLAYERS_MAX ||
        (strcmp(what, "relay") != 0 && rounds > ROUNDS_MAX))
        die("too many");
    if (strcmp(what, "start") == 0 && argc > 3)
        bench_start(rounds, argc - 3, argv + 3);
    else if (strcmp(what, "memory") == 0 && argc == 4)
        bench_memory(argv[2], read_request(argv[3]));
    else if (strcmp(what, "sign") == 0 && argc == 5)
        bench_sign(rounds, argv[3], read_request(argv[4]));
    else if (strcmp(what, "enrol") == 0 && argc == 4)
        bench_enrol(argv[2], read_request(argv[3]));
    else if (strcmp(what, "relay") == 0 && argc == 3)
        bench_relay(rounds);
    else
        die("see the head of bench.c");
    return 0;
}
