#include "pki/cmp_npki_ca.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cmp_pins.h"

#define OID_CA_CERT     "1.2.410.200005.1.10.1"
#define OID_PROT_ENC    "1.3.6.1.5.5.7.4.1"
#define FILES_MAX       100u /* looked at in the CA's folder */
#define CERT_SUFFIX     ".der"
#define CERT_SUFFIX_LEN 4u

void
npki_ca_certs_free(struct npki_ca_certs *certs)
{
    sk_X509_pop_free(certs->all, X509_free);
    X509_free(certs->ca_cert);
    X509_free(certs->prot_enc);
    *certs = (struct npki_ca_certs){ 0 };
}

/* Takes x over, also on failure. */
static enum err
push(struct npki_ca_certs *certs, X509 *x)
{
    if (certs->all == NULL)
        certs->all = sk_X509_new_null();
    if (certs->all != NULL && sk_X509_num(certs->all) >= NPKI_CERTS_MAX) {
        X509_free(x);
        return OK;
    }
    if (certs->all != NULL && sk_X509_push(certs->all, x) > 0)
        return OK;
    X509_free(x);
    return err_openssl(__func__, ERR_NO_MEMORY);
}

enum err
npki_certificate(const struct host *host, const ASN1_TYPE *value, X509 **ret_x)
{
    struct buf der = { 0 };
    enum err r;

    if (value == NULL || value->type != V_ASN1_SEQUENCE ||
        ASN1_STRING_length(value->value.sequence) > (int)CERT_FILE_MAX)
        return ERR_CERTIFICATE_DAMAGED;
    r = buf_set(&der, ASN1_STRING_get0_data(value->value.sequence),
        (size_t)ASN1_STRING_length(value->value.sequence));
    if (r == OK)
        r = cert_parse(host->crypto, &der, ret_x);
    buf_free(&der);
    return r;
}

enum err
npki_any(const X509 *x, ASN1_TYPE **ret_value)
{
    ASN1_TYPE *any = ASN1_TYPE_new();
    ASN1_STRING *value = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
    struct buf der = { 0 };
    enum err r =
        any == NULL || value == NULL ? ERR_NO_MEMORY : cert_der(x, &der);

    if (r == OK && ASN1_STRING_set(value, der.data, (int)der.len) == 1) {
        ASN1_TYPE_set(any, V_ASN1_SEQUENCE, value);
        *ret_value = any;
    } else {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        ASN1_STRING_free(value);
        ASN1_TYPE_free(any);
    }
    buf_free(&der);
    return r;
}

enum err
npki_ca_certs_add(const struct host *host, const STACK_OF(ASN1_TYPE) * list,
    struct npki_ca_certs *certs)
{
    X509 *x;
    int i;
    enum err r = OK;

    for (i = 0; list != NULL && i < sk_ASN1_TYPE_num(list); i++) {
        x = NULL;
        r = npki_certificate(host, sk_ASN1_TYPE_value(list, i), &x);
        if (r == OK)
            r = push(certs, x);
        if (r == ERR_NO_MEMORY)
            return r;
    }
    return OK;
}

enum err
npki_ca_certs_join(
    const struct npki_ca_certs *from, struct npki_ca_certs *certs)
{
    X509 *x;
    int i;
    enum err r = OK;

    for (i = 0; r == OK && from->all != NULL && i < sk_X509_num(from->all);
         i++) {
        x = sk_X509_value(from->all, i);
        if (X509_up_ref(x) == 1)
            r = push(certs, x);
    }
    return r;
}

static void
keep(X509 **slot, X509 *x)
{
    if (*slot == NULL && X509_up_ref(x) == 1)
        *slot = x;
}

enum err
npki_ca_certs_of_genp(const struct host *host,
    const STACK_OF(NPKI_ITEM) * items, struct npki_ca_certs *certs)
{
    const NPKI_ITEM *item;
    char oid[64];
    X509 *x;
    int i;
    enum err r = OK;

    for (i = 0; items != NULL && i < sk_NPKI_ITEM_num(items); i++) {
        item = sk_NPKI_ITEM_value(items, i);
        x = NULL;
        if (OBJ_obj2txt(oid, sizeof(oid), item->type, 1) <= 0 ||
            (r = npki_certificate(host, item->value, &x)) != OK) {
            if (r == ERR_NO_MEMORY)
                return r;
            continue;
        }
        if (strcmp(oid, OID_CA_CERT) == 0)
            keep(&certs->ca_cert, x);
        else if (strcmp(oid, OID_PROT_ENC) == 0)
            keep(&certs->prot_enc, x);
        if ((r = push(certs, x)) != OK)
            return r;
    }
    return OK;
}

