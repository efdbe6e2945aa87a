/*
 * renewal.h - what the holder of a certificate may ask for with its key, and
 * no code: a renewal (kur) and a revocation (rr).
 */
#ifndef TEST_CA_RENEWAL_H
#define TEST_CA_RENEWAL_H

#include "issue.h"
#include "message.h"

#define RENEWAL_DAYS    60 /* before the end, unless the registry says else */
#define SETTING_RENEWAL "renewal_days"

/* The certificate whose key protects a message. */
struct signer {
    int64_t serial, person, not_after;
    bool sign;           /* not an encipherment certificate */
    bool valid, revoked; /* neither: unconfirmed */
    EVP_PKEY *key;
};

/*
 * Who signed: the first of extraCerts or, without any, the holder of the
 * newest certificate with the key identifier of senderKID, or with its serial
 * number as text, in hexadecimal or decimal (dialect npki). False when the
 * registry does not know it. signer_free() if true.
 */
bool signer_load(
    sqlite3 *db, const struct message *m, bool hex, struct signer *ret);
void signer_free(struct signer *signer);

/* Another key for a certificate of the signer's person, a year longer. */
void renew(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    const struct applicant *who, struct cert_request *request,
    struct span transaction_id, int body, const struct plan *plan,
    struct outcome *ret);

/* Revoke one certificate of the signer's person: content of an rr. */
void revoke(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    struct span body, struct outcome *ret);

#endif
