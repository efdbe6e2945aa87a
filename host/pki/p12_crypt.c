/* The encrypted parts of a PKCS #12 file (p12_bags.h). */
#include <string.h>

#include <openssl/pkcs12.h>

#include "pki/der.h"
#include "pki/p12_bags.h"
#include "pki/p8_scheme.h"

/* What OpenSSL decrypts, and which of it needs the legacy provider. */
static const struct {
    int nid;
    bool legacy;
} known[] = {
    { NID_pbe_WithSHA1And3_Key_TripleDES_CBC, false },
    { NID_pbe_WithSHA1And2_Key_TripleDES_CBC, false },
    { NID_pbe_WithSHA1And128BitRC2_CBC, true },
    { NID_pbe_WithSHA1And40BitRC2_CBC, true },
    { NID_pbe_WithSHA1And128BitRC4, true },
    { NID_pbe_WithSHA1And40BitRC4, true },
    { NID_aes_128_cbc, false },
    { NID_aes_192_cbc, false },
    { NID_aes_256_cbc, false },
    { NID_aria_128_cbc, false },
    { NID_aria_192_cbc, false },
    { NID_aria_256_cbc, false },
    { NID_camellia_128_cbc, false },
    { NID_camellia_256_cbc, false },
    { NID_des_ede3_cbc, false },
    { NID_seed_cbc, true },
};

enum err
p12_take_rounds(struct p12_opener *o, const ASN1_INTEGER *rounds)
{
    int64_t n = 0;

    if (rounds == NULL || ASN1_INTEGER_get_int64(&n, rounds) != 1) {
        (void)err_openssl(__func__, ERR_IMPORT_COSTLY);
        return rounds == NULL ? ERR_IMPORT_INVALID : ERR_IMPORT_COSTLY;
    }
    if (n < 1)
        return ERR_IMPORT_INVALID;
    if (n > (int64_t)o->rounds)
        return ERR_IMPORT_COSTLY;
    o->rounds -= (uint32_t)n;
    return OK;
}

static enum err
need(struct p12_opener *o, int nid)
{
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].nid == nid)
            return known[i].legacy ? crypto_need_legacy(o->crypto) : OK;
    return ERR_KEY_SCHEME_UNSUPPORTED;
}

/* The rounds of PBES2, and its cipher. */
static enum err
look_at_pbes2(struct p12_opener *o, const X509_ALGOR *algorithm)
{
    PBE2PARAM *p = ASN1_TYPE_unpack_sequence(
        ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
    PBKDF2PARAM *kdf = NULL;
    enum err r = ERR_IMPORT_INVALID;

    if (p == NULL)
        goto out;
    r = ERR_KEY_SCHEME_UNSUPPORTED;
    if (OBJ_obj2nid(p->keyfunc->algorithm) != NID_id_pbkdf2)
        goto out;
    kdf = ASN1_TYPE_unpack_sequence(
        ASN1_ITEM_rptr(PBKDF2PARAM), p->keyfunc->parameter);
    if (kdf == NULL)
        r = ERR_IMPORT_INVALID;
    else if ((r = p12_take_rounds(o, kdf->iter)) == OK)
        r = need(o, OBJ_obj2nid(p->encryption->algorithm));
out:
    (void)err_openssl(__func__, r);
    PBKDF2PARAM_free(kdf);
    PBE2PARAM_free(p);
    return r;
}

static enum err
look_at_pbe1(struct p12_opener *o, const X509_ALGOR *algorithm)
{
    PBEPARAM *p = ASN1_TYPE_unpack_sequence(
        ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
    enum err r = p == NULL ? ERR_IMPORT_INVALID : p12_take_rounds(o, p->iter);

    (void)err_openssl(__func__, r);
    PBEPARAM_free(p);
    return r;
}

static enum oid
oid_of(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *o = algorithm->algorithm;

    return oid_find(OBJ_get0_data(o), OBJ_length(o));
}

/* The password as PKCS #12 has it: big-endian UCS-2 and a final 0. */
static enum err
to_bmp(const struct buf *password, struct buf *ret_bytes)
{
    unsigned char *uni = NULL;
    int len = 0;
    enum err r;

    if (OPENSSL_utf82uni(buf_text(password), (int)password->len, &uni, &len) ==
        NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    r = buf_put(ret_bytes, uni, (size_t)len);
    OPENSSL_clear_free(uni, (size_t)len);
    return r;
}

/* KISA's schemes, which OpenSSL does not know: as in key files, the password
 * in either form. */
static enum err
decrypt_kisa(struct p12_opener *o, const X509_ALGOR *algorithm,
    const ASN1_OCTET_STRING *encrypted, struct buf *ret_plain)
{
    struct buf file = { 0 }, bmp = { 0 };
    struct p8_parts parts;
    unsigned char *der = NULL;
    int len = i2d_X509_ALGOR(algorithm, &der);
    enum err r = len <= 0 ? err_openssl(__func__, ERR_NO_MEMORY) : OK;

    if (r != OK || (r = buf_put(&file, der, (size_t)len)) != OK ||
        (r = der_put(&file, DER_OCTETS, ASN1_STRING_get0_data(encrypted),
             (size_t)ASN1_STRING_length(encrypted))) != OK ||
        (r = der_wrap(&file, DER_SEQUENCE)) != OK)
        goto out;
    r = p8_parts_read(&file, &parts);
    if (r == ERR_KEY_FILE_DAMAGED)
        r = ERR_IMPORT_INVALID;
    if (r != OK)
        goto out;
    r = p8_open(o->crypto, &parts, o->password, ret_plain);
    if (r == ERR_PASSWORD_WRONG && (r = to_bmp(o->password, &bmp)) == OK)
        r = p8_open(o->crypto, &parts, &bmp, ret_plain);
out:
    OPENSSL_free(der);
    buf_free(&file);
    buf_free(&bmp);
    return r;
}

static enum err
decrypt_known(struct p12_opener *o, const X509_ALGOR *algorithm,
    const ASN1_OCTET_STRING *encrypted, struct buf *ret_plain)
{
    unsigned char *plain = NULL;
    int len = 0;
    enum err r;

    if (PKCS12_pbe_crypt_ex(algorithm, o->pass, (int)o->password->len,
            ASN1_STRING_get0_data(encrypted), ASN1_STRING_length(encrypted),
            &plain, &len, 0, crypto_libctx(o->crypto), NULL) == NULL)
        return err_openssl(__func__, ERR_PASSWORD_WRONG);
    r = buf_put(ret_plain, plain, (size_t)len);
    OPENSSL_clear_free(plain, (size_t)len);
    return r;
}

enum err
p12_decrypt(struct p12_opener *o, const X509_ALGOR *algorithm,
    const ASN1_OCTET_STRING *encrypted, struct buf *ret_plain)
{
    enum oid oid = oid_of(algorithm);
    int nid = OBJ_obj2nid(algorithm->algorithm);
    enum err r;

    if (encrypted == NULL || ASN1_STRING_length(encrypted) == 0)
        return ERR_IMPORT_INVALID;
    if (oid == OID_PBE_SEED_SHA1 || oid == OID_SEED_CBC) {
        r = look_at_pbe1(o, algorithm);
        return r == OK ? decrypt_kisa(o, algorithm, encrypted, ret_plain) : r;
    }
    if (nid == NID_pbes2)
        r = look_at_pbes2(o, algorithm);
    else if ((r = need(o, nid)) == OK)
        r = look_at_pbe1(o, algorithm);
    return r == OK ? decrypt_known(o, algorithm, encrypted, ret_plain) : r;
}
