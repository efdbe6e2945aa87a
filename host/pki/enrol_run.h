/* enrol_run.h - the part that issue, re-issue and resume share: a journal
 * entry whose secrets are open, taken to its end. */
#ifndef INGAM_PKI_ENROL_RUN_H
#define INGAM_PKI_ENROL_RUN_H

#include "pki/cmp_npki.h"
#include "pki/enrol.h"

struct enrol_run {
    const struct host *host;
    const struct ca *ca;
    const struct enrol_io *io;
    const struct watch *watch;
    struct enrol_result *result;
    struct journal_entry *entry;
    struct journal_secret *secret;
    EVP_PKEY *keys[2];            /* by enum cmp_kind */
    uint8_t random[VID_R_LEN];    /* R */
    X509 *old;                    /* the certificate replaced, or NULL */
    X509 *old_km;                 /* renewal: its second one, or NULL */
    EVP_PKEY *old_key;            /* renewal: signs until the new key can */
    struct cmp_signer signers[2]; /* renewal: by enum cmp_kind */
    bool confirm_subject;
    enum cmp_kind kind; /* the one in progress */
};

/* Frees what the run owns: keys and old certificates. */
void enrol_run_free(struct enrol_run *run);

/* Who signs for a half of a renewal: the old pair. In dialect rfc9483 the
 * second certificate is asked for afterwards: by the new pair, since the CA
 * revokes the old. */
void enrol_run_aim(struct enrol_run *run, enum cmp_kind kind);

/* What a resumed renewal still needs of the old pair. Errors of
 * store_scan() and store_open_key(), ERR_CERTIFICATE_NOT_FOUND,
 * ERR_MEDIUM_REMOVED */
enum err enrol_renew_reopen(struct enrol_run *run);

/* Errors as enrol_start(). */
enum err enrol_run(struct enrol_run *run);

/* The same for a CA of dialect npki, by enrol_run(): both certificates at once
 * where the first is wanted; the second alone is ERR_CA_REJECTED. */
enum err enrol_npki(struct enrol_run *run);

/* --- what both dialects report; ctx is the run --- */

/* Before the first byte leaves, the journal says that it may have. */
enum err enrol_sending(void *ctx);
/* "yes" stays, and "unknown" but for a "yes". */
void enrol_note_sent(const char **sent, const char *now);

/* A frame of dialect npki by way of io; *sent as enrol_note_sent(). */
enum err enrol_npki_talk(const struct enrol_io *io, const struct ca *ca,
    enum cmp_npki_turn turn, const struct buf *frame, int timeout_ms,
    const struct watch *watch, struct buf *ret_frame, const char **sent);
enum err enrol_received(
    struct enrol_run *run, enum cmp_kind kind, X509 *x, bool vouched);
enum err enrol_confirmed(struct enrol_run *run, enum cmp_kind kind);
void enrol_pause(void *ctx, int ms);

/* The order of one certificate; it points into the run. */
struct cmp_order enrol_cmp_order(
    const struct enrol_run *run, enum cmp_kind kind);

/* Can the root take a pair? Asked before a code is spent. */
enum err enrol_probe(const char *root);

/* What a probe that was killed left there goes. */
void enrol_unprobe(const char *root);

#endif
