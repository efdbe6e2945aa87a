/* enrol.discard - an unfinished enrolment is given up. */
#include "cmd/enrol.h"
#include "pki/enrol.h"

static const struct param params[] = {
    { "pending", PARAM_NAME, JOURNAL_ID_LEN, PARAM_REQUIRED, NULL,
        "The unfinished enrolment, by its id" },
    { "confirm", PARAM_TEXT, ENROL_REFERENCE_MAX, PARAM_REQUIRED, NULL,
        "Its reference number; the id where it has none or is damaged" },
    { 0 },
};

static enum err
run(struct call *call)
{
    const char *id = args_text(call, "pending");
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    r = enrol_discard(call->host, id, args_text(call, "confirm"));
    if (r == ERR_PARAM_RANGE && reply_text(call->detail, "param", "confirm"))
        return ERR_NO_MEMORY;
    if (r != OK || (r = reply_text(call->result, "state", "discarded")) != OK)
        return r;
    return reply_text(call->result, "pending", id);
}

const struct command cmd_enrol_discard = {
    .name = "enrol.discard",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_MEDIA,
    .help = "Give up an unfinished enrolment; its keys are kept aside",
};
