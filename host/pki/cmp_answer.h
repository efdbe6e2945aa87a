/*
 * cmp_answer.h - reading a PKIMessage (RFC 4210, 5.1) before OpenSSL does:
 * strict DER, bounded, and only what this program ever asked for (security:
 * R32). Also what a CA says in words, made fit for a person's eyes.
 */
#ifndef INGAM_PKI_CMP_ANSWER_H
#define INGAM_PKI_CMP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "pki/der.h"

#define CMP_DEPTH_MAX    32u     /* nested elements */
#define CMP_ELEMENTS_MAX 20000u  /* elements of a message */
#define CMP_EXTRA_MAX    32u     /* extraCerts */
#define CMP_ID_MIN       16u     /* bytes of our transactionID and nonces */
#define CMP_ID_MAX       64u     /* bytes of anybody's */
#define CMP_SALT_MIN     8u      /* bytes of a PBM salt, as above */
#define CMP_SALT_MAX     64u     /* bytes */
#define CMP_ROUNDS_MIN   100u    /* PBM iterations */
#define CMP_ROUNDS_MAX   100000u /* as OpenSSL's own limit */
#define CMP_TEXTS_MAX    8u      /* texts of one answer */
#define CMP_TEXT_MAX     400u    /* characters of one text */

/* Tags of PKIBody (RFC 4210, 5.1.2). */
enum cmp_body {
    CMP_IR = 0,
    CMP_IP = 1,
    CMP_CP = 3,
    CMP_KUR = 7,
    CMP_KUP = 8,
    CMP_RR = 11,
    CMP_RP = 12,
    CMP_PKICONF = 19,
    CMP_ERROR = 23,
    CMP_CERTCONF = 24,
    CMP_POLLREQ = 25,
    CMP_POLLREP = 26,
};

/* A message taken apart; everything points into the bytes given. */
struct cmp_message {
    uint32_t pvno;
    struct der sender; /* Name of a directoryName; else empty */
    struct der transaction_id, sender_nonce, recipient_nonce;
    int64_t time; /* messageTime, seconds since 1970; 0: none that we read */
    bool has_algorithm, has_protection;
    struct der algorithm; /* content of protectionAlg */
    bool implicit_confirm;
    unsigned body;
    struct der content; /* of the body's tag */
    struct der extra;   /* extraCerts, one after another */
};

/*
 * One PKIMessage and not a byte more.
 *
 * ERR_CA_ANSWER_INVALID  not strict DER, too deep, too many elements, a header
 *                        that breaks RFC 4210 or a bound above
 */
enum err cmp_message_read(const struct buf *der, struct cmp_message *ret);

/*
 * Does the answer belong to the request? pvno 2, our transactionID, our nonce
 * come back, a nonce of its own, no implicit confirmation, a body that can
 * follow; exactly one response without an encrypted certificate.
 *
 * ERR_CA_ANSWER_INVALID
 */
enum err cmp_message_answers(
    const struct cmp_message *answer, const struct cmp_message *request);

/*
 * Password-based MAC with SHA-256 and HMAC-SHA256, salt and iterations within
 * bounds. Whether the MAC is right is OpenSSL's to say.
 *
 * ERR_CA_ANSWER_UNTRUSTED
 */
enum err cmp_message_protected(const struct cmp_message *message);

/* The same for a signature: RSA or ECDSA with SHA-256 or longer. Whose it is,
 * cmp_signed.h says. ERR_CA_ANSWER_UNTRUSTED */
enum err cmp_message_signed(const struct cmp_message *message);

/* The certificate in an ip, cp or kup; false when there is none. */
bool cmp_message_certificate(
    const struct cmp_message *message, struct der *ret_certificate);

/* What the CA said. */
struct cmp_status {
    int status;         /* PKIStatus; -1: it said nothing */
    uint32_t fail_info; /* bit n is PKIFailureInfo's bit n */
    bool authenticated; /* proved to come from the CA */
    size_t text_count;
    struct buf texts[CMP_TEXTS_MAX]; /* UTF-8, cleaned */
};

void cmp_status_free(struct cmp_status *status);

/* The status of an ip, cp, kup, rp or error; any other body has none and leaves
 * *ret_status as it is. ERR_CA_ANSWER_INVALID, ERR_NO_MEMORY */
enum err cmp_status_read(
    const struct cmp_message *message, struct cmp_status *ret_status);

/* The name of a bit of PKIFailureInfo, or NULL. Static. */
const char *cmp_fail_name(unsigned bit);
#define CMP_FAIL_BITS 27u

/* UTF-8 (or EUC-KR) of a stranger as one harmless line: no control, no
 * direction marks, no invisible characters, at most CMP_TEXT_MAX characters.
 * ERR_NO_MEMORY */
enum err cmp_text_clean(const void *text, size_t len, struct buf *ret_text);

#endif
