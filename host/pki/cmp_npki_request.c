/* Requests of dialect `npki` (cmp_npki.h), and R in them. */
#include <limits.h>

#include "pki/cmp_npki.h"
#include "pki/cmp_npki_ca.h"
#include "pki/cmp_npki_mac.h"

#define OID_ENCRYPTED_VID_TEXT "1.2.410.200004.10.1.1.2"

static bool
set_sha256_rsa(X509_ALGOR *a)
{
    return X509_ALGOR_set0(a, OBJ_nid2obj(NID_sha256WithRSAEncryption),
               V_ASN1_NULL, NULL) == 1;
}

static enum err
sign(const struct host *host, EVP_PKEY *key, const struct buf *data,
    ASN1_BIT_STRING *ret_signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf signature = { 0 };
    size_t len = 0;
    enum err r = ERR_NO_MEMORY;

    if (ctx == NULL)
        return r;
    if (EVP_DigestSignInit_ex(ctx, NULL, "SHA256", crypto_libctx(host->crypto),
            NULL, key, NULL) != 1 ||
        EVP_DigestSign(ctx, NULL, &len, data->data, data->len) != 1)
        r = err_openssl(__func__, ERR_INTERNAL);
    else if ((r = buf_extend(&signature, len)) == OK)
        r = EVP_DigestSign(ctx, signature.data, &len, data->data, data->len) ==
                    1
                ? npki_set_bits(ret_signature, signature.data, len)
                : err_openssl(__func__, ERR_INTERNAL);
    buf_free(&signature);
    EVP_MD_CTX_free(ctx);
    return r;
}

/* The proof: the code vouches for the key, and the key signs that (with the
 * SEQUENCE's own tag, though it is sent under [0]). */
static enum err
prove(
    const struct host *host, const struct cmp_order *order, NPKI_POP_KEY *proof)
{
    NPKI_POP_INPUT *input = NPKI_POP_INPUT_new();
    struct buf der = { 0 };
    enum err r = ERR_NO_MEMORY;

    if (input == NULL)
        return r;
    proof->input = input;
    if (X509_PUBKEY_set(&input->key, order->key) != 1 ||
        !set_sha256_rsa(proof->algorithm))
        r = err_openssl(__func__, ERR_INTERNAL);
    else if ((r = npki_key_mac(
                  host->crypto, order->code, input->key, input->mac)) == OK &&
             (r = npki_write(input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &der)) ==
                 OK)
        r = sign(host, order->key, &der, proof->signature);
    buf_free(&der);
    return r;
}

static enum err
fill(const struct host *host, const struct cmp_order *order, NPKI_REQUEST *q)
{
    NPKI_POP_KEY *proof = NPKI_POP_KEY_new();
    NPKI_POP *pop = NPKI_POP_new();

    if (proof == NULL || pop == NULL) {
        NPKI_POP_KEY_free(proof);
        NPKI_POP_free(pop);
        return ERR_NO_MEMORY;
    }
    pop->type = 1;
    pop->value.signature = proof;
    q->pop = pop;
    if (ASN1_INTEGER_set(q->request->id, order->kind == CMP_KM ? 1 : 0) != 1 ||
        OSSL_CRMF_CERTTEMPLATE_fill(
            q->request->template, order->key, NULL, NULL, NULL) != 1)
        return err_openssl(__func__, ERR_INTERNAL);
    return prove(host, order, proof);
}

enum err
cmp_npki_request(
    const struct host *host, const struct cmp_order *order, struct buf *ret_der)
{
    NPKI_REQUEST *q = NPKI_REQUEST_new();
    enum err r = ERR_NO_MEMORY;

    if (q == NULL)
        return r;
    if ((r = fill(host, order, q)) == OK)
        r = npki_write(q, ASN1_ITEM_rptr(NPKI_REQUEST), ret_der);
    NPKI_REQUEST_free(q);
    return r;
}

/* One AttributeTypeAndValue of DER that is a SEQUENCE. */
static NPKI_ITEM *
item_of(const char *oid, const struct buf *der)
{
    NPKI_ITEM *item = NPKI_ITEM_new();
    ASN1_STRING *value = ASN1_STRING_type_new(V_ASN1_SEQUENCE);

    if (item != NULL && value != NULL && der->len <= INT_MAX &&
        ASN1_STRING_set(value, der->data, (int)der->len) == 1 &&
        (item->value = ASN1_TYPE_new()) != NULL) {
        ASN1_OBJECT_free(item->type);
        item->type = OBJ_txt2obj(oid, 1);
        ASN1_TYPE_set(item->value, V_ASN1_SEQUENCE, value);
        if (item->type != NULL)
            return item;
        value = NULL; /* the item's */
    }
    ASN1_STRING_free(value);
    NPKI_ITEM_free(item);
    return NULL;
}

/* regInfo with EncryptedVID (npki.md 3.3). */
static enum err
add_vid(const struct host *host, const struct cmp_order *order, X509 *recipient,
    NPKI_REQUEST *q)
{
    struct buf vid = { 0 };
    NPKI_ITEM *item = NULL;
    enum err r = vid_encrypted(host->crypto, recipient, order->random, &vid);

    if (r != OK)
        return r;
    item = item_of(OID_ENCRYPTED_VID_TEXT, &vid);
    q->info = sk_NPKI_ITEM_new_null();
    if (item == NULL || q->info == NULL ||
        sk_NPKI_ITEM_push(q->info, item) < 1) {
        NPKI_ITEM_free(item);
        r = err_openssl(__func__, ERR_NO_MEMORY);
    }
    buf_free(&vid);
    return r;
}

enum err
npki_request_complete(const struct host *host, const struct cmp_order *order,
    X509 *recipient, NPKI_REQUEST **ret_request, bool *ret_changed)
{
    NPKI_REQUEST *q = NULL;
    enum err r = npki_read_request(order->request, &q);

    *ret_changed = false;
    if (r == OK && order->ca->vid == CA_VID_ENCRYPTED && q->info == NULL) {
        *ret_changed = true;
        r = add_vid(host, order, recipient, q);
    }
    if (r == OK)
        *ret_request = q;
    else
        NPKI_REQUEST_free(q);
    return r;
}
