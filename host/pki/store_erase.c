/* Rewriting and removing pairs: what is not needed any more is shredded, not
 * kept (store.h, store_dir.h). */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/rand.h>

#include "base/mem.h"
#include "pki/store_dir.h"

#define OTHER_MAX  (1u << 20) /* bytes of a file that is no part of a pair */
#define TAG_RANDOM 8u         /* bytes */
#define OLD_MAX    1000u      /* names looked at in <state>/old */

bool
store_tag_is(const char *tag, const char *kind)
{
    return strncmp(tag, kind, strlen(kind)) == 0;
}

enum err
store_new_tag(const struct crypto *crypto, const char *kind,
    char ret_tag[static STORE_TAG_MAX + 1])
{
    uint8_t bytes[TAG_RANDOM];
    size_t i, len = strlen(kind);

    if (RAND_bytes_ex(crypto_libctx(crypto), bytes, sizeof(bytes), 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    memcpy(ret_tag, kind, len);
    for (i = 0; i < sizeof(bytes); i++)
        snprintf(ret_tag + len + 2 * i, 3, "%02x", bytes[i]);
    return OK;
}

enum err
store_put_away(const struct store_place *p, const char *name, const char *tag)
{
    bool overwritten = true;

    if (store_tag_is(tag, STORE_TAG_SWAP) || store_tag_is(tag, STORE_TAG_ERASE))
        return file_shred_dir(p->user, name, &overwritten);
    return store_retire(p, name, tag);
}

enum err
store_split(const char *path, char **ret_user, char **ret_name)
{
    char *user = mem_strdup(path);
    char *name = user == NULL ? NULL : strrchr(user, '/');

    if (user == NULL)
        return ERR_NO_MEMORY;
    if (name == NULL || name == user) {
        mem_free(user);
        return ERR_STORE_UNSAFE;
    }
    *name++ = '\0';
    *ret_user = user;
    *ret_name = name;
    return OK;
}

/* --- what else is in a folder ---------------------------------------------- */

struct others {
    int from, to;
};

static enum err
copy_other(void *ctx, const char *name)
{
    static const char *const own[] = { STORE_SIGN_CERT, STORE_SIGN_KEY,
        STORE_KM_CERT, STORE_KM_KEY };
    const struct others *o = ctx;
    struct buf data = { 0 };
    enum file_kind kind;
    enum err r;
    size_t i;

    for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (strcasecmp(name, own[i]) == 0)
            return OK;
    if ((r = file_kind(o->from, name, &kind)) != OK)
        return r;
    if (kind != FILE_REGULAR)
        return ERR_STORE_UNSAFE;
    if ((r = file_read(o->from, name, OTHER_MAX, &data)) == OK)
        r = file_create(o->to, name, &data);
    buf_free(&data);
    return r == ERR_TOO_LARGE ? ERR_STORE_UNSAFE : r;
}

enum err
store_copy_others(int from, int to)
{
    struct others o = { from, to };
    bool cut = false;

    return file_list(from, SIZE_MAX, copy_other, &o, &cut);
}

/* --- the same certificate elsewhere ---------------------------------------- */

static enum err
read_certificate(
    const struct crypto *crypto, int dir, const char *name, X509 **ret_x)
{
    struct buf der = { 0 };
    int folder = -1;
    enum err r;

    if ((r = file_open_dir(dir, name, false, &folder)) == OK &&
        (r = store_read(folder, STORE_SIGN_CERT, CERT_FILE_MAX, &der)) == OK)
        r = cert_parse(crypto, &der, ret_x);
    file_close(&folder);
    buf_free(&der);
    return r;
}

struct search {
    const struct crypto *crypto;
    int dir;
    const X509 *x;
    bool found;
    char name[STORE_NAME_SIZE]; /* of the first that was found */
};

/* Anything that cannot be read is another. */
static bool
holds(const struct search *s, const char *name)
{
    X509 *x = NULL;
    bool same;

    same = read_certificate(s->crypto, s->dir, name, &x) == OK &&
           X509_cmp(x, s->x) == 0;
    X509_free(x);
    return same;
}

static enum err
look_for_twin(void *ctx, const char *name)
{
    struct search *s = ctx;

    if (!s->found && name[0] != '.' && holds(s, name))
        s->found = store_has_key(s->dir, name);
    return OK;
}

enum err
store_has_twin(const struct store_place *p, const char *name, bool *ret_has)
{
    struct search s = { .crypto = p->host->crypto, .dir = p->user };
    X509 *x = NULL;
    bool cut = false;
    enum err r;

    r = read_certificate(s.crypto, p->user, name, &x);
    if (r != OK) /* half written: nobody's only copy */
        return r == ERR_NO_MEMORY ? r : OK;
    s.x = x;
    r = file_list(p->user, STORE_ENTRIES_MAX, look_for_twin, &s, &cut);
    X509_free(x);
    if (r == OK)
        *ret_has = s.found;
    return r;
}

/* --- removing -------------------------------------------------------------- */

static enum err
is_plain(void *ctx, const char *name)
{
    enum file_kind kind;
    enum err r = file_kind(*(const int *)ctx, name, &kind);

    return r == OK && kind == FILE_DIR ? ERR_STORE_UNSAFE : r;
}

/* Only a folder of files can be removed to its end. */
static enum err
check_plain(int dir, const char *name)
{
    int folder = -1;
    bool cut = false;
    enum err r;

    if ((r = file_open_dir(dir, name, false, &folder)) == OK)
        r = file_list(folder, SIZE_MAX, is_plain, &folder, &cut);
    file_close(&folder);
    return r;
}

/* Out of sight, for good, and only then to pieces. */
static enum err
erase(const struct crypto *crypto, int dir, const char *name,
    bool *ret_overwritten)
{
    char tag[STORE_TAG_MAX + 1], hidden[STORE_NAME_SIZE];
    enum err r;

    if ((r = store_new_tag(crypto, STORE_TAG_ERASE, tag)) != OK ||
        (r = check_plain(dir, name)) != OK)
        return r;
    snprintf(hidden, sizeof(hidden), STORE_HIDDEN "%s", tag);
    if ((r = file_move(dir, name, dir, hidden)) != OK ||
        (r = file_sync(dir)) != OK)
        return r;
    return file_shred_dir(dir, hidden, ret_overwritten);
}

enum err
store_erase(const struct host *host, const struct store_entry *entry,
    bool *ret_overwritten)
{
    struct search s = { .crypto = host->crypto, .dir = -1, .x = entry->sign };
    char *user = NULL, *name = NULL;
    enum err r;

    if ((r = store_split(entry->path, &user, &name)) != OK)
        return r;
    r = store_open_below(host, entry->root, user, &s.dir);
    if (r == OK)
        r = holds(&s, name) ? erase(s.crypto, s.dir, name, ret_overwritten)
                            : ERR_CERTIFICATE_NOT_FOUND;
    file_close(&s.dir);
    mem_free(user);
    return r == FILE_MISSING && entry->removable ? ERR_MEDIUM_REMOVED : r;
}

static enum err
sweep(void *ctx, const char *name)
{
    bool overwritten = true;
    enum err r = OK;

    if (store_tag_is(name, STORE_HIDDEN STORE_TAG_ERASE))
        r = file_shred_dir(*(const int *)ctx, name, &overwritten);
    return r == ERR_NO_MEMORY ? r : OK; /* else at the next time */
}

enum err
store_sweep_old(const struct host *host)
{
    int old = -1;
    bool cut = false;
    enum err r = file_open_below(host->paths.state, "old", false, &old);

    if (r == OK)
        r = file_list(old, OLD_MAX, sweep, &old, &cut);
    file_close(&old);
    return r == FILE_MISSING ? OK : r;
}

/* The first copy in <state>/old. */
static enum err
look_for_copy(void *ctx, const char *name)
{
    struct search *s = ctx;

    if (!s->found && name[0] != '.' && holds(s, name)) {
        s->found = true;
        snprintf(s->name, sizeof(s->name), "%s", name);
    }
    return OK;
}

static enum err
tell(const struct host *host, const char *name,
    enum err (*told)(void *ctx, const char *path), void *ctx)
{
    char *old = store_join(host->paths.state, "old");
    char *path = old == NULL ? NULL : store_join(old, name);
    enum err r = path == NULL ? ERR_NO_MEMORY : told(ctx, path);

    mem_free(path);
    mem_free(old);
    return r;
}

enum err
store_erase_old(const struct host *host, const X509 *x, bool *ret_overwritten,
    enum err (*told)(void *ctx, const char *path), void *ctx)
{
    struct search s = { .crypto = host->crypto, .dir = -1, .x = x };
    bool cut = false;
    enum err r = file_open_below(host->paths.state, "old", false, &s.dir);

    while (r == OK) {
        s.found = false;
        r = file_list(s.dir, OLD_MAX, look_for_copy, &s, &cut);
        if (r != OK || !s.found)
            break;
        if ((r = erase(s.crypto, s.dir, s.name, ret_overwritten)) == OK)
            r = tell(host, s.name, told, ctx);
    }
    file_close(&s.dir);
    return r == FILE_MISSING ? OK : r;
}
