/*
 * cmp_npki_asn1.h - the messages of dialect `npki` (RFC 2510 and RFC 2511 in
 * the form of npki.md 5.6 and 5.7) as OpenSSL ASN.1 templates, and the one
 * way to read and write them. What only passes through (certificates, values
 * of attributes) stays bytes.
 *
 * Member names are those of the RFCs, shortened; [n] is noted where the tag
 * is not obvious.
 */
#ifndef INGAM_PKI_CMP_NPKI_ASN1_H
#define INGAM_PKI_CMP_NPKI_ASN1_H

#include <openssl/asn1t.h>
#include <openssl/crmf.h>
#include <openssl/safestack.h>
#include <openssl/x509v3.h>

#include "base/buf.h"

/* AttributeTypeAndValue, InfoTypeAndValue */
typedef struct {
    ASN1_OBJECT *type;
    ASN1_TYPE *value; /* optional */
} NPKI_ITEM;
DECLARE_ASN1_FUNCTIONS(NPKI_ITEM)
DEFINE_STACK_OF(NPKI_ITEM)

/* --- requests ---------------------------------------------------------------- */

typedef struct {
    ASN1_OCTET_STRING *salt;
    X509_ALGOR *owf;
    ASN1_INTEGER *iterations;
    X509_ALGOR *mac;
} NPKI_PBM;
DECLARE_ASN1_FUNCTIONS(NPKI_PBM)

typedef struct {
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *value;
} NPKI_KEY_MAC; /* PKMACValue */
DECLARE_ASN1_FUNCTIONS(NPKI_KEY_MAC)

/* POPOSigningKeyInput; its choice `sender` is not in use. */
typedef struct {
    NPKI_KEY_MAC *mac;
    X509_PUBKEY *key;
} NPKI_POP_INPUT;
DECLARE_ASN1_FUNCTIONS(NPKI_POP_INPUT)

typedef struct {
    NPKI_POP_INPUT *input; /* [0], optional */
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
} NPKI_POP_KEY; /* POPOSigningKey */
DECLARE_ASN1_FUNCTIONS(NPKI_POP_KEY)

typedef struct {
    int type; /* 0: raVerified, 1: signature */
    union {
        ASN1_NULL *ra;
        NPKI_POP_KEY *signature;
    } value;
} NPKI_POP;
DECLARE_ASN1_FUNCTIONS(NPKI_POP)

typedef struct {
    ASN1_INTEGER *id;
    OSSL_CRMF_CERTTEMPLATE *template;
    STACK_OF(NPKI_ITEM) * controls; /* optional */
} NPKI_CERT_REQUEST;
DECLARE_ASN1_FUNCTIONS(NPKI_CERT_REQUEST)

typedef struct {
    NPKI_CERT_REQUEST *request;
    NPKI_POP *pop;              /* optional */
    STACK_OF(NPKI_ITEM) * info; /* regInfo, optional */
} NPKI_REQUEST;                 /* CertReqMsg */
DECLARE_ASN1_FUNCTIONS(NPKI_REQUEST)
DEFINE_STACK_OF(NPKI_REQUEST)

/* RevDetails: `reasons` is RFC 2510's form, `details` RFC 4210's. */
typedef struct {
    OSSL_CRMF_CERTTEMPLATE *template;
    ASN1_BIT_STRING *reasons;
    ASN1_GENERALIZEDTIME *since;
    X509_EXTENSIONS *details;
} NPKI_REVOCATION;
DECLARE_ASN1_FUNCTIONS(NPKI_REVOCATION)
DEFINE_STACK_OF(NPKI_REVOCATION)

/* --- answers ----------------------------------------------------------------- */

typedef struct {
    ASN1_INTEGER *status;
    STACK_OF(ASN1_UTF8STRING) * texts; /* optional; may hold EUC-KR */
    ASN1_BIT_STRING *fail_info;        /* optional */
} NPKI_STATUS;
DECLARE_ASN1_FUNCTIONS(NPKI_STATUS)
DEFINE_STACK_OF(NPKI_STATUS)

typedef struct {
    int type; /* 0: certificate, 1: encryptedCert */
    union {
        ASN1_TYPE *certificate;
        ASN1_TYPE *encrypted;
    } value;
} NPKI_CERT;
DECLARE_ASN1_FUNCTIONS(NPKI_CERT)

typedef struct {
    NPKI_CERT *certificate;
    ASN1_TYPE *key;         /* [0] privateKey, optional */
    ASN1_TYPE *publication; /* [1], optional */
} NPKI_PAIR;                /* CertifiedKeyPair */
DECLARE_ASN1_FUNCTIONS(NPKI_PAIR)
DEFINE_STACK_OF(NPKI_PAIR)

typedef struct {
    ASN1_INTEGER *id;
    NPKI_STATUS *status;
    NPKI_PAIR *pair;         /* optional */
    ASN1_OCTET_STRING *info; /* optional */
} NPKI_RESPONSE;
DECLARE_ASN1_FUNCTIONS(NPKI_RESPONSE)
DEFINE_STACK_OF(NPKI_RESPONSE)

