#include "pki/cmp_npki_sign.h"

#include <openssl/objects.h>
#include <openssl/sha.h>

#include "pki/cert.h"
#include "pki/cmp_signed.h"

bool
npki_sign_algorithm(X509_ALGOR *a)
{
    return X509_ALGOR_set0(a, OBJ_nid2obj(NID_sha256WithRSAEncryption),
               V_ASN1_NULL, NULL) == 1;
}

enum err
npki_sign(const struct host *host, EVP_PKEY *key, const struct buf *data,
    ASN1_BIT_STRING *ret_signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf signature = { 0 };
    size_t len = 0;
    enum err r = ERR_NO_MEMORY;

    if (ctx == NULL)
        return r;
    if (EVP_DigestSignInit_ex(ctx, NULL, "SHA256", crypto_libctx(host->crypto),
            NULL, key, NULL) != 1 ||
        EVP_DigestSign(ctx, NULL, &len, data->data, data->len) != 1)
        r = err_openssl(__func__, ERR_INTERNAL);
    else if ((r = buf_extend(&signature, len)) == OK)
        r = EVP_DigestSign(ctx, signature.data, &len, data->data, data->len) ==
                    1
                ? npki_set_bits(ret_signature, signature.data, len)
                : err_openssl(__func__, ERR_INTERNAL);
    buf_free(&signature);
    EVP_MD_CTX_free(ctx);
    return r;
}

enum err
npki_sign_kid(
    const struct ca_npki *profile, X509 *x, bool genm, struct buf *ret_kid)
{
    const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(x);
    unsigned char sha1[SHA_DIGEST_LENGTH];
    unsigned len = 0;

    if (genm)
        return cert_serial(x,
            profile->serial_hex ? CERT_SERIAL_HEX : CERT_SERIAL_DECIMAL,
            ret_kid);
    if (ski != NULL)
        return buf_set(ret_kid, ASN1_STRING_get0_data(ski),
            (size_t)ASN1_STRING_length(ski));
    /* RFC 5280, 4.2.1.2 (1) */
    return X509_pubkey_digest(x, EVP_sha1(), sha1, &len) == 1
               ? buf_set(ret_kid, sha1, len)
               : err_openssl(__func__, ERR_INTERNAL);
}

/* --- answers ----------------------------------------------------------------- */

/* RSA or ECDSA with SHA-256 or longer, and a signature of whole bytes. */
static const char *
digest_of(const NPKI_MESSAGE *m)
{
    const ASN1_OBJECT *oid = NULL;
    int digest = NID_undef, key = NID_undef;

    if (m->header->protection == NULL || m->protection == NULL ||
        (m->protection->flags & 7) != 0)
        return NULL;
    X509_ALGOR_get0(&oid, NULL, NULL, m->header->protection);
    if (OBJ_find_sigid_algs(OBJ_obj2nid(oid), &digest, &key) != 1 ||
        (key != NID_rsaEncryption && key != NID_X9_62_id_ecPublicKey))
        return NULL;
    return digest == NID_sha256   ? "SHA256"
           : digest == NID_sha384 ? "SHA384"
           : digest == NID_sha512 ? "SHA512"
                                  : NULL;
}

static bool
is_signed_by(const struct host *host, X509 *x, const char *md,
    const ASN1_BIT_STRING *signature, const struct buf *part)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY *key = X509_get0_pubkey(x);
    bool is =
        ctx != NULL && key != NULL &&
        EVP_DigestVerifyInit_ex(
            ctx, NULL, md, crypto_libctx(host->crypto), NULL, key, NULL) == 1 &&
        EVP_DigestVerify(ctx, ASN1_STRING_get0_data(signature),
            (size_t)ASN1_STRING_length(signature), part->data, part->len) == 1;

    EVP_MD_CTX_free(ctx);
    return is;
}

static enum err
check(const struct host *host, const struct ca *ca,
    const STACK_OF(X509) * among, const NPKI_MESSAGE *m, const char *md,
    const struct buf *part)
{
    X509 *x;
    int i;
    enum err r = ERR_CA_ANSWER_UNTRUSTED;

    for (i = 0; r == ERR_CA_ANSWER_UNTRUSTED && i < sk_X509_num(among); i++) {
        x = sk_X509_value(among, i);
        if (is_signed_by(host, x, md, m->protection, part))
            r = cmp_signed_speaks_for(host, ca, x, among);
    }
    return r;
}

enum err
npki_sign_check(const struct host *host, const struct ca *ca,
    const struct npki_ca_certs *certs, const NPKI_MESSAGE *message,
    const struct buf *part)
{
    const char *md = digest_of(message);
    struct npki_ca_certs all = { 0 };
    enum err r;

    if (md == NULL)
        return ERR_CA_ANSWER_UNTRUSTED;
    if ((r = npki_ca_certs_add(host, message->extra, &all)) == OK &&
        (r = npki_ca_certs_join(certs, &all)) == OK)
        r = check(host, ca, all.all, message, md, part);
    (void)err_openssl(__func__, OK);
    npki_ca_certs_free(&all);
    return r;
}
