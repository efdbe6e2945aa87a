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
