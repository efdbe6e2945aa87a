#include "template.h"

#include <string.h>

#include <openssl/evp.h>

#include "cert.h"
#include "message.h"
#include "status.h"
#include "vid.h"

#define RSA_BITS_MIN    2048
#define OID_OLD_CERT_ID "1.3.6.1.5.5.7.5.1.5"

/* keyUsage among the template's extensions; no extension means sign. */
static bool
wanted_use(struct span in, bool *ret_km)
{
    struct tlv extension, oid, critical, value, bits;
    int use = USE_SIGN;

    while (in.len > 0) {
        if (!der_take(&in, DER_SEQUENCE, &extension) ||
            !der_take(&extension.value, DER_OID, &oid) ||
            !der_optional(&extension.value, DER_BOOLEAN, &critical) ||
            !der_take(&extension.value, DER_OCTET_STRING, &value))
            return false;
        if (!der_is_oid(oid.value, "2.5.29.15"))
            continue;
        if (!der_take(&value.value, DER_BIT_STRING, &bits) ||
            bits.value.len < 2)
            return false;
        use = bits.value.data[1];
    }
    *ret_km = (use & (USE_KEY_ENCIPHERMENT | USE_DATA_ENCIPHERMENT)) != 0;
    return !*ret_km || (use & (USE_SIGN | USE_NON_REPUDIATION)) == 0;
}

static bool
parse_template(struct span in, struct cert_request *ret)
{
    struct tlv field;
    int last = -1;

    while (in.len > 0) {
        if (!der_next(&in, &field) || (field.tag & 0xc0) != 0x80 ||
            (field.tag & 0x1f) <= last)
            return false;
        last = field.tag & 0x1f;
        if (last == 5) {
            ret->has_subject = true;
            ret->subject = field.value;
        } else if (last == 6) {
            der_span(&ret->copy, DER_SEQUENCE, field.value);
        } else if (last == 9 && !wanted_use(field.value, &ret->km)) {
            return false;
        }
    }
    ret->spki = span_of(&ret->copy);
    return ret->spki.len > 0;
}

/* AlgorithmIdentifier's content: sha256WithRSAEncryption, NULL or nothing. */
static bool
is_rsa_sha256(struct span algorithm)
{
    struct tlv oid, null;

    return der_take(&algorithm, DER_OID, &oid) &&
           der_is_oid(oid.value, "1.2.840.113549.1.1.11") &&
           der_optional(&algorithm, DER_NULL, &null) && null.value.len == 0 &&
           algorithm.len == 0;
}

/* The signature's bits over `data`, by the key of the request. */
static bool
verify(const struct cert_request *request, struct span algorithm,
    struct span signature, struct span data)
{
    const unsigned char *p = request->spki.data;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)request->spki.len);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool good = false;

    if (key != NULL && md != NULL && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN &&
        EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && is_rsa_sha256(algorithm) &&
        signature.len > 1 && signature.data[0] == 0 &&
        EVP_DigestVerifyInit_ex(md, NULL, "SHA256", NULL, NULL, key, NULL) == 1)
        good = EVP_DigestVerify(md, signature.data + 1, signature.len - 1,
                   data.data, data.len) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    return good;
}

/* publicKeyMAC: PKMACValue { algId, value } over the public key. */
static bool
check_key_mac(
    const struct cert_request *request, struct span in, const char *secret)
{
    struct tlv value, algorithm, oid, parameters, bits, spki;
    struct pbm pbm;
    uint8_t mac[64];
    size_t len;

    if (secret == NULL || !der_take(&in, DER_SEQUENCE, &value) ||
        !der_take(&in, DER_SEQUENCE, &spki) || in.len != 0 ||
        !span_equal(spki.whole, request->spki) ||
        !der_take(&value.value, DER_SEQUENCE, &algorithm) ||
        !der_take(&value.value, DER_BIT_STRING, &bits) ||
        !der_take(&algorithm.value, DER_OID, &oid) ||
        !der_is_oid(oid.value, OID_PBM) ||
        !der_take(&algorithm.value, DER_SEQUENCE, &parameters) ||
        !pbm_parse(parameters.value, &pbm) || pbm.iterations < 1 ||
        pbm.iterations > PBM_ITERATIONS_MAX || bits.value.len < 1)
        return false;
    len = pbm_compute(secret, pbm.salt, pbm.iterations, pbm.sha1_owf,
        pbm.sha1_mac, request->spki, mac);
    return bits.value.len == len + 1 &&
           CRYPTO_memcmp(bits.value.data + 1, mac, len) == 0;
}

/* poposkInput is about the key of the request. */
static bool
names_key(const struct cert_request *request, struct span in)
{
    struct tlv value, spki;

    return der_take(&in, DER_SEQUENCE, &value) &&
           der_take(&in, DER_SEQUENCE, &spki) && in.len == 0 &&
           span_equal(spki.whole, request->spki);
}

/*
 * RFC 4211 4.1: the signature is over certReq when the template names subject
 * and key, otherwise over poposkInput (with the tag of a SEQUENCE).
 */
