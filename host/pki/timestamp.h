/*
 * timestamp.h - time-stamps (RFC 3161): a time-stamp authority (TSA) says that
 * a signature existed at a time. The token becomes an unsigned attribute of
 * the signer it is about, which makes the signature a CAdES-T (ETSI EN 319
 * 122-1, 5.3): it can be believed after its certificate has expired.
 */
#ifndef INGAM_PKI_TIMESTAMP_H
#define INGAM_PKI_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/cms.h>

#include "base/buf.h"
#include "base/watch.h"
#include "pki/chain.h"
#include "pki/crypto.h"

#define TIMESTAMP_ANSWER_MAX (64u << 10) /* bytes of a TSA's answer */
#define TIMESTAMP_NONCE_LEN  16u         /* bytes */
#define TIMESTAMP_SKEW       300         /* seconds that clocks may differ */
#define TIMESTAMP_TIMEOUT_MS 15000       /* of one question */
#define TIMESTAMP_TOKENS_MAX 8           /* tokens of one signer looked at */

/* A TSA that may be asked; read by cmd/tsa.c. */
struct tsa {
    char *name;                /* [a-z0-9-] */
    char *endpoint;            /* http:// or https:// */
    bool loopback;             /* private addresses are allowed */
    struct buf tls;            /* PEM of TLS anchors; empty: the system's */
    char *policy;              /* dotted OID that is asked for; NULL: any */
    struct chain_set *anchors; /* that its certificate must lead to */
};

void tsa_free(struct tsa *tsa); /* takes NULL */

/* Is this an OID in dotted numbers? */
bool timestamp_policy_ok(const char *policy);

enum timestamp_state {
    TIMESTAMP_NONE,      /* there is no token */
    TIMESTAMP_GOOD,      /* the time is proved */
    TIMESTAMP_UNTRUSTED, /* all is well, but nobody vouches for the TSA */
    TIMESTAMP_BAD,       /* it proves nothing */
};

const char *timestamp_state_name(enum timestamp_state state);

/*
 * problem: with TIMESTAMP_UNTRUSTED tsa_untrusted, tsa_expired, tsa_not_yet
 * or tsa_time (it is from after the time to judge by); with TIMESTAMP_BAD
 *   tsa_malformed        no time-stamp token, or one this program cannot read
 *   tsa_signature        signature or digest wrong, or SHA-1
 *   tsa_certificate      the TSA's certificate is missing, or another one than
 *                        the token names (RFC 5816)
 *   tsa_usage            the certificate is not for time-stamps alone (RFC
 *                        3161, 2.3: critical, and no other purpose)
 *   tsa_other_signature  it is about other bytes
 *   tsa_nonce, tsa_policy  it answers another question
 * and of an answer without a token tsa_rejected or, where the TSA says more, a
 * word like tsa_bad_alg.
 */
struct timestamp {
    enum timestamp_state state;
    int64_t time;        /* seconds since 1970 UTC; 0: none could be read */
    const char *problem; /* static; NULL when good or none */
    struct buf tsa;      /* DN of the signer, in folder form; empty: unknown */
};

void timestamp_free(struct timestamp *t);

/* What a token must be. */
struct timestamp_question {
    const struct buf *stamped;       /* the bytes it must be about */
    const struct chain_set *anchors; /* of TSAs */
    int64_t at;           /* the time to judge by; 0: that of the token */
    const uint8_t *nonce; /* TIMESTAMP_NONCE_LEN bytes; NULL: any */
    const char *policy;   /* dotted; NULL: any */
};

/* Judge a token (ContentInfo in DER). A bad one is an outcome, not an error.
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err timestamp_check(const struct crypto *crypto, const struct buf *token,
    const struct timestamp_question *question, struct timestamp *ret);

/* The tokens of one signer: the first good one, else the last. */
enum err timestamp_of_signer(const struct crypto *crypto, CMS_SignerInfo *si,
    const struct chain_set *anchors, int64_t at, struct timestamp *ret);

/* A question and its answer over the network; errors as net_post(). */
struct timestamp_io {
    void *ctx;
    enum err (*fetch)(void *ctx, const struct buf *request,
        const struct watch *watch, struct buf *ret_answer);
};

/*
 * Have x's signature in a SignedData time-stamped, the last one if there are
 * several. On success *der holds the token too; else it is as it was, and
 * ret->problem says why there is none. `now` is this computer's time.
 *
 * ERR_TIMESTAMP_FAILED  the TSA could not be reached, refused, or its answer
 *                       is not what was asked for
 * ERR_CLOCK_WRONG       the TSA's time is proved and far from ours; ret->time
 * ERR_CANCELLED, ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE, ERR_INTERNAL
 */
enum err timestamp_add(const struct crypto *crypto, X509 *x,
    const struct tsa *tsa, const struct timestamp_io *io,
    const struct watch *watch, int64_t now, struct buf *der,
    struct timestamp *ret);

/* --- the parts ---------------------------------------------------------------
 */

/* DER of a TimeStampReq over bytes: SHA-256, nonce, certReq. */
enum err timestamp_ask(const struct crypto *crypto, const struct buf *bytes,
    const char *policy, const uint8_t nonce[static TIMESTAMP_NONCE_LEN],
    struct buf *ret_der);

/* The token of a TimeStampResp. NULL, or why there is none: a word as above. */
const char *timestamp_token(const struct buf *answer, struct buf *ret_token);

#endif
