#include "pki/p8_scheme.h"

#include <string.h>

static const struct p8_cipher ciphers[] = {
    { OID_SEED_CBC, "SEED-CBC", "seed", 16, true },
    { OID_AES_128_CBC, "AES-128-CBC", "aes", 16, false },
    { OID_AES_192_CBC, "AES-192-CBC", "aes", 24, false },
    { OID_AES_256_CBC, "AES-256-CBC", "aes", 32, false },
    { OID_ARIA_128_CBC, "ARIA-128-CBC", "aria", 16, false },
    { OID_ARIA_192_CBC, "ARIA-192-CBC", "aria", 24, false },
    { OID_ARIA_256_CBC, "ARIA-256-CBC", "aria", 32, false },
};

const struct p8_cipher *
p8_cipher_of(enum oid oid)
{
    size_t i;

    for (i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
        if (ciphers[i].oid == oid)
            return &ciphers[i];
    return NULL;
}

/* salt OCTET STRING, iterations INTEGER, both within our bounds */
static bool
read_salt(struct der *in, struct p8_parts *parts)
{
    return der_get(in, DER_OCTETS, &parts->salt) &&
           parts->salt.len >= P8_SALT_MIN && parts->salt.len <= P8_SALT_MAX &&
           der_get_number(in, &parts->iterations) && parts->iterations >= 1 &&
           parts->iterations <= P8_ITERATIONS_MAX;
}

/* PBEParameter of PKCS #5 v1.5, which KISA's schemes took over */
static enum err
read_pbe1(struct der in, enum p8_kdf kdf, struct p8_parts *parts)
{
    struct der body;

    parts->kdf = kdf;
    parts->cipher = p8_cipher_of(OID_SEED_CBC);
    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !read_salt(&body, parts) || body.len != 0)
        return ERR_KEY_FILE_DAMAGED;
    return OK;
}

/* prf AlgorithmIdentifier DEFAULT hmacWithSHA1, its parameter NULL */
static enum err
read_prf(struct der in, struct p8_parts *parts)
{
    struct der parameters, null;
    enum oid prf = OID_HMAC_SHA1;

    if (in.len > 0) {
        if (!der_get_algorithm(&in, &prf, &parameters) || in.len != 0)
            return ERR_KEY_FILE_DAMAGED;
        if (parameters.len > 0 && (!der_get(&parameters, DER_NULL, &null) ||
                                      null.len != 0 || parameters.len != 0))
            return ERR_KEY_FILE_DAMAGED;
    }
    if (prf != OID_HMAC_SHA1 && prf != OID_HMAC_SHA256)
        return ERR_KEY_SCHEME_UNSUPPORTED;
    parts->kdf = prf == OID_HMAC_SHA1 ? P8_PBKDF2_SHA1 : P8_PBKDF2_SHA256;
    return OK;
}

/* PBES2-params of RFC 8018: keyDerivationFunc, encryptionScheme */
static enum err
read_pbes2(struct der in, struct p8_parts *parts)
{
    struct der body, kdf, kdf_body, cipher;
    enum oid kdf_oid, cipher_oid;
    uint32_t key_len;

    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !der_get_algorithm(&body, &kdf_oid, &kdf) ||
        !der_get_algorithm(&body, &cipher_oid, &cipher) || body.len != 0)
        return ERR_KEY_FILE_DAMAGED;
    parts->cipher = p8_cipher_of(cipher_oid);
    if (kdf_oid != OID_PBKDF2 || parts->cipher == NULL)
        return ERR_KEY_SCHEME_UNSUPPORTED;
    if (!der_get(&cipher, DER_OCTETS, &parts->iv) || cipher.len != 0 ||
        parts->iv.len != P8_BLOCK)
        return ERR_KEY_FILE_DAMAGED;
    if (!der_get(&kdf, DER_SEQUENCE, &kdf_body) || kdf.len != 0 ||
        !read_salt(&kdf_body, parts))
        return ERR_KEY_FILE_DAMAGED;
    if (der_at(&kdf_body, DER_INTEGER) &&
        (!der_get_number(&kdf_body, &key_len) ||
            key_len != parts->cipher->key_len))
        return ERR_KEY_FILE_DAMAGED;
    return read_prf(kdf_body, parts);
}

