/*
 * util.h - what every part of the test CA needs: giving up loudly, growing
 * buffers, hexadecimal and base64 text, JSON strings, time as NPKI counts it.
 *
 * The CA is a program for tests: when the machine fails (memory, disk, a
 * broken registry) the process that noticed says so and ends.
 */
#ifndef TEST_CA_UTIL_H
#define TEST_CA_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define DAY_SECONDS (24 * 60 * 60)

/* Say what failed on stderr (with OpenSSL's reason, if any); exit 1. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* A growing byte string. Zero-initialise it; out_free() takes it back. */
struct out {
    uint8_t *data;
    size_t len, size;
};

void out_bytes(struct out *o, const void *bytes, size_t len);
void out_text(struct out *o, const char *text);
void out_printf(struct out *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void out_free(struct out *o);

/* The bytes as a C string, which stays the buffer's. */
const char *out_string(struct out *o);

/* Text that the caller frees. */
char *hex_text(const void *bytes, size_t len);
char *base64_text(const void *bytes, size_t len);
char *copy_text(const char *text);
char *join_path(const char *dir, const char *name);

/* Append `text` as a JSON string; invalid UTF-8 bytes become U+FFFD. */
void json_string(struct out *o, const char *text);

/* Append seconds since 1970 as RFC 3339 in UTC, quoted. */
void json_time(struct out *o, int64_t when);

/* The last second of the Korean day `years` after the day of `when`. */
int64_t end_of_korean_day(int64_t when, int years);

void random_bytes(void *bytes, size_t len);

/* `len` characters drawn evenly from `alphabet`; the caller frees. */
char *random_text(const char *alphabet, size_t len);

/* Write a whole file with mode 0600, replacing nothing: it must be new. */
void write_private(const char *path, const void *bytes, size_t len);

/* Write all bytes to a descriptor; false when the other side is gone. */
bool write_all(int fd, const void *bytes, size_t len);

#endif
