/*
 * template.h - reading a certificate request (CertReqMsg, RFC 4211) and
 * checking its proof of possession.
 */
#ifndef TEST_CA_TEMPLATE_H
#define TEST_CA_TEMPLATE_H

#include "der.h"

/* Which certificate is meant. */
struct cert_id {
    struct span issuer; /* Name; may be empty */
    struct span serial; /* content of the INTEGER; empty: no certificate */
};

struct cert_request {
    long id; /* certReqId */
    bool has_subject;
    struct span subject; /* Name; may be an empty one */
    struct span spki;    /* SubjectPublicKeyInfo, tagged as a SEQUENCE */
    bool km;             /* asked by keyUsage */
    struct span vid;     /* value of EncryptedVID; empty when absent */
    struct cert_id old;  /* oldCertID; empty when absent */
    struct out copy;     /* what spki points to */
    struct out r;        /* from vid, once it was opened; secret */
};

/*
 * Read the one CertReqMsg of an ir, cr or kur. `secret` is NULL where none is
 * shared: then a publicKeyMAC proves nothing and is refused. On failure false, with the failInfo
 * bit and words for the client. template_free() in either case.
 */
enum possession {
    POP_RFC4211,   /* over certReq, or with publicKeyMAC if without subject */
    POP_INPUT_MAC, /* over poposkInput, its publicKeyMAC by the secret */
    POP_INPUT,     /* over poposkInput, whatever its publicKeyMAC is */
    POP_REQUEST,   /* over certReq */
};

/* One CertReqMsg (its content), with a proof of the form that is expected. */
bool template_parse_one(struct span msg, const char *secret,
    enum possession how, struct cert_request *ret, int *ret_fail,
    const char **ret_reason);

bool template_parse(struct span body, const char *secret,
    struct cert_request *ret, int *ret_fail, const char **ret_reason);
void template_free(struct cert_request *request);

#endif
