/*
 * enrol.h - from two codes to a stored pair, in the order of architecture
 * section 7: nothing issued is ever lost. It knows neither JSON nor sockets.
 */
#ifndef INGAM_PKI_ENROL_H
#define INGAM_PKI_ENROL_H

#include <stdbool.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "base/watch.h"
#include "host.h"
#include "pki/ca.h"
#include "pki/cmp.h"
#include "pki/enrol_keys.h"
#include "pki/journal.h"
#include "pki/p8.h"

#define ENROL_REFERENCE_MAX 32u          /* bytes */
#define ENROL_CODE_MAX      64u          /* bytes */
#define ENROL_ROOM          (128u << 10) /* bytes that must be free */
#define ENROL_ROOM_TEXT     "128 KB"     /* the same for people */

struct enrol_order {
    const struct ca *ca;
    enum journal_kind kind; /* no revocation */
    const char *reference;
    const struct buf *code;     /* the authorisation code */
    const struct buf *password; /* of the new pair */
    enum p8_scheme scheme;
    const char *root;        /* NPKI root to store in */
    const char *name;        /* expected holder, or NULL */
    const char *idn;         /* identity number, or NULL */
    const struct buf *old;   /* DER of the certificate replaced, or NULL */
    struct enrol_keys *keys; /* made before, or NULL; those used are taken */
    const struct cmp_signer *signer; /* of a renewal: the old pair */
    X509 *old_km;                    /* its second certificate, or NULL */
};

/* A message's place in a dialogue, as net.h's enum net_turn. */
enum enrol_turn { ENROL_ALONE, ENROL_FIRST, ENROL_NEXT, ENROL_LAST };

/* How a message reaches the CA; errors as net_post(). *ret_sent is "no",
 * "yes" or "unknown" (static). */
struct enrol_io {
    void *ctx;
    enum err (*post)(void *ctx, const struct ca *ca, enum enrol_turn turn,
        const struct buf *request, int timeout_ms, const struct watch *watch,
        struct buf *ret_answer, const char **ret_sent);
};

struct enrol_result {
    char id[JOURNAL_ID_LEN + 1]; /* "" until a journal entry exists */
    bool pending;          /* the entry is still there: resume can follow */
    const char *sent;      /* "no", "yes" or "unknown"; static */
    int64_t started;       /* of a pending entry, seconds since 1970 UTC */
    const char *rule;      /* with ERR_PASSWORD_TOO_WEAK; static */
    int64_t old_not_after; /* of the certificate replaced, when it was given */
    struct cmp_result cmp;
    bool confirm;    /* OK, but the person has to confirm the subject */
    X509 *sign;      /* set when received; owned */
    X509 *km;        /* NULL without a second certificate */
    X509 *renewed;   /* the certificate that was renewed, or NULL; owned */
    struct buf root; /* where it is or will be stored */
    struct buf path; /* DN folder, once stored */
};

void enrol_result_free(struct enrol_result *result);

/*
 * Issue or re-issue. Progress: keygen, request, wait, check, confirm, store.
 * The result is filled on failure too.
 *
 * OK                        stored; or, with ret->confirm, waiting for
 *                           enrol_resume with confirm_subject
 * ERR_ENROLMENT_PENDING     this code has an unfinished entry: ret->id
 * ERR_PASSWORD_TOO_WEAK     ret->rule
 * ERR_CA_DISABLED
 * ERR_CERTIFICATE_EXPIRED   the old certificate is: nothing was sent
 * ERR_NO_MATCHING_CERTIFICATE  the old certificate is of another issuer
 * ERR_CANCELLED and those of cmp_enrol(), store_put(), journal_create()
 */
enum err enrol_start(const struct host *host, const struct enrol_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret);

/*
 * Finish an entry: send the same request again, confirm, or store, whichever
 * it needs. ca is the definition that the entry names.
 *
 * ERR_PENDING_NOT_FOUND, ERR_PASSWORD_WRONG
 * ERR_STORE_BUSY  another program is at it
 * and those of enrol_start()
 */
enum err enrol_resume(const struct host *host, const struct ca *ca,
    const char *id, const struct buf *password, bool confirm_subject,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret);

/*
 * Give an entry up, readable or not: what was there moves to <state>/old, its
 * code is wiped, its keys stay. The word shows that this one is meant: the
 * reference number, or the id where there is none or it cannot be read.
 *
 * ERR_PENDING_NOT_FOUND
 * ERR_PARAM_RANGE  it is another word
 * ERR_STORE_BUSY   another program is at it
 * and those of os/file.h
 */
enum err enrol_discard(
    const struct host *host, const char *id, const char *word);

#endif
