#include "message.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

/* [n] EXPLICIT OCTET STRING OPTIONAL */
static bool
optional_octets(struct span *in, int n, struct span *ret)
{
    struct tlv outer, octets;

    *ret = (struct span){ 0 };
    if (!der_optional(in, DER_CONTEXT(n), &outer))
        return false;
    if (outer.whole.len == 0)
        return true;
    if (!der_take(&outer.value, DER_OCTET_STRING, &octets) ||
        outer.value.len != 0)
        return false;
    *ret = octets.value;
    return true;
}

static bool
parse_header(struct span in, struct message *m)
{
    struct tlv pvno, sender, recipient, skip, algorithm;
    struct span recipient_kid;

    if (!der_take(&in, DER_INTEGER, &pvno) || !der_next(&in, &sender) ||
        !der_next(&in, &recipient) ||
        !der_optional(&in, DER_CONTEXT(0), &skip) ||
        !der_optional(&in, DER_CONTEXT(1), &algorithm) ||
        !optional_octets(&in, 2, &m->reference) ||
        !optional_octets(&in, 3, &recipient_kid) ||
        !optional_octets(&in, 4, &m->transaction_id) ||
        !optional_octets(&in, 5, &m->sender_nonce) ||
        !optional_octets(&in, 6, &m->recipient_nonce) ||
        !der_optional(&in, DER_CONTEXT(7), &skip) ||
        !der_optional(&in, DER_CONTEXT(8), &skip) || in.len != 0)
        return false;
    if (algorithm.whole.len > 0 &&
        (!der_take(&algorithm.value, DER_SEQUENCE, &algorithm)))
        return false;
    m->algorithm = algorithm.value;
    m->pvno = der_small_integer(pvno.value);
    m->sender = sender.whole;
    m->recipient = recipient.whole;
    return true;
}

bool
message_parse(struct span der, struct message *ret)
{
    struct tlv outer, header, body, protection, extra, certs = { 0 };
    struct message m = { 0 };

    if (!der_take(&der, DER_SEQUENCE, &outer) || der.len != 0 ||
        !der_take(&outer.value, DER_SEQUENCE, &header) ||
        !der_next(&outer.value, &body) || (body.tag & 0xe0) != 0xa0 ||
        !der_optional(&outer.value, DER_CONTEXT(0), &protection) ||
        !der_optional(&outer.value, DER_CONTEXT(1), &extra) ||
        outer.value.len != 0 || !parse_header(header.value, &m) ||
        (extra.whole.len > 0 && !der_take(&extra.value, DER_SEQUENCE, &certs)))
        return false;
    m.extra_certs = certs.value;
    if (protection.whole.len > 0) {
        if (!der_take(&protection.value, DER_BIT_STRING, &protection) ||
            protection.value.len < 1 || protection.value.data[0] != 0)
            return false;
        m.mac = (struct span){ protection.value.data + 1,
            protection.value.len - 1 };
    }
    m.header = header.whole;
    m.whole_body = body.whole;
    m.body = body.tag & 0x1f;
    m.content = body.value;
    *ret = m;
    return true;
}

static bool
parse_hash(struct span *in, const char *strong, const char *weak, bool *ret)
{
    struct tlv algorithm, oid;

    if (!der_take(in, DER_SEQUENCE, &algorithm) ||
        !der_take(&algorithm.value, DER_OID, &oid))
        return false;
    *ret = der_is_oid(oid.value, weak) || der_is_oid(oid.value, OID_HMAC_PKIX);
    return *ret || der_is_oid(oid.value, strong);
}

bool
pbm_parse(struct span in, struct pbm *ret)
{
    struct tlv salt, iterations;

    if (!der_take(&in, DER_OCTET_STRING, &salt) ||
        !parse_hash(&in, OID_SHA256_HASH, OID_SHA1, &ret->sha1_owf) ||
        !der_take(&in, DER_INTEGER, &iterations) ||
        !parse_hash(&in, OID_HMAC_SHA256, OID_HMAC_SHA1, &ret->sha1_mac) ||
        in.len != 0)
        return false;
    ret->salt = salt.value;
    ret->iterations = der_small_integer(iterations.value);
    return true;
}

