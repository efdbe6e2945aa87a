/* cms_shape.h - is it a CMS SignedData in DER? OpenSSL's reader takes BER, too:
 * what several programs may read in several ways is not believed. */
#ifndef INGAM_PKI_CMS_SHAPE_H
#define INGAM_PKI_CMS_SHAPE_H

#include <stdbool.h>

#include "pki/der.h"

/* The first element of some bytes: the outer structure of RFC 5652, 3 and 5.1
 * to 5.3, every tag as it must be, and DER throughout. *ret_rest is what stands
 * behind it. */
bool cms_shape(struct der bytes, struct der *ret_rest);

#endif
