/*
 * cert.h - certificates in the NPKI profile, written by hand so that wrong
 * ones can be written too.
 */
#ifndef TEST_CA_CERT_H
#define TEST_CA_CERT_H

#include "der.h"

enum {
    USE_SIGN = 0x80, /* digitalSignature; bits as in the BIT STRING */
    USE_NON_REPUDIATION = 0x40,
    USE_KEY_ENCIPHERMENT = 0x20,
    USE_DATA_ENCIPHERMENT = 0x10,
    USE_CERT_SIGN = 0x04,
    USE_CRL_SIGN = 0x02,
};

#define POLICY_ANY "2.5.29.32.0"

/* What to write. Zero members are left out of the certificate. */
struct cert_order {
    X509 *issuer; /* NULL: the subject itself */
    EVP_PKEY *issuer_key;
    struct span issuer_name; /* Name; empty: the issuer's subject */
    struct span serial;      /* content of the INTEGER */
    struct span subject;     /* Name */
    struct span spki;        /* SubjectPublicKeyInfo */
    int64_t not_before, not_after;
    int key_usage;
    bool ca;
    int path_length;         /* of a CA certificate; -1: no limit */
    bool explicit_policy;    /* policyConstraints, as accredited CAs have */
    const char *policy;      /* OID */
    const char *real_name;   /* identifyData */
    struct span vid;         /* SHA-256 virtual ID in it */
    const char *purpose;     /* OID of an extended key usage */
    const char *purpose_too; /* and another one */
    bool purpose_critical;
    bool localhost;         /* SAN localhost, 127.0.0.1, ::1 */
    const char *base;       /* address for CRL and OCSP, "http://..." */
    const char *ocsp, *crl; /* whole addresses instead of base's */
    bool unknown_critical;  /* an extension nobody knows */
    bool sha1;              /* SHA-1 signature */
    bool bad_signature;
};

void cert_write(struct out *o, const struct cert_order *order);

/* Content of a positive INTEGER into o. */
void cert_serial(struct out *o, int64_t serial);

/* SHA-1 of the public key's bits: the subject key identifier. */
void cert_key_id(struct span spki, uint8_t id[static 20]);

/* A Name from text like "C=KR,O=IngamTest,CN=x" (no escapes, DER order). */
void cert_name(struct out *o, const char *text);

/* The same Name as NPKI folder name: cn=x,o=IngamTest,c=KR; caller frees. */
char *cert_folder(const X509_NAME *name);

/* Append a signature's AlgorithmIdentifier and BIT STRING over `data`. */
void cert_sign(
    struct out *o, struct span data, EVP_PKEY *key, bool sha1, bool wrong);
void cert_signature_algorithm(struct out *o, EVP_PKEY *key, bool sha1);

#endif
