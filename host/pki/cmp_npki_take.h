/* cmp_npki_take.h - the certificates out of an ip, kup or krp. */
#ifndef INGAM_PKI_CMP_NPKI_TAKE_H
#define INGAM_PKI_CMP_NPKI_TAKE_H

#include "pki/cmp_npki.h"
#include "pki/cmp_npki_ca.h"

struct npki_taken {
    X509 *halves[2]; /* by enum cmp_kind; owned; none is checked */
};

void npki_taken_free(struct npki_taken *taken);

/*
 * Take a proved ip, kup or krp apart. The status is that of the first certificate;
 * certificates of CAs are added to certs.
 *
 * ERR_CA_ANSWER_INVALID  responses that nobody asked for, or twice; granted
 *                        without a certificate, or with an encrypted one
 * ERR_CA_WAITING         status 3
 * ERR_ALREADY_RENEWED    status 6 without a certificate
 * of cmp_refusal(), of cmp_signed_refusal() to a signer, ERR_NO_MEMORY
 */
enum err npki_take(const struct host *host, const struct cmp_npki_order *order,
    const NPKI_MESSAGE *message, struct npki_ca_certs *certs,
    struct cmp_status *ret_status, struct npki_taken *ret_taken);

#endif
