/* verdict.h - what is known of a certificate: its path to a pinned CA, its
 * dates, and whether it was revoked. */
#ifndef INGAM_CMD_VERDICT_H
#define INGAM_CMD_VERDICT_H

#include "cmd/ca_file.h"
#include "pki/chain.h"
#include "pki/revocation.h"

/* The pinned certificates of all definitions, switched on or not: that a CA
 * may be asked for certificates is another question. */
struct verdict_anchors {
    struct ca_file_list cas;
    struct chain_set *set;
};

/* ERR_NO_MEMORY */
enum err verdict_anchors_load(
    const struct host *host, struct verdict_anchors *ret);
void verdict_anchors_free(struct verdict_anchors *anchors);

struct verdict {
    enum cert_state state;
    const char *reason;     /* NULL while all is well; static */
    struct chain_set *path; /* x first, the pinned one last; NULL: none */
    struct revocation revocation;
};

/* How to ask; a zeroed one does not. */
struct verdict_question {
    struct net *net; /* NULL: what is kept must do */
    const struct watch *watch;
};

/*
 * The caller frees the verdict with verdict_free.
 *
 * ERR_NO_MEMORY, ERR_CANCELLED, ERR_CRYPTO_UNAVAILABLE
 */
enum err verdict_of(const struct host *host,
    const struct verdict_anchors *anchors, X509 *x,
    const struct verdict_question *question, struct verdict *ret);
void verdict_free(struct verdict *verdict);

/* Was it learnt before, without asking anybody, that x is revoked?
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err verdict_known_revoked(
    const struct host *host, X509 *x, bool *ret_revoked);

#endif
