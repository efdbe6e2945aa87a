/* The library context: whatever the environment says, ours is ours. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "pki/crypto.h"

static int
fetches(struct crypto *crypto, const char *cipher)
{
    EVP_CIPHER *c = EVP_CIPHER_fetch(crypto_libctx(crypto), cipher, NULL);
    int found = c != NULL;

    EVP_CIPHER_free(c);
    ERR_clear_error();
    return found;
}

static void
T155_seed_comes_only_when_asked_for(void **state)
{
    struct crypto *crypto = NULL;

    (void)state;
    setenv("OPENSSL_MODULES", "/nowhere", 1);
    setenv("OPENSSL_CONF", "/nowhere", 1);
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(fetches(crypto, "AES-256-CBC"), 1);
    assert_int_equal(fetches(crypto, "ARIA-128-CBC"), 1);
    assert_int_equal(fetches(crypto, "SEED-CBC"), 0);
    assert_int_equal(crypto_need_legacy(crypto), OK);
    assert_int_equal(crypto_need_legacy(crypto), OK);
    assert_int_equal(fetches(crypto, "SEED-CBC"), 1);
    assert_int_equal(fetches(crypto, "AES-256-CBC"), 1);
    assert_int_equal(ERR_peek_error(), 0);
    crypto_free(crypto);
    crypto_free(NULL);
}

static void
translator_empties_the_queue(void **state)
{
    struct crypto *crypto = NULL;

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(
        err_openssl(__func__, ERR_PASSWORD_WRONG), ERR_PASSWORD_WRONG);
    assert_null(EVP_CIPHER_fetch(crypto_libctx(crypto), "NO-SUCH", NULL));
    assert_int_equal(
        err_openssl(__func__, ERR_PASSWORD_WRONG), ERR_CRYPTO_UNAVAILABLE);
    assert_int_equal(ERR_peek_error(), 0);
    ERR_raise(ERR_LIB_ASN1, ERR_R_MALLOC_FAILURE);
    assert_int_equal(err_openssl(__func__, ERR_INTERNAL), ERR_NO_MEMORY);
    ERR_raise(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED);
    assert_int_equal(
        err_openssl(__func__, ERR_KEY_FILE_DAMAGED), ERR_KEY_FILE_DAMAGED);
    crypto_free(crypto);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T155_seed_comes_only_when_asked_for),
        cmocka_unit_test(translator_empties_the_queue),
    };

    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
