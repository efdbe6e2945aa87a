#include "pki/cms_value.h"

#include <openssl/rsa.h>

#include "base/mem.h"

static enum err
prepare(const struct crypto *crypto, EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *),
    EVP_PKEY_CTX **ret_ctx)
{
    EVP_PKEY_CTX *ctx;

    ctx = EVP_PKEY_CTX_new_from_pkey(crypto_libctx(crypto), key, NULL);
    if (ctx == NULL || init(ctx) != 1 ||
        (EVP_PKEY_is_a(key, "RSA") == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) ||
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1) {
        EVP_PKEY_CTX_free(ctx);
        return err_openssl(__func__, ERR_INTERNAL);
    }
    *ret_ctx = ctx;
    return OK;
}

enum err
cms_value_signer(
    const struct crypto *crypto, EVP_PKEY *key, EVP_PKEY_CTX **ret_signer)
{
    return prepare(crypto, key, EVP_PKEY_sign_init, ret_signer);
}

enum err
cms_value_reader(
    const struct crypto *crypto, EVP_PKEY *key, EVP_PKEY_CTX **ret_reader)
{
    return prepare(crypto, key, EVP_PKEY_verify_init, ret_reader);
}

enum err
cms_value_sign(EVP_PKEY_CTX *signer,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_value)
{
    struct buf value = { 0 };
    size_t len = 0;
    enum err r;

    if (EVP_PKEY_sign(signer, NULL, &len, digest, CMS_SHA256_LEN) != 1)
        return err_openssl(__func__, ERR_INTERNAL);
    if ((r = buf_extend(&value, len)) != OK)
        return r;
    if (EVP_PKEY_sign(signer, value.data, &len, digest, CMS_SHA256_LEN) != 1) {
        buf_free(&value);
        return err_openssl(__func__, ERR_INTERNAL);
    }
    value.len = len;
    buf_move(ret_value, &value);
    return OK;
}

enum err
cms_value_check(EVP_PKEY_CTX *reader,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len)
{
    if (EVP_PKEY_verify(reader, value, len, digest, CMS_SHA256_LEN) == 1)
        return OK;
    return err_openssl(
        __func__, mem_was_short() ? ERR_NO_MEMORY : ERR_INTERNAL);
}

bool
cms_value_fits(const struct crypto *crypto, EVP_PKEY *key,
    const uint8_t digest[static CMS_SHA256_LEN], const uint8_t *value,
    size_t len)
{
    EVP_PKEY_CTX *reader = NULL;
    bool good = cms_value_reader(crypto, key, &reader) == OK &&
                cms_value_check(reader, digest, value, len) == OK;

    EVP_PKEY_CTX_free(reader);
    return good;
}
