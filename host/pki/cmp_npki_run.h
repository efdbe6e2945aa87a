/* cmp_npki_run.h - one dialogue of dialect `npki`: what enrolment and
 * revocation share. */
#ifndef INGAM_PKI_CMP_NPKI_RUN_H
#define INGAM_PKI_CMP_NPKI_RUN_H

#include "pki/cmp_npki.h"
#include "pki/cmp_npki_frame.h"
#include "pki/cmp_npki_message.h"

struct npki_run {
    const struct host *host;
    const struct ca *ca;
    const struct cmp_npki_io *io;
    const struct watch *watch;
    struct cmp_result *result;
    struct npki_line line;
    struct npki_talk talk;
    struct npki_ca_certs certs;
};

/*
 * Begin a dialogue of so many seconds; the CA's pinned certificates in the NPKI
 * folder are at hand from then on. What protects its messages is for the caller
 * to fill in. npki_run_free() in every case. ERR_NO_MEMORY
 */
enum err npki_run_begin(struct npki_run *run, int seconds);
void npki_run_free(struct npki_run *run);

/* Protect and send; the frame that came back. Errors of npki_message_write()
 * and npki_frame_send() */
enum err npki_run_send(struct npki_run *run, enum cmp_npki_turn turn,
    NPKI_MESSAGE *message, struct buf *ret_frame);

/* One message out, one message in, which is proved or a bare genp. Errors of
 * npki_run_send(), npki_frame_message(), npki_message_read() */
enum err npki_run_exchange(struct npki_run *run, enum cmp_npki_turn turn,
    NPKI_MESSAGE *message, NPKI_MESSAGE **ret_answer);

/* genm and genp: the CA's certificates are gathered. Same errors, and those of
 * io->sending */
enum err npki_run_greet(struct npki_run *run);

/* What follows names the CA's encryption certificate in recipKID; other is
 * taken where genp did not bring one as such (may be NULL). ERR_NO_MEMORY */
enum err npki_run_address(struct npki_run *run, X509 *other);

#endif
