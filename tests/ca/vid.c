#include "vid.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#define OID_RSA "1.2.840.113549.1.1.1"

void
vid_compute(const char *idn, struct span r, uint8_t vid[static VID_LEN])
{
    struct out o = { 0 };
    size_t at = der_begin(&o, DER_SEQUENCE);
    uint8_t once[SHA256_DIGEST_LENGTH];

    der_text(&o, DER_PRINTABLE, idn);
    der_bit_string(&o, r.data, r.len);
    der_end(&o, at);
    SHA256(o.data, o.len, once);
    SHA256(once, sizeof once, vid);
    OPENSSL_cleanse(o.data, o.len);
    out_free(&o);
}

/* certID names this CA's encryption certificate. */
static bool
is_for_us(const struct ca *ca, struct span cert_id)
{
    const X509 *x = ca->cert[CA_ENCRYPTION];
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
    struct out name = { 0 };
    struct tlv sequence, issuer, number;
    bool same;

    if (!der_take(&cert_id, DER_SEQUENCE, &sequence) ||
        !der_take(&sequence.value, DER_SEQUENCE, &issuer) ||
        !der_take(&sequence.value, DER_INTEGER, &number))
        return false;
    der_name(&name, X509_get_issuer_name(x));
    same =
        span_equal(issuer.whole, span_of(&name)) &&
        span_equal(number.value, (struct span){ ASN1_STRING_get0_data(serial),
                                     (size_t)ASN1_STRING_length(serial) });
    out_free(&name);
    return same;
}

static bool
decrypt(EVP_PKEY *key, struct span sealed, struct out *ret)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    uint8_t plain[512];
    size_t len = sizeof plain;
    bool good;

    if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1)
        die("cannot decrypt");
    good = EVP_PKEY_decrypt(ctx, plain, &len, sealed.data, sealed.len) == 1;
    if (good)
        out_bytes(ret, plain, len);
    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* SEQUENCE { SEQUENCE { hashAlg, [0] OCTET STRING }, BIT STRING R } */
static bool
random_number(struct span plain, struct out *ret_r)
{
    struct tlv sequence, vid, r;

    if (!der_take(&plain, DER_SEQUENCE, &sequence) || plain.len != 0 ||
        !der_take(&sequence.value, DER_SEQUENCE, &vid) ||
        !der_take(&sequence.value, DER_BIT_STRING, &r) ||
        r.value.len < 1 + R_LEN_MIN || r.value.len > 1 + R_LEN_MAX ||
        r.value.data[0] != 0)
        return false;
    out_bytes(ret_r, r.value.data + 1, r.value.len - 1);
    return true;
}

bool
vid_open(const struct ca *ca, struct span value, struct out *ret_r,
    const char **ret_reason)
{
    struct tlv outer, version, hash, cipher, cert_id, sealed, octets, oid;
    struct out plain = { 0 };
    bool good = false;

    *ret_reason = "EncryptedVID 형식이 올바르지 않습니다";
    if (!der_take(&value, DER_SEQUENCE, &outer) || value.len != 0 ||
        !der_take(&outer.value, DER_CONTEXT(0), &version) ||
        !der_optional(&outer.value, DER_CONTEXT(1), &hash) ||
        !der_take(&outer.value, DER_CONTEXT(2), &cipher) ||
        !der_take(&outer.value, DER_CONTEXT(3), &cert_id) ||
        !der_take(&outer.value, DER_CONTEXT(4), &sealed) ||
        outer.value.len != 0 ||
        !der_take(&sealed.value, DER_OCTET_STRING, &octets) ||
        !der_take(&cipher.value, DER_SEQUENCE, &cipher) ||
        !der_take(&cipher.value, DER_OID, &oid) ||
        !der_is_oid(oid.value, OID_RSA))
        return false;
    if (!is_for_us(ca, cert_id.value)) {
        *ret_reason = "EncryptedVID가 다른 인증서로 암호화되었습니다";
        return false;
    }
    if (decrypt(ca->key[CA_ENCRYPTION], octets.value, &plain))
        good = random_number(span_of(&plain), ret_r);
    if (plain.len > 0)
        OPENSSL_cleanse(plain.data, plain.len);
    out_free(&plain);
    return good;
}
