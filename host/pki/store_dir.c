#include "pki/store_dir.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/hex.h"
#include "base/mem.h"

#define FOLDER_FILES_MAX 1000u /* names looked at in one folder */
#define HASH_DIGITS      8u    /* hex digits after '~' */

char *
store_join(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    char *path = mem_alloc(la + lb + 2);

    if (path == NULL)
        return NULL;
    memcpy(path, a, la);
    path[la] = '/';
    memcpy(path + la + 1, b, lb + 1);
    return path;
}

/* The parent of a root "<parent>/<label>/NPKI", and its label; NULL when it is
 * none of a medium. */
static const char *
medium_of(const struct host *host, const char *root,
    char ret_label[static FILE_NAME_MAX_LEN + 1])
{
    char **parent = host->paths.media;
    const char *label;
    size_t len;

    for (; parent != NULL && *parent != NULL; parent++) {
        len = strlen(*parent);
        if (strncmp(root, *parent, len) != 0 || root[len] != '/')
            continue;
        label = root + len + 1;
        len = strcspn(label, "/");
        if (len == 0 || len > FILE_NAME_MAX_LEN ||
            strcmp(label + len, "/NPKI") != 0)
            continue;
        memcpy(ret_label, label, len);
        ret_label[len] = '\0';
        return *parent;
    }
    return NULL;
}

bool
store_is_root(const struct host *host, const char *root)
{
    char label[FILE_NAME_MAX_LEN + 1];

    if (strcmp(root, host->paths.npki) == 0)
        return true;
    return medium_of(host, root, label) != NULL && strcmp(label, ".") != 0 &&
           strcmp(label, "..") != 0;
}

static enum err
open_medium(const char *parent, const char *label, bool make, int *ret_dir)
{
    int outer = -1, inner = -1;
    enum err r;

    if ((r = file_open_path(parent, false, &outer)) == OK &&
        (r = file_open_dir(outer, label, false, &inner)) == OK)
        r = file_open_dir(inner, "NPKI", make, ret_dir);
    file_close(&inner);
    file_close(&outer);
    return r;
}

enum err
store_open_root(
    const struct host *host, const char *root, bool make, int *ret_dir)
{
    char label[FILE_NAME_MAX_LEN + 1];
    const char *parent;

    if (strcmp(root, host->paths.npki) == 0)
        return file_open_root(root, make, ret_dir);
    parent = medium_of(host, root, label);
    return parent == NULL ? ERR_STORE_UNSAFE
                          : open_medium(parent, label, make, ret_dir);
}

enum err
store_open_below(
    const struct host *host, const char *root, const char *path, int *ret_dir)
{
    size_t len, root_len = strlen(root);
    int dir = -1, next = -1;
    char name[FILE_NAME_MAX_LEN + 1];
    enum err r;

    if (strncmp(path, root, root_len) != 0)
        return ERR_STORE_UNSAFE;
    path += root_len;
    r = store_open_root(host, root, false, &dir);
    while (r == OK && *path == '/') {
        len = strcspn(++path, "/");
        if (len >= sizeof(name)) {
            r = ERR_STORE_UNSAFE;
            break;
        }
        memcpy(name, path, len);
        name[len] = '\0';
        path += len;
        if ((r = file_open_dir(dir, name, false, &next)) == OK) {
            file_close(&dir);
            dir = next;
        }
    }
    if (r == OK && *path == '\0')
        *ret_dir = dir;
    else
        file_close(&dir);
    return r == OK && *path != '\0' ? ERR_STORE_UNSAFE : r;
}

struct look_up {
    const char *name;
    char found[FILE_NAME_MAX_LEN + 1]; /* empty: nothing yet */
};

static enum err
match(void *ctx, const char *name)
{
    struct look_up *look = ctx;

    if (strcasecmp(name, look->name) == 0 && look->found[0] == '\0' &&
        strlen(name) <= FILE_NAME_MAX_LEN)
        memcpy(look->found, name, strlen(name) + 1);
    return OK;
}

enum err
store_read(int dir, const char *name, size_t max, struct buf *ret_data)
{
    struct look_up look = { .name = name };
    bool cut = false;
    enum err r;

    r = file_read(dir, name, max, ret_data);
    if (r != FILE_MISSING)
        return r;
    if ((r = file_list(dir, FOLDER_FILES_MAX, match, &look, &cut)) != OK)
        return r;
    return look.found[0] == '\0' ? FILE_MISSING
                                 : file_read(dir, look.found, max, ret_data);
}

static bool
forbidden(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F ||
           strchr("\\/:*?\"<>|", c) != NULL;
}

/* Append '~' and the start of the DN's SHA-256 to a name of len bytes. */
static enum err
put_hash(const struct crypto *crypto, const char *dn, char *name, size_t len)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    struct buf text = { 0 };
    EVP_MD *md = EVP_MD_fetch(crypto_libctx(crypto), "SHA256", NULL);
    enum err r;

    if (md == NULL || !EVP_Digest(dn, strlen(dn), hash, NULL, md, NULL))
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    else
        r = hex_encode(hash, HASH_DIGITS / 2, &text);
    if (r == OK) {
        name[len] = '~';
        memcpy(name + len + 1, text.data, HASH_DIGITS + 1);
    }
    EVP_MD_free(md);
    buf_free(&text);
    return r;
}

enum err
store_folder_name(const struct crypto *crypto, const char *dn, bool distinct,
    char ret_name[static FILE_NAME_MAX_LEN + 1])
{
    size_t i, len = strlen(dn), room = FILE_NAME_MAX_LEN;

    if (len == 0)
        return ERR_CERTIFICATE_DAMAGED;
    if (len > room)
        distinct = true;
    if (distinct)
        room -= HASH_DIGITS + 1;
    if (len > room) /* not in the middle of a character */
        for (len = room; len > 1 && ((unsigned char)dn[len] & 0xC0) == 0x80;)
            len--;
    for (i = 0; i < len; i++)
        ret_name[i] = forbidden(dn[i]) ? '_' : dn[i];
    if (ret_name[len - 1] == '.' || ret_name[len - 1] == ' ')
        ret_name[len - 1] = '_';
    ret_name[len] = '\0';
    return distinct ? put_hash(crypto, dn, ret_name, len) : OK;
}
