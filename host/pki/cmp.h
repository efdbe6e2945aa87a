/*
 * cmp.h - one certificate from a CA by CMP (RFC 4210, RFC 9483): the dialect
 * `rfc9483` on OpenSSL's client, with everything checked that it leaves out.
 * It knows no network: messages go through a transfer function.
 */
#ifndef INGAM_PKI_CMP_H
#define INGAM_PKI_CMP_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "base/watch.h"
#include "host.h"
#include "pki/ca.h"
#include "pki/cmp_answer.h"
#include "pki/vid.h"

#define CMP_TRANSACTION_LEN 16u        /* bytes */
#define CMP_TOTAL_S         120        /* for one certificate */
#define CMP_MESSAGE_S       60         /* for one message */
#define CMP_POLL_MIN_S      1          /* the CA's checkAfter is */
#define CMP_POLL_MAX_S      60         /* taken between these */
#define CMP_SKEW_S          600        /* clock difference forgiven */
#define CMP_YEARS_MAX       10         /* of a certificate */
#define CMP_REQUEST_MAX     (8u << 10) /* bytes of a CertReqMsg */

#define CMP_STEPS           6 /* keygen, request, wait, check, confirm, store */

enum cmp_kind { CMP_SIGN, CMP_KM };

/* Who the certificate has to be for. Members may be NULL: not known. */
struct cmp_person {
    const char *name; /* as the page or the person gave it */
    const char *idn;  /* identity number, for the VID */
    const X509 *old;  /* the certificate that is replaced */
};

/* Who asks without a code: the holder, with the key of a certificate. */
struct cmp_signer {
    X509 *x; /* signs the messages */
    EVP_PKEY *key;
    X509 *about; /* the certificate that is renewed or revoked */
};

struct cmp_order {
    const struct ca *ca;
    enum cmp_kind kind;
    const char *reference;
    const struct buf *code;          /* the authorisation code */
    const struct cmp_signer *signer; /* renewal instead; NULL: by the code */
    EVP_PKEY *key;
    const uint8_t *random; /* R, VID_R_LEN bytes */
    uint8_t transaction_id[CMP_TRANSACTION_LEN];
    const struct buf *request;  /* what cmp_request() made */
    const struct buf *expected; /* DER of a certificate already received, or
                                   NULL; then no other is taken */
    int64_t ca_time;            /* seconds since 1970, as the CA's proved answer
                                   says; 0: it does not */
    X509 *sign;                 /* of the pair, when kind is CMP_KM */
    struct cmp_person person;
};

/* How the outside is reached; all members are needed. */
struct cmp_io {
    void *ctx;
    /* The first request is about to leave: make that durable. */
    enum err (*sending)(void *ctx);
    /* Errors as net_post(). */
    enum err (*post)(void *ctx, const struct buf *request, int timeout_ms,
        struct buf *ret_answer);
    /* A certificate passed every check: make it durable; it is confirmed to
     * the CA only after OK. vouched: somebody answers for the subject. */
    enum err (*received)(void *ctx, X509 *x, bool vouched);
    /* Let ms pass; may return early. */
    void (*pause)(void *ctx, int ms);
};

struct cmp_result {
    struct cmp_status status; /* the last thing the CA said */
    const char *what;         /* static: which check failed, with
                         ERR_CERTIFICATE_UNEXPECTED */
};

void cmp_result_free(struct cmp_result *result);

/* A fresh transactionID. ERR_CRYPTO_UNAVAILABLE */
enum err cmp_transaction(
    const struct crypto *crypto, uint8_t ret_id[static CMP_TRANSACTION_LEN]);

/*
 * The CertReqMsg (RFC 4211) in DER: public key, subject and key usage as the
 * CA's profile says, a signature as proof, and EncryptedVID (npki.md 3.3).
 * It is made once and journaled, so that it can be sent again byte for byte.
 *
 * ERR_CHAIN_UNTRUSTED  the CA's encryption certificate is not good for R
 * ERR_INTERNAL, ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err cmp_request(const struct host *host, const struct cmp_order *order,
    struct buf *ret_der);

/*
 * Get the certificate and confirm it. Sending the same order again is safe:
 * same key, same transaction, same request.
 *
 * OK                           received() and confirmed
 * ERR_CERTIFICATE_UNCONFIRMED  received() but the CA may not know
 * ERR_CERTIFICATE_UNEXPECTED   refused, and the CA was told; ret->what
 * ERR_CODE_WRONG               not proved by anybody: the CA cannot know us
 * ERR_CODE_USED, ERR_CODE_EXPIRED, ERR_CA_REJECTED, ERR_CLOCK_WRONG  proved
 *                              to come from the CA
 * ERR_CA_BUSY, ERR_CA_WAITING  come back later with the same order
 * ERR_ALREADY_RENEWED, ERR_RENEWAL_TOO_EARLY, ERR_CERTIFICATE_REVOKED  to a
 *                              renewal, proved
 * ERR_CA_ANSWER_UNTRUSTED      no valid MAC, or not the kind we accept
 * ERR_CA_ANSWER_INVALID        RFC 4210 or a bound broken
 * ERR_CANCELLED, ERR_NO_MEMORY, ERR_INTERNAL, those of io
 *
 * ret->status and ret->what are set on failure too.
 */
enum err cmp_enrol(const struct host *host, const struct cmp_order *order,
    const struct cmp_io *io, const struct watch *watch, struct cmp_result *ret);

/*
 * Ask for the revocation of signer->about (rr); reason is a CRLReason. Only
 * an answer proved by the CA counts. Of io it uses sending and post.
 *
 * OK                       revoked
 * ERR_CERTIFICATE_REVOKED  it was revoked before, says the CA
 * and those of cmp_enrol() that can come
 */
enum err cmp_revoke(const struct host *host, const struct ca *ca,
    const struct cmp_signer *signer, int reason, const struct cmp_io *io,
    const struct watch *watch, struct cmp_result *ret);

/* What a proven refusal means, in an error message or in a response:
 * ERR_CODE_USED, ERR_CODE_EXPIRED, ERR_CODE_WRONG, ERR_CLOCK_WRONG,
 * ERR_CA_BUSY, ERR_CA_REJECTED. */
enum err cmp_refusal(bool error_message, const struct cmp_status *status);

/*
 * Is this the certificate that was ordered? Everything of cmp.md section 5.
 * untrusted are certificates that came along; none of them is believed.
 * ret_vouched: name, number or old certificate answer for the subject.
 *
 * ERR_CERTIFICATE_UNEXPECTED  *ret_what says why: "key", "issuer", "chain",
 *     "validity", "usage", "ca", "subject", "vid", "policy", "serial",
 *     "version", "other"
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err cmp_certificate_check(const struct host *host,
    const struct cmp_order *order, X509 *x, const STACK_OF(X509) * untrusted,
    bool *ret_vouched, const char **ret_what);

#endif
