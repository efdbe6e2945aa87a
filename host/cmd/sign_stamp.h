/* sign_stamp.h - a signature that gets a time-stamp before it is handed out. */
#ifndef INGAM_CMD_SIGN_STAMP_H
#define INGAM_CMD_SIGN_STAMP_H

#include "cmd/sign_one.h"
#include "pki/timestamp.h"

/* The row of the parameter, for a command's own table. */
#define SIGN_PARAM_TIMESTAMP                                                   \
    {                                                                          \
        "timestamp", PARAM_BOOL, 0, PARAM_NETWORK, NULL,                       \
            "Have a time-stamp authority confirm the time (CAdES-T)"           \
    }

/*
 * Whom to ask, before a password is tried: NULL where no time-stamp is wanted.
 * The caller frees it with tsa_free.
 *
 * ERR_TIMESTAMP_UNAVAILABLE  call->detail says as "problem" why
 * ERR_INVALID_REQUEST        the form takes none: "problem" is format (the bare
 *                            value) or attributes (a CAdES has them)
 * ERR_BAD_STATE              this port began without a network
 */
enum err sign_stamp_prepare(
    struct call *call, const struct sign_wanted *wanted, struct tsa **ret_tsa);

/*
 * Put a time-stamp into x's signature, and the time into the result. After a
 * failure nothing was signed as far as anybody but us knows.
 *
 * ERR_TIMESTAMP_FAILED  "problem" of call->detail says why: a word of
 *                       pki/timestamp.h, or the reason of the network
 * ERR_CLOCK_WRONG       "date" is ours, "time" the TSA's
 * and those of timestamp_add
 */
enum err sign_stamp(
    struct call *call, X509 *x, const struct tsa *tsa, struct buf *signature);

#endif
