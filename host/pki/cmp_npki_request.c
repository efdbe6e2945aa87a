/* Requests of dialect `npki` (cmp_npki.h), and R in them. */
#include <limits.h>

#include <openssl/rand.h>

#include "pki/cmp_npki.h"
#include "pki/cmp_npki_ca.h"
#include "pki/cmp_npki_mac.h"
#include "pki/cmp_npki_sign.h"

#define OID_ENCRYPTED_VID_TEXT "1.2.410.200004.10.1.1.2"
#define OID_OLD_CERT_ID        "1.3.6.1.5.5.7.5.1.5"
#define NOBODY_LEN             16u /* bytes */

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

/* Into a list that may not be there yet; takes item over, also on failure. */
static enum err
push(STACK_OF(NPKI_ITEM) * *list, NPKI_ITEM *item)
{
    if (*list == NULL)
        *list = sk_NPKI_ITEM_new_null();
    if (item != NULL && *list != NULL && sk_NPKI_ITEM_push(*list, item) > 0)
        return OK;
    NPKI_ITEM_free(item);
    return err_openssl(__func__, ERR_NO_MEMORY);
}

/* --- the proof --------------------------------------------------------------- */

/*
 * publicKeyMAC: the code vouches for the key. A renewal has none, and the field
 * must still be there: then it is made with what nobody knows. The order's
 * code is a password there, which must not get out even as a MAC.
 */
static enum err
vouch(const struct host *host, const struct cmp_order *order,
    NPKI_POP_INPUT *input)
{
    struct buf nobody = { 0 };
    enum err r;

    if (order->signer == NULL)
        return npki_key_mac(host->crypto, order->code, input->key, input->mac);
    if ((r = buf_extend(&nobody, NOBODY_LEN)) == OK)
        r = RAND_bytes_ex(
                crypto_libctx(host->crypto), nobody.data, NOBODY_LEN, 0) == 1
                ? npki_key_mac(host->crypto, &nobody, input->key, input->mac)
                : err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    buf_free(&nobody);
    return r;
}

/* poposkInput, which is signed with the SEQUENCE's own tag, though it is sent
 * under [0]. */
static enum err
prove_input(
    const struct host *host, const struct cmp_order *order, NPKI_POP_KEY *proof)
{
    NPKI_POP_INPUT *input = NPKI_POP_INPUT_new();
    struct buf der = { 0 };
    enum err r = ERR_NO_MEMORY;

    if (input == NULL)
        return r;
    proof->input = input;
    if (X509_PUBKEY_set(&input->key, order->key) != 1)
        r = err_openssl(__func__, ERR_INTERNAL);
    else if ((r = vouch(host, order, input)) == OK &&
             (r = npki_write(input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &der)) ==
                 OK)
        r = npki_sign(host, order->key, &der, proof->signature);
    buf_free(&der);
    return r;
}

/* The new key signs the request, or poposkInput in its place. */
static enum err
prove(const struct host *host, const struct cmp_order *order, NPKI_REQUEST *q)
{
    NPKI_POP_KEY *proof = NPKI_POP_KEY_new();
    struct buf der = { 0 };
    enum err r;

    q->pop = NPKI_POP_new();
    if (proof == NULL || q->pop == NULL ||
        !npki_sign_algorithm(proof->algorithm)) {
        NPKI_POP_KEY_free(proof);
        return err_openssl(__func__, ERR_NO_MEMORY);
    }
    q->pop->type = 1;
    q->pop->value.signature = proof;
    if (order->signer == NULL || !order->ca->npki.renew_plain)
        return prove_input(host, order, proof);
    r = npki_write(q->request, ASN1_ITEM_rptr(NPKI_CERT_REQUEST), &der);
    if (r == OK)
        r = npki_sign(host, order->key, &der, proof->signature);
    buf_free(&der);
    return r;
}

/* --- the request ------------------------------------------------------------- */

/* oldCertID */
static enum err
name_old(X509 *old, NPKI_CERT_REQUEST *request)
{
    OSSL_CRMF_CERTID *id = OSSL_CRMF_CERTID_gen(
        X509_get_issuer_name(old), X509_get0_serialNumber(old));
    struct buf der = { 0 };
    enum err r = id == NULL
                     ? err_openssl(__func__, ERR_NO_MEMORY)
                     : npki_write(id, ASN1_ITEM_rptr(OSSL_CRMF_CERTID), &der);

    if (r == OK)
        r = push(&request->controls, item_of(OID_OLD_CERT_ID, &der));
    OSSL_CRMF_CERTID_free(id);
    buf_free(&der);
    return r;
}

static enum err
fill(const struct host *host, const struct cmp_order *order, NPKI_REQUEST *q)
{
    X509 *old = order->signer == NULL ? NULL : order->signer->about;
    enum err r;

    if (ASN1_INTEGER_set(q->request->id, order->kind == CMP_KM ? 1 : 0) != 1 ||
        OSSL_CRMF_CERTTEMPLATE_fill(q->request->template, order->key,
            old == NULL ? NULL : X509_get_subject_name(old), NULL, NULL) != 1)
        return err_openssl(__func__, ERR_INTERNAL);
    if (old != NULL && (r = name_old(old, q->request)) != OK)
        return r;
    return prove(host, order, q);
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

/* regInfo with EncryptedVID (npki.md 3.3). */
static enum err
add_vid(const struct host *host, const struct cmp_order *order, X509 *recipient,
    NPKI_REQUEST *q)
{
    struct buf vid = { 0 };
    enum err r = vid_encrypted(host->crypto, recipient, order->random, &vid);

    if (r == OK)
        r = push(&q->info, item_of(OID_ENCRYPTED_VID_TEXT, &vid));
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
