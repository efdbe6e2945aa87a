/* cms_shape.h - is it a CMS SignedData in DER, and where is what in it?
 * OpenSSL's reader takes BER, too: what several programs may read in several
 * ways is not believed. */
#ifndef INGAM_PKI_CMS_SHAPE_H
#define INGAM_PKI_CMS_SHAPE_H

#include <stdbool.h>

#include "pki/der.h"

#define CMS_SET_0 DER_EXPLICIT(0) /* [0] IMPLICIT SET OF, constructed as well */
#define CMS_SET_1 DER_EXPLICIT(1)

/* The contents of its elements, without tag and length; of one that is not there
 * nothing, and NULL. */
struct cms_parts {
    struct der type; /* of the ContentInfo around it */
    struct der version, digests, content, certificates, crls, signers;
};

/* Of a SignerInfo; id is that of issuer and serial number only. */
struct cms_signer_parts {
    struct der version, id, digest, attributes, algorithm, value;
};

/* The first element of some bytes: the outer structure of RFC 5652, 3 and 5.1
 * to 5.3, every tag as it must be, and DER throughout. *ret_rest is what stands
 * behind it. */
bool cms_shape(
    struct der bytes, struct der *ret_rest, struct cms_parts *ret_parts);

/* Step over the next SignerInfo. */
bool cms_shape_signer(struct der *signers, struct cms_signer_parts *ret_parts);

#endif
