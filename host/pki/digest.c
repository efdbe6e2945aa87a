#include "pki/digest.h"

#include <openssl/evp.h>

#include "base/mem.h"

struct digest {
    EVP_MD *md;
    EVP_MD_CTX *ctx;
};

enum err
digest_new(const struct crypto *crypto, struct digest **ret_digest)
{
    struct digest *d = mem_alloc(sizeof(*d));
    enum err r;

    if (d == NULL)
        return ERR_NO_MEMORY;
    d->md = EVP_MD_fetch(crypto_libctx(crypto), "SHA256", NULL);
    d->ctx = EVP_MD_CTX_new();
    if (d->md == NULL || d->ctx == NULL ||
        EVP_DigestInit_ex2(d->ctx, d->md, NULL) != 1) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        digest_free(d);
        return r;
    }
    *ret_digest = d;
    return OK;
}

void
digest_free(struct digest *digest)
{
    if (digest == NULL)
        return;
    EVP_MD_CTX_free(digest->ctx);
    EVP_MD_free(digest->md);
    mem_free(digest);
}

enum err
digest_add(struct digest *digest, const void *data, size_t len)
{
    if (EVP_DigestUpdate(digest->ctx, data, len) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return OK;
}

enum err
digest_end(struct digest *digest, uint8_t ret_sha256[static DIGEST_LEN])
{
    unsigned len = 0;

    if (EVP_DigestFinal_ex(digest->ctx, ret_sha256, &len) != 1 ||
        len != DIGEST_LEN)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return OK;
}
