#include "pki/cert.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/utf8.h"
#include "pki/der.h"

#define RSA_MODULUS_MAX 2048u /* bytes: what OpenSSL reads */

enum err
cert_serial(const X509 *x, enum cert_serial form, struct buf *ret_text)
{
    BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char *text = NULL, *p;
    enum err r;

    if (n != NULL)
        text = form == CERT_SERIAL_HEX ? BN_bn2hex(n) : BN_bn2dec(n);
    if (text == NULL) {
        r = err_openssl(__func__, ERR_CERTIFICATE_DAMAGED);
    } else {
        for (p = text; *p != '\0'; p++)
            if (*p >= 'A' && *p <= 'F')
                *p = (char)(*p - 'A' + 'a');
        for (p = text; *p == '0' && p[1] != '\0';)
            p++;
        r = buf_set(ret_text, p, strlen(p));
    }
    OPENSSL_free(text);
    BN_free(n);
    return r;
}

enum err
cert_key_usage(const X509 *x, const char *ret_names[static CERT_KEY_USAGES],
    size_t *ret_count)
{
    static const char *const names[CERT_KEY_USAGES] = { "digitalSignature",
        "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
        "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly" };
    ASN1_BIT_STRING *bits;
    void *extension;
    size_t n = 0;
    int i;
    enum err r = cert_extension(x, NID_key_usage, &extension);

    bits = extension;
    for (i = 0; bits != NULL && i < (int)CERT_KEY_USAGES; i++)
        if (ASN1_BIT_STRING_get_bit(bits, i))
            ret_names[n++] = names[i];
    ASN1_BIT_STRING_free(bits);
    *ret_count = n;
    return r;
}

/* From the key's own bytes (RFC 8017 A.1.1): also where it was not decoded. */
int
cert_rsa_bits(const X509 *x)
{
    ASN1_OBJECT *type = NULL;
    const unsigned char *data = NULL;
    struct der in = { 0 }, key, modulus, exponent;
    int len = 0, bits;
    unsigned first;

    if (X509_PUBKEY_get0_param(
            &type, &data, &len, NULL, X509_get_X509_PUBKEY(x)) != 1 ||
        OBJ_obj2nid(type) != NID_rsaEncryption)
        return 0;
    in = (struct der){ data, (size_t)len };
    if (!der_get(&in, DER_SEQUENCE, &key) || in.len != 0 ||
        !der_get(&key, DER_INTEGER, &modulus) ||
        !der_get(&key, DER_INTEGER, &exponent) || key.len != 0)
        return 0;
    for (; modulus.len > 0 && modulus.data[0] == 0; modulus.len--)
        modulus.data++;
    if (modulus.len == 0 || modulus.len > RSA_MODULUS_MAX)
        return 0;
    bits = (int)modulus.len * 8;
    for (first = modulus.data[0]; first < 0x80; first <<= 1)
        bits--;
    return bits;
}

int
cert_key_bits(const X509 *x)
{
    int bits = cert_rsa_bits(x);
    const EVP_PKEY *key = bits > 0 ? NULL : X509_get0_pubkey(x);

    return key == NULL ? bits : EVP_PKEY_get_bits(key);
}

enum err
cert_algorithm(const X509 *x, struct buf *ret_text)
{
    bool rsa = cert_rsa_bits(x) > 0;
    const EVP_PKEY *key = rsa ? NULL : X509_get0_pubkey(x);
    char text[32];

    /* unlike EVP_PKEY_is_a, EVP_PKEY_get_id needs no memory */
    snprintf(text, sizeof(text), "%s-%d",
        rsa                                   ? "rsa"
        : key == NULL                         ? "unknown"
        : EVP_PKEY_get_id(key) == EVP_PKEY_EC ? "ec"
                                              : "other",
        cert_key_bits(x));
    return buf_set(ret_text, text, strlen(text));
}

enum err
cert_signature_algorithm(const X509 *x, struct buf *ret_text)
{
    const char *name = OBJ_nid2ln(X509_get_signature_nid(x));

    return name == NULL ? buf_set(ret_text, "", 0)
                        : buf_set(ret_text, name, strlen(name));
}

/* The text of a URI, as far as it can be shown. */
static enum err
put_uri(const GENERAL_NAME *name, struct buf *out)
{
    const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
    const unsigned char *data = ASN1_STRING_get0_data(uri);
    size_t len = (size_t)ASN1_STRING_length(uri);

    if (!utf8_valid(data, len) || memchr(data, '\0', len) != NULL)
        return OK;
    return buf_set(out, data, len);
}

enum err
cert_ocsp(const X509 *x, struct buf *ret_url)
{
    AUTHORITY_INFO_ACCESS *access;
    const ACCESS_DESCRIPTION *d;
    struct buf url = { 0 };
    void *extension;
    int i;
    enum err r = cert_extension(x, NID_info_access, &extension);

    access = extension;
    for (i = 0;
         r == OK && url.len == 0 && i < sk_ACCESS_DESCRIPTION_num(access);
         i++) {
        d = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(d->method) == NID_ad_OCSP &&
            d->location->type == GEN_URI)
            r = put_uri(d->location, &url);
    }
    AUTHORITY_INFO_ACCESS_free(access);
    if (r == OK)
        buf_move(ret_url, &url);
    return r;
}

/* The first URI in the full name of a distribution point. */
static enum err
put_point(const DIST_POINT *point, struct buf *out)
{
    const GENERAL_NAMES *names;
    const GENERAL_NAME *name;
    enum err r = OK;
    int i;

    if (point->distpoint == NULL || point->distpoint->type != 0)
        return OK;
    names = point->distpoint->name.fullname;
    for (i = 0; r == OK && out->len == 0 && i < sk_GENERAL_NAME_num(names);
         i++) {
        name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_URI)
            r = put_uri(name, out);
    }
    return r;
}

enum err
cert_crl(const X509 *x, struct buf *ret_url)
{
    CRL_DIST_POINTS *points;
    struct buf url = { 0 };
    void *extension;
    int i;
    enum err r = cert_extension(x, NID_crl_distribution_points, &extension);

    points = extension;
    for (i = 0; r == OK && url.len == 0 && i < sk_DIST_POINT_num(points); i++)
        r = put_point(sk_DIST_POINT_value(points, i), &url);
    CRL_DIST_POINTS_free(points);
    if (r == OK)
        buf_move(ret_url, &url);
    return r;
}
