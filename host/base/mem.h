/*
 * mem.h - the one allocator. Whatever is freed is cleansed first, so that no
 * caller has to know which of its bytes were secret.
 */
#ifndef INGAM_BASE_MEM_H
#define INGAM_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

#define MEM_MAX (64u << 20) /* bytes in one allocation; nothing needs more */

/* Zeroed memory, NULL when there is none or size is 0 or above MEM_MAX. */
void *mem_alloc(size_t size);

/* The same, but what is in it is not known: for who fills all of it. */
void *mem_alloc_raw(size_t size);

/* NULL-ended copy; NULL when text is NULL or memory is short. */
char *mem_strdup(const char *text);

/* Cleanse and free; takes NULL. Only for pointers from this file. */
void mem_free(void *p);

/*
 * OpenSSL forgets now and then that it had no memory and says that what it
 * reads is damaged. From here on its allocations are watched; to be called
 * before it makes any.
 */
void mem_watch_openssl(void);

/* Had OpenSSL no memory at some time since this was last forgotten? What it
 * says then may not be so. */
bool mem_was_short(void);
void mem_forget_short(void);

/* Overwrite in a way that no compiler drops. */
void mem_cleanse(void *p, size_t size);

/* Compare without a branch on the contents; 0 when equal. */
int mem_compare(const void *a, const void *b, size_t size);

#endif
