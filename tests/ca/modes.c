#include "plan.h"

#include <string.h>

bool
plan_known(const char *mode)
{
    return strcmp(mode, "none") == 0;
}

void
plan_apply(struct plan *plan, const char *mode, unsigned stage)
{
    (void)plan;
    (void)stage;
    (void)mode;
}

void
plan_list(struct out *o)
{
    out_text(o, "[]");
}
