/*
 * plan.h - how the next answer is given: well, unless a mode of misbehaviour
 * says otherwise. Everything that writes an answer looks here.
 */
#ifndef TEST_CA_PLAN_H
#define TEST_CA_PLAN_H

#include "der.h"

#define SALT_LEN 16 /* bytes, of an honest answer */

/* When a mode takes effect: what the client has just sent. */
enum {
    STAGE_REQUEST = 1, /* ir, cr */
    STAGE_POLL = 2,    /* pollReq */
    STAGE_WAIT = 3,    /* either of them */
    STAGE_CONFIRM = 4, /* certConf */
    STAGE_TLS = 8,     /* the handshake */
    STAGE_HELLO = 16,  /* dialect npki: genm */
    STAGE_ENROL = 32,  /* ir, krr, kur, rr */
    STAGE_END = 64,    /* pkiconf */
    STAGE_OCSP = 128,  /* a question to the OCSP responder */
    STAGE_CRL = 256,   /* GET /crl; OCSP says "try later" then */
    STAGE_TSA = 512,   /* a question to the time-stamp authority */
};

/* A field of the header. */
enum field { FIELD_GOOD, FIELD_WRONG, FIELD_MISSING, FIELD_EMPTY, FIELD_LONG };

enum protection {
    PROTECT_WELL,
    PROTECT_WRONG,         /* one bit of the MAC is turned */
    PROTECT_NONE,          /* neither algorithm nor MAC */
    PROTECT_NO_ALGORITHM,  /* a MAC without its algorithm */
    PROTECT_BY_SIGNATURE,  /* by the OCSP responder's key, not by the code */
    PROTECT_BY_SUBSCRIBER, /* by the key of somebody else's certificate */
    PROTECT_BY_STRANGER,   /* by another CA's CMP responder */
};

/* What is done to the finished message's bytes. */
enum bytes {
    BYTES_GOOD,
    BYTES_TRAILING,    /* one NUL more */
    BYTES_TWICE,       /* the message again after it */
    BYTES_INDEFINITE,  /* BER: indefinite length */
    BYTES_LONG_LENGTH, /* BER: a length with a leading zero */
    BYTES_TRUNCATED,   /* half of it */
    BYTES_HUGE_LENGTH, /* claims 2 GiB */
    BYTES_DEEP,        /* 10 000 nested SEQUENCEs */
    BYTES_EMPTY,
    BYTES_HTML, /* a captive portal's page instead */
};

enum sending {
    SEND_WELL,
    SEND_SLOW_HEADER, /* a byte a second */
    SEND_SLOW_BODY,
    SEND_NOTHING,      /* the connection stays open */
    SEND_CLOSE,        /* after the request was read */
    SEND_HALF,         /* half of the body, then close */
    SEND_ENDLESS,      /* chunks without end */
    SEND_SHORTER,      /* Content-Length is larger than the body */
    SEND_GZIP,         /* Content-Encoding: gzip, which it is not */
    SEND_LONG_HEADER,  /* 1 MiB header line */
    SEND_MANY_HEADERS, /* 100 000 of them */
    SEND_RESET,
};

/* What is wrong with a certificate. */
enum cert_fault {
    CERT_GOOD,
    CERT_OTHER_KEY,
    CERT_OTHER_SUBJECT,
    CERT_EMPTY_SUBJECT,
    CERT_OTHER_ISSUER, /* another CA altogether */
    CERT_ROGUE_ISSUER, /* the CA's name, another key */
    CERT_SELF_SIGNED,  /* by a stranger's key in the subject's name */
    CERT_BAD_SIGNATURE,
    CERT_EXPIRED,
    CERT_NOT_YET,
    CERT_CENTURY,
    CERT_OTHER_USE, /* km for sign, sign for km */
    CERT_NO_USE,
    CERT_IS_CA,
    CERT_UNKNOWN_CRITICAL,
    CERT_NO_VID,
    CERT_OTHER_VID,
    CERT_OTHER_NAME, /* realName of somebody else */
    CERT_NO_POLICY,
    CERT_SHA1,
    CERT_SERIAL_ZERO,
    CERT_SERIAL_NEGATIVE,
    CERT_SERIAL_LONG, /* 21 bytes */
    CERT_GARBAGE,     /* not a certificate at all */
};

