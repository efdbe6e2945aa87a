/*
 * cmp_npki_message.h - what one dialogue of dialect `npki` knows, and its
 * messages: written, protected, read and believed.
 */
#ifndef INGAM_PKI_CMP_NPKI_MESSAGE_H
#define INGAM_PKI_CMP_NPKI_MESSAGE_H

#include "host.h"
#include "pki/cmp_answer.h"
#include "pki/cmp_npki_ca.h"
#include "pki/cmp_npki_mac.h"

#define NPKI_NONCE_LEN 16 /* bytes */

struct npki_talk {
    const struct host *host;
    const struct ca *ca;
    const struct cmp_signer *signer; /* protects; NULL: the code does */
    const char *reference;           /* with the code */
    const struct buf *code;
    const char *recipient; /* the mail name of whom it is for, where the
                              profile wants one */
    const struct npki_ca_certs *certs; /* gathered; may have signed answers */
    const uint8_t *transaction_id;     /* CMP_TRANSACTION_LEN bytes */
    uint8_t nonce[NPKI_NONCE_LEN];     /* of the last message sent */
    enum npki_body sent;               /* its body */
    struct buf peer_nonce;             /* the CA's last; empty: none yet */
    struct buf recipient_kid;          /* empty until genp */
};

void npki_talk_free(struct npki_talk *talk);

/* A message with its header; the body's value is to be filled in.
 * ERR_NO_MEMORY, ERR_INTERNAL, ERR_CRYPTO_UNAVAILABLE */
enum err npki_message_new(
    struct npki_talk *talk, enum npki_body body, NPKI_MESSAGE **ret_message);

/* Protect a message by the code or the signer and write it. Same errors. */
enum err npki_message_write(
    const struct npki_talk *talk, NPKI_MESSAGE *message, struct buf *ret_der);

/*
 * An answer to the last message: strict DER, protected by the code or, to a
 * signer, by who may answer for the CA, our transaction and nonce, a body that can follow. A genp without any
 * protection is handed out too; nothing in it is to be believed. Of an error
 * message ret_status is filled, as far as it can be read; whether it is
 * proved is its `authenticated`.
 *
 * ERR_CA_ANSWER_INVALID, ERR_CA_ANSWER_UNTRUSTED
 * ERR_CODE_WRONG         unproved: the CA cannot know us
 * of cmp_refusal()       proved; of cmp_signed_refusal() to a signer
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE, ERR_INTERNAL
 */
enum err npki_message_read(struct npki_talk *talk, const struct buf *der,
    NPKI_MESSAGE **ret_message, struct cmp_status *ret_status);

/* PKIStatusInfo, its texts cleaned. ERR_CA_ANSWER_INVALID, ERR_NO_MEMORY */
enum err npki_status_read(
    const NPKI_STATUS *info, struct cmp_status *ret_status);

/* Text of an error frame as a status: a refusal, unproved. ERR_NO_MEMORY */
enum err npki_status_text(
    const void *text, size_t len, struct cmp_status *ret_status);

#endif