typedef struct {
    STACK_OF(ASN1_TYPE) * ca_certificates; /* [1], optional */
    STACK_OF(NPKI_RESPONSE) * responses;
} NPKI_RESPONSES; /* CertRepMessage */
DECLARE_ASN1_FUNCTIONS(NPKI_RESPONSES)

typedef struct {
    NPKI_STATUS *status;
    ASN1_TYPE *certificate;                /* [0], optional */
    STACK_OF(ASN1_TYPE) * ca_certificates; /* [1], optional */
    STACK_OF(NPKI_PAIR) * history;         /* [2], optional */
} NPKI_RECOVERY;                           /* KeyRecRepContent */
DECLARE_ASN1_FUNCTIONS(NPKI_RECOVERY)

typedef struct {
    NPKI_STATUS *status;
    ASN1_INTEGER *code;                  /* optional */
    STACK_OF(ASN1_UTF8STRING) * details; /* optional */
} NPKI_ERROR;
DECLARE_ASN1_FUNCTIONS(NPKI_ERROR)

typedef struct {
    STACK_OF(NPKI_STATUS) * statuses;
    ASN1_TYPE *certificates; /* [0], optional */
    ASN1_TYPE *crls;         /* [1], optional */
} NPKI_REVOKED;              /* RevRepContent */
DECLARE_ASN1_FUNCTIONS(NPKI_REVOKED)

/* --- the message ------------------------------------------------------------- */

typedef struct {
    ASN1_INTEGER *pvno;
    GENERAL_NAME *sender;
    GENERAL_NAME *recipient;
    ASN1_GENERALIZEDTIME *time;         /* [0] */
    X509_ALGOR *protection;             /* [1] */
    ASN1_OCTET_STRING *sender_kid;      /* [2] */
    ASN1_OCTET_STRING *recipient_kid;   /* [3] */
    ASN1_OCTET_STRING *transaction;     /* [4] */
    ASN1_OCTET_STRING *sender_nonce;    /* [5] */
    ASN1_OCTET_STRING *recipient_nonce; /* [6] */
    STACK_OF(ASN1_UTF8STRING) * text;   /* [7] */
    STACK_OF(NPKI_ITEM) * info;         /* [8] */
} NPKI_HEADER;
DECLARE_ASN1_FUNCTIONS(NPKI_HEADER)

/* Tags of PKIBody that this dialect uses. */
enum npki_body {
    NPKI_IR = 0,
    NPKI_IP = 1,
    NPKI_KUR = 7,
    NPKI_KUP = 8,
    NPKI_KRR = 9,
    NPKI_KRP = 10,
    NPKI_RR = 11,
    NPKI_RP = 12,
    NPKI_CONF = 19,
    NPKI_GENM = 21,
    NPKI_GENP = 22,
    NPKI_ERROR_MSG = 23,
    NPKI_BODY_NONE = 31,
};

/* The choices in the order of the template; npki_body_of() gives the tag. */
typedef struct {
    int type;
    union {
        STACK_OF(NPKI_REQUEST) * requests; /* ir, kur, krr */
        NPKI_RESPONSES *responses;         /* ip, kup */
        NPKI_RECOVERY *recovery;           /* krp */
        STACK_OF(NPKI_REVOCATION) * revocations;
        NPKI_REVOKED *revoked;
        ASN1_NULL *conf;
        STACK_OF(NPKI_ITEM) * items; /* genm, genp */
        NPKI_ERROR *error;
    } value;
} NPKI_BODY;
DECLARE_ASN1_FUNCTIONS(NPKI_BODY)

typedef struct {
    NPKI_HEADER *header;
    NPKI_BODY *body;
    ASN1_BIT_STRING *protection; /* [0], optional */
    STACK_OF(ASN1_TYPE) * extra; /* [1] extraCerts, optional */
} NPKI_MESSAGE;
DECLARE_ASN1_FUNCTIONS(NPKI_MESSAGE)

/* The tag of a body, NPKI_BODY_NONE for none; and a body made to have one,
 * its value still NULL. */
enum npki_body npki_body_of(const NPKI_BODY *body);
void npki_body_set(NPKI_BODY *body, enum npki_body tag);

/*
 * One message and not a byte more, in strict DER within the bounds of
 * cmp_answer.h: what would be written again is what was read.
 *
 * ERR_CA_ANSWER_INVALID, ERR_NO_MEMORY
 */
enum err npki_read(const struct buf *der, NPKI_MESSAGE **ret_message);

/* As above for one CertReqMsg that we wrote ourselves. ERR_INTERNAL,
 * ERR_NO_MEMORY */
enum err npki_read_request(const struct buf *der, NPKI_REQUEST **ret_request);

/* The DER of a value of one of the types above. ERR_INTERNAL, ERR_NO_MEMORY */
enum err npki_write(
    const void *value, const ASN1_ITEM *type, struct buf *ret_der);

/* Whole bytes into a BIT STRING. ERR_NO_MEMORY, ERR_INTERNAL */
enum err npki_set_bits(ASN1_BIT_STRING *bits, const void *data, size_t len);

/* What protection covers: SEQUENCE { header, body }, cut from the bytes of a
 * message. ERR_CA_ANSWER_INVALID, ERR_NO_MEMORY */
enum err npki_protected_part(const struct buf *message, struct buf *ret_der);

#endif
