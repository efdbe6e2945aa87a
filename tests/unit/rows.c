#include "rows.h"

#include <stdlib.h>

int
run_rows(const char *group, void *rows, size_t size, size_t count,
    CMUnitTestFunction test)
{
    struct CMUnitTest *tests = calloc(count, sizeof(*tests));
    int failed;
    size_t i;

    assert_non_null(tests);
    for (i = 0; i < count; i++) {
        tests[i].initial_state = (char *)rows + i * size;
        tests[i].name = *(const char **)tests[i].initial_state;
        tests[i].test_func = test;
    }
    failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(tests);
    return failed;
}
