#include "pki/p8.h"

#include <iconv.h>
#include <string.h>

#include <openssl/rand.h>

#include "base/mem.h"
#include "pki/p8_scheme.h"

#ifndef COMPAT_ROUNDS /* a build that tests kill thousands of times has fewer */
#define COMPAT_ROUNDS 100000u
#define STRONG_ROUNDS 600000u
#endif
#define LEGACY_ROUNDS 2048u
#define WEAK_BELOW    10000u /* iterations */
#define SALT_OLD_LEN  8u     /* bytes; what every NPKI program expects */
#define SALT_NEW_LEN  16u    /* bytes */

static const struct scheme {
    const char *name;
    enum p8_kdf kdf;
    enum oid cipher;
    uint32_t iterations;
    size_t salt_len;
} schemes[] = {
    [P8_COMPAT] = { "compat", P8_PBKDF2_SHA1, OID_SEED_CBC, COMPAT_ROUNDS,
        SALT_OLD_LEN },
    [P8_LEGACY] = { "legacy", P8_PBKDF1, OID_SEED_CBC, LEGACY_ROUNDS,
        SALT_OLD_LEN },
    [P8_STRONG] = { "strong", P8_PBKDF2_SHA256, OID_AES_256_CBC, STRONG_ROUNDS,
        SALT_NEW_LEN },
};

enum err
p8_scheme_parse(const char *name, enum p8_scheme *ret_scheme)
{
    size_t i;

    for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strcmp(schemes[i].name, name) == 0) {
            *ret_scheme = (enum p8_scheme)i;
            return OK;
        }
    return ERR_PARAM_RANGE;
}

static const char *
scheme_name(const struct p8_parts *parts)
{
    bool sha1 = parts->kdf == P8_PBKDF2_SHA1;

    if (parts->kdf == P8_PBKDF1)
        return "seed-sha1";
    if (parts->kdf == P8_PBKDF1_OLD)
        return "seed-old";
    if (strcmp(parts->cipher->family, "seed") == 0)
        return sha1 ? "pbes2-seed-sha1" : "pbes2-seed-sha256";
    if (strcmp(parts->cipher->family, "aria") == 0)
        return sha1 ? "pbes2-aria-sha1" : "pbes2-aria-sha256";
    return sha1 ? "pbes2-aes-sha1" : "pbes2-aes-sha256";
}

enum err
p8_info(const struct buf *file, struct p8_info *ret_info)
{
    struct p8_parts parts;
    enum err r;

    if ((r = p8_parts_read(file, &parts)) != OK)
        return r;
    *ret_info = (struct p8_info){
        .scheme = scheme_name(&parts),
        .iterations = parts.iterations,
        .weak = parts.iterations < WEAK_BELOW || parts.kdf == P8_PBKDF1 ||
                parts.kdf == P8_PBKDF1_OLD,
    };
    return OK;
}

/*
 * PrivateKeyInfo of RFC 5958: version 0 or 1, algorithm, key, attributes. Read
 * whole, so that rubbish behind a lucky padding is not taken for a key.
 */
static bool
read_info(struct der in, struct der *ret_attributes)
{
    struct der body, ignored, attribute, attributes = { 0 };
    uint32_t version;
    enum oid oid;

    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !der_get_number(&body, &version) || version > 1 ||
        !der_get_algorithm(&body, &oid, &ignored) ||
        (oid != OID_RSA && oid != OID_EC) ||
        !der_get(&body, DER_OCTETS, &ignored))
        return false;
    if (der_get(&body, DER_EXPLICIT(0), &attributes)) {
        *ret_attributes = attributes;
        while (attributes.len > 0)
            if (!der_get(&attributes, DER_SEQUENCE, &attribute) ||
                !der_get_oid(&attribute, &oid) ||
                !der_get(&attribute, DER_SET, &ignored) || attribute.len != 0)
                return false;
    }
    if (version == 1) /* OneAsymmetricKey's publicKey */
        (void)der_get(&body, DER_CONTEXT(1), &ignored);
    return body.len == 0;
}

/* Length without the padding of PKCS #7; *ok tells whether it was right, in a
 * time that does not depend on where it was wrong. */
