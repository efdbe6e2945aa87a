#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pki/p8.h"
#include "pki/store_dir.h"

#define OLD_FILE_MAX (1u << 20) /* bytes of a file kept from an old folder */
#define OLD_TRIES    100        /* numbers tried behind a taken name */

/* The tag becomes part of file names. */
static bool
tag_ok(const char *tag)
{
    size_t len = strspn(tag, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= STORE_TAG_MAX && tag[len] == '\0';
}

enum err
store_name_place(struct store_place *p, const char *tag)
{
    if (!tag_ok(tag))
        return ERR_STORE_UNSAFE;
    snprintf(p->hidden, STORE_NAME_SIZE, STORE_HIDDEN "%s", tag);
    snprintf(p->aside, STORE_NAME_SIZE, STORE_HIDDEN "%s" STORE_ASIDE, tag);
    return OK;
}

enum err
store_dn_in(const struct store_place *p, const char *name, struct buf *ret_dn)
{
    struct buf der = { 0 };
    X509 *x = NULL;
    int dir = -1;
    enum err r;

    if ((r = file_open_dir(p->user, name, false, &dir)) == OK &&
        (r = store_read(dir, STORE_SIGN_CERT, CERT_FILE_MAX, &der)) == OK &&
        (r = cert_parse(p->host->crypto, &der, &x)) == OK)
        r = cert_dn(X509_get_subject_name(x), ret_dn);
    X509_free(x);
    buf_free(&der);
    file_close(&dir);
    return r == ERR_NO_MEMORY ? r : OK;
}

enum err
store_choose_target(struct store_place *p, const char *dn)
{
    const struct crypto *crypto = p->host->crypto;
    struct buf other = { 0 };
    enum err r;

    if ((r = store_folder_name(crypto, dn, false, p->target)) == OK &&
        (r = store_dn_in(p, p->target, &other)) == OK && other.len > 0 &&
        strcmp(buf_text(&other), dn) != 0)
        r = store_folder_name(crypto, dn, true, p->target);
    buf_free(&other);
    return r;
}

struct copying {
    int from, to;
    bool left; /* something could not be taken along */
};

static enum err
copy_one(void *ctx, const char *name)
{
    struct copying *c = ctx;
    struct buf data = { 0 };
    enum file_kind kind;
    enum err r;

    if ((r = file_kind(c->from, name, &kind)) != OK)
        return r;
    r = kind == FILE_REGULAR ? file_read(c->from, name, OLD_FILE_MAX, &data)
                             : ERR_TOO_LARGE;
    if (r == OK)
        r = file_create(c->to, name, &data);
    if (r == ERR_TOO_LARGE) {
        c->left = true;
        r = OK;
    }
    buf_free(&data);
    return r;
}

/*
 * Copy a folder's files to a new folder, durable before it has its name, and
 * remove the first. One that holds more than plain small files stays hidden.
 */
static enum err
move_over(int user, const char *name, int old, const char *to)
{
    static const char part[] = "incomplete";
    struct copying c = { -1, -1, false };
    bool cut = false;
    enum err r;

    if ((r = file_remove_dir(old, part)) == OK &&
        (r = file_open_dir(user, name, false, &c.from)) == OK &&
        (r = file_open_dir(old, part, true, &c.to)) == OK &&
        (r = file_list(c.from, SIZE_MAX, copy_one, &c, &cut)) == OK)
        r = file_sync(c.to);
    file_close(&c.from);
    file_close(&c.to);
    if (r == OK && (r = file_move(old, part, old, to)) == OK &&
        (r = file_sync(old)) == OK && !c.left)
        r = file_remove_dir(user, name);
    return r;
}

/* A name of <state>/old that is free: the tag, else with a number. */
static enum err
free_name(int old, const char *tag, char name[static STORE_NAME_SIZE])
{
    enum file_kind kind;
    enum err r;
    int i;

    for (i = 0; i < OLD_TRIES; i++) {
        snprintf(name, STORE_NAME_SIZE, i == 0 ? "%s" : "%s-%d", tag, i + 1);
        r = file_kind(old, name, &kind);
        if (r != OK)
            return r == FILE_MISSING ? OK : r;
    }
    return ERR_ALREADY_EXISTS;
}

enum err
store_retire(const struct store_place *p, const char *name, const char *tag)
{
    char to[STORE_NAME_SIZE];
    enum file_kind kind;
    int old = -1;
    enum err r;

    r = file_kind(p->user, name, &kind);
    if (r != OK)
        return r == FILE_MISSING ? OK : r;
    if ((r = file_open_below(p->host->paths.state, "old", true, &old)) != OK ||
        (r = free_name(old, tag, to)) != OK)
        goto out;
    r = file_move(p->user, name, old, to);
    if (r == ERR_IO_ERROR) /* another file system, or a sandbox between */
        r = move_over(p->user, name, old, to);
    if (r == OK && (r = file_sync(old)) == OK)
        r = file_sync(p->user);
out:
    file_close(&old);
    return r;
}

enum err
store_clear_hidden(const struct store_place *p, const char *tag)
{
    struct buf dn = { 0 };
    enum err r;

    if ((r = store_dn_in(p, p->hidden, &dn)) == OK)
        r = dn.len > 0 ? store_retire(p, p->hidden, tag)
                       : file_remove_dir(p->user, p->hidden);
    buf_free(&dn);
    return r;
}

struct recovery {
    struct store_place place;
    bool (*live)(void *ctx, const char *tag);
    void *ctx;
    int dir; /* of the folder whose names are visited */
};

/* Is there a key file beside the certificate? */
bool
store_has_key(int user, const char *name)
{
    struct buf file = { 0 };
    struct p8_info info;
    int dir = -1;
    bool has;

    has = file_open_dir(user, name, false, &dir) == OK &&
          store_read(dir, STORE_SIGN_KEY, P8_FILE_MAX, &file) == OK &&
          p8_info(&file, &info) == OK;
    file_close(&dir);
    buf_free(&file);
    return has;
}

/* Put a whole pair where its place is empty; else keep it outside. */
static enum err
put_back(struct store_place *p, const char *name, const char *tag)
{
    struct buf dn = { 0 };
    enum file_kind kind;
    enum err r;

    if ((r = store_dn_in(p, name, &dn)) != OK)
        goto out;
    if (dn.len == 0) {
        r = file_remove_dir(p->user, name);
        goto out;
    }
    if ((r = store_choose_target(p, buf_text(&dn))) != OK)
        goto out;
    if (!store_has_key(p->user, name) ||
        file_kind(p->user, p->target, &kind) != FILE_MISSING)
        r = store_retire(p, name, tag);
    else if ((r = file_move(p->user, name, p->user, p->target)) == OK)
        r = file_sync(p->user);
out:
    buf_free(&dn);
    return r;
}

/* What becomes of a hidden folder: its tag says it, and what is beside it. */
static enum err
settle(struct store_place *p, const char *name, const char *tag)
{
    bool shred = store_tag_is(tag, STORE_TAG_ERASE);
    enum err r = OK;

    if (store_tag_is(tag, STORE_TAG_SWAP))
        r = store_has_twin(p, name, &shred);
    if (r != OK)
        return r;
    return shred ? store_put_away(p, name, tag) : put_back(p, name, tag);
}

/* A name in USER. What cannot be cleared now is left for the next time. */
static enum err
recover_hidden(void *ctx, const char *name)
{
    struct recovery *rec = ctx;
    char tag[STORE_NAME_SIZE];
    size_t len = strlen(name), end = strlen(STORE_ASIDE);
    enum err r;

    if (strncmp(name, STORE_HIDDEN, strlen(STORE_HIDDEN)) != 0)
        return OK;
    len -= strlen(STORE_HIDDEN);
    memcpy(tag, name + strlen(STORE_HIDDEN), len + 1);
    if (len > end && strcmp(tag + len - end, STORE_ASIDE) == 0)
        tag[len - end] = '\0';
    if (!tag_ok(tag) || (rec->live != NULL && rec->live(rec->ctx, tag)))
        return OK;
    r = settle(&rec->place, name, tag);
    return r == ERR_NO_MEMORY ? r : OK;
}

static enum err
recover_user(void *ctx, const char *name)
{
    struct recovery *rec = ctx;
    bool cut = false;
    enum err r;

    if (strcasecmp(name, "USER") != 0 ||
        file_open_dir(rec->dir, name, false, &rec->place.user) != OK)
        return OK;
    r = file_list(
        rec->place.user, STORE_ENTRIES_MAX, recover_hidden, rec, &cut);
    file_close(&rec->place.user);
    return r == ERR_NO_MEMORY ? r : OK;
}

static enum err
recover_ca(void *ctx, const char *name)
{
    struct recovery *rec = ctx;
    int root = rec->dir, ca = -1;
    bool cut = false;
    enum err r;

    if (file_open_dir(root, name, false, &ca) != OK)
        return OK;
    rec->dir = ca;
    r = file_list(ca, STORE_ENTRIES_MAX, recover_user, rec, &cut);
    rec->dir = root;
    file_close(&ca);
    return r == ERR_NO_MEMORY ? r : OK;
}

enum err
store_recover(const struct host *host, const char *root,
    bool (*live)(void *ctx, const char *tag), void *ctx)
{
    struct recovery rec = { .live = live, .ctx = ctx, .dir = -1 };
    bool cut = false;
    enum err r;

    rec.place.host = host;
    rec.place.user = -1;
    r = store_open_root(host, root, false, &rec.dir);
    if (r == OK)
        r = file_list(rec.dir, STORE_ENTRIES_MAX, recover_ca, &rec, &cut);
    file_close(&rec.dir);
    if (r == OK || r == FILE_MISSING)
        r = store_sweep_old(host);
    return r;
}
