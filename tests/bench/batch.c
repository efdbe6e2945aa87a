/*
 * batch.c - a batch of signatures against the RSA operations in it. The other
 * half of `make bench` is bench.c.
 *
 *   batch HOST REQUEST COUNT   REQUEST is a file with sign.batch, id 1. Prints
 *                              microseconds from the first item sent to the last
 *                              answer, eight unanswered, and of as many raw
 *                              RSA-2048 operations on one core, half of them
 *                              before and half after.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "child.h"

#define UNANSWERED 8
#define CONTENT                                                                \
    "eyJhbW91bnQiOnsiY3VycmVuY3kiOiJLUlciLCJ2YWx1ZSI6IjIwMDAwMDAifSwidG8iOn"   \
    "siYWNjb3VudCI6IjEwMDItMTIzLTQ1Njc4OSIsImJhbmsiOiJXb29yaSJ9LCJ0eXBlIjoi"   \
    "dHJhbnNmZXIifQ=="

static double
raw(EVP_PKEY *key, int count)
{
    unsigned char digest[32] = { 1 }, value[512];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    double begin;
    size_t len;

    if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
        die("libcrypto");
    begin = now();
    for (int i = 0; i < count; i++) {
        len = sizeof(value);
        digest[0] = (unsigned char)i;
        if (EVP_PKEY_sign(ctx, value, &len, digest, sizeof(digest)) != 1)
            die("libcrypto");
    }
    begin = now() - begin;
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

static double
batch(const char *host, const char *request, int count)
{
    struct child child = start(host);
    double begin;

    get_frame(child.out);
    put_frame(child.in, request);
    if (strstr(get_frame(child.out), "\"ready\":") == NULL)
        die("no batch");
    begin = now();
    for (int sent = 0, done = 0; done < count; done++) {
        for (; sent < count && sent - done < UNANSWERED; sent++)
            put_item(child.in, sent + 1);
        if (strstr(get_frame(child.out), "\"signature\":") == NULL)
            die("no signature");
    }
    begin = now() - begin;
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
    double ours, alone;

    if (f == NULL || fread(request, 1, sizeof(request) - 1, f) == 0 ||
        count < 2)
        die("usage: batch HOST REQUEST COUNT");
    fclose(f);
    raw(key, 10); /* tables and blinding are there from now on */
    alone = raw(key, count / 2);
    ours = batch(argv[1], request, count);
    alone += raw(key, count - count / 2);
    printf("%.0f %.0f\n", ours, alone);
    EVP_PKEY_free(key);
    return 0;
}
