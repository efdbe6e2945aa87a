/*
 * mem.h - the one allocator. Whatever is freed is cleansed first, so that no
 * caller has to know which of its bytes were secret.
 */
#ifndef INGAM_BASE_MEM_H
#define INGAM_BASE_MEM_H

#include <stddef.h>

#define MEM_MAX (64u << 20) /* bytes in one allocation; nothing needs more */

/* Zeroed memory, NULL when there is none or size is 0 or above MEM_MAX. */
void *mem_alloc(size_t size);

/* NULL-ended copy; NULL when text is NULL or memory is short. */
char *mem_strdup(const char *text);

/* Cleanse and free; takes NULL. Only for pointers from this file. */
void mem_free(void *p);

/* Overwrite in a way that no compiler drops. */
void mem_cleanse(void *p, size_t size);

/* Compare without a branch on the contents; 0 when equal. */
int mem_compare(const void *a, const void *b, size_t size);

#endif
