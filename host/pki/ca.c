#include "pki/ca.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "pki/cert.h"

void
ca_free(struct ca *ca)
{
    size_t i;

    if (ca == NULL)
        return;
    mem_free(ca->name);
    mem_free(ca->title_ko);
    mem_free(ca->title_en);
    mem_free(ca->folder);
    mem_free(ca->endpoint);
    mem_free(ca->npki.mail);
    mem_free(ca->contact_ko);
    mem_free(ca->contact_en);
    for (i = 0; ca->issuers != NULL && ca->issuers[i] != NULL; i++)
        mem_free(ca->issuers[i]);
    mem_free(ca->issuers);
    for (i = 0; i < CA_ANCHORS_MAX; i++)
        buf_free(&ca->anchors[i].der);
    buf_free(&ca->tls);
    buf_free(&ca->encryption);
    mem_free(ca);
}

static enum err
check_certificate(const struct crypto *crypto, const struct buf *der)
{
    X509 *x = NULL;
    enum err r = cert_parse(crypto, der, &x);

    X509_free(x);
    return r == OK || r == ERR_NO_MEMORY ? r : ERR_PARAM_TYPE;
}

static enum err
check_anchor(const struct crypto *crypto, const struct ca_anchor *anchor)
{
    unsigned char md[EVP_MAX_MD_SIZE];

    if (anchor->der.len == 0)
        return OK;
    if (EVP_Digest(anchor->der.data, anchor->der.len, md, NULL, EVP_sha256(),
            NULL) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    if (memcmp(md, anchor->sha256, CA_SHA256_LEN) != 0)
        return ERR_PARAM_RANGE;
    return check_certificate(crypto, &anchor->der);
}

enum err
ca_check(const struct crypto *crypto, const struct ca *ca)
{
    size_t i;
    enum err r = OK;

    for (i = 0; i < ca->anchor_count && r == OK; i++)
        r = check_anchor(crypto, &ca->anchors[i]);
    if (r == OK && ca->encryption.len > 0)
        r = check_certificate(crypto, &ca->encryption);
    if (r == OK && ca->vid == CA_VID_ENCRYPTED && ca->encryption.len == 0 &&
        ca->dialect != CA_NPKI)
        r = ERR_PARAM_MISSING;
    return r;
}

bool
ca_has_issuer(const struct ca *ca, const char *dn)
{
    char **i;

    for (i = ca->issuers; i != NULL && *i != NULL; i++)
        if (strcasecmp(*i, dn) == 0)
            return true;
    return false;
}

enum err
ca_check_issuer(const struct ca *ca, const X509 *x, enum err otherwise)
{
    struct buf dn = { 0 };
    enum err r = cert_dn(X509_get_issuer_name(x), &dn);

    if (r != ERR_NO_MEMORY)
        r = r == OK && ca_has_issuer(ca, buf_text(&dn)) ? OK : otherwise;
    buf_free(&dn);
    return r;
}

const char *
ca_missing(const struct ca *ca)
{
    if (ca->anchor_count == 0)
        return "anchors";
    return ca->endpoint == NULL ? "endpoint" : NULL;
}
