/* The files of an entry, and where a certificate belongs (store.h). */
#include "pki/store.h"

#include <string.h>

#include "pki/p8.h"
#include "pki/store_dir.h"

void
store_pair_free(struct store_pair *pair)
{
    buf_free(&pair->sign_cert);
    buf_free(&pair->sign_key);
    buf_free(&pair->km_cert);
    buf_free(&pair->km_key);
}

/* Both files of the second pair, or neither. */
static enum err
read_km(const struct host *host, const struct store_entry *entry,
    struct store_pair *pair)
{
    enum err r;

    if (entry->km == NULL)
        return OK;
    r = store_read_key(host, entry, true, &pair->km_key);
    if (r == ERR_KEY_FILE_MISSING)
        return OK;
    return r == OK ? cert_der(entry->km, &pair->km_cert) : r;
}

enum err
store_read_pair(const struct host *host, const struct store_entry *entry,
    struct store_pair *ret_pair)
{
    struct store_pair pair = { 0 };
    enum err r;

    if ((r = cert_der(entry->sign, &pair.sign_cert)) == OK &&
        (r = store_read_key(host, entry, false, &pair.sign_key)) == OK)
        r = read_km(host, entry, &pair);
    if (r == OK)
        *ret_pair = pair;
    else
        store_pair_free(&pair);
    return r;
}

enum err
store_ca_folder(const struct crypto *crypto, const X509 *x,
    char ret_name[static STORE_CA_SIZE])
{
    const X509_NAME *issuer = X509_get_issuer_name(x);
    struct buf name = { 0 };
    enum err r;

    r = cert_name_part(issuer, "O", &name);
    if (r == OK && name.len == 0)
        r = cert_name_part(issuer, "CN", &name);
    if (r == OK)
        r = store_folder_name(crypto, buf_text(&name), false, ret_name);
    if (r == OK && ret_name[0] == '.') /* hidden, or a way up */
        ret_name[0] = '_';
    buf_free(&name);
    return r;
}

static enum err
put_path(const char *root, const char *ca_folder, const char *name,
    struct buf *ret_path)
{
    enum err r;

    if ((r = buf_put_text(ret_path, root)) == OK &&
        (r = buf_put_byte(ret_path, '/')) == OK &&
        (r = buf_put_text(ret_path, ca_folder)) == OK &&
        (r = buf_put_text(ret_path, "/USER/")) == OK)
        r = buf_put_text(ret_path, name);
    return r;
}

enum err
store_occupant(const struct host *host, const char *root, const char *ca_folder,
    const X509 *x, struct buf *ret_path, X509 **ret_x)
{
    struct store_place p = { .host = host, .user = -1 };
    struct buf dn = { 0 }, der = { 0 };
    int dir = -1;
    enum err r;

    if ((r = cert_dn(X509_get_subject_name(x), &dn)) != OK ||
        (r = store_open_user(host, root, ca_folder, false, &p.user)) != OK ||
        (r = store_choose_target(&p, buf_text(&dn))) != OK ||
        (r = file_open_dir(p.user, p.target, false, &dir)) != OK ||
        (r = put_path(root, ca_folder, p.target, ret_path)) != OK)
        goto out;
    *ret_x = NULL;
    if (store_read(dir, STORE_SIGN_CERT, CERT_FILE_MAX, &der) != OK ||
        (r = cert_parse(host->crypto, &der, ret_x)) == ERR_CERTIFICATE_DAMAGED)
        r = OK;
out:
    file_close(&dir);
    file_close(&p.user);
    buf_free(&dn);
    buf_free(&der);
    return r;
}
