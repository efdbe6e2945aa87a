/* npki_turn.h - one message of a dialogue, and what becomes of it. */
#ifndef TEST_CA_NPKI_TURN_H
#define TEST_CA_NPKI_TURN_H

#include "npki_answer.h"
#include "renewal.h"

#define TRANSACTION_LEN 16

/* What a connection has said so far. */
struct dialogue {
    const struct ca *ca;
    const struct family *family;
    bool euc_kr;
    uint8_t transaction[TRANSACTION_LEN]; /* as the registry knows it */
    struct out transaction_id;            /* as the client does; of genm */
    bool begun, greeted, enrolled;
    int64_t code, person;
    struct out later; /* what a pollReq is waiting for */
    enum framing polling;
};

/* One message, and what becomes of it. */
struct turn {
    struct message m;
    struct applicant who;
    struct signer signer;
    bool is_signed;
    struct npki_pbm pbm;
    struct plan plan;
    struct outcome outcome[NPKI_REQUESTS_MAX];
    struct npki_answer answer;
    bool silent; /* no answer at all */
};

/*
 * Work on a parsed message in one transaction of the registry: look up the
 * mode, check who sent it, do what it asks for, fill in the answer.
 */
void npki_turn(struct dialogue *d, struct turn *t);

#endif
