#include "pki/cmp_pins.h"

#include <string.h>

#include <openssl/evp.h>

#include "pki/cert.h"

static bool
has_hash(const X509 *x, const uint8_t sha256[static CA_SHA256_LEN])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    return X509_digest(x, EVP_sha256(), md, &len) == 1 &&
           len == CA_SHA256_LEN && memcmp(md, sha256, len) == 0;
}

/* One that came along with this hash, or NULL. */
static X509 *
find(const STACK_OF(X509) * among, const struct ca_anchor *anchor)
{
    int i;

    for (i = 0; among != NULL && i < sk_X509_num(among); i++)
        if (has_hash(sk_X509_value(among, i), anchor->sha256))
            return sk_X509_value(among, i);
    return NULL;
}

enum err
cmp_pins(const struct host *host, const struct ca *ca,
    const STACK_OF(X509) * among, struct chain_set **ret_set)
{
    struct chain_set *set = NULL;
    X509 *own, *x;
    size_t i;
    enum err r = OK;

    for (i = 0; i < ca->anchor_count && r == OK; i++) {
        own = NULL;
        if (ca->anchors[i].der.len > 0) {
            r = cert_parse(host->crypto, &ca->anchors[i].der, &own);
            x = own;
        } else {
            x = find(among, &ca->anchors[i]);
        }
        if (r == OK && x != NULL)
            r = chain_add(&set, x);
        X509_free(own);
    }
    if (r == OK)
        *ret_set = set;
    else
        chain_free(set);
    return r;
}
