/* enrol.prepare - make keys while the person still reads. */
#include "cmd/ca_file.h"
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"

static const struct param params[] = { { 0 } };

static const char *const next[] = { "enrol.issue", "enrol.reissue",
    "enrol.renew", NULL };

/* Two where some CA in use gives two certificates. */
static enum err
count_keys(const struct call *call, size_t *ret_count)
{
    struct ca_file_list list = { 0 };
    size_t i;
    enum err r = ca_file_list(call->host, &list);

    *ret_count = 1;
    for (i = 0; r == OK && i < list.count; i++)
        if (list.cas[i]->enabled && list.cas[i]->km)
            *ret_count = 2;
    ca_file_list_free(&list);
    return r;
}

static enum err
run(struct call *call)
{
    struct enrol_keys *keys = NULL;
    size_t count;
    enum err r;

    if (call->kept == NULL)
        return ERR_BAD_STATE; /* nobody would keep them */
    if ((r = count_keys(call, &count)) != OK ||
        (r = enrol_keys_make(call->host, call->watch, count, &keys)) != OK ||
        (r = kept_put(call, &enrol_call_keys, keys)) != OK)
        return r;
    return reply_number(call->result, "keys", (double)count);
}

const struct command cmd_enrol_prepare = {
    .name = "enrol.prepare",
    .run = run,
    .params = params,
    .help = "Make keys for the enrolment that follows on the same port",
    .next = next,
};
