/* Times in text: only what clock_text writes is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "os/clock.h"

static struct row {
    const char *text;
    enum err want;
    int64_t seconds;
} rows[] = {
    { "1970-01-01T00:00:00Z", OK, 0 },
    { "2027-03-14T14:59:59Z", OK, 1805036399 },
    { "2028-02-29T00:00:00Z", OK, 1835395200 },
    { "9999-12-31T23:59:59Z", OK, INT64_C(253402300799) },
    { " ", ERR_PARAM_TYPE, 0 },
    { "2027-03-14", ERR_PARAM_TYPE, 0 },
    { "2027-03-14T14:59:59", ERR_PARAM_TYPE, 0 },
    { "2027-03-14 14:59:59Z", ERR_PARAM_TYPE, 0 },
    { "2027-03-14T14:59:59z", ERR_PARAM_TYPE, 0 },
    { "2027-03-14T14:59:60Z", ERR_PARAM_TYPE, 0 },
    { "2027-03-14T24:00:00Z", ERR_PARAM_TYPE, 0 },
    { "2027-02-29T00:00:00Z", ERR_PARAM_TYPE, 0 },
    { "2027-13-01T00:00:00Z", ERR_PARAM_TYPE, 0 },
    { "2027-00-10T00:00:00Z", ERR_PARAM_TYPE, 0 },
    { "1969-12-31T23:59:59Z", ERR_PARAM_TYPE, 0 },
    { "+027-03-14T14:59:59Z", ERR_PARAM_TYPE, 0 },
    { "2027-03-14T14:59:59Z ", ERR_PARAM_TYPE, 0 },
};

static void
parses_row(void **state)
{
    const struct row *row = *state;
    int64_t seconds = -1;

    assert_int_equal(clock_parse(row->text, &seconds), row->want);
    assert_int_equal(seconds, row->want == OK ? row->seconds : -1);
}

int
main(void)
{
    enum { ROWS = sizeof(rows) / sizeof(*rows) };
    struct CMUnitTest tests[ROWS];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].text, parses_row, NULL, NULL,
            &rows[i] };
    return cmocka_run_group_tests_name("clock_parse", tests, NULL, NULL);
}
