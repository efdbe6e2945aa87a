/* answer.h - writing a PKIMessage back to a client (RFC 4210 5). */
#ifndef TEST_CA_ANSWER_H
#define TEST_CA_ANSWER_H

#include "ca.h"
#include "message.h"
#include "plan.h"
#include "status.h"

struct answer {
    const struct message *to;
    const char *secret;    /* its MAC protects the answer; NULL: none */
    bool sign;             /* instead the CMP responder's signature does */
    int body;              /* enum body */
    int status, fail_info; /* of BODY_IP, BODY_CP, BODY_KUP, BODY_RP, _ERROR */
    const char *text;      /* UTF-8, may be NULL */
    struct span cert;      /* of BODY_IP, BODY_CP, BODY_KUP; empty: none */
    long request_id;       /* certReqId */
};

/* Parts of it: [n] OCTET STRING, [4] directoryName, PKIStatusInfo. */
void answer_octets(struct out *o, int n, struct span good, enum field how);
void answer_name(struct out *o, const X509_NAME *name);
void answer_status(
    struct out *o, const struct answer *answer, const struct plan *plan);

/* Write it as the plan says. */
void answer_write(struct out *o, const struct ca *ca,
    const struct answer *answer, const struct plan *plan);

#endif
