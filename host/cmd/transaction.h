/*
 * transaction.h - a transaction that a page asks to sign: a small JSON object
 * whose bytes are canonical (RFC 8785), so that what a window shows as a
 * table, what is signed and what a bank compares are the same bytes.
 */
#ifndef INGAM_CMD_TRANSACTION_H
#define INGAM_CMD_TRANSACTION_H

#include "base/buf.h"

#define TRANSACTION_MAX         16384u /* bytes */
#define TRANSACTION_MEMBERS_MAX 64u    /* those of objects within included */

/*
 * Are these bytes a transaction in canonical form? Members are text, booleans,
 * whole numbers of at most 2^53-1 on either side, or an object of such; no
 * array, null or fraction. `type` is there, 1 to 64 of [a-z0-9-]. `amount`,
 * where given, is {currency: three capitals, value: a decimal in text}.
 *
 * ERR_TOO_LARGE        above TRANSACTION_MAX
 * ERR_INVALID_REQUEST  not so; *ret_problem (static) is "json", "member",
 *                      "type", "amount" or "canonical"
 * ERR_NO_MEMORY
 */
enum err transaction_check(const struct buf *bytes, const char **ret_problem);

#endif