size_t
pbm_compute(const char *secret, struct span salt, long iterations,
    bool sha1_owf, bool sha1_mac, struct span data, uint8_t mac[static 64])
{
    const EVP_MD *owf = sha1_owf ? EVP_sha1() : EVP_sha256();
    struct out first = { 0 };
    uint8_t key[EVP_MAX_MD_SIZE];
    unsigned key_len = 0, mac_len = 0;

    out_text(&first, secret);
    out_bytes(&first, salt.data, salt.len);
    if (EVP_Digest(first.data, first.len, key, &key_len, owf, NULL) != 1)
        die("cannot hash");
    for (long i = 1; i < iterations; i++)
        if (EVP_Digest(key, key_len, key, &key_len, owf, NULL) != 1)
            die("cannot hash");
    if (HMAC(sha1_mac ? EVP_sha1() : EVP_sha256(), key, (int)key_len, data.data,
            data.len, mac, &mac_len) == NULL)
        die("cannot compute a MAC");
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(first.data, first.len);
    out_free(&first);
    return mac_len;
}

void
message_protected_part(const struct message *m, struct out *ret)
{
    size_t at = der_begin(ret, DER_SEQUENCE);

    out_bytes(ret, m->header.data, m->header.len);
    out_bytes(ret, m->whole_body.data, m->whole_body.len);
    der_end(ret, at);
}

enum mac_result
message_check(const struct message *m, const char *secret)
{
    struct span in = m->algorithm;
    struct tlv oid, parameters;
    struct out data = { 0 };
    struct pbm pbm;
    uint8_t mac[64];
    size_t len;

    if (!der_take(&in, DER_OID, &oid) || !der_is_oid(oid.value, OID_PBM) ||
        !der_take(&in, DER_SEQUENCE, &parameters) || in.len != 0 ||
        !pbm_parse(parameters.value, &pbm) || pbm.sha1_owf || pbm.sha1_mac ||
        pbm.iterations < PBM_ITERATIONS_MIN ||
        pbm.iterations > PBM_ITERATIONS_MAX)
        return MAC_UNSUPPORTED;
    message_protected_part(m, &data);
    len = pbm_compute(
        secret, pbm.salt, pbm.iterations, false, false, span_of(&data), mac);
    out_free(&data);
    if (m->mac.len != len || CRYPTO_memcmp(m->mac.data, mac, len) != 0)
        return MAC_WRONG;
    return MAC_RIGHT;
}

bool
message_is_signed(const struct message *m)
{
    struct span in = m->algorithm;
    struct tlv oid;

    return der_take(&in, DER_OID, &oid) && !der_is_oid(oid.value, OID_PBM);
}

enum mac_result
message_verify(const struct message *m, EVP_PKEY *key)
{
    struct span in = m->algorithm;
    struct tlv oid, null;
    struct out data = { 0 };
    EVP_MD_CTX *md;
    bool right;

    if (!der_take(&in, DER_OID, &oid) ||
        !der_is_oid(oid.value, OID_RSA_SHA256) ||
        !der_optional(&in, DER_NULL, &null) || in.len != 0 ||
        EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return MAC_UNSUPPORTED;
    if ((md = EVP_MD_CTX_new()) == NULL ||
        EVP_DigestVerifyInit_ex(md, NULL, "SHA256", NULL, NULL, key, NULL) != 1)
        die("cannot verify");
    message_protected_part(m, &data);
    right =
        EVP_DigestVerify(md, m->mac.data, m->mac.len, data.data, data.len) == 1;
    EVP_MD_CTX_free(md);
    out_free(&data);
    return right ? MAC_RIGHT : MAC_WRONG;
}
