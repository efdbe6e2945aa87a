#include "pki/store.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pki/p8.h"
#include "pki/store_dir.h"

/* File names of a pair and what belongs in them; km may be empty. */
struct part {
    const char *name;
    const struct buf *data;
};

#define PARTS 4

static void
parts_of(const struct store_pair *pair, struct part ret_parts[static PARTS])
{
    ret_parts[0] = (struct part){ STORE_SIGN_CERT, &pair->sign_cert };
    ret_parts[1] = (struct part){ STORE_SIGN_KEY, &pair->sign_key };
    ret_parts[2] = (struct part){ STORE_KM_CERT, &pair->km_cert };
    ret_parts[3] = (struct part){ STORE_KM_KEY, &pair->km_key };
}

static bool
same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* How many parts of the pair, from the first, does the folder hold? PARTS: it
 * is this pair. FILE_MISSING: no such folder. */
static enum err
parts_held(
    int user, const char *name, const struct store_pair *pair, int *ret_parts)
{
    struct part parts[PARTS];
    struct buf data = { 0 };
    int dir = -1, i;
    enum err r;

    *ret_parts = 0;
    if ((r = file_open_dir(user, name, false, &dir)) != OK)
        return r;
    parts_of(pair, parts);
    for (i = 0; r == OK && i < PARTS; i++) {
        r = file_read(dir, parts[i].name, P8_FILE_MAX, &data);
        if (r == FILE_MISSING && parts[i].data->len == 0)
            r = OK;
        else if (r == FILE_MISSING || r == ERR_TOO_LARGE ||
                 (r == OK && !same(&data, parts[i].data)))
            break;
        buf_free(&data);
    }
    *ret_parts = i;
    buf_free(&data);
    file_close(&dir);
    return r == FILE_MISSING || r == ERR_TOO_LARGE ? OK : r;
}

enum err
store_open_user(const struct host *host, const char *root,
    const char *ca_folder, bool make, int *ret_user)
{
    int root_dir = -1, ca_dir = -1;
    enum err r;

    if (ca_folder[0] == '.' || strpbrk(ca_folder, "\\/:*?\"<>|") != NULL)
        return ERR_STORE_UNSAFE;
    if ((r = store_open_root(host, root, make, &root_dir)) == OK &&
        (r = file_open_dir(root_dir, ca_folder, make, &ca_dir)) == OK)
        r = file_open_dir(ca_dir, "USER", make, ret_user);
    file_close(&ca_dir);
    file_close(&root_dir);
    /* the root itself is made, so what is missing is its medium */
    return r == FILE_MISSING && make ? ERR_MEDIUM_REMOVED : r;
}

/* For a rewrite: what else is in the folder stays in it. */
static enum err
keep_others(const struct store_place *p, int dir)
{
    int from = -1;
    enum err r;

    r = file_open_dir(p->user, p->target, false, &from);
    if (r == OK)
        r = store_copy_others(from, dir);
    file_close(&from);
    return r;
}

/* Write the pair into the hidden folder and read it back. */
static enum err
write_hidden(
    const struct store_place *p, const struct store_pair *pair, bool rewrite)
{
    struct part parts[PARTS];
    int holds = 0;
    int dir = -1, i;
    enum err r;

    parts_of(pair, parts);
    r = file_open_dir(p->user, p->hidden, true, &dir);
    for (i = 0; r == OK && i < PARTS; i++)
        if (parts[i].data->len > 0)
            r = file_create(dir, parts[i].name, parts[i].data);
    if (r == OK && rewrite)
        r = keep_others(p, dir);
    if (r == OK)
        r = file_sync(dir);
    file_close(&dir);
    if (r == OK && (r = parts_held(p->user, p->hidden, pair, &holds)) == OK &&
        holds != PARTS)
        r = ERR_IO_ERROR;
    if (r != OK)
        (void)!file_remove_dir(p->user, p->hidden);
    return r;
}

/* Swap by two renames, where the file system cannot exchange. */
static enum err
swap_in_two(const struct store_place *p)
{
    enum err r;

    if ((r = file_move(p->user, p->target, p->user, p->aside)) != OK ||
        (r = file_sync(p->user)) != OK)
        return r;
    r = file_move(p->user, p->hidden, p->user, p->target);
    if (r != OK)
        (void)!file_move(p->user, p->aside, p->user, p->target);
    return r;
}

