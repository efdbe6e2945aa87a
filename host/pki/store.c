#include "pki/store.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store_dir.h"

#define CAS_MAX    1000u /* names looked at in a root */
#define LABELS_MAX 100u  /* names looked at in a parent of media */
#define FIRST_CAP  16u   /* entries */

/* One root being read; ca and user are set while inside. */
struct scan {
    const struct host *host;
    struct store_list *list;
    size_t cap;    /* entries allocated */
    size_t looked; /* names under this root */
    const char *root, *ca;
    bool removable;
    bool to_show; /* certificates are read for that alone */
    char *user;   /* path of the USER folder */
    int dir;      /* of the folder whose names are visited */
};

static void
entry_free(struct store_entry *e)
{
    mem_free(e->root);
    mem_free(e->path);
    mem_free(e->ca);
    X509_free(e->sign);
    X509_free(e->km);
    *e = (struct store_entry){ 0 };
}

void
store_list_free(struct store_list *list)
{
    size_t i;

    if (list == NULL)
        return;
    for (i = 0; i < list->count; i++)
        entry_free(&list->entries[i]);
    for (i = 0; i < list->root_count; i++)
        mem_free(list->roots[i].path);
    mem_free(list->entries);
    *list = (struct store_list){ 0 };
}

static enum err
grow(struct scan *s)
{
    size_t cap = s->cap == 0 ? FIRST_CAP : 2 * s->cap;
    struct store_entry *entries;

    if (s->list->count < s->cap)
        return OK;
    entries = mem_alloc(cap * sizeof(*entries));
    if (entries == NULL)
        return ERR_NO_MEMORY;
    if (s->list->count > 0)
        memcpy(entries, s->list->entries, s->list->count * sizeof(*entries));
    mem_free(s->list->entries);
    s->list->entries = entries;
    s->cap = cap;
    return OK;
}

/* Append an entry; e's own members are taken over, also on failure. */
static enum err
add(struct scan *s, const char *parent, const char *name, struct store_entry *e)
{
    enum err r = grow(s);

    if (r == OK) {
        e->root = mem_strdup(s->root);
        e->removable = s->removable;
        e->path = store_join(parent, name);
        e->ca = mem_strdup(s->ca == NULL ? "" : s->ca);
        if (e->root == NULL || e->path == NULL || e->ca == NULL)
            r = ERR_NO_MEMORY;
    }
    if (r != OK) {
        entry_free(e);
        return r;
    }
    s->list->entries[s->list->count++] = *e;
    return OK;
}

static enum err
add_broken(struct scan *s, const char *parent, const char *name, enum err why)
{
    struct store_entry e = { .broken = why };

    return why == ERR_NO_MEMORY ? why : add(s, parent, name, &e);
}

/* ret_id, of CERT_ID_LEN + 1 bytes, may be NULL. */
static enum err
read_certificate(
    const struct scan *s, int dir, const char *name, char *ret_id, X509 **ret_x)
{
    struct buf der = { 0 };
    enum err r;

    r = store_read(dir, name, CERT_FILE_MAX, &der);
    if (r == ERR_TOO_LARGE)
        r = ERR_CERTIFICATE_DAMAGED;
    if (r == OK)
        r = s->to_show ? cert_parse_to_show(s->host->crypto, &der, ret_x)
                       : cert_parse(s->host->crypto, &der, ret_x);
    if (r == OK && ret_id != NULL)
        r = cert_id_of(s->host->crypto, &der, ret_id);
    buf_free(&der);
    return r;
}

/* Is there a key file, and of which scheme? Anything wrong with it is said
 * when it is opened. */
static enum err
look_at_key(int dir, struct store_entry *e)
{
    struct buf file = { 0 };
    struct p8_info info;
    enum err r;

    r = store_read(dir, STORE_SIGN_KEY, P8_FILE_MAX, &file);
    if (r == OK && (r = p8_info(&file, &info)) == OK) {
        e->has_key = true;
        e->key_scheme = info.scheme;
    } else if (r == ERR_KEY_SCHEME_UNSUPPORTED) {
        e->has_key = true;
        e->key_scheme = "unsupported";
    }
    buf_free(&file);
    return r == ERR_NO_MEMORY ? r : OK;
}

static enum err
read_entry(const struct scan *s, int dir, struct store_entry *e)
{
    enum err r;

    if ((r = read_certificate(s, dir, STORE_SIGN_CERT, e->id, &e->sign)) !=
            OK ||
        (r = look_at_key(dir, e)) != OK)
        return r;
    r = read_certificate(s, dir, STORE_KM_CERT, NULL, &e->km);
    return r == ERR_NO_MEMORY ? r : OK;
}

/* A name in a USER folder. */
static enum err
visit_entry(void *ctx, const char *name)
{
    struct scan *s = ctx;
    struct store_entry e = { 0 };
    enum file_kind kind;
    int dir = -1;
    enum err r;

    s->looked++;
    if (name[0] == '.')
        return OK;
    r = file_open_dir(s->dir, name, false, &dir);
    if (r == FILE_MISSING)
        return OK; /* gone meanwhile */
    if (r == ERR_STORE_UNSAFE &&
        (file_kind(s->dir, name, &kind) != OK || kind != FILE_LINK))
        return OK; /* neither a folder nor a link */
    if (r == OK)
        r = read_entry(s, dir, &e);
    file_close(&dir);
    if (r == OK)
        return add(s, s->user, name, &e);
    entry_free(&e);
    return add_broken(s, s->user, name, r);
}

