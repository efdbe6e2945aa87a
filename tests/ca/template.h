/*
 * template.h - reading a certificate request (CertReqMsg, RFC 4211) and
 * checking its proof of possession.
 */
#ifndef TEST_CA_TEMPLATE_H
#define TEST_CA_TEMPLATE_H

#include "der.h"

struct cert_request {
    long id; /* certReqId */
    bool has_subject;
    struct span subject; /* Name; may be an empty one */
    struct span spki;    /* SubjectPublicKeyInfo, tagged as a SEQUENCE */
    bool km;             /* asked by keyUsage */
    struct span vid;     /* value of EncryptedVID; empty when absent */
    struct out copy;     /* what spki points to */
};

/*
 * Read the one CertReqMsg of an ir or cr. On failure false, with the failInfo
 * bit and words for the client. template_free() in either case.
 */
bool template_parse(struct span body, const char *secret,
    struct cert_request *ret, int *ret_fail, const char **ret_reason);
void template_free(struct cert_request *request);

#endif
