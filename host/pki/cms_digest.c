#include "pki/cms_digest.h"

#include "base/mem.h"
#include "pki/cms_value.h"

#define LAST_UNIQUE (-3) /* CMS_signed_get0_data_by_OBJ: one, one value */

static bool
attribute_fits(const ASN1_STRING *have, const uint8_t *digest)
{
    return have != NULL && ASN1_STRING_length(have) == (int)CMS_SHA256_LEN &&
           mem_compare(ASN1_STRING_get0_data(have), digest, CMS_SHA256_LEN) ==
               0;
}

const char *
cms_digest_reason(const struct crypto *crypto, CMS_SignerInfo *si,
    const uint8_t digest[static CMS_SHA256_LEN])
{
    const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
    const ASN1_OBJECT *oid = NULL;
    X509_ALGOR *algorithm = NULL;
    EVP_PKEY *key = NULL;

    CMS_SignerInfo_get0_algs(si, &key, NULL, &algorithm, NULL);
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    if (OBJ_obj2nid(oid) != NID_sha256)
        return "digest_unsuited";
    if (CMS_signed_get_attr_count(si) >= 0)
        return attribute_fits(CMS_signed_get0_data_by_OBJ(si,
                                  OBJ_nid2obj(NID_pkcs9_messageDigest),
                                  LAST_UNIQUE, V_ASN1_OCTET_STRING),
                   digest)
                   ? NULL
                   : "digest_differs";
    return key != NULL && cms_value_fits(crypto, key, digest,
                              ASN1_STRING_get0_data(value),
                              (size_t)ASN1_STRING_length(value))
               ? NULL
               : "signature_wrong";
}

const char *
cms_digest_name(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *oid = NULL;

    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    switch (OBJ_obj2nid(oid)) {
    case NID_sha256:
        return "SHA256";
    case NID_sha384:
        return "SHA384";
    case NID_sha512:
        return "SHA512";
    default:
        return NULL;
    }
}
