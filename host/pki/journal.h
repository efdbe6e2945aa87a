/*
 * journal.h - unfinished enrolments (architecture: section 7), so that no key
 * whose request has left is ever lost: <state>/journal/<id>/ holds `entry`
 * with what never changes, and a file for each key, for the sealed secret and
 * for each field that comes later; each is written whole or not at all. The id follows from CA and reference
 * number: there is one entry for a code, however many programs try. Secrets
 * are in it only under the new password.
 *
 * Callers hold the store's lock over journal_create, _retire and _remove.
 */
#ifndef INGAM_PKI_JOURNAL_H
#define INGAM_PKI_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "host.h"
#include "pki/cmp.h"
#include "pki/p8.h"

#define JOURNAL_FOLDER    "journal"   /* in the state */
#define JOURNAL_ID_LEN    32u         /* lower-case hex digits */
#define JOURNAL_MAX       100u        /* entries */
#define JOURNAL_FIELD_MAX (64u << 10) /* bytes of a file */

enum journal_kind {
    JOURNAL_ISSUE,
    JOURNAL_REISSUE,
    JOURNAL_RENEW,  /* the secret's code is the old key's password */
    JOURNAL_REVOKE, /* no keys, no secret; the holder's key signs again */
};

const char *journal_kind_name(enum journal_kind kind);

enum journal_state {
    JOURNAL_PREPARED,  /* keys made, nothing sent */
    JOURNAL_SENT,      /* a request left, no certificate yet */
    JOURNAL_RECEIVED,  /* a certificate is here */
    JOURNAL_CONFIRMED, /* all of them are confirmed */
    JOURNAL_SWAPPING,  /* the pair is being put in place */
};

const char *journal_state_name(enum journal_state state);

/* One certificate of the pair on its way. */
struct journal_half {
    struct buf key;         /* encrypted key file; empty: not ordered */
    struct buf request;     /* CertReqMsg, DER; a later one counts */
    struct buf transaction; /* transactionID */
    struct buf certificate; /* DER, once received */
    bool confirmed;
};

struct journal_entry {
    char id[JOURNAL_ID_LEN + 1];
    struct buf ca;        /* name of the definition */
    struct buf reference; /* reference number; without a code, the kind and
                             the certificate's id */
    enum journal_kind kind;
    int64_t started;   /* seconds since 1970 UTC */
    struct buf root;   /* NPKI root to store in */
    struct buf old;    /* DER of the certificate replaced or revoked; may be
                          empty */
    struct buf reason; /* of a revocation */
    struct buf secret; /* what journal_seal() made */
    struct buf sent;   /* "no", "yes" or "unknown" */
    bool vouched;      /* somebody answered for the subject */
    bool refused;      /* the CA did not know the code, unproved */
    bool swapping;
    struct journal_half halves[2]; /* by enum cmp_kind */
};

void journal_entry_free(struct journal_entry *entry);
enum journal_state journal_state(const struct journal_entry *entry);

/* Did a request leave: "no", "yes" or "unknown". Static. */
const char *journal_sent(const struct journal_entry *entry);

/* The id of a CA and a reference number. ERR_CRYPTO_UNAVAILABLE */
enum err journal_id(const char *ca, const char *reference,
    char ret_id[static JOURNAL_ID_LEN + 1]);

/*
 * Write a new entry, whole or not at all; on OK it is durable.
 *
 * ERR_ENROLMENT_PENDING  this code has one already
 * ERR_TOO_LARGE          JOURNAL_MAX entries are there
 * and those of os/file.h
 */
enum err journal_create(
    const struct host *host, const struct journal_entry *entry);

/*
 * ERR_PENDING_NOT_FOUND  no such entry
 * ERR_IO_ERROR           a field is missing or damaged
 * and those of os/file.h
 */
enum err journal_load(
    const struct host *host, const char *id, struct journal_entry *ret_entry);

/* Fields that change on the way; each call is durable when it returns. */
enum err journal_set_sent(
    const struct host *host, const char *id, const char *sent);
enum err journal_set_request(const struct host *host, const char *id,
    enum cmp_kind kind, const struct buf *der);
enum err journal_set_certificate(const struct host *host, const char *id,
    enum cmp_kind kind, const struct buf *der, bool vouched);
enum err journal_set_confirmed(
    const struct host *host, const char *id, enum cmp_kind kind);
enum err journal_set_mark(
    const struct host *host, const char *id, const char *mark);
#define JOURNAL_MARK_REFUSED  "refused"
#define JOURNAL_MARK_SWAPPING "swapping"
#define JOURNAL_MARK_VOUCHED  "vouched"

/* One program at a time works on an entry; the lock ends with it.
 * ERR_STORE_BUSY */
enum err journal_lock(const struct host *host, const char *id, int *ret_lock);
void journal_unlock(int *lock); /* takes -1 */

/* Done: the entry goes. */
enum err journal_remove(const struct host *host, const char *id);

/* Over, without a certificate: the entry moves to <state>/old, its code is
 * wiped, its key stays. */
enum err journal_retire(const struct host *host, const char *id);

/* Is this how an entry can be named? */
bool journal_id_ok(const char *id);

/*
 * The file `entry`: ca, reference, kind, started, root, old, reason, requests
 * and transactions. unpack's entry is to be freed after a failure, too.
 *
 * ERR_IO_ERROR  not what journal_pack() makes
 * ERR_NO_MEMORY, ERR_TOO_LARGE
 */
enum err journal_pack(const struct journal_entry *entry, struct buf *ret_der);
enum err journal_unpack(const struct buf *der, struct journal_entry *ret_entry);

#define JOURNAL_ENTRY "entry"

struct journal_list {
    struct {
        char id[JOURNAL_ID_LEN + 1];
        enum err broken; /* OK, or why it cannot be read */
        struct journal_entry entry;
    } items[JOURNAL_MAX];
    size_t count;
};

/* All entries, readable or not. The caller frees the list, which is large. */
enum err journal_list(const struct host *host, struct journal_list **ret_list);
void journal_list_free(struct journal_list *list);

/* What has to be known again on resuming; under the new password. */
struct journal_secret {
    struct buf code;
    struct buf idn;  /* may be empty, as the next */
    struct buf name; /* expected holder */
};

void journal_secret_free(struct journal_secret *secret);

/*
 * beside is the scheme of the key file under the same password that lies with
 * it: more work than that one asks for would cost a guesser nothing. derived
 * is as p8_encrypt has it.
 * Errors of p8_encrypt and p8_decrypt.
 */
enum err journal_seal(const struct host *host,
    const struct journal_secret *secret, enum p8_scheme beside,
    const struct buf *password, struct p8_derived *derived,
    struct buf *ret_sealed);
enum err journal_open(const struct host *host, const struct buf *sealed,
    const struct buf *password, struct journal_secret *ret_secret);

#endif
