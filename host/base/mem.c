#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

static atomic_bool was_short;

/* Stands before each block; keeps the block aligned for any type. */
union header {
    size_t size; /* bytes handed out */
    max_align_t align;
};

static void *
hand_out(union header *h, size_t size)
{
    if (h == NULL)
        return NULL;
    h->size = size;
    return h + 1;
}

void *
mem_alloc(size_t size)
{
    if (size == 0 || size > MEM_MAX)
        return NULL;
    return hand_out(calloc(1, sizeof(union header) + size), size);
}

void *
mem_alloc_raw(size_t size)
{
    if (size == 0 || size > MEM_MAX)
        return NULL;
    return hand_out(malloc(sizeof(union header) + size), size);
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

static void *
noted(void *p)
{
    if (p == NULL)
        atomic_store(&was_short, true);
    return p;
}

static void *
openssl_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return size == 0 ? NULL : noted(malloc(size));
}

static void
openssl_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    free(p);
}

static void *
openssl_realloc(void *p, size_t size, const char *file, int line)
{
    if (size > 0)
        return noted(realloc(p, size));
    openssl_free(p, file, line);
    return NULL;
}

void
mem_watch_openssl(void)
{
    (void)CRYPTO_set_mem_functions(
        openssl_malloc, openssl_realloc, openssl_free);
}

bool
mem_was_short(void)
{
    return atomic_load(&was_short);
}

void
mem_forget_short(void)
{
    atomic_store(&was_short, false);
}
