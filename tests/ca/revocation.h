/* revocation.h - what is valid: OCSP (RFC 6960) and CRL (RFC 5280). */
#ifndef TEST_CA_REVOCATION_H
#define TEST_CA_REVOCATION_H

#include "ca.h"
#include "db.h"
#include "plan.h"

#define CRL_LIFE_SECONDS DAY_SECONDS /* of OCSP answers too */

/* Answer an OCSPRequest; a malformed one gets malformedRequest. */
void ocsp_answer(const struct ca *ca, sqlite3 *db, struct span request,
    const struct plan *plan, struct out *ret);

/* A fresh CRL of everything revoked. */
void crl_write(
    const struct ca *ca, sqlite3 *db, const struct plan *plan, struct out *ret);

/* So many zeros more. */
void revocation_pad(struct out *o, size_t len);

#endif
