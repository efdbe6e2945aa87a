/* npki_answer.h - writing an answer of dialect npki. */
#ifndef TEST_CA_NPKI_ANSWER_H
#define TEST_CA_NPKI_ANSWER_H

#include "issue.h"
#include "npki_mac.h"
#include "plan.h"

#define NPKI_REQUESTS_MAX 2 /* sign and km */

struct npki_answer {
    const struct message *to;
    const struct family *family;
    const struct npki_pbm *pbm;
    const char *secret; /* its MAC protects the answer; NULL: none */
    bool sign;          /* instead the CMP responder's signature does */
    bool euc_kr;        /* the texts' encoding */
    int body;
    size_t count; /* of outcomes; BODY_ERROR and BODY_RP: 1 */
    long id[NPKI_REQUESTS_MAX];
    const struct outcome *outcome;
};

/* Write it as the plan says. */
void npki_answer_write(struct out *o, const struct ca *ca,
    const struct npki_answer *answer, const struct plan *plan);

/* UTF-8 to EUC-KR, if that is wanted. */
void npki_text(struct out *o, const char *text, bool euc_kr);

#endif
