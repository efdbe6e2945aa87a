/* Which certificate belongs to which key (p12_bags.h). */
#include <string.h>

#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/key.h"
#include "pki/p12_bags.h"

#define SIGNS                                                                  \
    (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION) /* of a signing certificate */

static bool
same_id(const struct buf *a, const struct buf *b)
{
    return a->len > 0 && a->len == b->len &&
           memcmp(a->data, b->data, a->len) == 0;
}

/* The certificate of a key: where several have the same key, the one that the
 * file itself names. */
static enum err
find(struct crypto *crypto, const struct p12_bags *bags,
    const struct p12_key *key, X509 **ret_x)
{
    EVP_PKEY *opened = NULL;
    X509 *found = NULL, *named = NULL;
    size_t i, count = 0;
    enum err r;

    /* once: its search for primes may take seconds */
    if ((r = key_load(crypto, &key->info, &opened)) != OK)
        return r == ERR_PASSWORD_WRONG ? ERR_IMPORT_INVALID : r;
    for (i = 0; i < bags->cert_count; i++) {
        if (key_matches(opened, bags->certs[i].x) != OK)
            continue;
        found = bags->certs[i].x;
        count++;
        if (same_id(&bags->certs[i].id, &key->id))
            named = found;
    }
    EVP_PKEY_free(opened);
    if (count > 1 && named == NULL)
        return ERR_IMPORT_AMBIGUOUS;
    *ret_x = named != NULL ? named : found;
    return *ret_x == NULL ? ERR_KEY_MISMATCH : OK;
}

/* Two certificates of one person by one CA, one to sign and one to encrypt. */
static bool
belong_together(X509 *sign, X509 *km)
{
    return X509_NAME_cmp(
               X509_get_subject_name(sign), X509_get_subject_name(km)) == 0 &&
           X509_NAME_cmp(
               X509_get_issuer_name(sign), X509_get_issuer_name(km)) == 0 &&
           (X509_get_key_usage(sign) & SIGNS) != 0 &&
           (X509_get_key_usage(km) & SIGNS) == 0;
}

static enum err
take(X509 *x, struct p12_key *key, struct buf *ret_cert, struct buf *ret_key)
{
    enum err r = cert_der(x, ret_cert);

    if (r == OK)
        buf_move(ret_key, &key->info);
    return r;
}

static enum err
take_two(struct p12_bags *bags, X509 *const x[static P12_KEYS_MAX],
    struct p12 *ret_p12)
{
    int sign = belong_together(x[0], x[1]) ? 0 : 1;
    enum err r;

    if (sign == 1 && !belong_together(x[1], x[0]))
        return ERR_IMPORT_AMBIGUOUS;
    if ((r = take(x[sign], &bags->keys[sign], &ret_p12->sign_cert,
             &ret_p12->sign_key)) == OK)
        r = take(x[1 - sign], &bags->keys[1 - sign], &ret_p12->km_cert,
            &ret_p12->km_key);
    return r;
}

enum err
p12_choose(struct crypto *crypto, struct p12_bags *bags, struct p12 *ret_p12)
{
    X509 *x[P12_KEYS_MAX] = { NULL };
    struct p12 p12 = { 0 };
    size_t i;
    enum err r;

    if (bags->cert_count == 0)
        return ERR_IMPORT_INVALID;
    if (bags->key_count == 0)
        return ERR_KEY_FILE_MISSING;
    if (bags->key_count > P12_KEYS_MAX)
        return ERR_IMPORT_AMBIGUOUS;
    for (i = 0; i < bags->key_count; i++)
        if ((r = find(crypto, bags, &bags->keys[i], &x[i])) != OK)
            return r == ERR_KEY_MISMATCH && bags->key_count > 1
                       ? ERR_IMPORT_AMBIGUOUS
                       : r;
    r = bags->key_count == 1
            ? take(x[0], &bags->keys[0], &p12.sign_cert, &p12.sign_key)
            : take_two(bags, x, &p12);
    if (r == OK)
        *ret_p12 = p12;
    else
        p12_free(&p12);
    return r;
}
