/* clock.h - the time, as something a test can set. */
#ifndef INGAM_OS_CLOCK_H
#define INGAM_OS_CLOCK_H

#include <stdint.h>

#include "base/err.h"

struct clock {
    int64_t (*wall)(void *ctx);      /* seconds since 1970 UTC */
    int64_t (*monotonic)(void *ctx); /* ms since some point; never steps */
    void *ctx;
};

/* The system's clock. */
struct clock clock_system(void);

static inline int64_t
clock_wall(const struct clock *c)
{
    return c->wall(c->ctx);
}

static inline int64_t
clock_monotonic(const struct clock *c)
{
    return c->monotonic(c->ctx);
}

#define CLOCK_TEXT_SIZE 21 /* bytes of "2027-03-14T14:59:59Z" and its end */

/* RFC 3339 UTC in whole seconds; years 1970 to 9999, else 1970. */
void clock_text(int64_t seconds, char ret_text[static CLOCK_TEXT_SIZE]);

/* The way back, from exactly what clock_text writes. ERR_PARAM_TYPE */
enum err clock_parse(const char *text, int64_t *ret_seconds);

#endif
