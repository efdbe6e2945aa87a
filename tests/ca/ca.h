/*
 * ca.h - the CA's own keys and certificates, as files in its folder:
 * NAME.crt and NAME.key (PEM, 0600) for each NAME of enum ca_identity.
 */
#ifndef TEST_CA_CA_H
#define TEST_CA_CA_H

#include <sqlite3.h>

#include "cert.h"

#define CMP_PURPOSE "1.3.6.1.5.5.7.3.27" /* id-kp-cmcCA, RFC 9480 */
#define TSA_PURPOSE "1.3.6.1.5.5.7.3.8"  /* id-kp-timeStamping, RFC 3161 */

enum ca_identity {
    CA_ROOT,       /* like KISA RootCA: signs CAs only */
    CA_ISSUING,    /* signs subscribers and CRLs */
    CA_RESPONDER,  /* signs OCSP answers */
    CA_CMP,        /* signs CMP answers to signed requests */
    CA_ENCRYPTION, /* EncryptedVID is meant for it */
    CA_TLS_ROOT,   /* has nothing to do with the others */
    CA_TLS,        /* localhost */
    CA_TSA,        /* signs time-stamps */
    CA_IDENTITIES,
};

struct ca {
    const char *dir;
    char *base; /* "http://127.0.0.1:PORT" of the running server, or NULL */
    const char *ocsp, *crl; /* addresses to write instead; NULL: base's */
    bool km;                /* gives encipherment certificates as well */
    X509 *cert[CA_IDENTITIES];
    EVP_PKEY *key[CA_IDENTITIES];
};

/* Make the folder, all keys, all certificates and the registry. */
void ca_create(const char *dir, const char *name, bool km);

void ca_load(struct ca *ca, const char *dir);
void ca_free(struct ca *ca);

/* Path of an identity's ".crt" or ".key" file; the caller frees. */
char *ca_path(const char *dir, enum ca_identity who, const char *suffix);

/* PEM of an identity's certificate; the caller frees. */
char *ca_pem(const struct ca *ca, enum ca_identity who);

/* A certificate from its DER; ends the process when it is not one. */
X509 *ca_parse(struct span der);

#endif
