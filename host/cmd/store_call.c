#include "cmd/store_call.h"

#include <string.h>

#include "base/mem.h"
#include "cmd/certificate.h"
#include "cmd/enrol_call.h"
#include "cmd/history.h"
#include "pki/key.h"

#define MOVE_TAG "move-" /* of what store_put writes for us */

enum err
store_call_find(const struct call *call, struct store_list *ret_list,
    const struct store_entry **ret_entry)
{
    const char *given = args_text(call, "root"), *root = NULL;
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN;
    if (given != NULL && (r = enrol_call_root(call, given, &root)) != OK)
        return r;
    return store_look_up_in(
        call->host, root, args_text(call, "certificate"), ret_list, ret_entry);
}

static bool
same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len &&
           (a->len == 0 || mem_compare(a->data, b->data, a->len) == 0);
}

enum err
store_call_password(
    const struct call *call, const X509 *x, const struct buf **ret_password)
{
    const struct value *fresh = args_get(call, "newPassword");
    const struct buf *old = &args_get(call, "password")->bytes;
    const struct buf *password = fresh->given ? &fresh->bytes : old;
    const char *rule = NULL;
    struct buf name = { 0 };
    enum err r;

    if (password->len > 0 && same(password, old)) {
        *ret_password = password;
        return OK;
    }
    if ((r = cert_display_name(x, &name)) == OK)
        r = p8_password_check(password, buf_text(&name), &rule);
    buf_free(&name);
    if (r == OK)
        *ret_password = password;
    else if (rule != NULL && reply_text(call->detail, "rule", rule) != OK)
        r = ERR_NO_MEMORY;
    return r;
}

enum err
store_call_open(const struct call *call, const struct store_entry *entry,
    struct p12 *ret_keys)
{
    const struct buf *password = &args_get(call, "password")->bytes;
    EVP_PKEY *sign = NULL, *km = NULL;
    struct p12 keys = { 0 };
    enum err r;

    if ((r = store_open_key(call->host, entry, false, password, &sign,
             &keys.sign_key)) != OK ||
        (r = cert_der(entry->sign, &keys.sign_cert)) != OK)
        goto out;
    if (entry->km == NULL)
        goto out;
    r = store_open_key(call->host, entry, true, password, &km, &keys.km_key);
    if (r == ERR_KEY_FILE_MISSING)
        r = OK;
    else if (r == OK)
        r = cert_der(entry->km, &keys.km_cert);
    else if (reply_text(call->detail, "what", "km") != OK)
        r = ERR_NO_MEMORY;
out:
    EVP_PKEY_free(sign);
    EVP_PKEY_free(km);
    if (r == OK)
        *ret_keys = keys;
    else
        p12_free(&keys);
    return r;
}

enum err
store_call_seal(const struct call *call, const struct buf *like,
    enum p8_scheme scheme, const struct buf *info, const struct buf *password,
    struct buf *ret_file)
{
    struct crypto *crypto = call->host->crypto;
    struct buf file = { 0 }, opened = { 0 };
    enum err r;

    r = like != NULL ? p8_encrypt_like(crypto, like, info, password, &file)
                     : p8_encrypt(crypto, scheme, info, password, &file);
    if (r == OK && (r = p8_decrypt(crypto, &file, password, &opened)) == OK)
        r = same(&opened, info) ? OK : ERR_INTERNAL;
    if (r == OK)
        buf_move(ret_file, &file);
    buf_free(&file);
    buf_free(&opened);
    return r;
}

static enum err
put_occupant(const struct call *call, const struct buf *path, const X509 *x)
{
    char id[CERT_ID_LEN + 1], date[CLOCK_TEXT_SIZE];
    enum err r;

    if ((r = certificate_path(call->detail, "place", buf_text(path))) != OK ||
        x == NULL)
        return r;
    clock_text(cert_not_after(x), date);
    if ((r = cert_id(x, id)) == OK &&
        (r = reply_text(call->detail, "certificate", id)) == OK)
        r = reply_text(call->detail, "date", date);
    return r;
}

