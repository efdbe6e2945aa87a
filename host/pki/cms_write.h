/* cms_write.h - a SignedData (RFC 5652, 5), written and read back in DER of our
 * own: to make and to read each with libcrypto's CMS takes longer than the RSA
 * operation in it. */
#ifndef INGAM_PKI_CMS_WRITE_H
#define INGAM_PKI_CMS_WRITE_H

#include "pki/cms_seal.h"

/* The OBJECT IDENTIFIER of a form's content in DER. ERR_NO_MEMORY */
enum err cms_put_type(const struct cms_form *form, struct buf *ret_type);

/*
 * A new one, or form->to with one signer more, which leaves what is in that as
 * it is.
 *
 * ERR_INVALID_REQUEST  form->to is none
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL
 */
enum err cms_write(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der);

/*
 * Is a new one what a stranger accepts: with this certificate, of this signer,
 * over this content? It reads the bytes and knows nothing of how they were made.
 *
 * ERR_INTERNAL  it is not
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err cms_check(const struct cms_seal *seal, const struct buf *der,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form);

#endif
