/* revocation.h - what is valid: OCSP (RFC 6960) and CRL (RFC 5280). */
#ifndef TEST_CA_REVOCATION_H
#define TEST_CA_REVOCATION_H

#include "ca.h"
#include "db.h"

/* Answer an OCSPRequest; a malformed one gets malformedRequest. */
void ocsp_answer(
    const struct ca *ca, sqlite3 *db, struct span request, struct out *ret);

/* A fresh CRL of everything revoked. */
void crl_write(const struct ca *ca, sqlite3 *db, struct out *ret);

#endif
