#include "pki/cmp_npki_mac.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/mem.h"

#define OID_PBM       "1.2.840.113533.7.66.13"
#define OID_DES_MAC   "1.3.14.3.2.10"
#define OID_HMAC_PKIX "1.3.6.1.5.5.8.1.2"
#define OID_HMAC_RSA  "1.2.840.113549.2.7"
#define OID_SHA1      "1.3.14.3.2.26"

#define SHA1_LEN      20u
#define DES_LEN       8u /* bytes of a block, a key and a MAC */

/* What a MAC needs beside code and message. */
struct pbm {
    const uint8_t *salt;
    size_t salt_len;
    long iterations;
    bool hmac;
    bool secret_first;
    bool pad_needed;
};

static bool
is_oid(const ASN1_OBJECT *o, const char *oid)
{
    char text[64];

    return OBJ_obj2txt(text, sizeof(text), o, 1) > 0 && strcmp(text, oid) == 0;
}

/* K0 = SHA1(one, other), Kn = SHA1(Kn-1) */
static enum err
derive(struct crypto *crypto, const struct pbm *pbm, const struct buf *code,
    uint8_t ret_key[static SHA1_LEN])
{
    EVP_MD *md = EVP_MD_fetch(crypto_libctx(crypto), "SHA1", NULL);
    struct buf in = { 0 };
    unsigned len = 0;
    enum err r;
    long i;

    if (pbm->secret_first)
        (void)((r = buf_put(&in, code->data, code->len)) == OK &&
               (r = buf_put(&in, pbm->salt, pbm->salt_len)) == OK);
    else
        (void)((r = buf_put(&in, pbm->salt, pbm->salt_len)) == OK &&
               (r = buf_put(&in, code->data, code->len)) == OK);
    if (r == OK && (md == NULL || EVP_Digest(in.data, in.len, ret_key, &len, md,
                                      NULL) != 1))
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    for (i = 1; r == OK && i < pbm->iterations; i++)
        if (EVP_Digest(ret_key, SHA1_LEN, ret_key, &len, md, NULL) != 1)
            r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    EVP_MD_free(md);
    buf_free(&in);
    return r;
}

static enum err
hmac(struct crypto *crypto, const uint8_t key[static SHA1_LEN],
    const struct buf *data, struct buf *ret_mac)
{
    unsigned char mac[SHA1_LEN];
    size_t len = 0;

    if (EVP_Q_mac(crypto_libctx(crypto), "HMAC", NULL, "SHA1", NULL, key,
            SHA1_LEN, data->data, data->len, mac, sizeof(mac), &len) == NULL)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return buf_set(ret_mac, mac, len);
}

