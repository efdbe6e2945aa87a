/*
 * revoke.h - have a certificate revoked by its CA, signed by its own key. The
 * pair leaves NPKI only after the CA's yes; a journal entry stays until then,
 * so that a lost answer can be asked for again.
 */
#ifndef INGAM_PKI_REVOKE_H
#define INGAM_PKI_REVOKE_H

#include "pki/enrol.h"
#include "pki/store.h"

struct revoke_order {
    const struct ca *ca;
    const struct store_entry *entry;
    const struct buf *password; /* of its key */
    const char *reason;         /* "keyCompromise"; see revoke.c */
};

struct revoke_result {
    char id[JOURNAL_ID_LEN + 1]; /* "" until a journal entry exists */
    bool pending;                /* the entry is still there */
    const char *sent;            /* "no", "yes" or "unknown"; static */
    int64_t started;             /* of a pending entry */
    struct cmp_result cmp;       /* what the CA said last */
    X509 *x;                     /* the certificate; owned */
    bool km;                     /* its second one was revoked too */
};

void revoke_result_free(struct revoke_result *result);

/*
 * ERR_PARAM_RANGE          no such reason
 * ERR_CA_DISABLED
 * ERR_CERTIFICATE_EXPIRED  nothing is left to be revoked
 * ERR_ENROLMENT_PENDING    it is being revoked: resume
 * ERR_PASSWORD_WRONG and the like of store_open_key()
 * and those of cmp_revoke(), journal_create(), store_take_out()
 */
enum err revoke_start(const struct host *host, const struct revoke_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct revoke_result *ret);

/* Finish an entry of kind JOURNAL_REVOKE. That the certificate is revoked
 * already is what was asked for. Errors as revoke_start(), and
 * ERR_PENDING_NOT_FOUND, ERR_STORE_BUSY */
enum err revoke_resume(const struct host *host, const struct ca *ca,
    const char *id, const struct buf *password, const struct enrol_io *io,
    const struct watch *watch, struct revoke_result *ret);

#endif
