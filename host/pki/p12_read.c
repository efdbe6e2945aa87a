#include "pki/p12.h"

#include <string.h>

#include <openssl/pkcs12.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/p12_bags.h"
#include "pki/p8.h"

struct reader {
    struct p12_opener opener;
    struct p12_bags *bags;
    unsigned seen;  /* bags so far */
    unsigned depth; /* of bags in bags */
};

/* Not read whole is not read. */
static enum err
damaged(const char *where)
{
    enum err r = err_openssl(where, ERR_IMPORT_INVALID);

    return r == ERR_NO_MEMORY ? r : ERR_IMPORT_INVALID;
}

static enum err
put_id(const PKCS12_SAFEBAG *bag, struct buf *ret_id)
{
    const ASN1_TYPE *id = PKCS12_SAFEBAG_get0_attr(bag, NID_localKeyID);

    if (id == NULL || id->type != V_ASN1_OCTET_STRING ||
        ASN1_STRING_length(id->value.octet_string) == 0)
        return OK;
    return buf_put(ret_id, ASN1_STRING_get0_data(id->value.octet_string),
        (size_t)ASN1_STRING_length(id->value.octet_string));
}

/* A key in DER, moved here from info; a second copy of one is passed over. */
static enum err
add_key(struct reader *r, const PKCS12_SAFEBAG *bag, struct buf *info)
{
    struct p12_bags *b = r->bags;
    size_t i;

    for (i = 0; i < b->key_count; i++)
        if (b->keys[i].info.len == info->len &&
            mem_compare(b->keys[i].info.data, info->data, info->len) == 0)
            return OK;
    buf_move(&b->keys[b->key_count].info, info);
    return put_id(bag, &b->keys[b->key_count++].id);
}

static enum err
read_plain_key(struct reader *r, const PKCS12_SAFEBAG *bag)
{
    const PKCS8_PRIV_KEY_INFO *info = PKCS12_SAFEBAG_get0_p8inf(bag);
    unsigned char *der = NULL;
    int len = info == NULL ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    struct buf copy = { 0 };
    enum err e;

    if (len <= 0)
        return damaged(__func__);
    if ((e = buf_put(&copy, der, (size_t)len)) == OK)
        e = add_key(r, bag, &copy);
    OPENSSL_clear_free(der, (size_t)len);
    buf_free(&copy);
    return e;
}

static enum err
read_shrouded_key(struct reader *r, const PKCS12_SAFEBAG *bag)
{
    const X509_SIG *sealed = PKCS12_SAFEBAG_get0_pkcs8(bag);
    const ASN1_OCTET_STRING *encrypted = NULL;
    const X509_ALGOR *algorithm = NULL;
    struct buf info = { 0 };
    enum err e;

    if (sealed == NULL)
        return ERR_IMPORT_INVALID;
    X509_SIG_get0(sealed, &algorithm, &encrypted);
    if ((e = p12_decrypt(&r->opener, algorithm, encrypted, &info)) == OK)
        e = add_key(r, bag, &info);
    buf_free(&info);
    return e;
}

/* As all certificates are parsed: in our own context. */
static enum err
certificate_in(struct crypto *crypto, const PKCS12_SAFEBAG *bag, X509 **ret_x)
{
    X509 *x = PKCS12_SAFEBAG_get1_cert(bag);
    struct buf der = { 0 };
    enum err e;

    if (x == NULL)
        return damaged(__func__);
    if ((e = cert_der(x, &der)) == OK)
        e = cert_parse(crypto, &der, ret_x);
    X509_free(x);
    buf_free(&der);
    return e == ERR_CERTIFICATE_DAMAGED ? ERR_IMPORT_INVALID : e;
}

static enum err
read_certificate(struct reader *r, const PKCS12_SAFEBAG *bag)
{
    struct p12_bags *b = r->bags;
    X509 *x = NULL;
    size_t i;
    enum err e;

    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
        return OK; /* of a kind that nobody has */
    if ((e = certificate_in(r->opener.crypto, bag, &x)) != OK)
        return e;
    for (i = 0; i < b->cert_count; i++)
        if (X509_cmp(b->certs[i].x, x) == 0) {
            X509_free(x);
            return OK;
        }
    b->certs[b->cert_count].x = x;
    return put_id(bag, &b->certs[b->cert_count++].id);
}

static enum err read_bags(
    struct reader *r, const STACK_OF(PKCS12_SAFEBAG) * bags);

static enum err
read_bag(struct reader *r, const PKCS12_SAFEBAG *bag)
{
    enum err e;

    if (r->seen++ == P12_BAGS_MAX)
        return ERR_IMPORT_INVALID;
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_keyBag:
        return read_plain_key(r, bag);
    case NID_pkcs8ShroudedKeyBag:
        return read_shrouded_key(r, bag);
    case NID_certBag:
        return read_certificate(r, bag);
    case NID_safeContentsBag:
        if (r->depth++ == P12_DEPTH_MAX)
            return ERR_IMPORT_INVALID;
        e = read_bags(r, PKCS12_SAFEBAG_get0_safes(bag));
        r->depth--;
        return e;
    default:
        return OK; /* secrets and lists of revoked certificates */
    }
}

static enum err
read_bags(struct reader *r, const STACK_OF(PKCS12_SAFEBAG) * bags)
{
    enum err e = OK;
    int i;

    for (i = 0; e == OK && i < sk_PKCS12_SAFEBAG_num(bags); i++)
        e = read_bag(r, sk_PKCS12_SAFEBAG_value(bags, i));
    return e;
}