/* Visit the names of a folder below s->dir; one that cannot be opened or
 * read to its end becomes a broken entry. */
static enum err
descend(struct scan *s, const char *parent, const char *name,
    enum err (*visit)(void *ctx, const char *name))
{
    int outer = s->dir, inner = -1;
    size_t left =
        s->looked < STORE_ENTRIES_MAX ? STORE_ENTRIES_MAX - s->looked : 0;
    enum err r;

    r = file_open_dir(outer, name, false, &inner);
    if (r == OK) {
        s->dir = inner;
        r = file_list(inner, left, visit, s, &s->list->cut);
        s->dir = outer;
        file_close(&inner);
    }
    if (r == OK || r == ERR_NO_MEMORY)
        return r;
    return add_broken(s, parent, name, r);
}

/* A name in a CA's folder: only USER, in any case, holds certificates. */
static enum err
visit_ca(void *ctx, const char *name)
{
    struct scan *s = ctx;
    char *ca_path;
    enum err r;

    s->looked++;
    if (strcasecmp(name, "USER") != 0)
        return OK;
    ca_path = store_join(s->root, s->ca);
    s->user = ca_path == NULL ? NULL : store_join(ca_path, name);
    r = s->user == NULL ? ERR_NO_MEMORY
                        : descend(s, ca_path, name, visit_entry);
    mem_free(s->user);
    mem_free(ca_path);
    s->user = NULL;
    return r;
}

/* A name in the root. */
static enum err
visit_root(void *ctx, const char *name)
{
    struct scan *s = ctx;
    enum file_kind kind;
    enum err r;

    s->looked++;
    if (name[0] == '.' || file_kind(s->dir, name, &kind) != OK)
        return OK;
    if (kind != FILE_DIR)
        return kind == FILE_LINK
                   ? add_broken(s, s->root, name, ERR_STORE_UNSAFE)
                   : OK;
    s->ca = name;
    r = descend(s, s->root, name, visit_ca);
    s->ca = NULL;
    return r;
}

static enum err
add_root(struct scan *s, const char *path)
{
    struct store_list *list = s->list;
    char *copy;

    if (list->root_count == STORE_ROOTS_MAX) {
        list->cut = true;
        return OK;
    }
    copy = mem_strdup(path);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    list->roots[list->root_count++] = (struct store_root){ copy, s->removable };
    return OK;
}

static enum err
scan_root(struct scan *s, const char *root, int dir)
{
    s->root = root;
    s->dir = dir;
    s->looked = 0;
    return file_list(dir, CAS_MAX, visit_root, s, &s->list->cut);
}

static enum err
scan_disk(struct scan *s)
{
    const char *root = s->host->paths.npki;
    int dir = -1;
    enum err r;

    s->removable = false;
    if ((r = add_root(s, root)) != OK)
        return r;
    r = store_open_root(s->host, root, false, &dir);
    if (r == OK)
        r = scan_root(s, root, dir);
    file_close(&dir);
    return r == FILE_MISSING ? OK : r;
}

struct media {
    struct scan *scan;
    const char *parent;
    int dir;
};

/* One medium: read its NPKI folder; without one it is still a place to store
 * in, when it really is another file system. */
static enum err
visit_label(void *ctx, const char *label)
{
    struct media *m = ctx;
    struct scan *s = m->scan;
    int medium = -1, dir = -1;
    char *path = store_join(m->parent, label);
    char *root = path == NULL ? NULL : store_join(path, "NPKI");
    enum err r = root == NULL ? ERR_NO_MEMORY : OK;

    if (r != OK || file_open_dir(m->dir, label, false, &medium) != OK)
        goto out;
    r = file_open_dir(medium, "NPKI", false, &dir);
    if (r == FILE_MISSING) {
        r = file_same_system(m->dir, medium) ? OK : add_root(s, root);
        goto out;
    }
    if (r == OK && (r = add_root(s, root)) == OK)
        r = scan_root(s, root, dir);
    s->root = root;
    if (r != OK)
        r = add_broken(s, path, "NPKI", r);
out:
    s->root = NULL;
    file_close(&dir);
    file_close(&medium);
    mem_free(root);
    mem_free(path);
    return r;
}

static enum err
scan_media(struct scan *s)
{
    struct media m = { .scan = s };
    char **parent = s->host->paths.media;
    enum err r = OK;

    s->removable = true;
    for (; r == OK && parent != NULL && *parent != NULL; parent++) {
        m.parent = *parent;
        m.dir = -1;
        if (file_open_path(*parent, false, &m.dir) != OK)
            continue;
        r = file_list(m.dir, LABELS_MAX, visit_label, &m, &s->list->cut);
        file_close(&m.dir);
        if (r != ERR_NO_MEMORY)
            r = OK; /* a parent that cannot be read holds no medium for us */
    }
    return r;
}

static enum err
scan(const struct host *host, bool removable, bool to_show,
    struct store_list *ret_list)
{
    struct store_list list = { 0 };
    struct scan s = {
        .host = host, .list = &list, .dir = -1, .to_show = to_show
    };
    enum err r;

    r = scan_disk(&s);
    if (r == OK && removable)
        r = scan_media(&s);
    if (r == OK)
        *ret_list = list;
    else
        store_list_free(&list);
    return r;
}

enum err
store_scan(const struct host *host, bool removable, struct store_list *ret_list)
{
    return scan(host, removable, false, ret_list);
}

enum err
store_scan_to_show(
    const struct host *host, bool removable, struct store_list *ret_list)
{
    return scan(host, removable, true, ret_list);
}
