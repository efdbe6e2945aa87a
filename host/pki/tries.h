/*
 * tries.h - wrong passwords are slowed (ux: section 4): from the fifth wrong
 * one for a certificate there is a wait before the next is looked at. The
 * count lies in <state>/tries/<id>, so that another process has it too, and
 * attempts come one after the other. It protects against somebody, or a
 * program, that goes through this program; whoever copies the key file is
 * only slowed by the scheme of that file.
 */
#ifndef INGAM_PKI_TRIES_H
#define INGAM_PKI_TRIES_H

#include "host.h"

#define TRIES_FOLDER   "tries" /* in the state */
#define TRIES_FREE     5u      /* wrong ones, the last of which begins a wait */
#define TRIES_WAIT_MAX 30   /* seconds; the waits are 2, 4, 8, 16, 30, 30 … */
#define TRIES_FORGET   3600 /* seconds after which all is forgotten */

struct tries {
    unsigned wrong; /* in a row */
    int64_t wait;   /* seconds until the next may come; 0: now */
};

/* Where a certificate stands; nothing on record is no wrong ones. */
struct tries tries_look(const struct host *host, const char *id);

/*
 * Begin an attempt: its turn is held until tries_end. Where the state cannot
 * be written (a full disk) nothing is held or counted: *ret_turn is -1.
 *
 * ERR_PASSWORD_SLOWED  too early
 * ERR_STORE_BUSY       another attempt does not end
 */
enum err tries_begin(const struct host *host, const char *id, int *ret_turn);

/* The attempt ended so: ERR_PASSWORD_WRONG counts, what proves the password
 * (OK, ERR_KEY_MISMATCH) forgets, anything else says nothing. */
void tries_end(
    const struct host *host, const char *id, int *turn, enum err how);

#endif
