#include "pki/vid.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "pki/der.h"

#define DIGEST_MAX    64u /* bytes of the longest hash */
#define RECIPIENT_MIN 2048
#define DUMMY_IDN     "1234561234567" /* the CA knows the real one */

/* Hashes of identifyData: OID, OpenSSL's name, bytes. */
static const struct digest {
    enum oid oid;
    const char *name;
    size_t len;
} digests[] = {
    { OID_SHA256, "SHA256", 32 },
    { OID_SHA1, "SHA1", 20 },
    { OID_SHA384, "SHA384", 48 },
    { OID_SHA512, "SHA512", 64 },
};

static const struct digest *
digest_of(enum oid oid)
{
    size_t i;

    for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
        if (digests[i].oid == oid)
            return &digests[i];
    return NULL;
}

static bool
idn_ok(const char *idn)
{
    size_t len = strspn(idn, "0123456789");

    return idn[len] == '\0' && (len == 10 || len == VID_IDN_MAX);
}

/* HashContent ::= SEQUENCE { idn PrintableString, randomNum BIT STRING } */
static enum err
hash_content(const char *idn, const uint8_t *random, struct buf *out)
{
    enum err r;

    if ((r = der_put(out, DER_PRINTABLE, idn, strlen(idn))) != OK ||
        (r = der_put_bits(out, random, VID_R_LEN)) != OK)
        return r;
    return der_wrap(out, DER_SEQUENCE);
}

enum err
vid_compute(const struct crypto *crypto, const char *digest, const char *idn,
    const uint8_t random[static VID_R_LEN], struct buf *ret_vid)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    struct buf content = { 0 };
    EVP_MD *md = NULL;
    unsigned len = 0;
    enum err r;

    if (!idn_ok(idn))
        return ERR_PARAM_TYPE;
    if ((r = hash_content(idn, random, &content)) != OK)
        return r;
    md = EVP_MD_fetch(crypto_libctx(crypto), digest, NULL);
    if (md == NULL ||
        !EVP_Digest(content.data, content.len, hash, &len, md, NULL) ||
        !EVP_Digest(hash, len, hash, &len, md, NULL))
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    else
        r = buf_put(ret_vid, hash, len);
    mem_cleanse(hash, sizeof(hash));
    EVP_MD_free(md);
    buf_free(&content);
    return r;
}

/* The identifyData of a certificate, which names owns. */
static enum err
find_identify_data(const GENERAL_NAMES *names, struct der *ret_value)
{
    const GENERAL_NAME *name;
    const ASN1_STRING *value;
    char oid[64];
    int i;

    for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_OTHERNAME ||
            OBJ_obj2txt(oid, sizeof(oid), name->d.otherName->type_id, 1) < 0 ||
            strcmp(oid, oid_text(OID_IDENTIFY_DATA)) != 0)
            continue;
        if (name->d.otherName->value->type != V_ASN1_SEQUENCE)
            return ERR_CERTIFICATE_DAMAGED;
        value = name->d.otherName->value->value.sequence;
        *ret_value = (struct der){ ASN1_STRING_get0_data(value),
            (size_t)ASN1_STRING_length(value) };
        return OK;
    }
    return ERR_IDENTITY_VALUE_MISSING;
}

/* VID ::= SEQUENCE { hashAlg, virtualID [0] EXPLICIT OCTET STRING } */
static enum err
read_vid(struct der in, const struct digest **ret_digest, struct der *ret_vid)
{
    struct der body, parameters, tagged;
    enum oid oid;

    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !der_get_algorithm(&body, &oid, &parameters) ||
        !der_get(&body, DER_EXPLICIT(0), &tagged) || body.len != 0 ||
        !der_get(&tagged, DER_OCTETS, ret_vid) || tagged.len != 0)
        return ERR_CERTIFICATE_DAMAGED;
    *ret_digest = digest_of(oid);
    if (*ret_digest == NULL || ret_vid->len != (*ret_digest)->len)
        return ERR_CERTIFICATE_DAMAGED;
    return OK;
}

