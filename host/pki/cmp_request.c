/* The certificate request (cmp.h), made once for a key. */
#include <openssl/cmp.h>
#include <openssl/crmf.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <string.h>

#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cmp.h"
#include "pki/cmp_pins.h"

enum err
cmp_transaction(
    const struct crypto *crypto, uint8_t ret_id[static CMP_TRANSACTION_LEN])
{
    if (RAND_bytes_ex(crypto_libctx(crypto), ret_id, CMP_TRANSACTION_LEN, 0) !=
        1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return OK;
}

/* The subject asked for; the CA may grant another. */
static X509_NAME *
subject_of(const struct cmp_order *order)
{
    const X509 *old = order->person.old;
    X509_NAME *name;

    if (order->signer != NULL && order->ca->subject != CA_SUBJECT_EMPTY)
        return X509_NAME_dup(X509_get_subject_name(order->signer->about));
    if (order->ca->subject == CA_SUBJECT_OLD && old != NULL)
        return X509_NAME_dup(X509_get_subject_name(old));
    name = X509_NAME_new();
    if (name != NULL && order->ca->subject != CA_SUBJECT_EMPTY &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
            (const unsigned char *)order->reference, -1, -1, 0) != 1) {
        X509_NAME_free(name);
        return NULL;
    }
    return name;
}

/* keyUsage is what tells the two certificates apart. */
static X509_EXTENSION *
usage_extension(enum cmp_kind kind)
{
    ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
    X509_EXTENSION *ext = NULL;
    int first = kind == CMP_SIGN ? 0 : 2, second = first + 1;

    if (bits != NULL && ASN1_BIT_STRING_set_bit(bits, first, 1) == 1 &&
        ASN1_BIT_STRING_set_bit(bits, second, 1) == 1)
        ext = X509V3_EXT_i2d(NID_key_usage, 1, bits);
    ASN1_BIT_STRING_free(bits);
    return ext;
}

static bool
set_extension(OSSL_CMP_CTX *ctx, enum cmp_kind kind)
{
    X509_EXTENSIONS *list = sk_X509_EXTENSION_new_null();
    X509_EXTENSION *ext = usage_extension(kind);

    if (list != NULL && ext != NULL && sk_X509_EXTENSION_push(list, ext) != 0) {
        ext = NULL; /* transferred */
        if (OSSL_CMP_CTX_set0_reqExtensions(ctx, list) == 1)
            return true;
    }
    X509_EXTENSION_free(ext);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    return false;
}

/* oldCertID; the names beside its subject, a VID among them, are not asked
 * for again. */
static bool
name_old(OSSL_CMP_CTX *ctx, X509 *about)
{
    return OSSL_CMP_CTX_set1_oldCert(ctx, about) == 1 &&
           OSSL_CMP_CTX_set_option(
               ctx, OSSL_CMP_OPT_SUBJECTALTNAME_NODEFAULT, 1) == 1;
}

/* CertReqMsg with its proof of possession, by OpenSSL. */
static enum err
plain_request(const struct host *host, const struct cmp_order *order,
    unsigned char **ret_der, int *ret_len)
{
    OSSL_LIB_CTX *lib = crypto_libctx(host->crypto);
    OSSL_CMP_CTX *ctx = OSSL_CMP_CTX_new(lib, NULL);
    X509_NAME *subject = subject_of(order);
    OSSL_CRMF_MSG *crm = NULL;
    enum err r = OK;

    if (ctx == NULL || subject == NULL || EVP_PKEY_up_ref(order->key) != 1)
        goto out;
    if (OSSL_CMP_CTX_set0_newPkey(ctx, 1, order->key) != 1) {
        EVP_PKEY_free(order->key);
        goto out;
    }
    if (OSSL_CMP_CTX_set1_subjectName(ctx, subject) != 1 ||
        (order->signer != NULL && !name_old(ctx, order->signer->about)) ||
        !set_extension(ctx, order->kind) ||
        (crm = OSSL_CMP_CTX_setup_CRM(ctx, order->signer != NULL, 0)) == NULL ||
        OSSL_CRMF_CERTTEMPLATE_fill(
            OSSL_CRMF_MSG_get0_tmpl(crm), NULL, subject, NULL, NULL) != 1 ||
        OSSL_CRMF_MSG_create_popo(OSSL_CRMF_POPO_SIGNATURE, crm, order->key,
            EVP_sha256(), lib, NULL) != 1)
        goto out;
    *ret_len = i2d_OSSL_CRMF_MSG(crm, ret_der);
out:
    if (*ret_len <= 0)
        r = err_openssl(__func__, ERR_INTERNAL);
    OSSL_CRMF_MSG_free(crm);
    X509_NAME_free(subject);
    OSSL_CMP_CTX_free(ctx);
    return r;
}

/* R must never be encrypted for a stranger. */
static enum err
recipient_of(const struct host *host, const struct ca *ca, X509 **ret_recipient)
{
    struct chain_set *pins = NULL;
    X509 *x = NULL;
    int64_t now = clock_wall(&host->clock);
    enum err r;

    if (((r = cert_parse(host->crypto, &ca->encryption, &x)) != OK ||
            (r = cmp_pins(host, ca, NULL, &pins)) != OK ||
            (r = chain_check(host->crypto, x, NULL, pins, now)) != OK) &&
        r != ERR_NO_MEMORY)
        r = chain_is_early(pins, now) ? ERR_CLOCK_WRONG : ERR_CHAIN_UNTRUSTED;
    if (r == OK) {
        *ret_recipient = x;
        x = NULL; /* transferred */
    }
    X509_free(x);
    chain_free(pins);
    return r;
}

/* regInfo: SEQUENCE OF AttributeTypeAndValue with the one EncryptedVID. */
static enum err
reg_info(
    const struct host *host, const struct cmp_order *order, struct buf *ret_der)
{
    X509 *recipient = NULL;
    struct buf vid = { 0 }, out = { 0 };
    enum err r;

    if ((r = recipient_of(host, order->ca, &recipient)) == OK &&
        (r = vid_encrypted(host->crypto, recipient, order->random, &vid)) ==
            OK &&
        (r = oid_put(&out, OID_ENCRYPTED_VID)) == OK &&
        (r = buf_put(&out, vid.data, vid.len)) == OK &&
        (r = der_wrap(&out, DER_SEQUENCE)) == OK &&
        (r = der_wrap(&out, DER_SEQUENCE)) == OK)
        buf_move(ret_der, &out);
    X509_free(recipient);
    buf_free(&vid);
    buf_free(&out);
    return r;
}

enum err
cmp_request(
    const struct host *host, const struct cmp_order *order, struct buf *ret_der)
{
    unsigned char *plain = NULL;
    struct buf info = { 0 }, out = { 0 };
    struct der in, message;
    int len = 0;
    enum err r;

    if ((r = plain_request(host, order, &plain, &len)) != OK)
        goto out;
    in = (struct der){ plain, (size_t)len };
    if (!der_get(&in, DER_SEQUENCE, &message)) {
        r = ERR_INTERNAL;
        goto out;
    }
    /* the proof covers the template only: regInfo can be added behind it */
    if (order->ca->vid == CA_VID_ENCRYPTED &&
        (r = reg_info(host, order, &info)) != OK)
        goto out;
    if ((r = buf_put(&out, message.data, message.len)) == OK &&
        (r = buf_put(&out, info.data, info.len)) == OK &&
        (r = der_wrap(&out, DER_SEQUENCE)) == OK)
        buf_move(ret_der, &out);
out:
    OPENSSL_free(plain);
    buf_free(&info);
    buf_free(&out);
    return r;
}
