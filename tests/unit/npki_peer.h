/*
 * npki_peer.h - a CA of dialect npki in this process: its keys, one dialogue
 * with it, what it may do wrong in any, and how that is judged. What cannot be
 * made fails the test.
 */
#ifndef INGAM_TESTS_NPKI_PEER_H
#define INGAM_TESTS_NPKI_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/cmp.h>

#include "make_cert.h"
#include "pki/cmp_npki.h"
#include "pki/cmp_npki_message.h"
#include "support.h"

#define OID_CA "1.2.410.200005.1.10.1"

/* Bits of a failInfo, and a status with them, as a row's value. */
#define BIT(n)          (1 << OSSL_CMP_PKIFAILUREINFO_##n)
#define S(status, bits) ((status) | (bits) << 3)

enum { GENM, ASK, DONE }; /* steps of a dialogue */

/* What the CA does not do as it should; a program's own come behind. */
enum {
    NONE,
    /* the header */
    PVNO_2,
    NONCE_OTHER,
    NONCE_NONE,
    NONCE_OURS, /* the CA's own nonce is ours */
    TRANSACTION_OTHER,
    TRANSACTION_NONE,
    /* the message */
    FAIL, /* an error message with these bits */
    BARE_FAIL,
    BARE, /* neither protection nor protectionAlg */
    NO_PIN,
    /* what is answered */
    STATUS,
    STATUS_NO_CERT,
    ID_OTHER,
    KEY_OTHER,
    SUBJECT_OTHER,
    ISSUER_OTHER,
    EXPIRED,
    /* the connection */
    LOST,
    PEER_FAULTS,
};

struct peer_row {
    const char *name;
    int at;    /* step */
    int fault; /* one of the above or of the program's */
    int value; /* flag, body, bits, status, bytes */
    enum err want;
    const char *what;
    struct ca_npki profile;
    bool km, reissue, no_vid;
    bool known; /* the definition has the CA's certificate */
};

/* What all dialogues of a program share. */
extern struct peer {
    struct host host;
    int64_t now_ms; /* moves when the host pauses */
    EVP_PKEY *ca_key, *enc_key;
    EVP_PKEY *other_key; /* a stranger's */
    EVP_PKEY *keys[2];   /* of the certificates asked for */
    X509 *ca_cert, *stranger;
    struct buf dn; /* the CA's */
    const char *reference;
    struct buf code;
    uint8_t random[VID_R_LEN];
} peer;

/* One dialogue. */
struct peer_world {
    const struct peer_row *row;
    struct ca ca;
    char *issuers[2];
    struct cmp_order orders[2];
    struct buf requests[2];
    int step, sendings, prepared, received[2];
    bool said_no; /* the client refused the certificate */
    struct npki_talk talk;
    uint8_t transaction[CMP_TRANSACTION_LEN];
    /* enrolment */
    bool polled;
    /* renewal and revocation */
    bool renewal;
    int reason;
    struct cmp_signer signers[2];
    X509 *responder;
    EVP_PKEY *responder_key;
};

void peer_setup(const char *reference, const char *code);
void peer_teardown(void);

/* The CA, both orders and the talk as they are in every dialogue. */
void peer_begin(struct peer_world *w, const struct peer_row *row);
void peer_end(struct peer_world *w);

/* Is it this fault, at this step? */
bool is_fault(const struct peer_world *w, int fault);

/* The status and bits of the row, where it is one; else 0. */
int status_of(const struct peer_world *w);

/* Add an extension as in openssl.cnf; the signature has to be made anew. */
void peer_extend(X509 *x, int nid, const char *value);

ASN1_TYPE *any_of(X509 *x);
void add_item(STACK_OF(NPKI_ITEM) * items, const char *oid, X509 *x);
NPKI_PAIR *pair_of(X509 *x);
void set_status(NPKI_STATUS *s, int value);

/* What was sent, without the frame's flag; the caller frees both. */
void peer_hear(
    const struct buf *frame, struct buf *ret_der, NPKI_MESSAGE **ret_message);

/* What is so in every header. */
void peer_check_header(const struct peer_world *w, const NPKI_HEADER *h);

/* Over exactly these bytes. */
void check_signed(
    EVP_PKEY *key, const ASN1_BIT_STRING *signature, const struct buf *der);

/* Is publicKeyMAC made with this code, by OpenSSL's own reading of RFC 4211? */
bool vouched_by(const NPKI_POP_INPUT *input, const char *code);

/* An answer of this body to what was asked; its value is to be filled in. */
NPKI_MESSAGE *peer_answer(
    struct peer_world *w, const NPKI_MESSAGE *asked, enum npki_body body);

/* Protect it by the talk's code or signer. */
void peer_protect(struct peer_world *w, NPKI_MESSAGE *m);

/* Put the message in a frame as it is now, and free it. */
void peer_send(NPKI_MESSAGE *m, uint8_t flag, struct buf *ret_frame);

/* What is wrong with the header of an answer before it is protected. */
void spoil_header(
    const struct peer_world *w, const NPKI_MESSAGE *asked, NPKI_MESSAGE *m);
void turn(ASN1_STRING *s); /* one bit in its middle */
void drop_protection(NPKI_MESSAGE *m);
void drop_algorithm(NPKI_MESSAGE *m);

/* The host's side of struct cmp_npki_io; ctx is the world. */
enum err on_sending(void *ctx);
enum err on_received(void *ctx, enum cmp_kind kind, X509 *x, bool vouched);
void on_pause(void *ctx, int ms);

/* The dialogue ended with r: is that what the row wants? */
void peer_judge(
    const struct peer_world *w, enum err r, const struct cmp_result *result);

#endif