/* The last block of DES-CBC under a zero IV. */
static enum err
des_mac(struct crypto *crypto, const uint8_t *key, const struct buf *data,
    bool pad_needed, struct buf *ret_mac)
{
    static const uint8_t zeros[DES_LEN] = { 0 };
    size_t pad = DES_LEN - data->len % DES_LEN;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *des = NULL;
    struct buf work = { 0 };
    int len = 0;
    enum err r = ctx == NULL ? ERR_NO_MEMORY : crypto_need_legacy(crypto);

    if (pad_needed && pad == DES_LEN)
        pad = 0;
    if (r != OK || (r = buf_put(&work, data->data, data->len)) != OK ||
        (r = buf_put(&work, zeros, pad)) != OK)
        goto out;
    des = EVP_CIPHER_fetch(crypto_libctx(crypto), "DES-CBC", NULL);
    if (des == NULL || EVP_EncryptInit_ex2(ctx, des, key, zeros, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
        EVP_EncryptUpdate(ctx, work.data, &len, work.data, (int)work.len) !=
            1 ||
        len < (int)DES_LEN)
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    else
        r = buf_set(ret_mac, work.data + len - DES_LEN, DES_LEN);
out:
    EVP_CIPHER_free(des);
    EVP_CIPHER_CTX_free(ctx);
    buf_free(&work);
    return r;
}

static enum err
compute(struct crypto *crypto, const struct pbm *pbm, const struct buf *code,
    const struct buf *data, struct buf *ret_mac)
{
    uint8_t key[SHA1_LEN] = { 0 };
    enum err r = derive(crypto, pbm, code, key);

    if (r == OK)
        r = pbm->hmac ? hmac(crypto, key, data, ret_mac)
                      : des_mac(crypto, key, data, pbm->pad_needed, ret_mac);
    mem_cleanse(key, sizeof(key));
    return r;
}

/* --- AlgorithmIdentifier ----------------------------------------------------- */

static bool
set_algorithm(X509_ALGOR *a, const char *oid)
{
    ASN1_OBJECT *o = OBJ_txt2obj(oid, 1);

    if (o != NULL && X509_ALGOR_set0(a, o, V_ASN1_NULL, NULL) == 1)
        return true;
    ASN1_OBJECT_free(o);
    return false;
}

/* PasswordBasedMac with its parameters. */
static enum err
put_pbm(X509_ALGOR *a, const void *salt, size_t salt_len, long iterations,
    const char *mac)
{
    NPKI_PBM *pbm = NPKI_PBM_new();
    ASN1_STRING *packed = NULL;
    ASN1_OBJECT *oid = OBJ_txt2obj(OID_PBM, 1);
    enum err r = OK;

    if (pbm == NULL || oid == NULL ||
        ASN1_OCTET_STRING_set(pbm->salt, salt, (int)salt_len) != 1 ||
        !set_algorithm(pbm->owf, OID_SHA1) || !set_algorithm(pbm->mac, mac) ||
        ASN1_INTEGER_set(pbm->iterations, iterations) != 1 ||
        (packed = ASN1_item_pack(pbm, ASN1_ITEM_rptr(NPKI_PBM), NULL)) ==
            NULL ||
        X509_ALGOR_set0(a, oid, V_ASN1_SEQUENCE, packed) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        ASN1_STRING_free(packed);
        ASN1_OBJECT_free(oid);
    }
    NPKI_PBM_free(pbm);
    return r;
}

/* The parameters of PasswordBasedMac, or NULL when it is not that. */
static NPKI_PBM *
get_pbm(const X509_ALGOR *a)
{
    const ASN1_OBJECT *oid = NULL;
    const void *value = NULL;
    int type = V_ASN1_UNDEF;

    if (a == NULL)
        return NULL;
    X509_ALGOR_get0(&oid, &type, &value, a);
    if (!is_oid(oid, OID_PBM) || type != V_ASN1_SEQUENCE)
        return NULL;
    return ASN1_item_unpack(value, ASN1_ITEM_rptr(NPKI_PBM));
}

/* Within bounds, and a MAC that is known. */
static bool
read_pbm(const NPKI_PBM *p, struct pbm *ret)
{
    bool rsa = is_oid(p->mac->algorithm, OID_HMAC_RSA),
         pkix = is_oid(p->mac->algorithm, OID_HMAC_PKIX);
    int64_t iterations = 0;

    if (!is_oid(p->owf->algorithm, OID_SHA1) ||
        ASN1_INTEGER_get_int64(&iterations, p->iterations) != 1 ||
        iterations < 1 || iterations > NPKI_ITER_MAX ||
        ASN1_STRING_length(p->salt) < 1 ||
        ASN1_STRING_length(p->salt) > NPKI_SALT_MAX ||
        (!rsa && !pkix && !is_oid(p->mac->algorithm, OID_DES_MAC)))
        return false;
    *ret = (struct pbm){ .salt = ASN1_STRING_get0_data(p->salt),
        .salt_len = (size_t)ASN1_STRING_length(p->salt),
        .iterations = (long)iterations,
        .hmac = rsa || pkix };
    return true;
}

/* A BIT STRING of whole bytes that are these. */
static bool
bits_are(const ASN1_BIT_STRING *bits, const struct buf *want)
{
    return bits != NULL && want->len > 0 &&
           (size_t)ASN1_STRING_length(bits) == want->len &&
           (bits->flags & 7) == 0 &&
           mem_compare(ASN1_STRING_get0_data(bits), want->data, want->len) == 0;
}

/* --- messages ---------------------------------------------------------------- */

enum err
npki_mac_algorithm(const struct ca_npki *profile, X509_ALGOR **ret_algorithm)
{
    X509_ALGOR *a = X509_ALGOR_new();
    enum err r = a == NULL ? ERR_NO_MEMORY : OK;

    if (r == OK)
        r = put_pbm(a, NPKI_SALT, sizeof(NPKI_SALT) - 1, NPKI_ITERATIONS,
            profile->hmac ? OID_HMAC_PKIX : OID_DES_MAC);
    if (r == OK)
        *ret_algorithm = a;
    else
        X509_ALGOR_free(a);
    return r;
}

enum err
npki_mac(struct crypto *crypto, const struct ca_npki *profile,
    const struct buf *code, const struct buf *part, struct buf *ret_mac)
{
    const struct pbm pbm = { (const uint8_t *)NPKI_SALT, sizeof(NPKI_SALT) - 1,
        NPKI_ITERATIONS, profile->hmac, profile->secret_first,
        profile->pad_needed };

    return compute(crypto, &pbm, code, part, ret_mac);
}

enum err
npki_mac_check(struct crypto *crypto, const NPKI_MESSAGE *message,
    const struct buf *code, const struct buf *part)
{
    NPKI_PBM *parameters = get_pbm(message->header->protection);
    struct pbm pbm = { 0 };
    struct buf mac = { 0 };
    bool same = false;
    int form;
    enum err r = OK;

    if (parameters == NULL || message->protection == NULL ||
        !read_pbm(parameters, &pbm)) {
        (void)err_openssl(__func__, OK);
        NPKI_PBM_free(parameters);
        return ERR_CA_ANSWER_UNTRUSTED;
    }
    for (form = 0; form < (pbm.hmac ? 2 : 4) && r == OK && !same; form++) {
        pbm.secret_first = (form & 1) != 0;
        pbm.pad_needed = (form & 2) != 0;
        r = compute(crypto, &pbm, code, part, &mac);
        same = r == OK && bits_are(message->protection, &mac);
    }
    NPKI_PBM_free(parameters);
    buf_free(&mac);
    return r == OK && !same ? ERR_CA_ANSWER_UNTRUSTED : r;
}

/* --- publicKeyMAC ------------------------------------------------------------ */

static enum err
key_mac(struct crypto *crypto, const struct buf *code, const struct pbm *pbm,
    const X509_PUBKEY *key, struct buf *ret_mac)
{
    struct buf der = { 0 };
    enum err r = npki_write(key, ASN1_ITEM_rptr(X509_PUBKEY), &der);

    if (r == OK)
        r = compute(crypto, pbm, code, &der, ret_mac);
    buf_free(&der);
    return r;
}

enum err
npki_key_mac(struct crypto *crypto, const struct buf *code,
    const X509_PUBKEY *key, NPKI_KEY_MAC *ret_mac)
{
    uint8_t salt[NPKI_KEY_SALT_LEN];
    const struct pbm pbm = { salt, sizeof(salt), NPKI_KEY_ITER, true, true,
        false };
    struct buf mac = { 0 };
    enum err r;

    if (RAND_bytes_ex(crypto_libctx(crypto), salt, sizeof(salt), 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    if ((r = put_pbm(ret_mac->algorithm, salt, sizeof(salt), NPKI_KEY_ITER,
             OID_HMAC_PKIX)) == OK &&
        (r = key_mac(crypto, code, &pbm, key, &mac)) == OK)
        r = npki_set_bits(ret_mac->value, mac.data, mac.len);
    buf_free(&mac);
    return r;
}
