/* tsa.h - the time-stamp authority (RFC 3161). */
#ifndef TEST_CA_TSA_H
#define TEST_CA_TSA_H

#include "ca.h"
#include "db.h"
#include "plan.h"

#define TSA_POLICY "1.2.410.200005.7.1" /* nobody's */

/* Answer a TimeStampReq; OpenSSL's own time-stamp authority makes the good
 * answers. */
void tsa_answer(const struct ca *ca, sqlite3 *db, struct span request,
    const struct plan *plan, struct out *ret);

#endif
