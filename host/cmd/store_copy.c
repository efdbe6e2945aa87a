/* store.copy - a pair as it is into another NPKI folder. */
#include "cmd/store.h"

#include <string.h>

#include "cmd/certificate.h"
#include "cmd/enrol_call.h"
#include "cmd/store_call.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "Password of its key file, to see that the copy works" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, PARAM_REQUIRED, NULL,
        "The NPKI folder to copy to" },
    { "replace", PARAM_BOOL, 0, 0, NULL,
        "Take the place of what stands there" },
    { 0 },
};

/* The entry to copy: one that is not in that place already. */
static enum err
find(const struct call *call, const char *root, struct store_list *ret_list,
    const struct store_entry **ret_entry)
{
    const char *id = args_text(call, "certificate");
    bool there = false;
    size_t i;
    enum err r;

    if ((r = store_scan(call->host, true, ret_list)) != OK)
        return r;
    for (i = 0; i < ret_list->count; i++) {
        const struct store_entry *e = &ret_list->entries[i];

        if (e->broken != OK || strcmp(e->id, id) != 0)
            continue;
        if (strcmp(e->root, root) != 0) {
            *ret_entry = e;
            return OK;
        }
        there = true;
    }
    return there ? ERR_ALREADY_EXISTS : ERR_CERTIFICATE_NOT_FOUND;
}

/* What was written opens: the copy is as good as the first. */
static enum err
prove(const struct call *call, const char *root, const char *id)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    struct p12 keys = { 0 };
    enum err r;

    if ((r = store_look_up_in(call->host, root, id, &list, &entry)) == OK)
        r = store_call_open(call, entry, &keys);
    p12_free(&keys);
    store_list_free(&list);
    return r;
}

static enum err
copy(struct call *call, const struct store_entry *entry,
    struct store_call_put *put)
{
    enum err r = store_call_put(call, put);

    return r == OK ? prove(call, put->root, entry->id) : r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    struct store_pair pair = { 0 };
    struct store_call_put put = { .pair = &pair };
    struct p12 keys = { 0 };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN;
    put.replace = args_get(call, "replace")->flag;
    if ((r = enrol_call_root(call, args_text(call, "root"), &put.root)) != OK ||
        (r = find(call, put.root, &list, &entry)) != OK ||
        (r = store_call_open(call, entry, &keys)) != OK ||
        (r = store_read_pair(call->host, entry, &pair)) != OK)
        goto out;
    put.ca_folder = entry->ca;
    put.x = entry->sign;
    r = store_call_done(
        call, "copy", entry->sign, put.root, put.root, copy(call, entry, &put));
    if (r == OK && (r = store_call_show(call, put.root, entry->id)) == OK &&
        (r = certificate_path(call->result, "path", buf_text(&put.path))) == OK)
        r = reply_flag(call->result, "replaced", put.replaced);
out:
    store_list_free(&list);
    store_pair_free(&pair);
    p12_free(&keys);
    buf_free(&put.path);
    return r;
}

const struct command cmd_store_copy = {
    .name = "store.copy",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Copy a certificate and its key to another place",
};
