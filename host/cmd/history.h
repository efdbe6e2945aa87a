/*
 * history.h - what the person did, remembered: one call for every command that
 * changes or uses a certificate, and the commands that read it (docs/security.md
 * says what it can and cannot do).
 */
#ifndef INGAM_CMD_HISTORY_H
#define INGAM_CMD_HISTORY_H

#include "base/buf.h"
#include "cmd/cmd.h"
#include "pki/cert.h"

#define HISTORY_SHOWN_MAX  800u /* bytes of what was shown; cut there */
#define HISTORY_NAME_MAX   200u /* bytes of a common name */
#define HISTORY_DETAIL_MAX 200u /* bytes */

struct history_event {
    /* issue, reissue, renew, revoke, sign, login, import, export, copy,
     * remove, password, repair, clear; static */
    const char *kind;
    const X509 *x;           /* the certificate, or NULL */
    const struct buf *shown; /* text that the person saw, or NULL */
    const uint8_t *digest;   /* SHA-256 of what was signed, or NULL */
    const char *detail;      /* a few words: where to, in which form; or NULL */
    enum err result;         /* OK, or why it failed */
    bool waiting;            /* OK, but it is not finished */
};

/*
 * Remember something that has happened. Nothing that goes wrong here undoes it:
 * the reason then stands in the call's result, or after a failure in its
 * detail, as `historyProblem`. Never give it a secret.
 */
void history_append(const struct call *call, const struct history_event *event);

/* The entry of an event without its place in the chain; the caller frees it.
 * ERR_NO_MEMORY */
enum err history_entry(const struct call *call,
    const struct history_event *event, cJSON **ret_entry);

/* What stands for a line that is not what was written; n is 0 when its number
 * cannot be read. ERR_NO_MEMORY */
enum err history_damaged(int64_t n, cJSON **ret_entry);

extern const struct command cmd_history_list;
extern const struct command cmd_history_export;
extern const struct command cmd_history_clear;

#endif
