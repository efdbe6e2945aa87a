/* cmp_signed.h - transactions in which the holder's key signs in place of a
 * code, and the CA's own key proves the answers. */
#ifndef INGAM_PKI_CMP_SIGNED_H
#define INGAM_PKI_CMP_SIGNED_H

#include "pki/cmp_run.h"

bool cmp_signed_set_up(const struct cmp_signer *signer, OSSL_CMP_CTX *ctx);

/*
 * May x answer for the CA? It may sign; it is pinned itself, or a CA of the
 * definition issued it, a pin is above that, and its extended key usage is
 * cmcCA or cmcRA (RFC 9480, 2.3), so that no other subscriber can answer for
 * the CA. all are the certificates at hand; none of them is believed.
 *
 * ERR_CA_ANSWER_UNTRUSTED  no
 * ERR_NO_MEMORY
 */
enum err cmp_signed_speaks_for(const struct host *host, const struct ca *ca,
    X509 *x, const STACK_OF(X509) * all);

/*
 * Find who may have signed an answer, among those that came along and whose
 * subject is the sender, and make OpenSSL take no other. One that was found
 * before serves for answers that bring none.
 *
 * ERR_CA_ANSWER_UNTRUSTED  nobody
 * ERR_NO_MEMORY
 */
enum err cmp_signed_responder(const struct host *host, const struct ca *ca,
    const struct cmp_message *answer, OSSL_CMP_CTX *ctx);

/* What cmp_refusal() said, where no code is spent; body is the answer's. */
enum err cmp_signed_refusal(
    unsigned body, const struct cmp_status *status, enum err r);

/* What the status of an rp means that is no rejection: OK is "revoked". */
enum err cmp_signed_revoked(const struct cmp_status *status);

/* A status above rejection. */
enum err cmp_signed_status(
    struct cmp_run *run, const struct cmp_message *answer);

#endif
