#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

/* Stands before each block; keeps the block aligned for any type. */
union header {
    size_t size; /* bytes handed out */
    max_align_t align;
};

void *
mem_alloc(size_t size)
{
    union header *h;

    if (size == 0 || size > MEM_MAX)
        return NULL;
    h = calloc(1, sizeof(*h) + size);
    if (h == NULL)
        return NULL;
    h->size = size;
    return h + 1;
}

char *
mem_strdup(const char *text)
{
    size_t size;
    char *copy;

    if (text == NULL)
        return NULL;
    size = strlen(text) + 1;
    copy = mem_alloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void
mem_free(void *p)
{
    union header *h;

    if (p == NULL)
        return;
    h = (union header *)p - 1;
    OPENSSL_cleanse(p, h->size);
    free(h);
}

void
mem_cleanse(void *p, size_t size)
{
    OPENSSL_cleanse(p, size);
}

int
mem_compare(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size);
}
