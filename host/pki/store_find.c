/* An entry by its id (store.h). */
#include <string.h>

#include "pki/store_dir.h"

/* The entry of an id, in one root unless root is NULL. */
static enum err
find_in(const struct store_list *list, const char *root, const char *id,
    const struct store_entry **ret_entry)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->entries[i].broken == OK &&
            strcmp(list->entries[i].id, id) == 0 &&
            (root == NULL || strcmp(list->entries[i].root, root) == 0)) {
            *ret_entry = &list->entries[i];
            return OK;
        }
    return ERR_CERTIFICATE_NOT_FOUND;
}

/* Parse again, with the public key. */
static enum err
parse_whole(const struct host *host, X509 **x)
{
    struct buf der = { 0 };
    X509 *whole = NULL;
    enum err r;

    if (*x == NULL)
        return OK;
    if ((r = cert_der(*x, &der)) == OK &&
        (r = cert_parse(host->crypto, &der, &whole)) == OK) {
        X509_free(*x);
        *x = whole;
    }
    buf_free(&der);
    return r;
}

/* What was read to be shown becomes fit for use. */
static enum err
make_usable(const struct host *host, const struct store_list *list,
    const struct store_entry *entry)
{
    struct store_entry *e = &list->entries[entry - list->entries];
    enum err r = parse_whole(host, &e->sign);

    return r == OK ? parse_whole(host, &e->km) : r;
}

enum err
store_look_up_in(const struct host *host, const char *root, const char *id,
    struct store_list *ret_list, const struct store_entry **ret_entry)
{
    struct store_list list = { 0 };
    int media;
    enum err r = ERR_CERTIFICATE_NOT_FOUND;

    for (media = 0; r == ERR_CERTIFICATE_NOT_FOUND && media < 2; media++) {
        store_list_free(&list);
        if ((r = store_scan_to_show(host, media == 1, &list)) == OK)
            r = find_in(&list, root, id, ret_entry);
    }
    if (r == OK)
        r = make_usable(host, &list, *ret_entry);
    if (r == OK)
        *ret_list = list;
    else
        store_list_free(&list);
    return r;
}

enum err
store_look_up(const struct host *host, const char *id,
    struct store_list *ret_list, const struct store_entry **ret_entry)
{
    return store_look_up_in(host, NULL, id, ret_list, ret_entry);
}

enum err
store_present(const struct host *host, const char *root)
{
    int dir = -1;
    enum err r;

    if (strcmp(root, host->paths.npki) == 0)
        return OK;
    r = store_open_root(host, root, false, &dir);
    file_close(&dir);
    return r == FILE_MISSING ? ERR_MEDIUM_REMOVED : r;
}
