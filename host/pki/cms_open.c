#include "pki/cms_open.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pki/der.h"

/* Nobody is asked for a password. */
static int
no_password(char *text, int size, int writing, void *ctx)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)ctx;
    return -1;
}

enum err
cms_open_key(
    const struct crypto *crypto, const struct buf *file, EVP_PKEY **ret_key)
{
    const uint8_t *p = file->data;
    struct der in = der_of(file);
    BIO *bio = NULL;

    if (file->len == 0 || file->len > CMS_KEY_FILE_MAX)
        return ERR_KEY_FILE_DAMAGED;
    if (der_at(&in, DER_SEQUENCE)) {
        *ret_key = d2i_AutoPrivateKey_ex(
            NULL, &p, (long)file->len, crypto_libctx(crypto), NULL);
    } else {
        bio = BIO_new_mem_buf(file->data, (int)file->len);
        if (bio == NULL)
            return err_openssl(__func__, ERR_NO_MEMORY);
        *ret_key = PEM_read_bio_PrivateKey_ex(
            bio, NULL, no_password, NULL, crypto_libctx(crypto), NULL);
        BIO_free(bio);
    }
    return err_openssl(__func__, *ret_key == NULL ? ERR_KEY_FILE_DAMAGED : OK);
}

enum err
cms_open(const struct crypto *crypto, EVP_PKEY *key, const struct buf *der,
    struct buf *ret_content)
{
    CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(crypto_libctx(crypto), NULL);
    BIO *out = BIO_new(BIO_s_secmem());
    const uint8_t *p = der->data;
    enum err r = ERR_INVALID_REQUEST;
    char *data = NULL;
    long len;

    if (cms == NULL || out == NULL) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    if (der->len == 0 || !der_is_strict(der_of(der)) ||
        d2i_CMS_ContentInfo(&cms, &p, (long)der->len) == NULL ||
        p != der->data + der->len ||
        OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_enveloped ||
        CMS_decrypt(cms, key, NULL, NULL, out, 0) != 1) {
        r = err_openssl(__func__, ERR_INVALID_REQUEST);
        goto out;
    }
    len = BIO_get_mem_data(out, &data);
    r = buf_set(ret_content, data, len < 0 ? 0 : (size_t)len);
out:
    BIO_free(out);
    CMS_ContentInfo_free(cms);
    return r;
}
