/* verify_transaction.h - a signed transaction against what a site expects. */
#ifndef INGAM_CMD_VERIFY_TRANSACTION_H
#define INGAM_CMD_VERIFY_TRANSACTION_H

#include "base/buf.h"

/*
 * The reason why it does not hold, or NULL (static): transaction_malformed
 * (not the canonical form of cmd/transaction.h), transaction_differs (a member
 * that is expected is missing or another). Members that are not expected are
 * not looked at. expected may be NULL: any transaction.
 *
 * ERR_PARAM_TYPE  expected is no JSON object
 * ERR_NO_MEMORY
 */
enum err verify_transaction(const struct buf *content,
    const struct buf *expected, const char **ret_reason);

#endif