/* How dialect npki's frame is sent. */
enum framing {
    FRAME_WELL,
    FRAME_TRUNCATED,  /* half of it, then close */
    FRAME_OVERSIZED,  /* a length word of 2 GiB */
    FRAME_LONGER,     /* a length word one larger than what follows */
    FRAME_ZERO,       /* a length word of 0, nothing after it */
    FRAME_FLAG_ALONE, /* a length word of 1: no message */
    FRAME_BYTEWISE,
    FRAME_CLOSE,      /* nothing */
    FRAME_NOTHING,    /* and the connection stays open */
    FRAME_FLAG_WRONG, /* a flag nobody knows */
    FRAME_FINAL,      /* flag 05: as good as 00 */
    FRAME_ERROR,      /* flag 06, text in UTF-8 */
    FRAME_ERROR_KR,   /* in EUC-KR */
    FRAME_NEGATIVE,   /* flag 03, nothing in it */
    FRAME_POLL_ONCE,  /* flag 01; what was meant after a pollReq */
    FRAME_POLL_FOR_EVER,
    FRAME_POLL_NEGATIVE, /* flag 01, then 03 */
    FRAME_POLL_LATE,     /* flag 01: come back in 2^31 seconds */
};

/* What is wrong with genp. */
enum genp {
    GENP_GOOD,
    GENP_STRANGER,   /* an encryption certificate of another CA */
    GENP_SUBSCRIBER, /* somebody's sign certificate */
    GENP_EMPTY,
};

/* What is wrong with an OCSP answer. */
enum ocsp_fault {
    OCSP_GOOD,
    OCSP_BY_ISSUER, /* signed by the CA itself: allowed */
    OCSP_TRY_LATER, /* as are the next three: no answer, only a status */
    OCSP_INTERNAL,
    OCSP_REFUSED,
    OCSP_WANTS_SIGNATURE,
    OCSP_BY_CMP,        /* the CA gave its signer another purpose */
    OCSP_BY_SUBSCRIBER, /* the CA gave its signer none */
    OCSP_BY_STRANGER,   /* another CA's signer */
    OCSP_BY_ROGUE,      /* right purpose, CA's name, another CA's key */
    OCSP_BY_EXPIRED,    /* right purpose, until yesterday */
    OCSP_BAD_SIGNATURE,
    OCSP_SHA1,
    OCSP_EXPIRED, /* thisUpdate and nextUpdate are past */
    OCSP_FUTURE,
    OCSP_NO_NEXT, /* allowed with the nonce */
    OCSP_OLD_NO_NEXT,
    OCSP_NONCE_MISSING, /* allowed with nextUpdate */
    OCSP_NONCE_MISSING_NO_NEXT,
    OCSP_NONCE_WRONG,
    OCSP_OTHER_CERTIFICATE,
    OCSP_EMPTY, /* about nobody */
    OCSP_NOT_KNOWN,
    OCSP_UNKNOWN_CRITICAL,
    OCSP_HUGE, /* 100 KB after it */
};

/* What is wrong with the CRL. */
enum crl_fault {
    CRL_GOOD,
    CRL_STALE,
    CRL_FUTURE,
    CRL_NO_NEXT,
    CRL_OTHER_ISSUER, /* its name */
    CRL_OTHER_KEY,    /* the CA's name */
    CRL_BAD_SIGNATURE,
    CRL_SHA1,
    CRL_DELTA,
    CRL_UNKNOWN_CRITICAL,
    CRL_POINT_OURS,  /* for one distribution point: that of everybody */
    CRL_POINT_OTHER, /* and another */
    CRL_ONLY_CAS,
    CRL_ONLY_REASONS,
    CRL_INDIRECT,
    CRL_HUGE, /* 5 MB after it */
};

