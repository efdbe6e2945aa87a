#include "support.h"

#include "make_p12.h"

#include <string.h>

#include <openssl/hmac.h>
#include <openssl/pkcs12.h>

#include "pki/der.h"
#include "pki/p8_scheme.h"

#define ROUNDS 2

static uint8_t salt[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static uint8_t iv[P8_BLOCK] = { 1, 2, 3, 4 };

/* The password as PKCS #12 has it. */
static struct buf
bmp_of(const char *password)
{
    unsigned char *uni = NULL;
    struct buf bytes = { 0 };
    int len = 0;

    assert_non_null(OPENSSL_utf82uni(password, -1, &uni, &len));
    assert_int_equal(buf_put(&bytes, uni, (size_t)len), OK);
    OPENSSL_free(uni);
    return bytes;
}

/* EncryptedPrivateKeyInfo of KISA's schemes around anything. */
static void
lock_seed(struct crypto *crypto, enum p12_lock lock, const struct buf *plain,
    const char *password, struct buf *ret_der)
{
    bool bmp = lock == LOCK_SEED_BMP;
    struct buf bytes = bmp ? bmp_of(password) : support_text(password);
    struct buf padded = { 0 }, encrypted = { 0 };
    size_t pad = P8_BLOCK - plain->len % P8_BLOCK;
    struct p8_parts parts = {
        .kdf = lock == LOCK_SEED_PBES2 ? P8_PBKDF2_SHA1 : P8_PBKDF1,
        .cipher = p8_cipher_of(OID_SEED_CBC),
        .salt = { salt, sizeof(salt) },
        .iterations = ROUNDS,
        .iv = { iv, sizeof(iv) },
    };
    struct der in;

    assert_int_equal(buf_put(&padded, plain->data, plain->len), OK);
    assert_int_equal(buf_extend(&padded, pad), OK);
    memset(padded.data + plain->len, (int)pad, pad);
    in = der_of(&padded);
    assert_int_equal(
        p8_crypt(crypto, &parts, true, &bytes, &in, &encrypted), OK);
    parts.encrypted = der_of(&encrypted);
    assert_int_equal(p8_parts_write(&parts, ret_der), OK);
    buf_free(&padded);
    buf_free(&encrypted);
    buf_free(&bytes);
}

static X509_ALGOR *
algorithm_of(const struct crypto *crypto, enum p12_lock lock)
{
    EVP_CIPHER *des;
    X509_ALGOR *a;

    switch (lock) {
    case LOCK_RC2:
        return PKCS5_pbe_set(
            NID_pbe_WithSHA1And40BitRC2_CBC, ROUNDS, salt, sizeof(salt));
    case LOCK_SCRYPT:
        return PKCS5_pbe2_set_scrypt(
            EVP_aes_128_cbc(), salt, sizeof(salt), iv, 16, 8, 1);
    case LOCK_AES:
        return PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ROUNDS, salt, sizeof(salt),
            iv, NID_hmacWithSHA256);
    case LOCK_DES:
        des = EVP_CIPHER_fetch(crypto_libctx(crypto), "DES-CBC", NULL);
        a = PKCS5_pbe2_set_iv_ex(des, ROUNDS, salt, sizeof(salt), iv,
            NID_hmacWithSHA256, crypto_libctx(crypto));
        EVP_CIPHER_free(des);
        return a;
    default:
        return PKCS5_pbe_set(
            NID_pbe_WithSHA1And3_Key_TripleDES_CBC, ROUNDS, salt, sizeof(salt));
    }
}

/* Write another number of rounds into an algorithm. */
static void
set_rounds(X509_ALGOR *a, int64_t rounds)
{
    PBEPARAM *p =
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), a->parameter);

    assert_non_null(p);
    assert_int_equal(ASN1_INTEGER_set_int64(p->iter, rounds), 1);
    assert_non_null(
        ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(PBEPARAM), p, &a->parameter));
    PBEPARAM_free(p);
}

