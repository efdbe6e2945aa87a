/*
 * batch.c - a batch of signatures against the RSA operations in it. The other
 * half of `make bench` is bench.c.
 *
 *   batch HOST REQUEST COUNT   REQUEST is a file with sign.batch, id 1. Prints
 *                              microseconds from the first item sent to the last
 *                              answer, eight unanswered, and of as many raw
 *                              RSA-2048 operations on one core, half of them
 *                              before and half after; then the processor time
 *                              of both, which other programs do not lengthen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "child.h"

#define UNANSWERED 8
#define CONTENT                                                                \
    "eyJhbW91bnQiOnsiY3VycmVuY3kiOiJLUlciLCJ2YWx1ZSI6IjIwMDAwMDAifSwidG8iOn"   \
    "siYWNjb3VudCI6IjEwMDItMTIzLTQ1Njc4OSIsImJhbmsiOiJXb29yaSJ9LCJ0eXBlIjoi"   \
    "dHJhbnNmZXIifQ=="

/* Microseconds: on the wall, and of a processor. */
struct took {
    double wall, busy;
};

static struct took
moment(clockid_t processor)
{
    struct timespec t;

    if (clock_gettime(processor, &t) != 0)
        die("no clock of a process");
    return (
        struct took){ now(), (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3 };
}

static struct took
since(struct took begin, clockid_t processor)
{
    struct took end = moment(processor);

    return (struct took){ end.wall - begin.wall, end.busy - begin.busy };
}

static struct took
raw(EVP_PKEY *key, int count)
{
    unsigned char digest[32] = { 1 }, value[512];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    struct took begin;
    size_t len;

    if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
        die("libcrypto");
    begin = moment(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) {
        len = sizeof(value);
        digest[0] = (unsigned char)i;
        if (EVP_PKEY_sign(ctx, value, &len, digest, sizeof(digest)) != 1)
            die("libcrypto");
    }
    begin = since(begin, CLOCK_PROCESS_CPUTIME_ID);
    EVP_PKEY_CTX_free(ctx);
    return begin;
}

static void
put_item(int fd, int n)
{
    char body[1024];

    snprintf(body, sizeof(body),
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"sign.item\",\"params\":"
        "{\"n\":%d,\"content\":\"%s\",\"kind\":\"transaction\"}}",
        n + 1, n, CONTENT);
    put_frame(fd, body);
}

static struct took
batch(const char *host, const char *request, int count)
{
    struct child child = start(host);
    clockid_t processor;
    struct took begin;

    get_frame(child.out);
    put_frame(child.in, request);
    if (strstr(get_frame(child.out), "\"ready\":") == NULL)
        die("no batch");
    if (clock_getcpuclockid(child.pid, &processor) != 0)
        die("no clock of a process");
    begin = moment(processor);
    for (int sent = 0, done = 0; done < count; done++) {
        for (; sent < count && sent - done < UNANSWERED; sent++)
            put_item(child.in, sent + 1);
        if (strstr(get_frame(child.out), "\"signature\":") == NULL)
            die("no signature");
    }
    begin = since(begin, processor);
    finish(child);
    return begin;
}

int
main(int argc, char **argv)
{
    static char request[FRAME_MAX];
    EVP_PKEY *key = EVP_RSA_gen(2048u);
    int count = argc == 4 ? atoi(argv[3]) : 0;
    FILE *f = argc == 4 ? fopen(argv[2], "r") : NULL;
    struct took ours, before, after;

    if (f == NULL || fread(request, 1, sizeof(request) - 1, f) == 0 ||
        count < 2)
        die("usage: batch HOST REQUEST COUNT");
    fclose(f);
    raw(key, 10); /* tables and blinding are there from now on */
    before = raw(key, count / 2);
    ours = batch(argv[1], request, count);
    after = raw(key, count - count / 2);
    printf("%.0f %.0f %.0f %.0f\n", ours.wall, before.wall + after.wall,
        ours.busy, before.busy + after.busy);
    EVP_PKEY_free(key);
    return 0;
}
