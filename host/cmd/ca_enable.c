/* ca.enable and ca.disable - the person's own word on a CA. */
#include "cmd/ca.h"
#include "cmd/ca_enabled.h"

static const struct param params[] = {
    { "name", PARAM_NAME, CA_NAME_MAX, PARAM_REQUIRED, NULL,
        "The certification authority" },
    { 0 },
};

/* Something needed is unknown: it cannot be used. */
static enum err
check(const struct call *call, const struct ca *ca)
{
    const char *missing = ca_missing(ca);
    enum err r;

    if (missing == NULL)
        return OK;
    r = reply_text(call->detail, "what", missing);
    return r == OK ? ERR_CA_INCOMPLETE : r;
}

static enum err
set(struct call *call, bool on)
{
    const char *name = args_text(call, "name");
    struct ca *ca = NULL;
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    if ((r = reply_text(call->detail, "ca", name)) != OK ||
        (r = ca_file_find(call->host, name, &ca)) != OK)
        return r;
    if ((!on || (r = check(call, ca)) == OK) &&
        (r = ca_enabled_set(call->host, name, on)) == OK &&
        (r = reply_text(call->result, "name", name)) == OK)
        r = reply_flag(call->result, "enabled", on);
    ca_free(ca);
    return r;
}

static enum err
run_enable(struct call *call)
{
    return set(call, true);
}

static enum err
run_disable(struct call *call)
{
    return set(call, false);
}

const struct command cmd_ca_enable = {
    .name = "ca.enable",
    .run = run_enable,
    .params = params,
    .flags = COMMAND_WRITES,
    .help = "Switch a certification authority on",
};

const struct command cmd_ca_disable = {
    .name = "ca.disable",
    .run = run_disable,
    .params = params,
    .flags = COMMAND_WRITES,
    .help = "Switch a certification authority off",
};
