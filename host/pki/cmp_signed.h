/* cmp_signed.h - transactions in which the holder's key signs in place of a
 * code, and the CA's own key proves the answers. */
#ifndef INGAM_PKI_CMP_SIGNED_H
#define INGAM_PKI_CMP_SIGNED_H

#include "pki/cmp_run.h"

bool cmp_signed_set_up(const struct cmp_signer *signer, OSSL_CMP_CTX *ctx);

/*
 * Find who may have signed an answer and make OpenSSL take no other: its
 * subject is the sender; it is pinned itself, or a CA of the definition issued
 * it, a pin is above that, and its extended key usage is cmcCA or cmcRA (RFC
 * 9480, 2.3), so that no other subscriber can answer for the CA. One that was
 * found before serves for answers that bring none.
 *
 * ERR_CA_ANSWER_UNTRUSTED  nobody
 * ERR_NO_MEMORY
 */
enum err cmp_signed_responder(const struct host *host, const struct ca *ca,
    const struct cmp_message *answer, OSSL_CMP_CTX *ctx);

/* A proven refusal, or status above rejection, where no code is spent. */
enum err cmp_signed_refusal(const struct cmp_message *answer,
    const struct cmp_status *status, enum err r);
enum err cmp_signed_status(
    struct cmp_run *run, const struct cmp_message *answer);

#endif