/* Somebody is there: they give way, or are named. */
static enum err
meet(const struct call *call, struct store_call_put *put,
    const struct buf *path, const X509 *there)
{
    enum err r;

    put->replaced = true;
    if (put->replace)
        return OK;
    r = put_occupant(call, path, there);
    return r == OK ? ERR_ALREADY_EXISTS : r;
}

/* Does anybody stand in that place, or the same one under another name? */
static enum err
look(const struct call *call, struct store_call_put *put,
    const struct store_entry *twin)
{
    struct buf path = { 0 };
    X509 *there = NULL;
    enum err r;

    r = store_occupant(
        call->host, put->root, put->ca_folder, put->x, &path, &there);
    if (r == OK)
        r = meet(call, put, &path, there);
    else if (r == ERR_CERTIFICATE_NOT_FOUND && twin == NULL)
        r = OK;
    else if (r == ERR_CERTIFICATE_NOT_FOUND &&
             (r = buf_put_text(&path, twin->path)) == OK)
        r = meet(call, put, &path, twin->sign);
    X509_free(there);
    buf_free(&path);
    return r;
}

/* Under the lock: put it there, and take the same one away from under another
 * name. */
static enum err
put_there(const struct call *call, struct store_call_put *put,
    const struct store_entry *twin, const char *tag)
{
    const struct host *host = call->host;
    enum err r;

    if ((r = look(call, put, twin)) == OK)
        r = store_put(
            host, put->root, put->ca_folder, put->pair, tag, &put->path);
    if (r == OK && twin != NULL &&
        strcmp(twin->path, buf_text(&put->path)) != 0)
        r = store_take_out(host, twin, tag);
    return r;
}

enum err
store_call_put(const struct call *call, struct store_call_put *put)
{
    const struct host *host = call->host;
    char id[CERT_ID_LEN + 1], tag[STORE_TAG_MAX + 1] = MOVE_TAG;
    const struct store_entry *twin = NULL;
    struct store_lock *lock = NULL;
    struct store_list list = { 0 };
    enum err r;

    if ((r = cert_id(put->x, id)) != OK)
        return r;
    memcpy(tag + strlen(MOVE_TAG), id, CERT_ID_LEN / 2);
    if ((r = store_lock(host, &lock)) == OK &&
        (r = store_look_up_in(host, put->root, id, &list, &twin)) ==
            ERR_CERTIFICATE_NOT_FOUND)
        r = OK;
    if (r == OK)
        r = put_there(call, put, twin, tag);
    store_unlock(lock);
    store_list_free(&list);
    return r;
}

enum err
store_call_show(const struct call *call, const char *root, const char *id)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    cJSON *object = NULL;
    enum err r;

    if ((r = store_look_up_in(call->host, root, id, &list, &entry)) == OK &&
        (r = certificate_object(call->host, entry, &object)) == OK)
        r = reply_item(call->result, "certificate", object);
    store_list_free(&list);
    return r;
}

/* Which place it was that could not be written. */
static enum err
put_place(const struct call *call, const char *root, enum err said)
{
    enum err r = OK;

    if (said == ERR_DISK_FULL)
        r = reply_text(call->detail, "size", ENROL_ROOM_TEXT);
    else if (said == ERR_STORE_READONLY || said == ERR_STORE_PERMISSION ||
             said == ERR_STORE_UNSAFE)
        r = certificate_path(call->detail, "place", root);
    return r == OK ? said : r;
}

enum err
store_call_done(const struct call *call, const char *kind, const X509 *x,
    const char *root, const char *detail, enum err r)
{
    const struct history_event event = {
        .kind = kind, .x = x, .detail = detail, .result = r
    };

    history_append(call, &event);
    return put_place(call, root, r);
}
