/*
 * rogue.h - who else might sign an answer: the certificates and keys behind
 * the modes of misbehaviour that sign with the wrong ones.
 */
#ifndef TEST_CA_ROGUE_H
#define TEST_CA_ROGUE_H

#include "ca.h"
#include "plan.h"

/* Whose signature protects an answer; both NULL when a MAC does. */
struct answer_signer {
    X509 *cert;
    EVP_PKEY *key;
};

/*
 * Who signs an answer: the CMP responder where `sign` asks for a signature
 * and nothing is wrong. answer_signer_free() afterwards.
 */
void answer_signer(struct answer_signer *ret, const struct ca *ca, bool sign,
    enum protection how);
void answer_signer_free(struct answer_signer *by);

/* A self-signed root that nobody knows. */
void rogue_root(struct out *o);

/* A key, and a certificate for it that the CA itself gave to a subscriber. */
void rogue_subscriber(const struct ca *ca, struct answer_signer *ret);

/* An encryption certificate with the CA's own name for issuer, by a stranger. */
void rogue_encryption(const struct ca *ca, struct answer_signer *ret);

#endif
