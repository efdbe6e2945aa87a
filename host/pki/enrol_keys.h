/* enrol_keys.h - keys and R made while the person still reads, for the
 * enrolment that follows in the same process; never on disk. */
#ifndef INGAM_PKI_ENROL_KEYS_H
#define INGAM_PKI_ENROL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/watch.h"
#include "host.h"
#include "pki/cmp.h"

struct enrol_keys;

/* Make keys for one certificate or two, and R. The caller frees them.
 * ERR_CANCELLED, ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY */
enum err enrol_keys_make(const struct host *host, const struct watch *watch,
    size_t count, struct enrol_keys **ret_keys);
void enrol_keys_free(struct enrol_keys *keys); /* wipes; takes NULL */

/* Take one out: it serves one enrolment only. *ret_key stays as it is when
 * there is none (keys may be NULL). */
void enrol_keys_take(
    struct enrol_keys *keys, enum cmp_kind kind, EVP_PKEY **ret_key);
bool enrol_keys_ready(const struct enrol_keys *keys); /* one can be taken */
bool enrol_keys_random(
    struct enrol_keys *keys, uint8_t ret_r[static VID_R_LEN]);

#endif
