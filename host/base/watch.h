/*
 * watch.h - how long work tells its caller where it is, and learns that it is
 * no longer wanted. A zeroed struct watches nothing.
 */
#ifndef INGAM_BASE_WATCH_H
#define INGAM_BASE_WATCH_H

#include <stdbool.h>

struct watch {
    void *ctx;
    bool (*cancelled)(void *ctx);
    /* step: keygen, request, wait, check, confirm or store, n of `of`; or
     * timestamp */
    void (*progress)(void *ctx, const char *step, int n, int of);
};

static inline bool
watch_cancelled(const struct watch *w)
{
    return w != 0 && w->cancelled != 0 && w->cancelled(w->ctx);
}

static inline void
watch_progress(const struct watch *w, const char *step, int n, int of)
{
    if (w != 0 && w->progress != 0)
        w->progress(w->ctx, step, n, of);
}

#endif
