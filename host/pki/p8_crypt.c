#include "pki/p8_scheme.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/mem.h"

#define SHA1_LEN 20u

/* PBKDF1 of npki.md 2.2: key from the first 16 bytes, IV from the last 4. */
static enum err
pbkdf1(const struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, uint8_t key[static P8_KEY_MAX],
    uint8_t iv[static P8_BLOCK])
{
    EVP_MD *md = EVP_MD_fetch(crypto_libctx(crypto), "SHA1", NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t t[SHA1_LEN];
    uint32_t i;
    bool ok;

    ok = md != NULL && ctx != NULL && EVP_DigestInit_ex2(ctx, md, NULL) &&
         EVP_DigestUpdate(ctx, password->data, password->len) &&
         EVP_DigestUpdate(ctx, parts->salt.data, parts->salt.len) &&
         EVP_DigestFinal_ex(ctx, t, NULL);
    for (i = 1; ok && i < parts->iterations; i++)
        ok = EVP_DigestInit_ex2(ctx, NULL, NULL) &&
             EVP_DigestUpdate(ctx, t, sizeof(t)) &&
             EVP_DigestFinal_ex(ctx, t, NULL);
    memcpy(key, t, P8_BLOCK);
    if (parts->kdf == P8_PBKDF1_OLD)
        memcpy(iv, "0123456789012345", P8_BLOCK);
    else if (ok) {
        ok = EVP_DigestInit_ex2(ctx, NULL, NULL) &&
             EVP_DigestUpdate(ctx, t + P8_BLOCK, sizeof(t) - P8_BLOCK) &&
             EVP_DigestFinal_ex(ctx, t, NULL);
        memcpy(iv, t, P8_BLOCK);
    }
    mem_cleanse(t, sizeof(t));
    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);
    return ok ? OK : err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
}

enum err
p8_derive(struct crypto *crypto, const struct p8_parts *parts,
    const struct buf *password, uint8_t ret_key[static P8_KEY_MAX])
{
    EVP_KDF *kdf = EVP_KDF_fetch(crypto_libctx(crypto), "PBKDF2", NULL);
    EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    uint8_t *bytes[2] = { NULL, NULL };
    struct buf copies[2] = { { 0 }, { 0 } };
    unsigned iterations = parts->iterations;
    int unbounded = 1; /* our own bounds were checked already */
    OSSL_PARAM params[6];
    enum err r;

    if (parts->kdf == P8_PBKDF2_SHA1)
        memcpy(digest, "SHA1", sizeof("SHA1"));
    if ((r = buf_put(&copies[0], password->data, password->len)) != OK ||
        (r = buf_put(&copies[1], parts->salt.data, parts->salt.len)) != OK)
        goto out;
    bytes[0] = copies[0].data;
    bytes[1] = copies[1].data;
    params[0] = OSSL_PARAM_construct_octet_string(
        OSSL_KDF_PARAM_PASSWORD, bytes[0], copies[0].len);
    params[1] = OSSL_PARAM_construct_octet_string(
        OSSL_KDF_PARAM_SALT, bytes[1], copies[1].len);
    params[2] = OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &iterations);
    params[3] =
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
    params[4] = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &unbounded);
    params[5] = OSSL_PARAM_construct_end();
    r = ctx != NULL &&
                EVP_KDF_derive(ctx, ret_key, parts->cipher->key_len, params) > 0
            ? OK
            : err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
out:
    buf_free(&copies[0]);
    buf_free(&copies[1]);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return r;
}

enum err
p8_crypt(struct crypto *crypto, const struct p8_parts *parts, bool encrypt,
    const struct buf *password, const struct der *in, struct buf *ret_out)
{
    uint8_t key[P8_KEY_MAX] = { 0 }, iv[P8_BLOCK] = { 0 };
    EVP_CIPHER *cipher = NULL;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    enum err r = ERR_NO_MEMORY;
    int len = 0;

    if (ctx == NULL)
        goto out;
    if (parts->cipher->legacy && (r = crypto_need_legacy(crypto)) != OK)
        goto out;
    cipher = EVP_CIPHER_fetch(crypto_libctx(crypto), parts->cipher->name, NULL);
    if (cipher == NULL) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        goto out;
    }
    if (parts->kdf == P8_PBKDF1 || parts->kdf == P8_PBKDF1_OLD) {
        r = pbkdf1(crypto, parts, password, key, iv);
    } else {
        memcpy(iv, parts->iv.data, P8_BLOCK);
        r = OK;
        if (parts->key.len == parts->cipher->key_len)
            memcpy(key, parts->key.data, parts->key.len);
        else
            r = p8_derive(crypto, parts, password, key);
    }
    if (r != OK || (r = buf_extend(ret_out, in->len)) != OK)
        goto out;
    if (!EVP_CipherInit_ex2(ctx, cipher, key, iv, encrypt, NULL) ||
        !EVP_CIPHER_CTX_set_padding(ctx, 0) ||
        !EVP_CipherUpdate(ctx, ret_out->data, &len, in->data, (int)in->len))
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
out:
    mem_cleanse(key, sizeof(key));
    mem_cleanse(iv, sizeof(iv));
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
    return r;
}
