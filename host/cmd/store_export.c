/* store.export - a certificate with its key as one PKCS #12 file. */
#include "cmd/store.h"

#include <string.h>

#include "base/mem.h"
#include "cmd/store_call.h"
#include "pki/store_dir.h"

#define ID_SHOWN 8 /* digits of the id in a file's name */

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder whose copy is meant, when it is in several" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "Password of its key file" },
    { "form", PARAM_CHOICE, 0, PARAM_REQUIRED, "npki|modern",
        "For every Korean program, or AES-256 for newer ones" },
    { "newPassword", PARAM_SECRET, P8_PASSWORD_MAX, 0, NULL,
        "The password of the file, when it is to be another" },
    { 0 },
};

/* "홍길동_0a1b2c3d.p12": safe on every file system, and no way up. */
static enum err
put_name(struct call *call, const struct store_entry *entry)
{
    char safe[FILE_NAME_MAX_LEN + 1];
    struct buf name = { 0 };
    enum err r;

    if ((r = cert_display_name(entry->sign, &name)) == OK && name.len == 0)
        r = buf_put_text(&name, "certificate");
    if (r == OK)
        r = store_folder_name(call->host->crypto, buf_text(&name), false, safe);
    if (r != OK)
        goto out;
    if (safe[0] == '.')
        safe[0] = '_';
    buf_free(&name);
    if ((r = buf_put_text(&name, safe)) == OK &&
        (r = buf_put_byte(&name, '_')) == OK &&
        (r = buf_put(&name, entry->id, ID_SHOWN)) == OK &&
        (r = buf_put_text(&name, ".p12")) == OK)
        r = reply_text(call->result, "name", buf_text(&name));
out:
    buf_free(&name);
    return r;
}

static enum err
put_result(struct call *call, const struct store_entry *entry,
    const struct p12 *keys, const struct buf *file)
{
    uint8_t random[VID_R_LEN];
    bool has = p8_random(&keys->sign_key, random) == OK;
    enum err r;

    mem_cleanse(random, sizeof(random));
    if ((r = reply_bytes(call->result, "content", file)) == OK &&
        (r = put_name(call, entry)) == OK &&
        (r = reply_flag(call->result, "hasR", has)) == OK)
        r = reply_flag(call->result, "hasKm", keys->km_cert.len > 0);
    return r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *entry = NULL;
    const char *name = args_text(call, "form");
    const struct buf *password = NULL;
    enum p12_form form = P12_NPKI;
    struct store_list list = { 0 };
    struct p12 keys = { 0 };
    struct buf file = { 0 };
    enum err r;

    if ((r = store_call_find(call, &list, &entry)) != OK)
        return r;
    if ((r = p12_form_parse(name, &form)) == OK &&
        (r = store_call_password(call, entry->sign, &password)) == OK &&
        (r = store_call_open(call, entry, &keys)) == OK)
        r = store_call_done(call, "export", entry->sign, entry->root, name,
            p12_write(call->host->crypto, form, &keys, password, &file));
    if (r == OK)
        r = put_result(call, entry, &keys, &file);
    store_list_free(&list);
    p12_free(&keys);
    buf_free(&file);
    return r;
}

const struct command cmd_store_export = {
    .name = "store.export",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Make a .p12 file of a certificate and its key",
};
