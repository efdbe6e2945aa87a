#include "pki/store.h"

#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store_dir.h"
#include "pki/tries.h"

enum err
store_read_key(const struct host *host, const struct store_entry *entry,
    bool km, struct buf *ret_file)
{
    int dir = -1;
    enum err r;

    r = store_open_below(host, entry->root, entry->path, &dir);
    if (r == FILE_MISSING)
        return entry->removable ? ERR_MEDIUM_REMOVED
                                : ERR_CERTIFICATE_NOT_FOUND;
    if (r == OK)
        r = store_read(
            dir, km ? STORE_KM_KEY : STORE_SIGN_KEY, P8_FILE_MAX, ret_file);
    file_close(&dir);
    if (r == FILE_MISSING)
        return ERR_KEY_FILE_MISSING;
    return r == ERR_TOO_LARGE ? ERR_KEY_FILE_DAMAGED : r;
}

enum err
store_open_key(const struct host *host, const struct store_entry *entry,
    bool km, const struct buf *password, EVP_PKEY **ret_key,
    struct buf *ret_private_key_info)
{
    const X509 *x = km ? entry->km : entry->sign;
    struct buf file = { 0 }, info = { 0 };
    EVP_PKEY *key = NULL;
    int turn = -1;
    enum err r;

    if (x == NULL)
        return ERR_CERTIFICATE_NOT_FOUND;
    if ((r = tries_begin(host, entry->id, &turn)) != OK)
        return r;
    if ((r = store_read_key(host, entry, km, &file)) != OK ||
        (r = p8_decrypt(host->crypto, &file, password, &info)) != OK ||
        (r = key_load_for(host->crypto, &info, x, &key)) != OK)
        goto out;
    *ret_key = key;
    key = NULL;
    if (ret_private_key_info != NULL)
        buf_move(ret_private_key_info, &info);
out:
    tries_end(host, entry->id, &turn, r);
    EVP_PKEY_free(key);
    buf_free(&file);
    buf_free(&info);
    return r;
}
