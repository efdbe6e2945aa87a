#include "pki/cms_shape.h"

static bool
skip(struct der *in, unsigned tag)
{
    struct der content;

    return der_get(in, tag, &content);
}

static void
may_get(struct der *in, unsigned tag, struct der *ret_content)
{
    if (!der_get(in, tag, ret_content))
        *ret_content = (struct der){ NULL, 0 };
}

/* SignerInfo: version, sid, digestAlgorithm, signedAttrs [0], signature's
 * algorithm and value, unsignedAttrs [1]. */
bool
cms_shape_signer(struct der *signers, struct cms_signer_parts *ret)
{
    struct der in, unauthenticated;

    if (!der_get(signers, DER_SEQUENCE, &in) ||
        !der_get(&in, DER_INTEGER, &ret->version))
        return false;
    may_get(&in, DER_SEQUENCE, &ret->id);
    if ((ret->id.data == NULL && !skip(&in, DER_CONTEXT(0))) ||
        !der_get(&in, DER_SEQUENCE, &ret->digest))
        return false;
    may_get(&in, CMS_SET_0, &ret->attributes);
    if (!der_get(&in, DER_SEQUENCE, &ret->algorithm) ||
        !der_get(&in, DER_OCTETS, &ret->value))
        return false;
    may_get(&in, CMS_SET_1, &unauthenticated);
    return in.len == 0;
}

/* EncapsulatedContentInfo: eContentType, eContent [0] EXPLICIT. */
static bool
is_content(struct der in)
{
    struct der inside;

    if (!skip(&in, DER_OID))
        return false;
    if (in.len == 0)
        return true;
    return der_get(&in, DER_EXPLICIT(0), &inside) && in.len == 0 &&
           skip(&inside, DER_OCTETS) && inside.len == 0;
}

/* SignedData: version, digestAlgorithms, encapContentInfo, certificates [0],
 * crls [1], signerInfos. */
static bool
is_signed_data(struct der in, struct cms_parts *ret)
{
    struct cms_signer_parts signer;
    struct der signers;

    if (!der_get(&in, DER_INTEGER, &ret->version) ||
        !der_get(&in, DER_SET, &ret->digests) ||
        !der_get(&in, DER_SEQUENCE, &ret->content) || !is_content(ret->content))
        return false;
    may_get(&in, CMS_SET_0, &ret->certificates);
    may_get(&in, CMS_SET_1, &ret->crls);
    if (!der_get(&in, DER_SET, &ret->signers) || in.len != 0)
        return false;
    for (signers = ret->signers; signers.len > 0;)
        if (!cms_shape_signer(&signers, &signer))
            return false;
    return true;
}

bool
cms_shape(struct der bytes, struct der *ret_rest, struct cms_parts *ret_parts)
{
    struct der first = bytes, body, explicit_0, data;

    if (!der_get(&bytes, DER_SEQUENCE, &body))
        return false;
    first.len -= bytes.len;
    *ret_rest = bytes;
    return der_is_strict(first) && der_get(&body, DER_OID, &ret_parts->type) &&
           der_get(&body, DER_EXPLICIT(0), &explicit_0) && body.len == 0 &&
           der_get(&explicit_0, DER_SEQUENCE, &data) && explicit_0.len == 0 &&
           is_signed_data(data, ret_parts);
}
