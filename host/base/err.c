#include "base/err.h"

#include <stddef.h>

struct row {
    int code;
    const char *reason;
    const char *message;
    bool retryable;
};

static const struct row rows[ERR_COUNT] = {
#define ERR_ROW(symbol, code, reason, retryable, sentence)                     \
    [ERR_##symbol] = { code, reason, sentence, retryable },
    ERR_TABLE(ERR_ROW)
#undef ERR_ROW
};

static const struct row *
row_of(enum err e)
{
    if ((size_t)e >= ERR_COUNT || rows[e].reason == NULL)
        return &rows[ERR_INTERNAL];
    return &rows[e];
}

int
err_code(enum err e)
{
    return row_of(e)->code;
}

const char *
err_reason(enum err e)
{
    return row_of(e)->reason;
}

const char *
err_message(enum err e)
{
    return row_of(e)->message;
}

bool
err_retryable(enum err e)
{
    return row_of(e)->retryable;
}
