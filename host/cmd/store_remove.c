/* store.remove - a certificate and its keys from one place, for good. */
#include "cmd/store.h"

#include <string.h>

#include "base/utf8.h"
#include "cmd/certificate.h"
#include "cmd/store_call.h"

#define CONFIRM_MAX 512u /* bytes */

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { "confirm", PARAM_TEXT, CONFIRM_MAX, PARAM_REQUIRED, NULL,
        "The holder's name, as it is shown" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder whose copy is meant, when it is in several" },
    { 0 },
};

/* Without blanks around, Hangul put together. */
static enum err
tidy(const char *text, struct buf *ret_text)
{
    struct buf all = { 0 };
    size_t from, to;
    enum err r = utf8_compose(&all, text);

    if (r == OK) {
        from = strspn(buf_text(&all), " \t");
        for (to = all.len; to > from && strchr(" \t", all.data[to - 1]); to--)
            continue;
        r = buf_put(ret_text, buf_text(&all) + from, to - from);
    }
    buf_free(&all);
    return r;
}

static enum err
is_same(const char *typed, const struct buf *name, bool *ret_same)
{
    struct buf a = { 0 }, b = { 0 };
    enum err r;

    if ((r = tidy(typed, &a)) == OK && (r = tidy(buf_text(name), &b)) == OK)
        *ret_same |= a.len > 0 && strcmp(buf_text(&a), buf_text(&b)) == 0;
    buf_free(&a);
    buf_free(&b);
    return r;
}

/* The name in the list, or the whole common name. */
static enum err
check_name(const struct call *call, const X509 *x)
{
    const char *typed = args_text(call, "confirm");
    struct buf name = { 0 }, cn = { 0 };
    bool same = false;
    enum err r;

    if ((r = cert_display_name(x, &name)) == OK &&
        (r = cert_name_part(X509_get_subject_name(x), "CN", &cn)) == OK &&
        (r = is_same(typed, &name, &same)) == OK)
        r = is_same(typed, &cn, &same);
    buf_free(&name);
    buf_free(&cn);
    return r == OK && !same ? ERR_CONFIRMATION_WRONG : r;
}

static enum err
told(void *ctx, const char *path)
{
    return certificate_path(ctx, NULL, path);
}

/* First what is kept aside, so that nothing is left when it is out of sight;
 * then every folder of that place that holds it. */
static enum err
erase(struct call *call, const struct store_list *list,
    const struct store_entry *entry, bool *ret_overwritten)
{
    cJSON *removed = cJSON_AddArrayToObject(call->result, "removed");
    const struct store_entry *e;
    size_t i;
    enum err r = removed == NULL ? ERR_NO_MEMORY : OK;

    if (r == OK)
        r = store_erase_old(
            call->host, entry->sign, ret_overwritten, told, removed);
    for (i = 0; r == OK && i < list->count; i++) {
        e = &list->entries[i];
        if (e->broken == OK && strcmp(e->id, entry->id) == 0 &&
            strcmp(e->root, entry->root) == 0 &&
            (r = store_erase(call->host, e, ret_overwritten)) == OK)
            r = told(removed, e->path);
    }
    return r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *entry = NULL;
    struct store_lock *lock = NULL;
    struct store_list list = { 0 };
    bool overwritten = true;
    enum err r;

    if ((r = store_call_find(call, &list, &entry)) != OK)
        return r;
    if ((r = check_name(call, entry->sign)) == OK &&
        (r = store_lock(call->host, &lock)) == OK) {
        r = store_recover(call->host, entry->root, NULL, NULL);
        r = r == ERR_NO_MEMORY ? r : OK; /* litter stops nobody */
        if (r == OK)
            r = erase(call, &list, entry, &overwritten);
        r = store_call_done(
            call, "remove", entry->sign, entry->root, entry->root, r);
    }
    if (r == OK)
        r = reply_flag(call->result, "overwritten", overwritten);
    store_unlock(lock);
    store_list_free(&list);
    return r;
}

const struct command cmd_store_remove = {
    .name = "store.remove",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_MEDIA,
    .help = "Remove a certificate and its keys for good",
};
