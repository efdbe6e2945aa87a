/* cmp_pins.h - the certificates that a CA's definition pins. */
#ifndef INGAM_PKI_CMP_PINS_H
#define INGAM_PKI_CMP_PINS_H

#include <openssl/x509.h>

#include "host.h"
#include "pki/ca.h"
#include "pki/chain.h"

/*
 * The anchors of a definition: those it carries, and those of which it has
 * only the hash when they are among the certificates that came along (may be
 * NULL). An empty set is NULL. ERR_CERTIFICATE_DAMAGED, ERR_NO_MEMORY
 */
enum err cmp_pins(const struct host *host, const struct ca *ca,
    const STACK_OF(X509) * among, struct chain_set **ret_set);

#endif
