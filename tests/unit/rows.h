/* rows.h - each row of a table as a test of its own. */
#ifndef INGAM_TESTS_ROWS_H
#define INGAM_TESTS_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A row's first member is its `const char *name`; test gets the row as its
 * state. Returns the number of failures. */
#define RUN_ROWS(group, rows, test)                                            \
    run_rows(group, rows, sizeof((rows)[0]), sizeof(rows) / sizeof((rows)[0]), \
        test)

int run_rows(const char *group, void *rows, size_t size, size_t count,
    CMUnitTestFunction test);

#endif
