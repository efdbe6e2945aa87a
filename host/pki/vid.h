/*
 * vid.h - identity binding by virtual ID (KCAC.TS.SIVID): VID = H(H(DER(
 * HashContent{ idn PrintableString, randomNum BIT STRING }))).
 */
#ifndef INGAM_PKI_VID_H
#define INGAM_PKI_VID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define VID_R_LEN   20u /* bytes of the random number R */
#define VID_IDN_MAX 13u /* digits */

/*
 * VID of an identity number (10 or 13 digits) and R under a digest ("SHA256",
 * "SHA1").
 *
 * ERR_PARAM_TYPE  idn is not all digits or has a wrong length
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err vid_compute(const struct crypto *crypto, const char *digest,
    const char *idn, const uint8_t r[static VID_R_LEN], struct buf *ret_vid);

/*
 * Read the identifyData of a certificate's subjectAltName. Any output may be
 * NULL. ret_name is the realName (UTF-8); ret_digest the OpenSSL name of the
 * hash; ret_vid the value.
 *
 * ERR_IDENTITY_VALUE_MISSING  no identifyData, or ret_digest or ret_vid is
 *                             asked for and there is no VID in it
 * ERR_CERTIFICATE_DAMAGED     it is malformed
 */
enum err vid_of_certificate(const X509 *x, struct buf *ret_name,
    struct buf *ret_digest, struct buf *ret_vid);

/* May R be encrypted for it: RSA of 2048 bits or more, and a key usage that
 * allows keyEncipherment? */
bool vid_may_receive(X509 *recipient);

/*
 * DER of EncryptedVID (npki.md 3.3) for the CA's encryption certificate, with
 * the VID of a dummy number: the CA recomputes it from R.
 *
 * ERR_CHAIN_UNTRUSTED  the recipient's key is not RSA of 2048 bits or more,
 *                      or its key usage does not allow keyEncipherment
 */
enum err vid_encrypted(const struct crypto *crypto, X509 *recipient,
    const uint8_t r[static VID_R_LEN], struct buf *ret_der);

#endif
