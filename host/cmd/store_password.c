/* store.changePassword - new key files in the place of the old ones, which are
 * not kept. */
#include "cmd/store.h"

#include <string.h>

#include "cmd/store_call.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder whose copy is meant, when it is in several" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "Password of its key file" },
    { "newPassword", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The new one; the same, to change only the scheme" },
    { "keyScheme", PARAM_CHOICE, 0, 0, "compat|legacy|strong",
        "How the key file is encrypted, when not as it was" },
    { 0 },
};

/* The key files anew: each in its own scheme, unless another was asked for. */
static enum err
reseal(struct call *call, const struct p12 *keys, const struct buf *password,
    struct store_pair *pair)
{
    const char *name = args_text(call, "keyScheme");
    enum p8_scheme scheme = P8_COMPAT;
    struct buf sign = { 0 }, km = { 0 };
    bool keep = name == NULL;
    enum err r;

    if (!keep && (r = p8_scheme_parse(name, &scheme)) != OK)
        return r;
    if ((r = store_call_seal(call, keep ? &pair->sign_key : NULL, scheme,
             &keys->sign_key, password, &sign)) == OK)
        buf_move(&pair->sign_key, &sign);
    if (r == OK && keys->km_key.len > 0 &&
        (r = store_call_seal(call, keep ? &pair->km_key : NULL, scheme,
             &keys->km_key, password, &km)) == OK)
        buf_move(&pair->km_key, &km);
    return r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *entry = NULL;
    const struct buf *password = NULL;
    struct store_lock *lock = NULL;
    struct store_list list = { 0 };
    struct store_pair pair = { 0 };
    struct p12 keys = { 0 };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN;
    if ((r = store_lock(call->host, &lock)) != OK ||
        (r = store_call_find(call, &list, &entry)) != OK ||
        (r = store_call_password(call, entry->sign, &password)) != OK ||
        (r = store_call_open(call, entry, &keys)) != OK)
        goto out;
    if ((r = store_read_pair(call->host, entry, &pair)) == OK &&
        (r = reseal(call, &keys, password, &pair)) == OK)
        r = store_rewrite(call->host, entry, &pair);
    r = store_call_done(call, "password", entry->sign, entry->root,
        args_text(call, "keyScheme"), r);
    if (r == OK)
        r = store_call_show(call, entry->root, entry->id);
out:
    store_unlock(lock);
    store_list_free(&list);
    store_pair_free(&pair);
    p12_free(&keys);
    return r;
}

const struct command cmd_store_change_password = {
    .name = "store.changePassword",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Change the password of a certificate, or how its key file is "
            "encrypted",
};
