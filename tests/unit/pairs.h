/* pairs.h - certificates and their keys in the clear, made once for a program
 * of tests. */
#ifndef INGAM_TESTS_PAIRS_H
#define INGAM_TESTS_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "make_p12.h"
#include "pki/crypto.h"
#include "pki/vid.h"

#define PAIRS_MAX 5u

struct pair_spec {
    int key; /* which: pairs of the same number share it */
    const char *cn;
    const char *usage; /* as in make_cert.h */
    bool ca;
    bool random; /* random_a is in its key */
};

extern struct buf infos[PAIRS_MAX]; /* PrivateKeyInfo */
extern struct buf ders[PAIRS_MAX];  /* certificates */
extern struct p12_pair pairs[PAIRS_MAX];
extern uint8_t random_a[VID_R_LEN];

/* Fails the test when it cannot. */
void pairs_make(
    struct crypto *crypto, const struct pair_spec *specs, size_t count);
void pairs_free(void);

#endif
