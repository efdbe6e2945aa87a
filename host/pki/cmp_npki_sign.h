/*
 * cmp_npki_sign.h - messages of dialect `npki` that the holder's key protects
 * in place of a code (npki.md 5.6, 5.8: renewal, revocation), and answers that
 * the CA's own key proves.
 */
#ifndef INGAM_PKI_CMP_NPKI_SIGN_H
#define INGAM_PKI_CMP_NPKI_SIGN_H

#include "pki/cmp_npki_ca.h"

/* sha256WithRSAEncryption. False: out of memory. */
bool npki_sign_algorithm(X509_ALGOR *a);

/* PKCS #1 v1.5 with SHA-256. ERR_INTERNAL, ERR_NO_MEMORY */
enum err npki_sign(const struct host *host, EVP_PKEY *key,
    const struct buf *data, ASN1_BIT_STRING *ret_signature);

/* senderKID: in genm the certificate's serial number as text, later its key
 * identifier. ERR_NO_MEMORY, ERR_INTERNAL */
enum err npki_sign_kid(
    const struct ca_npki *profile, X509 *x, bool genm, struct buf *ret_kid);

/*
 * Is a message protected by somebody who may answer for the CA (cmp_signed.h)?
 * Looked for among the certificates that came along and those gathered.
 *
 * ERR_CA_ANSWER_UNTRUSTED  no
 * ERR_NO_MEMORY
 */
enum err npki_sign_check(const struct host *host, const struct ca *ca,
    const struct npki_ca_certs *certs, const NPKI_MESSAGE *message,
    const struct buf *part);

#endif