/* --- the folder -------------------------------------------------------------- */

struct folder {
    const struct host *host;
    const struct ca *ca;
    struct npki_ca_certs *certs;
    int dir;
};

static bool
is_pinned(const struct ca *ca, const struct buf *der)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    size_t i;

    if (EVP_Digest(der->data, der->len, md, NULL, EVP_sha256(), NULL) != 1)
        return false;
    for (i = 0; i < ca->anchor_count; i++)
        if (memcmp(ca->anchors[i].sha256, md, CA_SHA256_LEN) == 0)
            return true;
    return false;
}

static enum err
visit(void *ctx, const char *name)
{
    struct folder *f = ctx;
    size_t len = strlen(name);
    struct buf der = { 0 };
    X509 *x = NULL;
    enum err r = OK;

    if (len <= CERT_SUFFIX_LEN ||
        strcasecmp(name + len - CERT_SUFFIX_LEN, CERT_SUFFIX) != 0)
        return OK;
    r = file_read(f->dir, name, CERT_FILE_MAX, &der);
    if (r == OK && is_pinned(f->ca, &der) &&
        (r = cert_parse(f->host->crypto, &der, &x)) == OK)
        r = push(f->certs, x);
    buf_free(&der);
    return r == ERR_NO_MEMORY ? r : OK;
}

enum err
npki_ca_certs_of_folder(
    const struct host *host, const struct ca *ca, struct npki_ca_certs *certs)
{
    struct folder f = { host, ca, certs, -1 };
    int root = -1;
    bool cut = false;
    enum err r;

    if ((r = file_open_root(host->paths.npki, false, &root)) == OK &&
        (r = file_open_dir(root, ca->folder, false, &f.dir)) == OK)
        r = file_list(f.dir, FILES_MAX, visit, &f, &cut);
    file_close(&f.dir);
    file_close(&root);
    return r == ERR_NO_MEMORY ? r : OK;
}

/* --- the recipient of R ------------------------------------------------------ */

/* A person's certificate may encrypt keys and lead to the pin as well; what
 * tells it apart is the VID in it. */
static bool
is_persons(X509 *x)
{
    struct buf digest = { 0 }, vid = { 0 };
    enum err r = vid_of_certificate(x, NULL, &digest, &vid);

    buf_free(&digest);
    buf_free(&vid);
    return r != ERR_IDENTITY_VALUE_MISSING;
}

static bool
may_have_r(const struct host *host, X509 *x, const struct chain_set *pins)
{
    return x != NULL &&
           (X509_get_extension_flags(x) & (EXFLAG_KUSAGE | EXFLAG_INVALID)) ==
               EXFLAG_KUSAGE &&
           (X509_get_key_usage(x) & KU_KEY_ENCIPHERMENT) != 0 &&
           !is_persons(x) &&
           chain_check(host->crypto, x, NULL, pins, clock_wall(&host->clock)) ==
               OK;
}

static enum err
choose(const struct host *host, const struct ca *ca,
    const struct npki_ca_certs *certs, const struct chain_set *pins,
    X509 **ret_recipient)
{
    X509 *own = NULL, *order[3] = { NULL };
    size_t i;
    enum err r = OK;

    if (ca->encryption.len > 0 &&
        (r = cert_parse(host->crypto, &ca->encryption, &own)) != OK)
        return r == ERR_NO_MEMORY ? r : ERR_CHAIN_UNTRUSTED;
    order[0] = own;
    order[1] = ca->npki.vid_prot_enc ? certs->prot_enc : certs->ca_cert;
    order[2] = ca->npki.vid_prot_enc ? certs->ca_cert : certs->prot_enc;
    r = ERR_CHAIN_UNTRUSTED;
    for (i = 0; i < 3 && r != OK; i++)
        if (may_have_r(host, order[i], pins) && X509_up_ref(order[i]) == 1) {
            *ret_recipient = order[i];
            r = OK;
        }
    X509_free(own);
    return r;
}

enum err
npki_recipient(const struct host *host, const struct ca *ca,
    const struct npki_ca_certs *certs, X509 **ret_recipient)
{
    struct chain_set *pins = NULL;
    enum err r = cmp_pins(host, ca, certs->all, &pins);

    if (r == OK && chain_count(pins) == 0)
        r = ERR_CHAIN_UNTRUSTED;
    if (r == OK && ca->vid == CA_VID_ENCRYPTED)
        r = choose(host, ca, certs, pins, ret_recipient);
    if (r == ERR_CHAIN_UNTRUSTED &&
        chain_is_early(pins, clock_wall(&host->clock)))
        r = ERR_CLOCK_WRONG;
    chain_free(pins);
    return r;
}
