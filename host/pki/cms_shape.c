#include "pki/cms_shape.h"

#define SET_0 DER_EXPLICIT(0) /* [0] IMPLICIT SET OF, constructed as well */
#define SET_1 DER_EXPLICIT(1)

static bool
skip(struct der *in, unsigned tag)
{
    struct der content;

    return der_get(in, tag, &content);
}

static void
may_skip(struct der *in, unsigned tag)
{
    (void)skip(in, tag);
}

/* SignerInfo: version, sid, digestAlgorithm, signedAttrs [0], signature's
 * algorithm and value, unsignedAttrs [1]. */
static bool
is_signer(struct der in)
{
    if (!skip(&in, DER_INTEGER) ||
        !(skip(&in, DER_SEQUENCE) || skip(&in, DER_CONTEXT(0))) ||
        !skip(&in, DER_SEQUENCE))
        return false;
    may_skip(&in, SET_0);
    if (!skip(&in, DER_SEQUENCE) || !skip(&in, DER_OCTETS))
        return false;
    may_skip(&in, SET_1);
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
is_signed_data(struct der in)
{
    struct der content, signers, signer;

    if (!skip(&in, DER_INTEGER) || !skip(&in, DER_SET) ||
        !der_get(&in, DER_SEQUENCE, &content) || !is_content(content))
        return false;
    may_skip(&in, SET_0);
    may_skip(&in, SET_1);
    if (!der_get(&in, DER_SET, &signers) || in.len != 0)
        return false;
    while (signers.len > 0)
        if (!der_get(&signers, DER_SEQUENCE, &signer) || !is_signer(signer))
            return false;
    return true;
}

bool
cms_shape(struct der bytes, struct der *ret_rest)
{
    struct der first = bytes, body, explicit_0, data;

    if (!der_get(&bytes, DER_SEQUENCE, &body))
        return false;
    first.len -= bytes.len;
    *ret_rest = bytes;
    return der_is_strict(first) && skip(&body, DER_OID) &&
           der_get(&body, DER_EXPLICIT(0), &explicit_0) && body.len == 0 &&
           der_get(&explicit_0, DER_SEQUENCE, &data) && explicit_0.len == 0 &&
           is_signed_data(data);
}
