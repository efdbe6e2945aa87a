#include "pki/cms_seal.h"

#include <openssl/ess.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/cms_value.h"
#include "pki/der.h"

enum err
cms_attribute(
    const struct buf *type, const struct buf *value, struct buf *ret_attribute)
{
    enum err r;

    if ((r = buf_set(ret_attribute, type->data, type->len)) != OK ||
        (r = der_put(ret_attribute, DER_SET, value->data, value->len)) != OK)
        return r;
    return der_wrap(ret_attribute, DER_SEQUENCE);
}

static enum err
put_algorithm(enum oid oid, bool null, struct buf *ret)
{
    enum err r;

    if ((r = oid_put(ret, oid)) != OK ||
        (null && (r = der_put(ret, DER_NULL, NULL, 0)) != OK))
        return r;
    return der_wrap(ret, DER_SEQUENCE);
}

static enum err
put_algorithms(struct cms_seal *seal)
{
    enum err r;

    if ((r = put_algorithm(OID_SHA256, false, &seal->sha256)) != OK ||
        (r = put_algorithm(OID_SHA256, true, &seal->sha256_null)) != OK)
        return r;
    return put_algorithm(
        seal->rsa ? OID_RSA : OID_ECDSA_SHA256, seal->rsa, &seal->algorithm);
}

/* Append what OpenSSL wrote, and free it. */
static enum err
take(const char *where, unsigned char *der, int len, struct buf *out)
{
    enum err r = len > 0 ? buf_put(out, der, (size_t)len)
                         : err_openssl(where, ERR_NO_MEMORY);

    OPENSSL_free(der);
    return r;
}

static enum err
put_id(const X509 *x, struct buf *ret_id)
{
    unsigned char *name = NULL, *serial = NULL;
    enum err r;
    int len;

    len = i2d_X509_NAME(X509_get_issuer_name(x), &name);
    if ((r = take(__func__, name, len, ret_id)) != OK)
        return r;
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &serial);
    if ((r = take(__func__, serial, len, ret_id)) != OK)
        return r;
    return der_wrap(ret_id, DER_SEQUENCE);
}

static enum err
put_named(const X509 *x, struct buf *ret_attribute)
{
    ESS_SIGNING_CERT_V2 *ess =
        OSSL_ESS_signing_cert_v2_new_init(EVP_sha256(), x, NULL, 1);
    struct buf type = { 0 }, value = { 0 };
    unsigned char *der = NULL;
    int len = ess == NULL ? 0 : i2d_ESS_SIGNING_CERT_V2(ess, &der);
    enum err r;

    if ((r = take(__func__, der, len, &value)) == OK &&
        (r = oid_put(&type, OID_SIGNING_CERT_2)) == OK)
        r = cms_attribute(&type, &value, ret_attribute);
    ESS_SIGNING_CERT_V2_free(ess);
    buf_free(&type);
    buf_free(&value);
    return r;
}

enum err
cms_seal_new(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    struct cms_seal **ret_seal)
{
    EVP_PKEY *own = X509_get0_pubkey(x);
    struct cms_seal *seal;
    enum err r;

    if (EVP_PKEY_eq(own, key) != 1)
        return err_openssl(__func__, ERR_KEY_MISMATCH);
    if (EVP_PKEY_is_a(key, "RSA") != 1 && EVP_PKEY_is_a(key, "EC") != 1)
        return ERR_KEY_SCHEME_UNSUPPORTED;
    if ((seal = mem_alloc(sizeof(*seal))) == NULL)
        return ERR_NO_MEMORY;
    seal->crypto = crypto;
    seal->rsa = EVP_PKEY_is_a(key, "RSA") == 1;
    if ((r = cms_value_signer(crypto, key, &seal->signer)) != OK ||
        (r = cms_value_reader(crypto, own, &seal->reader)) != OK ||
        (r = cert_der(x, &seal->certificate)) != OK ||
        (r = put_id(x, &seal->id)) != OK || (r = put_algorithms(seal)) != OK ||
        (r = put_named(x, &seal->named)) != OK) {
        cms_seal_free(seal);
        return r;
    }
    *ret_seal = seal;
    return OK;
}

void
cms_seal_free(struct cms_seal *seal)
{
    if (seal == NULL)
        return;
    EVP_PKEY_CTX_free(seal->signer);
    EVP_PKEY_CTX_free(seal->reader);
    buf_free(&seal->certificate);
    buf_free(&seal->id);
    buf_free(&seal->sha256);
    buf_free(&seal->sha256_null);
    buf_free(&seal->algorithm);
    buf_free(&seal->named);
    mem_free(seal);
}