static void
lock_known(struct crypto *crypto, enum p12_lock lock, int64_t rounds,
    const struct buf *plain, const char *password, struct buf *ret_der)
{
    X509_ALGOR *a = algorithm_of(crypto, lock);
    unsigned char *out = NULL, *der = NULL;
    struct buf data = { 0 };
    int len = 0;

    assert_non_null(a);
    if (lock == LOCK_DES || lock == LOCK_SCRYPT) { /* never opened */
        assert_int_equal(buf_put(&data, plain->data, plain->len), OK);
    } else {
        assert_non_null(PKCS12_pbe_crypt_ex(a, password, -1, plain->data,
            (int)plain->len, &out, &len, 1, crypto_libctx(crypto), NULL));
        assert_int_equal(buf_put(&data, out, (size_t)len), OK);
    }
    if (rounds != 0)
        set_rounds(a, rounds);
    if (lock == LOCK_UNKNOWN) {
        ASN1_OBJECT_free(a->algorithm);
        a->algorithm = OBJ_txt2obj("1.2.3.4.5", 1);
    }
    len = i2d_X509_ALGOR(a, &der);
    assert_true(len > 0);
    assert_int_equal(buf_put(ret_der, der, (size_t)len), OK);
    assert_int_equal(der_put(ret_der, DER_OCTETS, data.data, data.len), OK);
    assert_int_equal(der_wrap(ret_der, DER_SEQUENCE), OK);
    OPENSSL_free(out);
    OPENSSL_free(der);
    buf_free(&data);
    X509_ALGOR_free(a);
}

static X509_SIG *
locked(struct crypto *crypto, enum p12_lock lock, int64_t rounds,
    const struct buf *plain, const char *password)
{
    struct buf der = { 0 };
    const unsigned char *p;
    X509_SIG *sig;

    if (lock >= LOCK_SEED && lock <= LOCK_SEED_PBES2)
        lock_seed(crypto, lock, plain, password, &der);
    else
        lock_known(crypto, lock, rounds, plain, password, &der);
    p = der.data;
    sig = d2i_X509_SIG(NULL, &p, (long)der.len);
    assert_non_null(sig);
    buf_free(&der);
    return sig;
}

static PKCS12_SAFEBAG *
key_bag(struct crypto *crypto, const struct p12_plan *plan,
    const struct buf *info, const char *password)
{
    const unsigned char *p = info->data;

    if (plan->key_lock != LOCK_PLAIN)
        return PKCS12_SAFEBAG_create0_pkcs8(
            locked(crypto, plan->key_lock, plan->key_rounds, info, password));
    return PKCS12_SAFEBAG_create0_p8inf(
        d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)info->len));
}