enum err
p8_parts_read(const struct buf *file, struct p8_parts *ret_parts)
{
    struct p8_parts parts = { 0 };
    struct der in = der_of(file), body, parameters;
    enum oid oid;
    enum err r;

    if (file->len > P8_FILE_MAX || !der_get(&in, DER_SEQUENCE, &body) ||
        in.len != 0 || !der_get_algorithm(&body, &oid, &parameters) ||
        !der_get(&body, DER_OCTETS, &parts.encrypted) || body.len != 0)
        return ERR_KEY_FILE_DAMAGED;
    if (parts.encrypted.len == 0 || parts.encrypted.len % P8_BLOCK != 0)
        return ERR_KEY_FILE_DAMAGED;
    if (oid == OID_PBE_SEED_SHA1)
        r = read_pbe1(parameters, P8_PBKDF1, &parts);
    else if (oid == OID_SEED_CBC)
        r = read_pbe1(parameters, P8_PBKDF1_OLD, &parts);
    else if (oid == OID_PBES2)
        r = read_pbes2(parameters, &parts);
    else
        r = ERR_KEY_SCHEME_UNSUPPORTED;
    if (r == OK)
        *ret_parts = parts;
    return r;
}

/* Append AlgorithmIdentifier { oid, parameters }. */
static enum err
put_algorithm(struct buf *out, enum oid oid, const struct buf *parameters)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = oid_put(&body, oid)) == OK &&
        (r = buf_put(&body, parameters->data, parameters->len)) == OK)
        r = der_put(out, DER_SEQUENCE, body.data, body.len);
    buf_free(&body);
    return r;
}

/* SEQUENCE { salt, iterations, more } */
static enum err
put_salt(struct buf *out, const struct p8_parts *parts, const struct buf *more)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = der_put(&body, DER_OCTETS, parts->salt.data, parts->salt.len)) ==
            OK &&
        (r = der_put_number(&body, parts->iterations)) == OK &&
        (r = buf_put(&body, more->data, more->len)) == OK)
        r = der_put(out, DER_SEQUENCE, body.data, body.len);
    buf_free(&body);
    return r;
}

/* The parameters of PBES2. */
static enum err
put_pbes2(struct buf *out, const struct p8_parts *parts)
{
    struct buf body = { 0 }, kdf = { 0 }, prf = { 0 }, iv = { 0 }, null = { 0 };
    enum err r;

    if ((r = der_put(&null, DER_NULL, NULL, 0)) != OK)
        goto out;
    if (parts->kdf == P8_PBKDF2_SHA256 &&
        (r = put_algorithm(&prf, OID_HMAC_SHA256, &null)) != OK)
        goto out;
    if ((r = put_salt(&kdf, parts, &prf)) != OK ||
        (r = put_algorithm(&body, OID_PBKDF2, &kdf)) != OK ||
        (r = der_put(&iv, DER_OCTETS, parts->iv.data, parts->iv.len)) != OK ||
        (r = put_algorithm(&body, parts->cipher->oid, &iv)) != OK)
        goto out;
    r = der_put(out, DER_SEQUENCE, body.data, body.len);
out:
    buf_free(&body);
    buf_free(&kdf);
    buf_free(&prf);
    buf_free(&iv);
    buf_free(&null);
    return r;
}

enum err
p8_parts_write(const struct p8_parts *parts, struct buf *ret_file)
{
    static const struct buf nothing = { 0 };
    struct buf parameters = { 0 }, file = { 0 };
    enum oid oid = OID_PBES2;
    enum err r;

    if (parts->kdf == P8_PBKDF1 || parts->kdf == P8_PBKDF1_OLD) {
        oid = parts->kdf == P8_PBKDF1 ? OID_PBE_SEED_SHA1 : OID_SEED_CBC;
        r = put_salt(&parameters, parts, &nothing);
    } else {
        r = put_pbes2(&parameters, parts);
    }
    if (r == OK && (r = put_algorithm(&file, oid, &parameters)) == OK &&
        (r = der_put(&file, DER_OCTETS, parts->encrypted.data,
             parts->encrypted.len)) == OK &&
        (r = der_wrap(&file, DER_SEQUENCE)) == OK)
        buf_move(ret_file, &file);
    buf_free(&parameters);
    buf_free(&file);
    return r;
}
