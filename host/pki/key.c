#include "pki/key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "base/mem.h"
#include "pki/der.h"

#define RSA_BITS_MIN     1024
#define RSA_BITS_MAX     8192
#define RSA_EXPONENT_MAX 64  /* bits of e */
#define RSA_APART        100 /* FIPS 186-4 B.3.3: |p - q| > 2^(bits/2 - 100) */

static int
asked_to_stop(EVP_PKEY_CTX *ctx)
{
    return watch_cancelled(EVP_PKEY_CTX_get_app_data(ctx)) ? 0 : 1;
}

enum err
key_generate(
    const struct crypto *crypto, const struct watch *watch, EVP_PKEY **ret_key)
{
    EVP_PKEY_CTX *ctx =
        EVP_PKEY_CTX_new_from_name(crypto_libctx(crypto), "RSA", NULL);
    EVP_PKEY *key = NULL;
    struct watch own = { 0 };
    enum err r = OK;

    if (watch != NULL)
        own = *watch;
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) <= 0 ||
        EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, KEY_BITS) <= 0) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        goto out;
    }
    EVP_PKEY_CTX_set_app_data(ctx, &own);
    EVP_PKEY_CTX_set_cb(ctx, asked_to_stop);
    if (EVP_PKEY_generate(ctx, &key) <= 0) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        if (watch_cancelled(watch))
            r = ERR_CANCELLED;
        goto out;
    }
    *ret_key = key;
    key = NULL;
out:
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    return r;
}

