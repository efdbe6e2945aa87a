/* bytes.h - the corpus's ways to write bytes. A test program that cannot go on
 * says why and ends. */
#ifndef INGAM_TESTS_VERIFY_BYTES_H
#define INGAM_TESTS_VERIFY_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

struct bytes {
    unsigned char *data;
    size_t len;
};

static inline void
must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "judge: %s\n", what);
    exit(1);
}

static inline struct bytes
decode(const char *text)
{
    size_t n = strlen(text), pad = 0;
    struct bytes b = { malloc(n + 1), 0 };

    must(b.data != NULL, "memory");
    while (pad < n && text[n - 1 - pad] == '=')
        pad++;
    if (n > 0)
        b.len = (size_t)EVP_DecodeBlock(
                    b.data, (const unsigned char *)text, (int)n) -
                pad;
    return b;
}

static inline struct bytes
unhex(const char *text)
{
    size_t n = strlen(text) / 2;
    struct bytes b = { malloc(n + 1), n };
    char two[3] = { 0 };

    must(b.data != NULL, "memory");
    for (size_t i = 0; i < n; i++) {
        memcpy(two, text + 2 * i, 2);
        b.data[i] = (unsigned char)strtoul(two, NULL, 16);
    }
    return b;
}

static inline struct bytes
copy(char *text)
{
    struct bytes b = { (unsigned char *)text, 0 };

    must(text != NULL, "memory");
    b.len = strlen(text);
    return b;
}

#endif
