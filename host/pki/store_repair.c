/* Names, case and permissions put right (store.h). */
#include "pki/store.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "pki/store_dir.h"

static const char *const own_names[] = { STORE_SIGN_CERT, STORE_SIGN_KEY,
    STORE_KM_CERT, STORE_KM_KEY };

struct repair {
    struct store_place place; /* user is set while inside */
    const char *root, *only;
    store_repair_told told;
    void *ctx;
    int dir;    /* of the folder whose names are visited */
    char *path; /* of that folder */
};

/* Say what was done to a name of the folder that is visited, or what could
 * not be. */
static enum err
tell(struct repair *f, const char *name, const char *what, enum err failed)
{
    char *path = name == NULL ? mem_strdup(f->path) : store_join(f->path, name);
    enum err r = path == NULL ? ERR_NO_MEMORY : OK;

    if (r == OK)
        r = f->told(f->ctx, path, what, failed);
    mem_free(path);
    return r;
}

/* A step that changed something, that failed, or that had nothing to do. */
static enum err
step(struct repair *f, const char *name, const char *what, bool changed,
    enum err r)
{
    if (r == ERR_NO_MEMORY)
        return r;
    if (r != OK)
        return tell(f, name, what, r);
    return changed ? tell(f, name, what, OK) : OK;
}

static enum err
fix_mode(struct repair *f, const char *name, bool lax)
{
    bool changed = false;
    enum err r = file_own(f->dir, name, lax, &changed);

    return step(f, name, "permissions", changed, r);
}

/* Give a name of the folder another, unless that is taken. */
static enum err
fix_name(struct repair *f, const char *name, const char *right)
{
    const char *what = strcasecmp(name, right) == 0 ? "case" : "name";
    enum err r = file_move(f->dir, name, f->dir, right);

    if (r == ERR_ALREADY_EXISTS)
        return OK;
    if (r == OK)
        r = file_sync(f->dir);
    return step(f, name, what, true, r);
}

/* Visit the names of a folder below this one, and come back. */
static enum err
inside(struct repair *f, const char *name,
    enum err (*visit)(void *ctx, const char *name))
{
    char *outer_path = f->path, *path = store_join(f->path, name);
    int outer = f->dir, inner = -1;
    bool cut = false;
    enum err r;

    if (path == NULL)
        return ERR_NO_MEMORY;
    if ((r = file_open_dir(outer, name, false, &inner)) == OK) {
        f->dir = inner;
        f->path = path;
        r = file_list(inner, STORE_ENTRIES_MAX, visit, f, &cut);
        f->dir = outer;
        f->path = outer_path;
    }
    file_close(&inner);
    mem_free(path);
    return step(f, name, "permissions", false, r);
}

/* A name in a DN folder. */
static enum err
fix_file(void *ctx, const char *name)
{
    struct repair *f = ctx;
    const char *right = name;
    enum file_kind kind;
    enum err r;
    size_t i;

    if (file_kind(f->dir, name, &kind) != OK || kind != FILE_REGULAR)
        return OK;
    if ((r = fix_mode(f, name, false)) != OK)
        return r;
    for (i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++)
        if (strcasecmp(name, own_names[i]) == 0)
            right = own_names[i];
    return strcmp(name, right) == 0 ? OK : fix_name(f, name, right);
}

/* Other programs look for folders that begin with "cn=". */
static enum err
fix_folder_name(struct repair *f, const char *name)
{
    struct buf dn = { 0 };
    enum err r;

    if (strncmp(name, "cn=", 3) == 0)
        return OK;
    f->place.user = f->dir;
    if ((r = store_dn_in(&f->place, name, &dn)) == OK && dn.len > 0 &&
        (r = store_choose_target(&f->place, buf_text(&dn))) == OK &&
        strcmp(name, f->place.target) != 0)
        r = fix_name(f, name, f->place.target);
    buf_free(&dn);
    return r;
}

static bool
is_folder(const struct repair *f, const char *name)
{
    enum file_kind kind;

    return name[0] != '.' && file_kind(f->dir, name, &kind) == OK &&
           kind == FILE_DIR;
}

/* Is this the folder that is meant? */
static bool
is_meant(const struct repair *f, const char *name)
{
    char *path;
    bool meant;

    if (f->only == NULL)
        return true;
    path = store_join(f->path, name);
    meant = path != NULL && strcmp(path, f->only) == 0;
    mem_free(path);
    return meant;
}

/* A name in USER. */
static enum err
fix_entry(void *ctx, const char *name)
{
    struct repair *f = ctx;
    enum err r;

    if (!is_folder(f, name) || !is_meant(f, name))
        return OK;
    if ((r = fix_mode(f, name, false)) == OK &&
        (r = inside(f, name, fix_file)) == OK)
        r = fix_folder_name(f, name);
    return r;
}

/* A name in a CA's folder. */
static enum err
fix_user(void *ctx, const char *name)
{
    struct repair *f = ctx;
    enum file_kind kind;
    bool wrong = strcmp(name, "USER") != 0;
    enum err r;

    if (strcasecmp(name, "USER") != 0 || !is_folder(f, name))
        return OK;
    if ((r = fix_mode(f, name, true)) != OK)
        return r;
    if (wrong && f->only == NULL &&
        file_kind(f->dir, "USER", &kind) == FILE_MISSING) {
        if ((r = fix_name(f, name, "USER")) != OK)
            return r;
        if (file_kind(f->dir, "USER", &kind) == OK)
            name = "USER";
    }
    return inside(f, name, fix_entry);
}

/* A name in the root. */
static enum err
fix_ca(void *ctx, const char *name)
{
    struct repair *f = ctx;
    enum err r;

    if (!is_folder(f, name))
        return OK;
    r = fix_mode(f, name, true);
    return r == OK ? inside(f, name, fix_user) : r;
}

/* Asked for each hidden folder: none is live, all are told. */
static bool
is_live(void *ctx, const char *tag)
{
    (void)tag;
    (void)!tell(ctx, NULL, "leftover", OK);
    return false;
}

enum err
store_repair(const struct host *host, const char *root, const char *only,
    store_repair_told told, void *ctx)
{
    struct repair f = { .root = root, .only = only, .told = told, .ctx = ctx };
    bool changed = false, cut = false;
    enum err r;

    f.place = (struct store_place){ .host = host, .user = -1 };
    f.dir = -1;
    f.path = mem_strdup(root);
    if (f.path == NULL)
        return ERR_NO_MEMORY;
    if ((r = store_open_root(host, root, false, &f.dir)) != OK)
        goto out;
    r = file_own(f.dir, NULL, true, &changed);
    r = step(&f, NULL, "permissions", changed, r);
    if (r == OK && only == NULL)
        r = store_recover(host, root, is_live, &f);
    if (r == OK)
        r = file_list(f.dir, STORE_ENTRIES_MAX, fix_ca, &f, &cut);
out:
    file_close(&f.dir);
    mem_free(f.path);
    return r == FILE_MISSING && only == NULL ? OK : r;
}
