/* support.h - what unit tests share: rows as tests, files, folders, clocks. */
#ifndef INGAM_TESTS_SUPPORT_H
#define INGAM_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "host.h"

#define SUPPORT_TESTS_MAX 400u

/* Tests collected from rows; a zeroed struct is empty. */
struct support_tests {
    struct CMUnitTest list[SUPPORT_TESTS_MAX];
    size_t count;
};

/* Add a test a row; a row's first member is its name (const char *). */
#define SUPPORT_ROWS(tests, function, rows)                                    \
    support_rows(tests, function, rows, sizeof((rows)[0]),                     \
        sizeof(rows) / sizeof((rows)[0]))
void support_rows(struct support_tests *tests, CMUnitTestFunction function,
    void *rows, size_t size, size_t count);
void support_test(
    struct support_tests *tests, const char *name, CMUnitTestFunction function);

/* Run these around every test collected so far. */
void support_each(struct support_tests *tests, CMFixtureFunction setup,
    CMFixtureFunction teardown);

/* Run; after each test OpenSSL's error queue must be empty. */
int support_run(const char *group, struct support_tests *tests,
    CMFixtureFunction setup, CMFixtureFunction teardown);

/* The same with a crypto and a fresh key, of which all the tests make use. */
int support_run_keyed(const char *group, struct support_tests *tests,
    struct crypto **crypto, EVP_PKEY **key);

/* One table and nothing else: its rows' tests, run as a group of their own.
 * Returns the number of failures. */
#define RUN_ROWS(group, rows, function)                                        \
    support_run_rows(group, function, rows, sizeof((rows)[0]),                 \
        sizeof(rows) / sizeof((rows)[0]))
int support_run_rows(const char *group, CMUnitTestFunction function, void *rows,
    size_t size, size_t count);

/* Interoperability vectors: INGAM_VECTORS, else ../shared/vectors. The test
 * is skipped, with a message, where they are absent. */
void support_vector(const char *name, struct buf *ret_data);

/* The vectors that tests/vectors/make.sh makes into build/vectors. */
void support_own_vector(const char *name, struct buf *ret_data);

bool support_read(const char *path, struct buf *ret_data);
void support_write(const char *path, const void *data, size_t len);
struct buf support_text(const char *text); /* a buf to be freed */

/* A fresh folder below build/tmp, absolute; removed with what is in it. */
void support_folder(char ret_path[static 256]);
void support_remove(const char *path);

/* A host whose home is this folder, with the system's clock. */
void support_host(const char *home, struct host *ret_host);
void support_host_free(struct host *host);

#define SUPPORT_NOW 1795000000 /* 2026-11-18, inside what we make */

/*
 * A certificate signed with its own key. dn is "C=kr/O=x/CN=y" in DER order,
 * UTF-8; not_after in seconds since 1970.
 */
X509 *support_certificate(const struct crypto *crypto, EVP_PKEY *key,
    const char *dn, uint32_t serial, int64_t not_after);

/* Root may read and write everything; take that away, or give it back. */
void support_override(bool may);

/* Run a program from PATH with these arguments, quietly; its exit code. */
int support_spawn(const char *const argv[]);

/* The network worker of this build, <build>/ingam-net beside <build>/unit;
 * static. */
const char *support_worker(void);

#endif
