/* verify_login.h - what a login token says, against what a site expects. */
#ifndef INGAM_CMD_VERIFY_LOGIN_H
#define INGAM_CMD_VERIFY_LOGIN_H

#include <stdint.h>

#include "base/buf.h"

#define VERIFY_LOGIN_SKEW 60 /* seconds that clocks may differ */

/*
 * The reason why the token does not hold, or NULL (static): token_malformed,
 * origin_differs, nonce_differs, token_expired, token_not_yet_valid. origin and
 * nonce may be NULL: not asked about. ERR_NO_MEMORY
 */
enum err verify_login(const struct buf *token, const char *origin,
    const char *nonce, int64_t at, const char **ret_reason);

#endif
