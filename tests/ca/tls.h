/* tls.h - the server's side of TLS, good or with one thing wrong. */
#ifndef TEST_CA_TLS_H
#define TEST_CA_TLS_H

#include <openssl/ssl.h>

#include "ca.h"
#include "plan.h"

/* TLS 1.2 or newer with the CA's TLS certificate; SSL_CTX_free() it. */
SSL_CTX *tls_context(const struct ca *ca);

/* The same, spoiled. TLS_GOOD and TLS_PLAIN do not come here. */
SSL_CTX *tls_spoiled(const struct ca *ca, enum tls_fault fault);

#endif