/* A SafeContents that is itself encrypted. */
static enum err
open_safe(
    struct reader *r, const PKCS7 *safe, STACK_OF(PKCS12_SAFEBAG) * *ret_bags)
{
    const PKCS7_ENC_CONTENT *content;
    struct buf plain = { 0 };
    const unsigned char *p;
    ASN1_VALUE *bags;
    enum err e;

    if (safe->d.encrypted == NULL || safe->d.encrypted->enc_data == NULL)
        return ERR_IMPORT_INVALID;
    content = safe->d.encrypted->enc_data;
    e = p12_decrypt(&r->opener, content->algorithm, content->enc_data, &plain);
    if (e == OK) {
        p = plain.data;
        bags = ASN1_item_d2i(
            NULL, &p, (long)plain.len, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
        *ret_bags = (STACK_OF(PKCS12_SAFEBAG) *)bags;
        e = bags == NULL ? damaged(__func__) : OK;
    }
    buf_free(&plain);
    return e;
}

static enum err
read_safe(struct reader *r, PKCS7 *safe)
{
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    enum err e = OK;

    if (PKCS7_type_is_data(safe)) {
        bags = PKCS12_unpack_p7data(safe);
        e = bags == NULL ? damaged(__func__) : OK;
    } else if (PKCS7_type_is_encrypted(safe)) {
        e = open_safe(r, safe, &bags);
    } else {
        e = ERR_KEY_SCHEME_UNSUPPORTED; /* sealed for somebody's key */
    }
    if (e == OK)
        e = read_bags(r, bags);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    return e;
}

static enum err
read_safes(struct reader *r, const PKCS12 *p12)
{
    STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(p12);
    enum err e = safes == NULL ? damaged(__func__) : OK;
    int i;

    if (sk_PKCS7_num(safes) > (int)P12_BAGS_MAX)
        e = ERR_IMPORT_INVALID;
    for (i = 0; e == OK && i < sk_PKCS7_num(safes); i++)
        e = read_safe(r, sk_PKCS7_value(safes, i));
    sk_PKCS7_pop_free(safes, PKCS7_free);
    return e;
}

static bool
is_digest(int nid)
{
    return nid == NID_sha1 || nid == NID_sha224 || nid == NID_sha256 ||
           nid == NID_sha384 || nid == NID_sha512;
}

/* The MAC first: it proves the password and that nothing was changed. An
 * empty password is written in two ways. */
static enum err
check_mac(struct reader *r, PKCS12 *p12)
{
    const X509_ALGOR *algorithm = NULL;
    const ASN1_INTEGER *rounds = NULL;
    const ASN1_OCTET_STRING *mac = NULL;
    struct p12_opener *o = &r->opener;
    enum err e;

    if (!PKCS12_mac_present(p12))
        return ERR_IMPORT_INVALID;
    PKCS12_get0_mac(&mac, &algorithm, NULL, &rounds, p12);
    if (!is_digest(OBJ_obj2nid(algorithm->algorithm)))
        return ERR_KEY_SCHEME_UNSUPPORTED;
    if (rounds != NULL && (e = p12_take_rounds(o, rounds)) != OK)
        return e;
    o->pass = buf_text(o->password);
    if (PKCS12_verify_mac(p12, o->pass, (int)o->password->len) == 1)
        return OK;
    if (o->password->len == 0) {
        o->pass = NULL;
        if (PKCS12_verify_mac(p12, NULL, 0) == 1) {
            (void)err_openssl(__func__, OK);
            return OK;
        }
    }
    return err_openssl(__func__, ERR_PASSWORD_WRONG);
}

static enum err
parse(struct crypto *crypto, const struct buf *file, PKCS12 **ret_p12)
{
    const unsigned char *p = file->data;
    PKCS12 *p12;

    if (file->len > P12_FILE_MAX)
        return ERR_IMPORT_TOO_LARGE;
    if (file->len == 0)
        return ERR_IMPORT_INVALID;
    p12 = PKCS12_init_ex(NID_pkcs7_data, crypto_libctx(crypto), NULL);
    if (p12 == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    /* on failure it is freed */
    if (d2i_PKCS12(&p12, &p, (long)file->len) == NULL)
        return damaged(__func__);
    if (p != file->data + file->len) {
        PKCS12_free(p12);
        return ERR_IMPORT_INVALID;
    }
    *ret_p12 = p12;
    return OK;
}

static void
bags_free(struct p12_bags *b)
{
    size_t i;

    for (i = 0; b != NULL && i < P12_BAGS_MAX; i++) {
        buf_free(&b->keys[i].info);
        buf_free(&b->keys[i].id);
        X509_free(b->certs[i].x);
        buf_free(&b->certs[i].id);
    }
    mem_free(b);
}

enum err
p12_read(struct crypto *crypto, const struct buf *file,
    const struct buf *password, struct p12 *ret_p12)
{
    struct reader r = { .opener = { .crypto = crypto,
                            .password = password,
                            .rounds = P12_ROUNDS_MAX } };
    PKCS12 *p12 = NULL;
    enum err e;

    if (password->len > P8_PASSWORD_MAX)
        return ERR_PASSWORD_WRONG;
    r.bags = mem_alloc(sizeof(*r.bags));
    if (r.bags == NULL)
        return ERR_NO_MEMORY;
    if ((e = parse(crypto, file, &p12)) == OK &&
        (e = check_mac(&r, p12)) == OK && (e = read_safes(&r, p12)) == OK)
        e = p12_choose(crypto, r.bags, ret_p12);
    PKCS12_free(p12);
    bags_free(r.bags);
    return e;
}
