#include "pki/p12.h"

#include <string.h>

#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/p8.h"

#define NPKI_ROUNDS   1024   /* npki.md 7.1 */
#define MODERN_ROUNDS 600000 /* as the strong scheme of key files */
#define SALT_NPKI     8      /* bytes of the MAC's salt */
#define SALT_MODERN   16

void
p12_free(struct p12 *p12)
{
    buf_free(&p12->sign_cert);
    buf_free(&p12->sign_key);
    buf_free(&p12->km_cert);
    buf_free(&p12->km_key);
}

enum err
p12_form_parse(const char *name, enum p12_form *ret_form)
{
    if (strcmp(name, "npki") != 0 && strcmp(name, "modern") != 0)
        return ERR_PARAM_RANGE;
    *ret_form = name[0] == 'n' ? P12_NPKI : P12_MODERN;
    return OK;
}

struct writer {
    struct crypto *crypto;
    enum p12_form form;
    const struct buf *password;
    STACK_OF(PKCS12_SAFEBAG) * certs, *keys;
};

/* The certificate's own name for its key: its SKI, else a hash of the key. */
static enum err
key_id(const struct crypto *crypto, X509 *x,
    unsigned char id[static EVP_MAX_MD_SIZE], int *ret_len)
{
    const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(x);
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x);
    unsigned len = 0;
    bool done;
    EVP_MD *md;

    if (ski != NULL && ASN1_STRING_length(ski) > 0 &&
        ASN1_STRING_length(ski) <= EVP_MAX_MD_SIZE) {
        *ret_len = ASN1_STRING_length(ski);
        memcpy(id, ASN1_STRING_get0_data(ski), (size_t)*ret_len);
        return OK;
    }
    md = EVP_MD_fetch(crypto_libctx(crypto), "SHA1", NULL);
    done = md != NULL && bits != NULL &&
           EVP_Digest(ASN1_STRING_get0_data(bits),
               (size_t)ASN1_STRING_length(bits), id, &len, md, NULL) == 1;
    EVP_MD_free(md);
    if (!done)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    *ret_len = (int)len;
    return OK;
}

/* A key in its bag, encrypted from its own bytes, so that R stays in it. */
static enum err
npki_key(
    const struct writer *w, const struct buf *info, PKCS12_SAFEBAG **ret_bag)
{
    const unsigned char *p = info->data;
    PKCS8_PRIV_KEY_INFO *p8 =
        d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)info->len);

    if (p8 == NULL || p != info->data + info->len) {
        (void)err_openssl(__func__, ERR_PARAM_RANGE);
        PKCS8_PRIV_KEY_INFO_free(p8);
        return ERR_PARAM_RANGE;
    }
    *ret_bag = PKCS12_SAFEBAG_create_pkcs8_encrypt_ex(
        NID_pbe_WithSHA1And3_Key_TripleDES_CBC, buf_text(w->password),
        (int)w->password->len, NULL, 0, NPKI_ROUNDS, p8,
        crypto_libctx(w->crypto), NULL);
    PKCS8_PRIV_KEY_INFO_free(p8);
    return *ret_bag == NULL ? err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE)
                            : OK;
}

/* The strong scheme of key files is the same structure. */
static enum err
modern_key(
    const struct writer *w, const struct buf *info, PKCS12_SAFEBAG **ret_bag)
{
    struct buf file = { 0 };
    const unsigned char *p;
    X509_SIG *sealed = NULL;
    enum err r;

    if ((r = p8_encrypt(w->crypto, P8_STRONG, info, w->password, &file)) != OK)
        return r;
    p = file.data;
    sealed = d2i_X509_SIG(NULL, &p, (long)file.len);
    buf_free(&file);
    if (sealed == NULL ||
        (*ret_bag = PKCS12_SAFEBAG_create0_pkcs8(sealed)) == NULL) {
        X509_SIG_free(sealed);
        return err_openssl(__func__, ERR_NO_MEMORY);
    }
    return OK;
}

