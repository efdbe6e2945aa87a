/*
 * issue.h - who gets which certificate: the rules about codes, kinds, keys
 * and re-issue. Everything runs inside one write transaction.
 */
#ifndef TEST_CA_ISSUE_H
#define TEST_CA_ISSUE_H

#include "ca.h"
#include "db.h"
#include "plan.h"
#include "template.h"

#define ATTEMPTS_MAX 10 /* wrong codes; after that the code is locked */

/* A reference number's row and the person it was given to. */
struct applicant {
    int64_t code, person, expires, attempts, not_after;
    char *reference, *secret, *kind;
    char *name, *idn, *policy;
    struct out subject;
};

/* What becomes of a request. */
struct outcome {
    int status, fail_info;
    const char *text; /* static */
    struct out cert;
    int64_t serial;
};

/* False when the reference number is unknown. applicant_free() if true. */
bool applicant_load(sqlite3 *db, struct span reference, struct applicant *ret);

/* A person who comes without a code: code 0, kind "renew". */
void applicant_person(sqlite3 *db, int64_t person, struct applicant *ret);
void applicant_free(struct applicant *who);

/* Count a wrong code. */
void applicant_failed(sqlite3 *db, const struct applicant *who);

/*
 * Issue, or give again what was issued under this code for the same key, or
 * refuse. `body` is the answer's (BODY_IP, BODY_CP), kept for polling.
 */
void issue(const struct ca *ca, sqlite3 *db, const struct applicant *who,
    struct cert_request *request, struct span transaction_id, int body,
    const struct plan *plan, struct outcome *ret);

/* Remember for which key a certificate was asked, refused or not: under a code,
 * or in the place of the certificate with serial `renews` (else 0). */
void issue_asked(sqlite3 *db, const struct applicant *who,
    const struct cert_request *request, int64_t renews);

/* Open a request's EncryptedVID, if it has one; false with a refusal. */
bool issue_open_vid(
    const struct ca *ca, struct cert_request *request, struct outcome *ret);

/*
 * Write a certificate that ends at `end` and register it as unconfirmed, in
 * the place of the one with serial `renews` (0: none).
 */
void issue_certificate(const struct ca *ca, sqlite3 *db,
    const struct applicant *who, const struct cert_request *request,
    struct span transaction_id, int body, const struct plan *plan, int64_t end,
    int64_t renews, struct outcome *ret);

void issue_refuse(struct outcome *ret, int fail_info, const char *text);

/* Granted as asked, or with another subject than asked. */
void issue_grant(struct outcome *ret, const struct applicant *who,
    const struct cert_request *request);

/*
 * The certificate was accepted by its client: it is valid, and the one it
 * renews is not any more. Or it was not accepted.
 */
void issue_confirm(sqlite3 *db, int64_t serial, bool accepted);

/* Mark one certificate as revoked. */
void issue_revoke(sqlite3 *db, int64_t serial, int reason);

#define REASON_SUPERSEDED 4 /* CRLReason */
#define REASON_CESSATION  5

#endif
