/* Taking a pair out of the tree (store.h). */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pki/store_dir.h"

/* Is the certificate in a folder still this one? */
static enum err
is_still(const struct store_place *p, const char *name, const X509 *x)
{
    struct buf der = { 0 };
    X509 *there = NULL;
    int dir = -1;
    enum err r;

    if ((r = file_open_dir(p->user, name, false, &dir)) == OK &&
        (r = store_read(dir, STORE_SIGN_CERT, CERT_FILE_MAX, &der)) == OK &&
        (r = cert_parse(p->host->crypto, &der, &there)) == OK &&
        X509_cmp(there, x) != 0)
        r = FILE_MISSING;
    X509_free(there);
    buf_free(&der);
    file_close(&dir);
    return r;
}

enum err
store_take_out(
    const struct host *host, const struct store_entry *entry, const char *tag)
{
    struct store_place p = { .host = host, .user = -1 };
    char *user = mem_strdup(entry->path);
    char *name = user == NULL ? NULL : strrchr(user, '/');
    enum err r;

    if (user == NULL)
        return ERR_NO_MEMORY;
    if (name == NULL || name == user) {
        mem_free(user);
        return ERR_STORE_UNSAFE;
    }
    *name++ = '\0';
    if ((r = store_name_place(&p, tag)) == OK &&
        (r = store_open_below(host, entry->root, user, &p.user)) == OK &&
        (r = is_still(&p, name, entry->sign)) == OK)
        r = store_retire(&p, name, tag);
    file_close(&p.user);
    mem_free(user);
    return r == FILE_MISSING ? OK : r;
}