/* identifyData ::= SEQUENCE { realName UTF8String, userInfo SEQUENCE OF
 * SEQUENCE { type, value } OPTIONAL }; *ret_digest is NULL without a VID. */
static enum err
read_identify_data(struct der in, struct der *ret_name,
    const struct digest **ret_digest, struct der *ret_vid)
{
    struct der body, list, item;
    enum oid oid;
    enum err r;

    *ret_digest = NULL;
    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !der_get(&body, DER_UTF8, ret_name) ||
        !utf8_valid(ret_name->data, ret_name->len))
        return ERR_CERTIFICATE_DAMAGED;
    if (body.len == 0)
        return OK;
    if (!der_get(&body, DER_SEQUENCE, &list) || body.len != 0)
        return ERR_CERTIFICATE_DAMAGED;
    while (list.len > 0) {
        if (!der_get(&list, DER_SEQUENCE, &item) || !der_get_oid(&item, &oid))
            return ERR_CERTIFICATE_DAMAGED;
        if (oid == OID_VID && *ret_digest == NULL &&
            (r = read_vid(item, ret_digest, ret_vid)) != OK)
            return r;
    }
    return OK;
}

enum err
vid_of_certificate(const X509 *x, struct buf *ret_name, struct buf *ret_digest,
    struct buf *ret_vid)
{
    GENERAL_NAMES *names = NULL;
    struct der value, name = { 0 }, vid = { 0 };
    const struct digest *digest = NULL;
    int critical = -1;
    enum err r;

    names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);
    if (names == NULL) {
        r = err_openssl(__func__, ERR_CERTIFICATE_DAMAGED);
        return critical == -1       ? ERR_IDENTITY_VALUE_MISSING
               : r == ERR_NO_MEMORY ? r
                                    : ERR_CERTIFICATE_DAMAGED;
    }
    if ((r = find_identify_data(names, &value)) != OK ||
        (r = read_identify_data(value, &name, &digest, &vid)) != OK)
        goto out;
    if (digest == NULL && (ret_digest != NULL || ret_vid != NULL))
        r = ERR_IDENTITY_VALUE_MISSING;
    if (r == OK && ret_name != NULL)
        r = buf_set(ret_name, name.data, name.len);
    if (r == OK && ret_digest != NULL)
        r = buf_set(ret_digest, digest->name, strlen(digest->name));
    if (r == OK && ret_vid != NULL)
        r = buf_set(ret_vid, vid.data, vid.len);
out:
    GENERAL_NAMES_free(names);
    return r;
}

/* Append AlgorithmIdentifier { oid, NULL } inside [n]. */
static enum err
put_algorithm(struct buf *out, int n, enum oid oid)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = oid_put(&body, oid)) == OK &&
        (r = der_put(&body, DER_NULL, NULL, 0)) == OK &&
        (r = der_wrap(&body, DER_SEQUENCE)) == OK)
        r = n < 0
                ? buf_put(out, body.data, body.len)
                : der_put(out, DER_EXPLICIT((unsigned)n), body.data, body.len);
    buf_free(&body);
    return r;
}

/* SEQUENCE { SEQUENCE { hashAlg, [0] vid }, randomNum BIT STRING } */
static enum err
clear_vid(const struct crypto *crypto, const uint8_t *random, struct buf *out)
{
    struct buf vid = { 0 }, body = { 0 };
    enum err r;

    if ((r = vid_compute(crypto, "SHA256", DUMMY_IDN, random, &vid)) == OK &&
        (r = der_wrap(&vid, DER_OCTETS)) == OK &&
        (r = put_algorithm(&body, -1, OID_SHA256)) == OK &&
        (r = der_put(&body, DER_EXPLICIT(0), vid.data, vid.len)) == OK &&
        (r = der_put(out, DER_SEQUENCE, body.data, body.len)) == OK &&
        (r = der_put_bits(out, random, VID_R_LEN)) == OK)
        r = der_wrap(out, DER_SEQUENCE);
    buf_free(&vid);
    buf_free(&body);
    return r;
}

