/* tsa_peer.h - a time-stamp authority in this process, by OpenSSL's own. */
#ifndef INGAM_TESTS_TSA_PEER_H
#define INGAM_TESTS_TSA_PEER_H

#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "base/watch.h"

#define TSA_PEER_POLICY "1.2.3.4"

extern X509 *tsa_root;         /* whom to trust */
extern int64_t tsa_peer_clock; /* its time; TEST_NOW at first */

/* All fail the test when they cannot. */
void tsa_peer_setup(void);
void tsa_peer_teardown(void);

/* Its answer to a TimeStampReq, as timestamp_io wants it; ctx is not used. */
enum err tsa_peer_answer(void *ctx, const struct buf *request,
    const struct watch *watch, struct buf *ret_answer);

#endif
