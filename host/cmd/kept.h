/*
 * kept.h - what a command leaves on its port for those that follow it: keys
 * of enrol.prepare, the list of store.list. One thing at a time. Whoever runs
 * commands owns the place (the session, or `ingam`) and empties it at the end;
 * without a place nothing is kept.
 */
#ifndef INGAM_CMD_KEPT_H
#define INGAM_CMD_KEPT_H

#include "cmd/cmd.h"

/* Whose it is: one static row a kind, compared by its address. */
struct kept_kind {
    void (*drop)(void *state); /* frees it, wiping what is secret */
};

struct kept {
    const struct kept_kind *kind; /* NULL: the place is empty */
    void *state;
};

/* What is kept of this kind, still kept; NULL when there is none. */
void *kept_of(const struct call *call, const struct kept_kind *kind);

/* The same, no longer kept: the caller frees it. */
void *kept_take(const struct call *call, const struct kept_kind *kind);

/*
 * Keep a state, which is taken over, in place of what was kept before.
 *
 * ERR_BAD_STATE  there is no place; the state is freed
 */
enum err kept_put(
    const struct call *call, const struct kept_kind *kind, void *state);

/* Free what is kept of this kind, if any. */
void kept_drop(const struct call *call, const struct kept_kind *kind);

/* Empty a place, whatever is in it. */
void kept_empty(struct kept *kept);

#endif
