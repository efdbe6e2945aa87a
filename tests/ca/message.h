/*
 * message.h - reading a client's PKIMessage (RFC 4210 5.1), its MAC (5.1.3.1,
 * RFC 4211 4.4) or its signature (5.1.3.3).
 */
#ifndef TEST_CA_MESSAGE_H
#define TEST_CA_MESSAGE_H

#include "der.h"

/* Tag numbers of PKIBody (RFC 4210 5.1.2). */
enum body {
    BODY_IR = 0,
    BODY_IP = 1,
    BODY_CR = 2,
    BODY_CP = 3,
    BODY_KUR = 7,
    BODY_KUP = 8,
    BODY_KRR = 9,
    BODY_KRP = 10,
    BODY_RR = 11,
    BODY_RP = 12,
    BODY_PKICONF = 19,
    BODY_GENM = 21,
    BODY_GENP = 22,
    BODY_ERROR = 23,
    BODY_CERTCONF = 24,
    BODY_POLLREQ = 25,
    BODY_POLLREP = 26,
};

#define PBM_ITERATIONS_MIN 100
#define PBM_ITERATIONS_MAX 100000

#define OID_PBM            "1.2.840.113533.7.66.13"
#define OID_RSA_SHA256     "1.2.840.113549.1.1.11"
#define OID_SHA1           "1.3.14.3.2.26"
#define OID_SHA256_HASH    "2.16.840.1.101.3.4.2.1"
#define OID_HMAC_SHA1      "1.2.840.113549.2.7"
#define OID_HMAC_PKIX      "1.3.6.1.5.5.8.1.2" /* HMAC-SHA1 again */
#define OID_HMAC_SHA256    "1.2.840.113549.2.9"

/* A message's parts; all spans point into the message. */
struct message {
    long pvno;
    struct span sender, recipient; /* whole GeneralNames */
    struct span reference;         /* senderKID; empty when absent */
    struct span transaction_id, sender_nonce, recipient_nonce;
    struct span algorithm; /* protectionAlg: content; empty when absent */
    struct span mac;       /* protection without the unused-bits byte */
    struct span header, whole_body;
    int body;
    struct span content;     /* of the body's tag */
    struct span extra_certs; /* the certificates, one after the other */
};

/* False when it is not a PKIMessage in DER. */
bool message_parse(struct span der, struct message *ret);

enum mac_result { MAC_RIGHT, MAC_WRONG, MAC_UNSUPPORTED };

/* Check the message's MAC with a secret. */
enum mac_result message_check(const struct message *m, const char *secret);

/* It is protected, and by something else than a password. */
bool message_is_signed(const struct message *m);

/* Check the message's signature: RSA, PKCS #1 v1.5, SHA-256. */
enum mac_result message_verify(const struct message *m, EVP_PKEY *key);

/* ProtectedPart: SEQUENCE { header, body }. */
void message_protected_part(const struct message *m, struct out *ret);

/*
 * MAC of `data` by PBMParameter values; `sha1` for both hashes or SHA-256.
 * Returns the MAC's length.
 */
size_t pbm_compute(const char *secret, struct span salt, long iterations,
    bool sha1_owf, bool sha1_mac, struct span data, uint8_t mac[static 64]);

/* PBMParameter's content read; false when malformed or not supported. */
struct pbm {
    struct span salt;
    long iterations;
    bool sha1_owf, sha1_mac;
};
bool pbm_parse(struct span parameters, struct pbm *ret);

#endif