static size_t
unpadded(const struct buf *plain, bool *ok)
{
    unsigned pad = plain->data[plain->len - 1], wrong, i;

    wrong = (unsigned)(pad < 1) | (unsigned)(pad > P8_BLOCK);
    for (i = 0; i < P8_BLOCK; i++)
        wrong |= (unsigned)(i < pad) &
                 (unsigned)(plain->data[plain->len - 1 - i] != pad);
    *ok = wrong == 0;
    return plain->len - (pad & (wrong - 1u));
}

enum err
p8_open(struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, struct buf *ret_plain)
{
    struct buf plain = { 0 };
    bool padded = false;
    enum err r;

    r = p8_crypt(crypto, parts, false, password, &parts->encrypted, &plain);
    if (r == OK) {
        plain.len = unpadded(&plain, &padded);
        plain.data[plain.len] = 0;
        r = padded ? OK : ERR_PASSWORD_WRONG;
    }
    if (r == OK)
        buf_move(ret_plain, &plain);
    buf_free(&plain);
    return r;
}

/* One password in one encoding; a wrong padding costs the same steps as a
 * wrong structure. */
static enum err
try_password(struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, struct buf *ret_info)
{
    struct der attributes = { 0 };
    struct buf plain = { 0 };
    bool padded, info;
    enum err r;

    r = p8_crypt(crypto, parts, false, password, &parts->encrypted, &plain);
    if (r != OK)
        goto out;
    plain.len = unpadded(&plain, &padded);
    info = read_info(der_of(&plain), &attributes);
    if (!padded || !info) {
        r = ERR_PASSWORD_WRONG;
        goto out;
    }
    plain.data[plain.len] = 0;
    buf_move(ret_info, &plain);
out:
    buf_free(&plain);
    return r;
}

/* The bytes an old Korean program would have used for a password in Hangul;
 * empty when there are none. */
static enum err
to_cp949(const struct buf *password, struct buf *ret_bytes)
{
    char in[P8_PASSWORD_MAX], *from = in, *to;
    size_t left = password->len, room = 2 * password->len;
    iconv_t cd = iconv_open("CP949", "UTF-8");
    enum err r;

    if (cd == (iconv_t)-1)
        return OK;
    memcpy(in, password->data, password->len);
    if ((r = buf_extend(ret_bytes, room)) == OK) {
        to = (char *)ret_bytes->data;
        if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || left != 0)
            buf_free(ret_bytes);
        else
            ret_bytes->len -= room;
    }
    mem_cleanse(in, sizeof(in));
    iconv_close(cd);
    return r;
}

static bool
is_ascii(const struct buf *b)
{
    size_t i;

    for (i = 0; i < b->len; i++)
        if (b->data[i] >= 0x80)
            return false;
    return true;
}

enum err
p8_decrypt(struct crypto *crypto, const struct buf *file,
    const struct buf *password, struct buf *ret_private_key_info)
{
    struct buf cp949 = { 0 };
    struct p8_parts parts;
    enum err r;

    if ((r = p8_parts_read(file, &parts)) != OK)
        return r;
    if (password->len > P8_PASSWORD_MAX)
        return ERR_PASSWORD_WRONG;
    r = try_password(crypto, &parts, password, ret_private_key_info);
    if (r != ERR_PASSWORD_WRONG || is_ascii(password))
        return r;
    if ((r = to_cp949(password, &cp949)) == OK)
        r = cp949.len == 0
                ? ERR_PASSWORD_WRONG
                : try_password(crypto, &parts, &cp949, ret_private_key_info);
    buf_free(&cp949);
    return r;
}

