#include "pki/chain.h"

#include <ctype.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "base/mem.h"
#include "pki/algorithm.h"
#include "pki/cert.h"

#define AUTH_LEVEL   2 /* OpenSSL's name for 112 bits of strength */
#define DER_SEQUENCE 0x30

struct chain_set {
    STACK_OF(X509) * certs;
};

enum err
chain_add(struct chain_set **set, X509 *x)
{
    if (*set == NULL) {
        *set = mem_alloc(sizeof(**set));
        if (*set == NULL)
            return ERR_NO_MEMORY;
    }
    if ((*set)->certs == NULL)
        (*set)->certs = sk_X509_new_null();
    if ((*set)->certs == NULL)
        return ERR_NO_MEMORY;
    if (chain_count(*set) >= CHAIN_CERTS_MAX)
        return ERR_TOO_LARGE;
    if (X509_up_ref(x) != 1 || sk_X509_push((*set)->certs, x) == 0)
        return ERR_NO_MEMORY;
    return OK;
}

size_t
chain_count(const struct chain_set *set)
{
    return set == NULL || set->certs == NULL ? 0
                                             : (size_t)sk_X509_num(set->certs);
}

bool
chain_is_early(const struct chain_set *set, int64_t at)
{
    int i, n = (int)chain_count(set);

    for (i = 0; i < n; i++)
        if (cert_not_before(sk_X509_value(set->certs, i)) > at)
            return true;
    return false;
}

void
chain_free(struct chain_set *set)
{
    if (set == NULL)
        return;
    sk_X509_pop_free(set->certs, X509_free);
    mem_free(set);
}

/* One DER certificate at *p; steps over it. */
static enum err
read_der(const struct crypto *crypto, const uint8_t **p, const uint8_t *end,
    struct chain_set **set)
{
    X509 *x = X509_new_ex(crypto_libctx(crypto), NULL);
    enum err r = ERR_NO_MEMORY;

    if (x == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    if (d2i_X509(&x, p, end - *p) == NULL)
        return err_openssl(__func__, ERR_CERTIFICATE_DAMAGED);
    r = chain_add(set, x);
    X509_free(x);
    return r;
}

/* The PEM block that starts at or after *p; steps over it. At the end of the
 * text *p becomes end. */
static enum err
read_pem(const struct crypto *crypto, const uint8_t **p, const uint8_t *end,
    struct chain_set **set)
{
    static const char begin[] = "-----BEGIN";
    const uint8_t *at = memmem(*p, (size_t)(end - *p), begin, strlen(begin));
    const uint8_t *q;
    unsigned char *der = NULL;
    char *name = NULL, *header = NULL;
    BIO *bio = NULL;
    long len = 0;
    enum err r = ERR_CERTIFICATE_DAMAGED;

    if (at == NULL) {
        *p = end;
        return OK;
    }
    bio = BIO_new_mem_buf(at, (int)(end - at));
    if (bio == NULL || PEM_read_bio(bio, &name, &header, &der, &len) != 1) {
        r = err_openssl(__func__, ERR_CERTIFICATE_DAMAGED);
        goto out;
    }
    if (strcmp(name, PEM_STRING_X509) != 0 &&
        strcmp(name, PEM_STRING_X509_TRUSTED) != 0 &&
        strcmp(name, PEM_STRING_X509_OLD) != 0)
        goto out;
    *p = end - BIO_pending(bio);
    q = der;
    if ((r = read_der(crypto, &q, der + len, set)) == OK && q != der + len)
        r = ERR_CERTIFICATE_DAMAGED;
out:
    BIO_free(bio);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    return r;
}

enum err
chain_read(
    const struct crypto *crypto, const struct buf *file, struct chain_set **set)
{
    const uint8_t *p = file->data, *end = p == NULL ? p : p + file->len;
    size_t before = chain_count(*set);
    enum err r;

    if (file->len > CHAIN_FILE_MAX)
        return ERR_TOO_LARGE;
    while (p < end) {
        if (isspace(*p)) {
            p++;
            continue;
        }
        r = *p == DER_SEQUENCE ? read_der(crypto, &p, end, set)
                               : read_pem(crypto, &p, end, set);
        if (r != OK)
            return r;
    }
    return chain_count(*set) > before ? OK : ERR_CERTIFICATE_DAMAGED;
}

/* Is all that is critical in it looked at here, or by OpenSSL? Names that a CA
 * is confined to are not: no certificate with them is on a path. */
static bool
is_understood(const X509 *x)
{
    static const int known[] = { NID_key_usage, NID_subject_alt_name,
        NID_basic_constraints, NID_crl_distribution_points, NID_ext_key_usage,
        NID_certificate_policies, NID_policy_constraints,
        NID_inhibit_any_policy };
    const size_t count = sizeof(known) / sizeof(*known);
    X509_EXTENSION *e;
    size_t k;
    int nid;

    for (int i = 0; i < X509_get_ext_count(x); i++) {
        e = X509_get_ext(x, i);
        nid = OBJ_obj2nid(X509_EXTENSION_get_object(e));
        for (k = 0; k < count && nid != known[k]; k++)
            continue;
        if (nid == NID_name_constraints ||
            (k == count && X509_EXTENSION_get_critical(e) == 1))
            return false;
    }
    return true;
}

/* May it be on a path? Who signed an anchor does not matter. */
static bool
is_usable(const X509 *x, bool anchor)
{
    return is_understood(x) && algorithm_has_key(x) &&
           (anchor || algorithm_proves(X509_get_signature_nid(x)));
}

/* Those that may be on a path from x: not itself, which cannot vouch for
 * itself. */
static enum err
choose(const struct chain_set *from, const X509 *x, bool anchors,
    struct chain_set **ret_set)
{
    struct chain_set *set = NULL;
    X509 *one;
    enum err r = OK;