enum err
key_random(const struct crypto *crypto, uint8_t ret_r[static VID_R_LEN])
{
    if (RAND_priv_bytes_ex(crypto_libctx(crypto), ret_r, VID_R_LEN, 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return OK;
}

/* The attribute that holds R: 41 bytes, always the same frame. */
static enum err
put_random(struct buf *out, const uint8_t *random)
{
    struct buf value = { 0 }, attribute = { 0 };
    enum err r;

    if ((r = oid_put(&attribute, OID_RANDOM_NUM)) == OK &&
        (r = der_put_bits(&value, random, VID_R_LEN)) == OK &&
        (r = der_put(&attribute, DER_SET, value.data, value.len)) == OK &&
        (r = der_wrap(&attribute, DER_SEQUENCE)) == OK)
        r = der_put(out, DER_EXPLICIT(0), attribute.data, attribute.len);
    buf_free(&value);
    buf_free(&attribute);
    return r;
}

enum err
key_private_key_info(
    const EVP_PKEY *key, const uint8_t *random, struct buf *ret_der)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    unsigned char *der = NULL;
    struct buf out = { 0 };
    struct der in, body;
    int len = 0;
    enum err r = ERR_INTERNAL;

    if (info == NULL || (len = i2d_PKCS8_PRIV_KEY_INFO(info, &der)) <= 0) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    in = (struct der){ der, (size_t)len };
    if (!der_get(&in, DER_SEQUENCE, &body))
        goto out;
    if ((r = buf_put(&out, body.data, body.len)) != OK ||
        (random != NULL && (r = put_random(&out, random)) != OK) ||
        (r = der_wrap(&out, DER_SEQUENCE)) != OK)
        goto out;
    buf_move(ret_der, &out);
out:
    buf_free(&out);
    OPENSSL_clear_free(der, len > 0 ? (size_t)len : 0);
    PKCS8_PRIV_KEY_INFO_free(info);
    return r;
}

enum rsa_part { N, E, D, P, Q, DP, DQ, INVERSE, RSA_PARTS };

static void
rsa_free(BIGNUM *part[static RSA_PARTS])
{
    int i;

    for (i = 0; i < RSA_PARTS; i++)
        BN_clear_free(part[i]);
}

static bool
rsa_parts(const EVP_PKEY *key, BIGNUM *part[static RSA_PARTS])
{
    static const char *const names[RSA_PARTS] = { OSSL_PKEY_PARAM_RSA_N,
        OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
        OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
    int i;

    for (i = 0; i < RSA_PARTS; i++)
        if (EVP_PKEY_get_bn_param(key, names[i], &part[i]) != 1)
            return false;
    return true;
}

/* Is exponent = d mod (prime - 1), and the inverse of e there? */
static bool
exponent_fits(BIGNUM *const part[static RSA_PARTS], const BIGNUM *prime,
    const BIGNUM *exponent, BN_CTX *ctx)
{
    BIGNUM *t = BN_secure_new(), *less = BN_secure_new();
    bool fits;

    fits = t != NULL && less != NULL && BN_sub(less, prime, BN_value_one()) &&
           !BN_is_zero(less) && BN_nnmod(t, part[D], less, ctx) &&
           BN_cmp(t, exponent) == 0 &&
           BN_mod_mul(t, exponent, part[E], less, ctx) && BN_is_one(t);
    BN_clear_free(t);
    BN_clear_free(less);
    return fits;
}

/*
 * What EVP_PKEY_check leaves to us, and what is cheap enough to come before
 * its search for primes: sizes, an odd exponent that is neither 1 nor huge,
 * p and q apart, every part in harmony with the others (T140).
 */
static bool
rsa_sane(const EVP_PKEY *key)
{
    int bits = EVP_PKEY_get_bits(key);
    BIGNUM *part[RSA_PARTS] = { NULL };
    BIGNUM *t = BN_secure_new();
    BN_CTX *ctx = BN_CTX_secure_new();
    bool sane = false;

    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || t == NULL ||
        ctx == NULL || !rsa_parts(key, part))
        goto out;
    if (!BN_is_odd(part[N]) || !BN_is_odd(part[E]) || BN_is_one(part[E]) ||
        BN_num_bits(part[E]) > RSA_EXPONENT_MAX)
        goto out;
    if (!BN_mul(t, part[P], part[Q], ctx) || BN_cmp(t, part[N]) != 0 ||
        !BN_sub(t, part[P], part[Q]) || BN_num_bits(t) <= bits / 2 - RSA_APART)
        goto out;
    sane = exponent_fits(part, part[P], part[DP], ctx) &&
           exponent_fits(part, part[Q], part[DQ], ctx) &&
           BN_mod_mul(t, part[Q], part[INVERSE], part[P], ctx) && BN_is_one(t);
out:
    rsa_free(part);
    BN_clear_free(t);
    BN_CTX_free(ctx);
    return sane;
}

/* With a certificate that names the same modulus the search for primes, most
 * of a signature's time, is left out: p * q is that modulus already. */
static bool
key_sane(const struct crypto *crypto, EVP_PKEY *key, const X509 *x)
{
    EVP_PKEY_CTX *ctx = NULL;
    bool rsa = EVP_PKEY_is_a(key, "RSA") == 1, sane = false;

    if (rsa ? !rsa_sane(key) : !EVP_PKEY_is_a(key, "EC"))
        return false;
    if (rsa && x != NULL && key_matches(key, x) == OK)
        return true;
    ctx = EVP_PKEY_CTX_new_from_pkey(crypto_libctx(crypto), key, NULL);
    sane = ctx != NULL && EVP_PKEY_check(ctx) == 1;
    EVP_PKEY_CTX_free(ctx);
    return sane;
}

static enum err
load(const struct crypto *crypto, const struct buf *private_key_info,
    const X509 *x, EVP_PKEY **ret_key)
{
    const unsigned char *p = private_key_info->data;
    PKCS8_PRIV_KEY_INFO *info = NULL;
    EVP_PKEY *key = NULL;
    enum err r = OK;

    if (private_key_info->len == 0 || private_key_info->len > BUF_MAX)
        return ERR_PASSWORD_WRONG;
    info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)private_key_info->len);
    if (info != NULL && p == private_key_info->data + private_key_info->len)
        key = EVP_PKCS82PKEY_ex(info, crypto_libctx(crypto), NULL);
    if (key == NULL || !key_sane(crypto, key, x)) {
        /* what cannot be read may be "unsupported" to OpenSSL; to us it is
           what a wrong password left */
        r = err_openssl(__func__, ERR_PASSWORD_WRONG);
        if (r != ERR_NO_MEMORY)
            r = ERR_PASSWORD_WRONG;
        goto out;
    }
    *ret_key = key;
    key = NULL;
out:
    EVP_PKEY_free(key);
    PKCS8_PRIV_KEY_INFO_free(info);
    return r;
}

enum err
key_load(const struct crypto *crypto, const struct buf *private_key_info,
    EVP_PKEY **ret_key)
{
    return load(crypto, private_key_info, NULL, ret_key);
}

enum err
key_load_for(const struct crypto *crypto, const struct buf *private_key_info,
    const X509 *x, EVP_PKEY **ret_key)
{
    EVP_PKEY *key = NULL;
    enum err r;

    if ((r = load(crypto, private_key_info, x, &key)) != OK)
        return r;
    if ((r = key_matches(key, x)) != OK)
        EVP_PKEY_free(key);
    else
        *ret_key = key;
    return r;
}

enum err
key_matches(const EVP_PKEY *key, const X509 *x)
{
    const EVP_PKEY *public = X509_get0_pubkey(x);

    if (public != NULL && EVP_PKEY_eq(key, public) == 1)
        return OK;
    (void)err_openssl(__func__, ERR_KEY_MISMATCH);
    return ERR_KEY_MISMATCH;
}