/* Encrypt with a fresh IV; the salt and perhaps the key are in the parts. */
static enum err
encrypt(struct crypto *crypto, struct p8_parts parts,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file)
{
    uint8_t iv[P8_BLOCK];
    struct buf plain = { 0 }, encrypted = { 0 };
    struct der ignored = { 0 }, in;
    size_t pad = P8_BLOCK - private_key_info->len % P8_BLOCK;
    enum err r;

    if (password->len > P8_PASSWORD_MAX ||
        private_key_info->len > P8_FILE_MAX / 2 ||
        !read_info(der_of(private_key_info), &ignored))
        return ERR_PARAM_RANGE;
    if (RAND_bytes_ex(crypto_libctx(crypto), iv, sizeof(iv), 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    parts.iv = (struct der){ iv, sizeof(iv) };
    if ((r = buf_put(&plain, private_key_info->data, private_key_info->len)) !=
            OK ||
        (r = buf_extend(&plain, pad)) != OK)
        goto out;
    memset(plain.data + plain.len - pad, (int)pad, pad);
    in = der_of(&plain);
    if ((r = p8_crypt(crypto, &parts, true, password, &in, &encrypted)) != OK)
        goto out;
    parts.encrypted = der_of(&encrypted);
    r = p8_parts_write(&parts, ret_file);
out:
    buf_free(&plain);
    buf_free(&encrypted);
    return r;
}

/* A fresh salt of the length of old. */
static enum err
make_salt(struct crypto *crypto, size_t len, struct buf *ret_salt)
{
    uint8_t salt[P8_SALT_MAX];

    if (RAND_bytes_ex(crypto_libctx(crypto), salt, sizeof(salt), 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return buf_set(ret_salt, salt, len);
}

/* With a salt of its own. */
static enum err
encrypt_salted(struct crypto *crypto, struct p8_parts parts, size_t salt_len,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file)
{
    struct buf salt = { 0 };
    enum err r;

    if ((r = make_salt(crypto, salt_len, &salt)) != OK)
        return r;
    parts.salt = der_of(&salt);
    r = encrypt(crypto, parts, private_key_info, password, ret_file);
    buf_free(&salt);
    return r;
}

void
p8_derived_free(struct p8_derived *derived)
{
    buf_free(&derived->salt);
    buf_free(&derived->key);
}

static struct p8_parts
parts_of(enum p8_scheme scheme)
{
    return (struct p8_parts){
        .kdf = schemes[scheme].kdf,
        .cipher = p8_cipher_of(schemes[scheme].cipher),
        .iterations = schemes[scheme].iterations,
    };
}

static enum err
derive(struct crypto *crypto, enum p8_scheme scheme, const struct buf *password,
    struct p8_derived *ret)
{
    struct p8_parts parts = parts_of(scheme);
    uint8_t key[P8_KEY_MAX];
    enum err r;

    p8_derived_free(ret);
    ret->scheme = scheme;
    if ((r = make_salt(crypto, schemes[scheme].salt_len, &ret->salt)) != OK)
        return r;
    parts.salt = der_of(&ret->salt);
    r = p8_derive(crypto, &parts, password, key);
    if (r == OK)
        r = buf_set(&ret->key, key, parts.cipher->key_len);
    mem_cleanse(key, sizeof(key));
    return r;
}

enum err
p8_encrypt(struct crypto *crypto, enum p8_scheme scheme,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file)
{
    return encrypt_salted(crypto, parts_of(scheme), schemes[scheme].salt_len,
        private_key_info, password, ret_file);
}

enum err
p8_encrypt_with(struct crypto *crypto, enum p8_scheme scheme,
    const struct buf *private_key_info, const struct buf *password,
    struct p8_derived *derived, struct buf *ret_file)
{
    struct p8_parts parts = parts_of(scheme);
    enum err r;

    if (scheme == P8_LEGACY)
        return p8_encrypt(crypto, scheme, private_key_info, password, ret_file);
    if ((derived->key.len == 0 || derived->scheme != scheme) &&
        (r = derive(crypto, scheme, password, derived)) != OK)
        return r;
    parts.salt = der_of(&derived->salt);
    parts.key = der_of(&derived->key);
    return encrypt(crypto, parts, private_key_info, password, ret_file);
}

enum err
p8_encrypt_like(struct crypto *crypto, const struct buf *file,
    const struct buf *private_key_info, const struct buf *password,
    struct buf *ret_file)
{
    struct p8_parts parts;
    enum err r = p8_parts_read(file, &parts);

    if (r != OK)
        return r;
    return encrypt_salted(
        crypto, parts, parts.salt.len, private_key_info, password, ret_file);
}

enum err
p8_random(const struct buf *private_key_info, uint8_t ret_r[static VID_R_LEN])
{
    struct der attributes = { 0 }, attribute, values;
    const uint8_t *bits;
    enum oid oid;

    if (!read_info(der_of(private_key_info), &attributes))
        return ERR_IDENTITY_VALUE_MISSING;
    while (der_get(&attributes, DER_SEQUENCE, &attribute))
        if (der_get_oid(&attribute, &oid) && oid == OID_RANDOM_NUM &&
            der_get(&attribute, DER_SET, &values) &&
            der_get_bits(&values, VID_R_LEN, &bits) && values.len == 0) {
            memcpy(ret_r, bits, VID_R_LEN);
            return OK;
        }
    return ERR_IDENTITY_VALUE_MISSING;
}
