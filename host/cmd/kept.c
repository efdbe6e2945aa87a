#include "cmd/kept.h"

void *
kept_of(const struct call *call, const struct kept_kind *kind)
{
    if (call->kept == NULL || call->kept->kind != kind)
        return NULL;
    return call->kept->state;
}

void *
kept_take(const struct call *call, const struct kept_kind *kind)
{
    void *state = kept_of(call, kind);

    if (state != NULL)
        *call->kept = (struct kept){ 0 };
    return state;
}

enum err
kept_put(const struct call *call, const struct kept_kind *kind, void *state)
{
    if (call->kept == NULL) {
        kind->drop(state);
        return ERR_BAD_STATE;
    }
    kept_empty(call->kept);
    *call->kept = (struct kept){ kind, state };
    return OK;
}

void
kept_drop(const struct call *call, const struct kept_kind *kind)
{
    if (kept_of(call, kind) != NULL)
        kept_empty(call->kept);
}

void
kept_empty(struct kept *kept)
{
    if (kept->kind != NULL)
        kept->kind->drop(kept->state);
    *kept = (struct kept){ 0 };
}
