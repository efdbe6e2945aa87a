/* cmp.h - one CMP message in, one out (RFC 4210, RFC 9483). */
#ifndef TEST_CA_CMP_H
#define TEST_CA_CMP_H

#include "ca.h"
#include "db.h"
#include "plan.h"

/*
 * Answer a message. The mode of misbehaviour in the registry is looked up;
 * ret_plan says how the answer is to be sent.
 */
void cmp_answer(const struct ca *ca, sqlite3 *db, struct span request,
    struct plan *ret_plan, struct out *ret);

#endif
