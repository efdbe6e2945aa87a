#include "pki/cms_value.h"

#include <openssl/rsa.h>

/* What both directions set once they have begun. */
static bool
use_sha256(EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
    return (EVP_PKEY_is_a(key, "RSA") != 1 ||
               EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
           EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1;
}

enum err
cms_value_sign(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_value)
{
    EVP_PKEY_CTX *ctx;
    struct buf value = { 0 };
    size_t len = 0;
    enum err r;

    ctx = EVP_PKEY_CTX_new_from_pkey(crypto_libctx(crypto), key, NULL);
    if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 || !use_sha256(key, ctx) ||
        EVP_PKEY_sign(ctx, NULL, &len, digest, CMS_SHA256_LEN) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    if ((r = buf_extend(&value, len)) != OK)
        goto out;
    if (EVP_PKEY_sign(ctx, value.data, &len, digest, CMS_SHA256_LEN) != 1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    value.len = len;
    buf_move(ret_value, &value);
out:
    buf_free(&value);
    EVP_PKEY_CTX_free(ctx);
    return r;
}

bool
cms_value_fits(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len)
{
    EVP_PKEY_CTX *ctx;
    bool good;

    ctx = EVP_PKEY_CTX_new_from_pkey(crypto_libctx(crypto), key, NULL);
    good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
           use_sha256(key, ctx) &&
           EVP_PKEY_verify(ctx, value, len, digest, CMS_SHA256_LEN) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}
