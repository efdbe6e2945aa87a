#include "pki/algorithm.h"

#include <openssl/objects.h>

static const struct row {
    int nid;
    const char *key;
    bool proves; /* names a digest that is good enough */
} rows[] = {
    { NID_rsaEncryption, "RSA", false },
    { NID_md5WithRSAEncryption, "RSA", false },
    { NID_sha1WithRSAEncryption, "RSA", false },
    { NID_sha224WithRSAEncryption, "RSA", false },
    { NID_sha256WithRSAEncryption, "RSA", true },
    { NID_sha384WithRSAEncryption, "RSA", true },
    { NID_sha512WithRSAEncryption, "RSA", true },
    { NID_ecdsa_with_SHA1, "EC", false },
    { NID_ecdsa_with_SHA224, "EC", false },
    { NID_ecdsa_with_SHA256, "EC", true },
    { NID_ecdsa_with_SHA384, "EC", true },
    { NID_ecdsa_with_SHA512, "EC", true },
};

static const struct row *
find(int nid)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].nid == nid)
            return &rows[i];
    return NULL;
}

const char *
algorithm_key(const X509_ALGOR *signature)
{
    const ASN1_OBJECT *oid = NULL;
    const struct row *row;

    X509_ALGOR_get0(&oid, NULL, NULL, signature);
    row = find(OBJ_obj2nid(oid));
    return row == NULL ? NULL : row->key;
}

bool
algorithm_proves(int nid)
{
    const struct row *row = find(nid);

    return row != NULL && row->proves;
}

bool
algorithm_has_key(const X509 *x)
{
    const ASN1_OBJECT *oid = NULL;
    const void *curve = NULL;
    X509_ALGOR *key = NULL;
    int type = V_ASN1_UNDEF;

    if (X509_PUBKEY_get0_param(
            NULL, NULL, NULL, &key, X509_get_X509_PUBKEY(x)) != 1)
        return false;
    X509_ALGOR_get0(&oid, &type, &curve, key);
    if (OBJ_obj2nid(oid) != NID_X9_62_id_ecPublicKey)
        return OBJ_obj2nid(oid) == NID_rsaEncryption;
    if (type != V_ASN1_OBJECT)
        return false; /* a curve of its own: RFC 5480, 2.1.1 */
    switch (OBJ_obj2nid(curve)) {
    case NID_X9_62_prime256v1:
    case NID_secp384r1:
    case NID_secp521r1:
        return true;
    default:
        return false;
    }
}
