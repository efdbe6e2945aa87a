#include "npki_mac.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#define DES_LEN 8 /* bytes of a key, and of a block */

/*
 * The last block of DES-CBC. Single DES needs the legacy provider; triple DES
 * with three times the same key is the same and does not.
 */
static void
des_mac(const uint8_t key[static DES_LEN], struct span data, bool always,
    uint8_t mac[static DES_LEN])
{
    static const uint8_t zero[DES_LEN];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    size_t pad = DES_LEN - data.len % DES_LEN;
    uint8_t triple[3 * DES_LEN], block[2 * DES_LEN];
    struct out padded = { 0 };
    int len;

    if (pad == DES_LEN && !always)
        pad = 0;
    out_bytes(&padded, data.data, data.len);
    out_bytes(&padded, zero, pad);
    for (size_t i = 0; i < 3; i++)
        memcpy(triple + i * DES_LEN, key, DES_LEN);
    if (ctx == NULL ||
        EVP_EncryptInit_ex2(ctx, EVP_des_ede3_cbc(), triple, zero, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1)
        die("cannot use DES");
    for (size_t at = 0; at < padded.len; at += DES_LEN)
        if (EVP_EncryptUpdate(ctx, block, &len, padded.data + at, DES_LEN) != 1)
            die("cannot use DES");
    memcpy(mac, block, DES_LEN);
    EVP_CIPHER_CTX_free(ctx);
    OPENSSL_cleanse(triple, sizeof triple);
    out_free(&padded);
}

size_t
npki_mac(const struct family *family, const struct npki_pbm *pbm,
    const char *secret, bool other_order, bool other_pad, struct span data,
    uint8_t mac[static NPKI_MAC_MAX])
{
    bool secret_first = family->secret_first != other_order;
    struct out first = { 0 };
    uint8_t key[SHA_DIGEST_LENGTH];
    unsigned len = DES_LEN;

    if (secret_first)
        out_text(&first, secret);
    out_bytes(&first, pbm->salt.data, pbm->salt.len);
    if (!secret_first)
        out_text(&first, secret);
    SHA1(first.data, first.len, key);
    for (long i = 1; i < pbm->iterations; i++)
        SHA1(key, sizeof key, key);
    if (!family->hmac)
        des_mac(key, data, family->pad_needed == other_pad, mac);
    else if (HMAC(EVP_sha1(), key, sizeof key, data.data, data.len, mac,
                 &len) == NULL)
        die("cannot compute a MAC");
    if (family->hmac && other_pad)
        mac[0] ^= 1;
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(first.data, first.len);
    out_free(&first);
    return len;
}

static bool
take_algorithm(struct span *in, const char *oid, const char *or_oid)
{
    struct tlv algorithm, name;

    return der_take(in, DER_SEQUENCE, &algorithm) &&
           der_take(&algorithm.value, DER_OID, &name) &&
           (der_is_oid(name.value, oid) || der_is_oid(name.value, or_oid));
}

enum mac_result
npki_check(const struct family *family, const struct message *m,
    const char *secret, struct npki_pbm *ret_pbm)
{
    struct span in = m->algorithm;
    struct tlv oid, parameters, salt, iterations;
    struct out data = { 0 };
    uint8_t mac[NPKI_MAC_MAX];
    size_t len;

    if (!der_take(&in, DER_OID, &oid) || !der_is_oid(oid.value, OID_PBM) ||
        !der_take(&in, DER_SEQUENCE, &parameters) || in.len != 0)
        return MAC_UNSUPPORTED;
    in = parameters.value;
    if (!der_take(&in, DER_OCTET_STRING, &salt) ||
        salt.value.len != NPKI_SALT_LEN ||
        !take_algorithm(&in, OID_SHA1, OID_SHA1) ||
        !der_take(&in, DER_INTEGER, &iterations) ||
        !take_algorithm(&in, family->hmac ? OID_HMAC_PKIX : OID_DES_MAC,
            family->hmac ? OID_HMAC_SHA1 : OID_DES_MAC) ||
        in.len != 0)
        return MAC_UNSUPPORTED;
    out_free(&ret_pbm->salt);
    out_bytes(&ret_pbm->salt, salt.value.data, salt.value.len);
    ret_pbm->iterations = der_small_integer(iterations.value);
    if (ret_pbm->iterations < 1 || ret_pbm->iterations > NPKI_ITERATIONS_MAX)
        return MAC_UNSUPPORTED;
    message_protected_part(m, &data);
    len = npki_mac(family, ret_pbm, secret, false, false, span_of(&data), mac);
    out_free(&data);
    return m->mac.len == len && CRYPTO_memcmp(m->mac.data, mac, len) == 0
               ? MAC_RIGHT
               : MAC_WRONG;
}

void
npki_algorithm(
    struct out *o, const struct family *family, const struct npki_pbm *pbm)
{
    size_t at = der_begin(o, DER_SEQUENCE), parameters;

    der_oid(o, OID_PBM);
    parameters = der_begin(o, DER_SEQUENCE);
    der_span(o, DER_OCTET_STRING, span_of(&pbm->salt));
    der_algorithm(o, OID_SHA1, true);
    der_integer(o, pbm->iterations);
    der_algorithm(o, family->hmac ? OID_HMAC_PKIX : OID_DES_MAC, true);
    der_end(o, parameters);
    der_end(o, at);
}
