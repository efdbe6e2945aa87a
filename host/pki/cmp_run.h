/* cmp_run.h - one transaction of dialect rfc9483: what cmp.c and cmp_revoke.c
 * share. */
#ifndef INGAM_PKI_CMP_RUN_H
#define INGAM_PKI_CMP_RUN_H

#include <openssl/cmp.h>

#include "pki/cmp.h"

struct cmp_run {
    const struct host *host;
    const struct cmp_order *order;
    const struct cmp_io *io;
    const struct watch *watch;
    struct cmp_result *result;
    int64_t deadline; /* monotonic ms */
    int64_t ca_time;  /* of the last proved answer; 0: it did not say */
    enum err err;     /* what ended it */
    bool answered;    /* by something that holds; OpenSSL may still refuse it */
    bool received;    /* a good certificate is durable */
    bool refusing;    /* the CA is being told that its certificate is bad */
    bool known;       /* the CA says it has our confirmation already */
};

/* Set options, credentials and callbacks. False: OpenSSL's queue says why. */
bool cmp_run_set_up(struct cmp_run *run, OSSL_CMP_CTX *ctx);

/* OpenSSL's transfer function; its argument is the run. */
OSSL_CMP_MSG *cmp_run_transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *out);

#endif