/* What is wrong with a time-stamp. */
enum tsa_fault {
    TSA_GOOD,
    TSA_REJECTED, /* no token, as the next three */
    TSA_BAD_ALG,
    TSA_WAITING,
    TSA_NO_TOKEN, /* and granted all the same */
    TSA_NONCE_WRONG,
    TSA_NONCE_MISSING,
    TSA_OTHER_IMPRINT,
    TSA_OTHER_POLICY,
    TSA_VERSION,
    TSA_UNKNOWN_CRITICAL,
    TSA_OTHER_NAME, /* says that somebody else made it */
    TSA_DAY_LATE,   /* the time is a day off */
    TSA_DAY_EARLY,
    TSA_BY_OTHER,     /* a certificate for nothing in particular */
    TSA_BY_RESPONDER, /* for OCSP */
    TSA_NOT_CRITICAL, /* time-stamps, but not critical */
    TSA_TWO_PURPOSES, /* time-stamps and OCSP, critical */
    TSA_OWN_PURPOSE,  /* time-stamps and one that nobody knows */
    TSA_BY_STRANGER,  /* the CA's name, another CA's key */
    TSA_BY_EXPIRED,
    TSA_NO_CERTIFICATE,
    TSA_CERTIFICATE_UNNAMED, /* without ESS signing certificate */
    TSA_BAD_SIGNATURE,
    TSA_SHA1,
    TSA_PLAIN_DATA, /* a SignedData, but no time-stamp */
    TSA_HUGE,       /* 100 KB after it */
};

enum tls_fault {
    TLS_GOOD,
    TLS_SELF_SIGNED,
    TLS_OTHER_ROOT, /* the root's name, another key */
    TLS_EXPIRED,
    TLS_NOT_YET,
    TLS_OTHER_HOST,
    TLS_WEAK_KEY,     /* RSA of 1024 bits */
    TLS_OLD_PROTOCOL, /* 1.0 and 1.1 only */
    TLS_CLIENT_CERT,  /* wants one */
    TLS_PLAIN,        /* plain HTTP on the port of HTTPS */
};

struct plan {
    enum ocsp_fault ocsp;
    enum crl_fault crl;
    enum tls_fault tls;
    enum tsa_fault tsa;
    bool unprocessed; /* the request is never looked at */

    /* HTTP */
    int http_status;
    const char *content_type, *location;
    const char *length; /* Content-Length; NULL: the right one */
    const char *header; /* one more line, as it is */
    enum sending sending;
    enum bytes bytes;

    /* PKIHeader and protection */
    long pvno;
    enum field transaction_id, sender_nonce, recipient_nonce, sender;
    int64_t message_time; /* seconds to add to the clock */
    bool implicit_confirm;
    enum protection protection;
    struct span iterations; /* content of the INTEGER; empty: 1000 */
    size_t salt_len;
    const char *owf, *mac;  /* OIDs; NULL: SHA-256, HMAC-SHA256 */
    struct span parameters; /* instead of PBMParameter, whole element */
    size_t extra_certs;     /* how many copies of the CA's certificate */

    /* PKIBody */
    int body;        /* tag number to use instead; -1: the right one */
    long request_id; /* added to certReqId */
    size_t responses;
    bool no_certificate, keep_certificate; /* the latter though rejected */
    bool encrypted_certificate;
    bool rogue_ca_pubs;
    bool error_message;
    int status, fail_info; /* -1: as it is */
    struct span text;      /* statusString; empty: as it is */
    long waits;            /* pollReqs answered with "later"; 0: none */
    long check_after;      /* seconds told to the client */
    enum cert_fault cert;

    /* dialect npki */
    enum framing framing;
    enum genp genp;
    bool other_order, other_pad; /* of the MAC */
    bool aligned;                /* the protected part is whole blocks long */
    bool second_rejected;        /* the other certificate of two */
};

/* The plan of an honest CA. */
void plan_init(struct plan *plan);

/* Change it as a mode says for a stage; unknown modes end the process. */
void plan_apply(struct plan *plan, const char *mode, unsigned stage);

bool plan_known(const char *mode);

/* JSON array of {name, stage} of all modes. */
void plan_list(struct out *o);

/* Do to a finished message what plan->bytes says. */
void plan_spoil(struct out *o, enum bytes how);

#endif