    for (int i = 0; i < (int)chain_count(from) && r == OK; i++) {
        one = sk_X509_value(from->certs, i);
        if (X509_cmp(one, x) != 0 && is_usable(one, anchors))
            r = chain_add(&set, one);
    }
    if (r != OK) {
        chain_free(set);
        return r;
    }
    *ret_set = set;
    return OK;
}

/* What the outcome of X509_verify_cert means to us. A certificate's dates are
 * looked at after its signature, from the anchor down: a complaint about the
 * dates of the last one says that the path itself is good. */
static enum err
judge(X509_STORE_CTX *ctx, int outcome)
{
    int error = X509_STORE_CTX_get_error(ctx);

    if (outcome == 1)
        return OK;
    if (outcome < 0 || error == X509_V_ERR_OUT_OF_MEM)
        return err_openssl(__func__, ERR_NO_MEMORY);
    if (X509_STORE_CTX_get_error_depth(ctx) != 0)
        return err_openssl(__func__, ERR_CHAIN_UNTRUSTED);
    if (error == X509_V_ERR_CERT_HAS_EXPIRED)
        return err_openssl(__func__, ERR_CERTIFICATE_EXPIRED);
    if (error == X509_V_ERR_CERT_NOT_YET_VALID)
        return err_openssl(__func__, ERR_CERTIFICATE_NOT_YET_VALID);
    return err_openssl(__func__, ERR_CHAIN_UNTRUSTED);
}

X509 *
chain_at(const struct chain_set *set, size_t at)
{
    return at < chain_count(set) ? sk_X509_value(set->certs, (int)at) : NULL;
}

/* The path that was found. */
static enum err
copy_path(X509_STORE_CTX *ctx, struct chain_set **ret_path)
{
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
    struct chain_set *path = NULL;
    enum err r = OK;

    for (int i = 0; r == OK && i < sk_X509_num(chain); i++)
        r = chain_add(&path, sk_X509_value(chain, i));
    if (r == OK)
        *ret_path = path;
    else
        chain_free(path);
    return r;
}

enum err
chain_check(const struct crypto *crypto, X509 *x,
    const struct chain_set *untrusted, const struct chain_set *anchors,
    int64_t at)
{
    return chain_path(crypto, x, untrusted, anchors, at, NULL);
}

enum err
chain_path(const struct crypto *crypto, X509 *x,
    const struct chain_set *untrusted, const struct chain_set *anchors,
    int64_t at, struct chain_set **ret_path)
{
    X509_STORE *store = X509_STORE_new(); /* empty: no default folders */
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(crypto_libctx(crypto), NULL);
    struct chain_set *pins = NULL, *others = NULL;
    X509_VERIFY_PARAM *param;
    enum err r, copied = OK;

    if ((r = choose(anchors, x, true, &pins)) != OK ||
        (r = choose(untrusted, x, false, &others)) != OK)
        goto out;
    if (pins == NULL || !is_usable(x, false)) {
        r = err_openssl(__func__, ERR_CHAIN_UNTRUSTED);
        goto out;
    }
    if (store == NULL || ctx == NULL ||
        X509_STORE_CTX_init(
            ctx, store, x, others == NULL ? NULL : others->certs) != 1) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    X509_STORE_CTX_set0_trusted_stack(ctx, pins->certs);
    param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    X509_VERIFY_PARAM_set_depth(param, CHAIN_DEPTH_MAX);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
    if (X509_VERIFY_PARAM_set_flags(param,
            X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST) != 1) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    r = judge(ctx, X509_verify_cert(ctx));
    if (ret_path != NULL && (r == OK || r == ERR_CERTIFICATE_EXPIRED ||
                                r == ERR_CERTIFICATE_NOT_YET_VALID))
        copied = copy_path(ctx, ret_path);
    r = copied == OK ? r : copied;
out:
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    chain_free(pins);
    chain_free(others);
    return r;
}