/* Put the hidden folder in place; an old pair takes the hidden name. */
static enum err
swap(const struct store_place *p)
{
    enum file_kind kind;
    enum err r;

    r = file_kind(p->user, p->target, &kind);
    if (r == FILE_MISSING)
        r = file_move(p->user, p->hidden, p->user, p->target);
    else if (r == OK && kind != FILE_DIR)
        r = ERR_STORE_UNSAFE;
    else if (r == OK &&
             (r = file_exchange(p->user, p->target, p->hidden)) != OK)
        r = swap_in_two(p);
    return r == OK ? file_sync(p->user) : r;
}

/* Steps 5 and 6 of architecture: section 7, from wherever they were left. */
static enum err
put(const struct store_place *p, const struct store_pair *pair, const char *tag,
    bool rewrite)
{
    int there = 0, held = 0;
    enum err r;

    r = parts_held(p->user, p->target, pair, &there);
    if (r != OK && r != FILE_MISSING)
        return r;
    if (there != PARTS) {
        /* what is there may never have reached the disk, so it is not used;
         * but when it is not ours, it is an old pair of another time */
        r = parts_held(p->user, p->hidden, pair, &held);
        if (r == OK)
            r = held > 0 ? file_remove_dir(p->user, p->hidden)
                         : store_clear_hidden(p, tag);
        if (r != OK && r != FILE_MISSING)
            return r;
        if ((r = write_hidden(p, pair, rewrite)) != OK || (r = swap(p)) != OK)
            return r;
    }
    if ((r = store_put_away(p, p->hidden, tag)) != OK)
        return r;
    return store_put_away(p, p->aside, tag);
}

static bool
is_same_tag(void *ctx, const char *tag)
{
    const char *const *ours = ctx;

    return strcmp(*ours, tag) == 0;
}

/*
 * Clear what killed writers left. We have the lock, so nobody is at work, and
 * whoever resumes begins from the journal, not from a hidden folder. That it
 * cannot be cleared now is no reason not to write.
 */
static enum err
clear_others(const struct host *host, const char *root, const char *tag)
{
    enum err r = store_recover(host, root, is_same_tag, &tag);

    return r == ERR_NO_MEMORY || r == ERR_STORE_UNSAFE ? r : OK;
}

enum err
store_put(const struct host *host, const char *root, const char *ca_folder,
    const struct store_pair *pair, const char *tag, struct buf *ret_path)
{
    struct store_place p = { .host = host, .user = -1 };
    struct buf dn = { 0 }, path = { 0 };
    X509 *x = NULL;
    enum err r;

    if ((r = store_name_place(&p, tag)) != OK ||
        (r = clear_others(host, root, tag)) != OK ||
        (r = cert_parse(host->crypto, &pair->sign_cert, &x)) != OK ||
        (r = cert_dn(X509_get_subject_name(x), &dn)) != OK ||
        (r = store_open_user(host, root, ca_folder, true, &p.user)) != OK ||
        (r = store_choose_target(&p, buf_text(&dn))) != OK ||
        (r = put(&p, pair, tag, false)) != OK)
        goto out;
    if ((r = buf_put_text(&path, root)) == OK &&
        (r = buf_put_byte(&path, '/')) == OK &&
        (r = buf_put_text(&path, ca_folder)) == OK &&
        (r = buf_put_text(&path, "/USER/")) == OK &&
        (r = buf_put_text(&path, p.target)) == OK)
        buf_move(ret_path, &path);
out:
    file_close(&p.user);
    buf_free(&path);
    buf_free(&dn);
    X509_free(x);
    return r;
}

enum err
store_rewrite(const struct host *host, const struct store_entry *entry,
    const struct store_pair *pair)
{
    struct store_place p = { .host = host, .user = -1 };
    char tag[STORE_TAG_MAX + 1];
    char *user = NULL, *name = NULL;
    enum err r;

    if ((r = store_new_tag(host->crypto, STORE_TAG_SWAP, tag)) != OK ||
        (r = store_name_place(&p, tag)) != OK ||
        (r = clear_others(host, entry->root, tag)) != OK ||
        (r = store_split(entry->path, &user, &name)) != OK ||
        (r = store_open_below(host, entry->root, user, &p.user)) != OK)
        goto out;
    snprintf(p.target, STORE_NAME_SIZE, "%s", name);
    r = put(&p, pair, tag, true);
out:
    file_close(&p.user);
    mem_free(user);
    return r == FILE_MISSING && entry->removable ? ERR_MEDIUM_REMOVED : r;
}
