/* twist.h - a subscriber's certificate with one thing wrong in it. */
#ifndef TEST_CA_TWIST_H
#define TEST_CA_TWIST_H

#include "cert.h"
#include "plan.h"

/* Write the certificate that was ordered, spoiled by the fault. */
void twist_certificate(
    struct out *o, const struct cert_order *ordered, enum cert_fault fault);

#endif
