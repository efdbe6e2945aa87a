#include "os/clock.h"

#include <string.h>
#include <time.h>

#define LAST_SEC INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static int64_t
wall(void *ctx)
{
    struct timespec t = { 0 };

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

static int64_t
monotonic(void *ctx)
{
    struct timespec t = { 0 };

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock
clock_system(void)
{
    return (struct clock){ .wall = wall, .monotonic = monotonic };
}

void
clock_text(int64_t seconds, char ret_text[static CLOCK_TEXT_SIZE])
{
    struct tm tm = { 0 };
    time_t t;

    if (seconds < 0 || seconds > LAST_SEC)
        seconds = 0;
    t = (time_t)seconds;
    gmtime_r(&t, &tm);
    if (strftime(ret_text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        memcpy(ret_text, "1970-01-01T00:00:00Z", CLOCK_TEXT_SIZE);
}

/* `count` digits, or -1. */
static int
digits(const char *p, int count)
{
    int n = 0;

    for (int i = 0; i < count; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        n = n * 10 + (p[i] - '0');
    }
    return n;
}

enum err
clock_parse(const char *text, int64_t *ret_seconds)
{
    char back[CLOCK_TEXT_SIZE];
    struct tm tm = { 0 };
    int64_t seconds;

    if (strlen(text) != CLOCK_TEXT_SIZE - 1)
        return ERR_PARAM_TYPE;
    tm.tm_year = digits(text, 4) - 1900;
    tm.tm_mon = digits(text + 5, 2) - 1;
    tm.tm_mday = digits(text + 8, 2);
    tm.tm_hour = digits(text + 11, 2);
    tm.tm_min = digits(text + 14, 2);
    tm.tm_sec = digits(text + 17, 2);
    seconds = (int64_t)timegm(&tm);
    clock_text(seconds, back); /* differs for whatever was not a time */
    if (strcmp(text, back) != 0)
        return ERR_PARAM_TYPE;
    *ret_seconds = seconds;
    return OK;
}