static enum err
push(STACK_OF(PKCS12_SAFEBAG) * *bags, PKCS12_SAFEBAG *bag)
{
    if (*bags == NULL)
        *bags = sk_PKCS12_SAFEBAG_new_null();
    if (*bags == NULL || sk_PKCS12_SAFEBAG_push(*bags, bag) <= 0)
        return err_openssl(__func__, ERR_NO_MEMORY);
    return OK;
}

/* One pair: a bag for the certificate, one for the key, the same id. */
static enum err
add_pair(struct writer *w, const struct buf *cert, const struct buf *info)
{
    unsigned char id[EVP_MAX_MD_SIZE];
    PKCS12_SAFEBAG *bag = NULL;
    X509 *x = NULL;
    int len = 0;
    enum err r;

    if ((r = cert_parse(w->crypto, cert, &x)) != OK) {
        r = r == ERR_CERTIFICATE_DAMAGED ? ERR_PARAM_RANGE : r;
        goto out;
    }
    if ((r = key_id(w->crypto, x, id, &len)) != OK)
        goto out;
    bag = PKCS12_add_cert(&w->certs, x);
    if (bag == NULL || PKCS12_add_localkeyid(bag, id, len) != 1) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    bag = NULL;
    r = w->form == P12_NPKI ? npki_key(w, info, &bag)
                            : modern_key(w, info, &bag);
    if (r != OK)
        goto out;
    r = PKCS12_add_localkeyid(bag, id, len) == 1
            ? push(w->form == P12_NPKI ? &w->certs : &w->keys, bag)
            : err_openssl(__func__, ERR_NO_MEMORY);
    if (r != OK)
        PKCS12_SAFEBAG_free(bag);
out:
    X509_free(x);
    return r;
}

/* The bags in their safes: one in the open for the npki form, else the
 * certificates are encrypted too. */
static enum err
seal(const struct writer *w, PKCS12 **ret_p12)
{
    bool modern = w->form == P12_MODERN;
    OSSL_LIB_CTX *libctx = crypto_libctx(w->crypto);
    const char *pass = buf_text(w->password);
    int rounds = modern ? MODERN_ROUNDS : NPKI_ROUNDS;
    STACK_OF(PKCS7) *safes = NULL;
    EVP_MD *md = EVP_MD_fetch(libctx, modern ? "SHA256" : "SHA1", NULL);
    PKCS12 *p12 = NULL;
    enum err r = OK;

    if (md == NULL ||
        PKCS12_add_safe_ex(&safes, w->certs, modern ? NID_aes_256_cbc : -1,
            rounds, pass, libctx, NULL) != 1 ||
        (w->keys != NULL && PKCS12_add_safe_ex(&safes, w->keys, -1, 0, NULL,
                                libctx, NULL) != 1) ||
        (p12 = PKCS12_add_safes_ex(safes, 0, libctx, NULL)) == NULL ||
        PKCS12_set_mac(p12, pass, (int)w->password->len, NULL,
            modern ? SALT_MODERN : SALT_NPKI, rounds, md) != 1)
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    EVP_MD_free(md);
    if (r == OK)
        *ret_p12 = p12;
    else
        PKCS12_free(p12);
    return r;
}

static enum err
put_der(const PKCS12 *p12, struct buf *ret_file)
{
    unsigned char *der = NULL;
    int len = i2d_PKCS12(p12, &der);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_NO_MEMORY);
    r = buf_put(ret_file, der, (size_t)len);
    OPENSSL_clear_free(der, (size_t)len);
    return r;
}

enum err
p12_write(struct crypto *crypto, enum p12_form form, const struct p12 *in,
    const struct buf *password, struct buf *ret_file)
{
    struct writer w = { .crypto = crypto, .form = form, .password = password };
    PKCS12 *p12 = NULL;
    enum err r;

    r = add_pair(&w, &in->sign_cert, &in->sign_key);
    if (r == OK && in->km_cert.len > 0)
        r = add_pair(&w, &in->km_cert, &in->km_key);
    if (r == OK && (r = seal(&w, &p12)) == OK)
        r = put_der(p12, ret_file);
    PKCS12_free(p12);
    sk_PKCS12_SAFEBAG_pop_free(w.certs, PKCS12_SAFEBAG_free);
    sk_PKCS12_SAFEBAG_pop_free(w.keys, PKCS12_SAFEBAG_free);
    return r;
}
