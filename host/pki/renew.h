/*
 * renew.h - a new pair for one that is about to expire: signed by the old key,
 * no code needed. The old pair stays where it is until the new one takes its
 * place; the journal keeps the old password, under the new one, so that a
 * resumed renewal can sign again.
 */
#ifndef INGAM_PKI_RENEW_H
#define INGAM_PKI_RENEW_H

#include "pki/enrol.h"
#include "pki/store.h"

#define RENEW_DAYS 60 /* before the end, from here on it can be renewed */

/* From when on, seconds since 1970 UTC. */
int64_t renew_from(const X509 *x);

struct renew_order {
    const struct ca *ca;
    const struct store_entry *entry; /* the old pair */
    const struct buf *password;      /* of its key */
    const struct buf *new_password;  /* of the new pair */
    enum p8_scheme scheme;
    const char *root;        /* NPKI root to store in */
    struct enrol_keys *keys; /* made before, or NULL */
};

/*
 * As enrol_start(), and what it cannot do is said before anything leaves:
 *
 * ERR_CERTIFICATE_EXPIRED, ERR_CERTIFICATE_NOT_YET_VALID,
 * ERR_RENEWAL_TOO_EARLY  ret->renewed tells the dates
 * ERR_PASSWORD_WRONG and the like of store_open_key()
 * ERR_CA_DISABLED
 */
enum err renew_start(const struct host *host, const struct renew_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret);

#endif
