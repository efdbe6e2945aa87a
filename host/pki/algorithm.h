/*
 * algorithm.h - the signatures that are read: RSASSA-PKCS1-v1_5 and ECDSA.
 * OpenSSL knows more (RSASSA-PSS, EdDSA, DSA); no Korean CA's profile has them,
 * and every verifier that we give to banks must say the same.
 */
#ifndef INGAM_PKI_ALGORITHM_H
#define INGAM_PKI_ALGORITHM_H

#include <stdbool.h>

#include <openssl/x509.h>

/*
 * The kind of key ("RSA", "EC": static) that signs by an algorithm, as a
 * SignerInfo names it: rsaEncryption, too. NULL: it is not read. Which digest
 * it names, and whether that proves anything, is another question.
 */
const char *algorithm_key(const X509_ALGOR *signature);

/* Does a signature by this algorithm (NID), of a certificate, a CRL or an OCSP
 * answer, still prove something? SHA-256, SHA-384 and SHA-512 do. */
bool algorithm_proves(int nid);

/* Is it a key that signs by one of them: RSA, or EC over P-256, P-384 or P-521,
 * named as such? How long an RSA key must be, others ask. */
bool algorithm_has_key(const X509 *x);

#endif