bool
vid_may_receive(X509 *recipient)
{
    EVP_PKEY *key = X509_get0_pubkey(recipient);

    return key != NULL && EVP_PKEY_is_a(key, "RSA") &&
           EVP_PKEY_get_bits(key) >= RECIPIENT_MIN &&
           (X509_get_key_usage(recipient) & KU_KEY_ENCIPHERMENT) != 0;
}

/* RSA PKCS #1 v1.5 for the recipient. */
static enum err
seal(const struct crypto *crypto, X509 *recipient, const struct buf *clear,
    struct buf *ret_sealed)
{
    EVP_PKEY *key = X509_get0_pubkey(recipient);
    EVP_PKEY_CTX *ctx = NULL;
    size_t len = 0;
    enum err r;

    if (!vid_may_receive(recipient))
        return ERR_CHAIN_UNTRUSTED;
    ctx = EVP_PKEY_CTX_new_from_pkey(crypto_libctx(crypto), key, NULL);
    if (ctx == NULL || EVP_PKEY_encrypt_init(ctx) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) <= 0 ||
        EVP_PKEY_encrypt(ctx, NULL, &len, clear->data, clear->len) <= 0) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    if ((r = buf_extend(ret_sealed, len)) != OK)
        goto out;
    if (EVP_PKEY_encrypt(
            ctx, ret_sealed->data, &len, clear->data, clear->len) <= 0)
        r = err_openssl(__func__, ERR_INTERNAL);
out:
    EVP_PKEY_CTX_free(ctx);
    return r;
}

/* Append [3] IssuerAndSerialNumber of a certificate. */
static enum err
put_cert_id(struct buf *out, X509 *x)
{
    unsigned char *issuer = NULL, *serial = NULL;
    struct buf body = { 0 };
    int issuer_len, serial_len;
    enum err r;

    issuer_len = i2d_X509_NAME(X509_get_issuer_name(x), &issuer);
    serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &serial);
    if (issuer_len <= 0 || serial_len <= 0)
        r = err_openssl(__func__, ERR_INTERNAL);
    else if ((r = buf_put(&body, issuer, (size_t)issuer_len)) == OK &&
             (r = buf_put(&body, serial, (size_t)serial_len)) == OK &&
             (r = der_wrap(&body, DER_SEQUENCE)) == OK)
        r = der_put(out, DER_EXPLICIT(3), body.data, body.len);
    OPENSSL_free(issuer);
    OPENSSL_free(serial);
    buf_free(&body);
    return r;
}

enum err
vid_encrypted(const struct crypto *crypto, X509 *recipient,
    const uint8_t random[static VID_R_LEN], struct buf *ret_der)
{
    static const uint8_t version[] = { DER_INTEGER, 1, 0 };
    struct buf clear = { 0 }, sealed = { 0 }, out = { 0 };
    enum err r;

    if ((r = clear_vid(crypto, random, &clear)) == OK &&
        (r = seal(crypto, recipient, &clear, &sealed)) == OK &&
        (r = der_wrap(&sealed, DER_OCTETS)) == OK &&
        (r = der_put(&out, DER_EXPLICIT(0), version, sizeof(version))) == OK &&
        (r = put_algorithm(&out, 1, OID_SHA256)) == OK &&
        (r = put_algorithm(&out, 2, OID_RSA)) == OK &&
        (r = put_cert_id(&out, recipient)) == OK &&
        (r = der_put(&out, DER_EXPLICIT(4), sealed.data, sealed.len)) == OK &&
        (r = der_wrap(&out, DER_SEQUENCE)) == OK)
        buf_move(ret_der, &out);
    buf_free(&clear);
    buf_free(&sealed);
    buf_free(&out);
    return r;
}
