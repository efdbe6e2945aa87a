#include "pki/crypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "base/log.h"
#include "base/mem.h"

/* Private numbers live in pages that are locked and left out of dumps; enough
 * for several RSA-8192 keys. A process has one such heap, best effort. */
#define SECURE_HEAP (128 << 10) /* bytes */
#define SECURE_MIN  32          /* bytes of its smallest block */

struct crypto {
    OSSL_LIB_CTX *libctx;
    OSSL_PROVIDER *base;
    OSSL_PROVIDER *legacy; /* NULL until crypto_need_legacy */
    OSSL_LIB_CTX *bare;    /* NULL until crypto_bare, as the next */
    OSSL_PROVIDER *null;
};

enum err
crypto_new(struct crypto **ret_crypto)
{
    mem_watch_openssl();
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    if (CRYPTO_secure_malloc_initialized() == 0)
        (void)CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_MIN);
    return crypto_new_guest(ret_crypto);
}

enum err
crypto_new_guest(struct crypto **ret_crypto)
{
    struct crypto *c;
    const char *modules;
    enum err r;

    if ((c = mem_alloc(sizeof(*c))) == NULL)
        return ERR_NO_MEMORY;
    c->libctx = OSSL_LIB_CTX_new();
    if (c->libctx == NULL) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    /* The folder compiled into libcrypto: OPENSSL_MODULES cannot move it. */
    modules = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
    if (modules == NULL ||
        OSSL_PROVIDER_set_default_search_path(c->libctx, modules) != 1 ||
        (c->base = OSSL_PROVIDER_load(c->libctx, "default")) == NULL) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        goto out;
    }
    *ret_crypto = c;
    return OK;
out:
    crypto_free(c);
    return r;
}

void
crypto_free(struct crypto *crypto)
{
    if (crypto == NULL)
        return;
    if (crypto->legacy != NULL)
        OSSL_PROVIDER_unload(crypto->legacy);
    if (crypto->base != NULL)
        OSSL_PROVIDER_unload(crypto->base);
    if (crypto->null != NULL)
        OSSL_PROVIDER_unload(crypto->null);
    OSSL_LIB_CTX_free(crypto->bare);
    OSSL_LIB_CTX_free(crypto->libctx);
    mem_free(crypto);
}

OSSL_LIB_CTX *
crypto_libctx(const struct crypto *crypto)
{
    return crypto->libctx;
}

enum err
crypto_bare(struct crypto *crypto, OSSL_LIB_CTX **ret_libctx)
{
    if (crypto->bare == NULL && (crypto->bare = OSSL_LIB_CTX_new()) == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    /* with no provider at all OpenSSL would load its default one */
    if (crypto->null == NULL &&
        (crypto->null = OSSL_PROVIDER_load(crypto->bare, "null")) == NULL)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    *ret_libctx = crypto->bare;
    return OK;
}

enum err
crypto_need_legacy(struct crypto *crypto)
{
    if (crypto->legacy != NULL)
        return OK;
    crypto->legacy = OSSL_PROVIDER_load(crypto->libctx, "legacy");
    if (crypto->legacy == NULL) {
        (void)err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        return ERR_CRYPTO_UNAVAILABLE;
    }
    return OK;
}

const char *
crypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

/* Does the entry say that an algorithm could not be fetched? Decoders report
 * "unsupported" too, for bytes that are no key, so the library counts. */
static int
is_unavailable(unsigned long e)
{
    int reason = ERR_GET_REASON(e);

    return ERR_GET_LIB(e) == ERR_LIB_EVP &&
           (reason == ERR_R_FETCH_FAILED || reason == ERR_R_UNSUPPORTED ||
               reason == EVP_R_UNSUPPORTED_ALGORITHM);
}

enum err
err_openssl(const char *where, enum err fallback)
{
    enum err r = fallback;
    unsigned long e;
    int first = 1;

    while ((e = ERR_get_error()) != 0) {
        if (first)
            log_line(LOG_DEBUG, "%s: OpenSSL library %d, reason %d", where,
                ERR_GET_LIB(e), ERR_GET_REASON(e));
        first = 0;
        if (ERR_GET_REASON(e) == ERR_R_MALLOC_FAILURE)
            r = ERR_NO_MEMORY;
        else if (r == fallback && is_unavailable(e))
            r = ERR_CRYPTO_UNAVAILABLE;
    }
    return fallback != OK && mem_was_short() ? ERR_NO_MEMORY : r;
}