/* Bags as a safe, in the open or encrypted. */
static PKCS7 *
safe_of(struct crypto *crypto, enum p12_lock lock,
    STACK_OF(PKCS12_SAFEBAG) * bags, const char *password)
{
    unsigned char *der = NULL;
    ASN1_OCTET_STRING *data = NULL;
    struct buf plain = { 0 };
    X509_ALGOR *a = NULL;
    PKCS7 *p7;
    X509_SIG *sig;
    int len;

    if (lock == LOCK_PLAIN)
        return PKCS12_pack_p7data(bags);
    len = ASN1_item_i2d(
        (ASN1_VALUE *)bags, &der, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
    assert_true(len > 0);
    assert_int_equal(buf_put(&plain, der, (size_t)len), OK);
    sig = locked(crypto, lock, 0, &plain, password);
    X509_SIG_getm(sig, &a, &data);
    p7 = PKCS7_new();
    assert_non_null(p7);
    assert_int_equal(PKCS7_set_type(p7, NID_pkcs7_encrypted), 1);
    X509_ALGOR_copy(p7->d.encrypted->enc_data->algorithm, a);
    p7->d.encrypted->enc_data->content_type = OBJ_nid2obj(NID_pkcs7_data);
    p7->d.encrypted->enc_data->enc_data = ASN1_OCTET_STRING_dup(data);
    X509_SIG_free(sig);
    OPENSSL_free(der);
    buf_free(&plain);
    return p7;
}

static void
add(STACK_OF(PKCS12_SAFEBAG) * bags, PKCS12_SAFEBAG *bag, bool id, char letter)
{
    unsigned char name[1] = { (unsigned char)letter };

    assert_non_null(bag);
    if (id)
        assert_int_equal(PKCS12_add_localkeyid(bag, name, 1), 1);
    assert_true(sk_PKCS12_SAFEBAG_push(bags, bag) > 0);
}

void
make_p12_safe(struct crypto *crypto, const struct p12_plan *plan,
    const struct p12_pair *pairs, const char *password, struct buf *ret_safe)
{
    STACK_OF(PKCS12_SAFEBAG) *keys = sk_PKCS12_SAFEBAG_new_null();
    STACK_OF(PKCS12_SAFEBAG) *certs = sk_PKCS12_SAFEBAG_new_null();
    STACK_OF(PKCS7) *safes = sk_PKCS7_new_null();
    unsigned char *der = NULL;
    const char *c;
    int len;

    for (c = plan->certs; *c != '\0'; c++)
        add(certs, PKCS12_SAFEBAG_create_cert(pairs[*c - 'a'].x),
            plan->ids && c == plan->certs, *c);
    for (c = plan->keys; *c != '\0'; c++)
        add(keys, key_bag(crypto, plan, pairs[*c - 'a'].info, password),
            plan->ids, *c);
    sk_PKCS7_push(safes, safe_of(crypto, plan->cert_lock, certs, password));
    sk_PKCS7_push(safes, safe_of(crypto, LOCK_PLAIN, keys, password));
    len = ASN1_item_i2d(
        (ASN1_VALUE *)safes, &der, ASN1_ITEM_rptr(PKCS12_AUTHSAFES));
    assert_true(len > 0);
    assert_int_equal(buf_put(ret_safe, der, (size_t)len), OK);
    OPENSSL_free(der);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
    sk_PKCS12_SAFEBAG_pop_free(certs, PKCS12_SAFEBAG_free);
}

/* Append an INTEGER of any sign. */
static void
put_integer(struct buf *out, int64_t n)
{
    ASN1_INTEGER *i = ASN1_INTEGER_new();
    unsigned char *der = NULL;
    int len;

    assert_int_equal(ASN1_INTEGER_set_int64(i, n), 1);
    len = i2d_ASN1_INTEGER(i, &der);
    assert_true(len > 0);
    assert_int_equal(buf_put(out, der, (size_t)len), OK);
    OPENSSL_free(der);
    ASN1_INTEGER_free(i);
}

/* MacData over the safe: right, whatever is written as its rounds. */
static void
put_mac(const struct p12_plan *plan, const struct buf *safe,
    const char *password, struct buf *out)
{
    int nid = plan->mac_nid == 0 ? NID_sha1 : plan->mac_nid;
    const EVP_MD *md = EVP_get_digestbynid(nid);
    int size = EVP_MD_get_size(md);
    unsigned char key[EVP_MAX_MD_SIZE], mac[EVP_MAX_MD_SIZE], *der = NULL;
    X509_SIG *info = X509_SIG_new();
    ASN1_OCTET_STRING *digest = NULL;
    struct buf data = { 0 };
    X509_ALGOR *a = NULL;
    int len;

    assert_int_equal(PKCS12_key_gen_utf8(password, -1, salt, sizeof(salt),
                         PKCS12_MAC_ID, 1, size, key, md),
        1);
    assert_non_null(HMAC(md, key, size, safe->data, safe->len, mac, NULL));
    X509_SIG_getm(info, &a, &digest);
    X509_ALGOR_set0(a, OBJ_nid2obj(nid), V_ASN1_NULL, NULL);
    assert_int_equal(ASN1_OCTET_STRING_set(digest, mac, size), 1);
    len = i2d_X509_SIG(info, &der);
    assert_true(len > 0);
    assert_int_equal(buf_put(&data, der, (size_t)len), OK);
    assert_int_equal(der_put(&data, DER_OCTETS, salt, sizeof(salt)), OK);
    if (plan->mac_rounds != 0)
        put_integer(&data, plan->mac_rounds);
    assert_int_equal(der_put(out, DER_SEQUENCE, data.data, data.len), OK);
    OPENSSL_free(der);
    X509_SIG_free(info);
    buf_free(&data);
}

void
make_p12_around(const struct p12_plan *plan, const struct buf *safe,
    const char *password, struct buf *ret_file)
{
    static const uint8_t data_oid[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
        0xF7, 0x0D, 0x01, 0x07, 0x01 };
    struct buf content = { 0 }, info = { 0 };

    assert_int_equal(der_put(&content, DER_OCTETS, safe->data, safe->len), OK);
    assert_int_equal(buf_put(&info, data_oid, sizeof(data_oid)), OK);
    assert_int_equal(
        der_put(&info, DER_EXPLICIT(0), content.data, content.len), OK);
    assert_int_equal(der_put_number(ret_file, 3), OK);
    assert_int_equal(der_put(ret_file, DER_SEQUENCE, info.data, info.len), OK);
    if (plan->mac_nid != NO_MAC)
        put_mac(plan, safe, password, ret_file);
    assert_int_equal(der_wrap(ret_file, DER_SEQUENCE), OK);
    buf_free(&content);
    buf_free(&info);
}

void
make_p12(struct crypto *crypto, const struct p12_plan *plan,
    const struct p12_pair *pairs, const char *password, struct buf *ret_file)
{
    struct buf safe = { 0 };

    make_p12_safe(crypto, plan, pairs, password, &safe);
    make_p12_around(plan, &safe, password, ret_file);
    buf_free(&safe);
}