static bool
check_possession(const struct cert_request *request, struct span certreq,
    struct span in, const char *secret, enum possession how)
{
    struct tlv input, algorithm, signature;
    struct out data = { 0 };
    bool good;

    if (!der_optional(&in, DER_CONTEXT(0), &input) ||
        !der_take(&in, DER_SEQUENCE, &algorithm) ||
        !der_take(&in, DER_BIT_STRING, &signature) || in.len != 0 ||
        (how == POP_RFC4211 &&
            request->has_subject != (input.whole.len == 0)) ||
        (how == POP_REQUEST && input.whole.len != 0) ||
        ((how == POP_INPUT || how == POP_INPUT_MAC) && input.whole.len == 0))
        return false;
    if (input.whole.len == 0)
        return verify(request, algorithm.value, signature.value, certreq);
    if (how == POP_INPUT ? !names_key(request, input.value)
                         : !check_key_mac(request, input.value, secret))
        return false;
    der_span(&data, DER_SEQUENCE, input.value);
    good = verify(request, algorithm.value, signature.value, span_of(&data));
    out_free(&data);
    return good;
}

/* oldCertID among the controls: CertId { issuer GeneralName, serial }. */
static bool
parse_controls(struct span in, struct cert_request *ret)
{
    struct tlv attribute, oid, id, issuer, name, serial;

    while (in.len > 0) {
        if (!der_take(&in, DER_SEQUENCE, &attribute) ||
            !der_take(&attribute.value, DER_OID, &oid))
            return false;
        if (!der_is_oid(oid.value, OID_OLD_CERT_ID))
            continue;
        if (!der_take(&attribute.value, DER_SEQUENCE, &id) ||
            !der_take(&id.value, DER_CONTEXT(4), &issuer) ||
            !der_take(&issuer.value, DER_SEQUENCE, &name) ||
            !der_take(&id.value, DER_INTEGER, &serial) || id.value.len != 0)
            return false;
        ret->old = (struct cert_id){ name.whole, serial.value };
    }
    return true;
}

static bool
parse_reginfo(struct span in, struct cert_request *ret)
{
    struct tlv attribute, oid;

    while (in.len > 0) {
        if (!der_take(&in, DER_SEQUENCE, &attribute) ||
            !der_take(&attribute.value, DER_OID, &oid))
            return false;
        if (der_is_oid(oid.value, OID_ENCRYPTED_VID))
            ret->vid = attribute.value;
    }
    return true;
}

bool
template_parse_one(struct span msg, const char *secret, enum possession how,
    struct cert_request *ret, int *ret_fail, const char **ret_reason)
{
    struct tlv certreq, id, template, controls, popo, info;
    struct span in;

    *ret = (struct cert_request){ 0 };
    *ret_fail = FAIL_BAD_DATA_FORMAT;
    *ret_reason = "요청 형식이 올바르지 않습니다";
    if (!der_take(&msg, DER_SEQUENCE, &certreq) ||
        !der_optional(&msg, DER_CONTEXT(1), &popo) ||
        !der_optional(&msg, DER_SEQUENCE, &info) || msg.len != 0)
        return false;
    in = certreq.value;
    if (!der_take(&in, DER_INTEGER, &id) ||
        !der_take(&in, DER_SEQUENCE, &template) ||
        !der_optional(&in, DER_SEQUENCE, &controls) || in.len != 0 ||
        !parse_controls(controls.value, ret) || !parse_reginfo(info.value, ret))
        return false;
    ret->id = der_small_integer(id.value);
    if (!parse_template(template.value, ret)) {
        *ret_fail = FAIL_BAD_CERT_TEMPLATE;
        *ret_reason = "인증서 신청 내용이 올바르지 않습니다";
        return false;
    }
    if (!check_possession(ret, certreq.whole, popo.value, secret, how)) {
        *ret_fail = FAIL_BAD_POP;
        *ret_reason = "개인키 소유 증명이 올바르지 않습니다";
        return false;
    }
    return true;
}

bool
template_parse(struct span body, const char *secret, struct cert_request *ret,
    int *ret_fail, const char **ret_reason)
{
    struct tlv list, msg;

    *ret = (struct cert_request){ 0 };
    *ret_fail = FAIL_BAD_DATA_FORMAT;
    *ret_reason = "요청 형식이 올바르지 않습니다";
    if (!der_take(&body, DER_SEQUENCE, &list) || body.len != 0 ||
        !der_take(&list.value, DER_SEQUENCE, &msg))
        return false;
    if (list.value.len != 0) {
        *ret_fail = FAIL_BAD_REQUEST;
        *ret_reason = "한 번에 인증서 하나만 신청할 수 있습니다";
        return false;
    }
    return template_parse_one(
        msg.value, secret, POP_RFC4211, ret, ret_fail, ret_reason);
}

void
template_free(struct cert_request *request)
{
    out_free(&request->copy);
    if (request->r.len > 0)
        OPENSSL_cleanse(request->r.data, request->r.len);
    out_free(&request->r);
}
