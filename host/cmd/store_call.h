/* store_call.h - what the commands that move, protect and remove certificates
 * share. None of them is for pages. */
#ifndef INGAM_CMD_STORE_CALL_H
#define INGAM_CMD_STORE_CALL_H

#include "cmd/cmd.h"
#include "pki/p12.h"
#include "pki/p8.h"
#include "pki/store.h"

/* The entry of `certificate`, in the place `root` when that was given. The
 * caller frees the list. ERR_METHOD_UNKNOWN (a page asks), ERR_PARAM_RANGE,
 * errors of store_look_up. */
enum err store_call_find(const struct call *call, struct store_list *ret_list,
    const struct store_entry **ret_entry);

/*
 * `newPassword`, or where there is none `password`. A new one that is another
 * has to keep the rules; the rule that it breaks goes into the detail.
 * ERR_PASSWORD_TOO_WEAK
 */
enum err store_call_password(
    const struct call *call, const X509 *x, const struct buf **ret_password);

/* Open both keys of an entry with `password`; the second pair is left empty
 * where there is none. Errors of store_open_key. */
enum err store_call_open(const struct call *call,
    const struct store_entry *entry, struct p12 *ret_keys);

/*
 * Encrypt a key, in the scheme of a file (like) or, without one, in `scheme`,
 * and prove that the password opens it. Errors of p8_encrypt; ERR_INTERNAL
 */
enum err store_call_seal(const struct call *call, const struct buf *like,
    enum p8_scheme scheme, const struct buf *info, const struct buf *password,
    struct buf *ret_file);

/* A pair on its way into a place. */
struct store_call_put {
    const char *root, *ca_folder;
    const struct store_pair *pair;
    const X509 *x;
    bool replace; /* whoever stands there gives way */
    /* after it */
    bool replaced;
    struct buf path; /* to be freed */
};

/*
 * Put it there under the lock. The one that stands there goes into the detail:
 * place, certificate, date.
 * ERR_ALREADY_EXISTS and those of store_lock and store_put
 */
enum err store_call_put(const struct call *call, struct store_call_put *put);

/* The certificate object of an id in a place: `certificate` of the result. */
enum err store_call_show(
    const struct call *call, const char *root, const char *id);

/* Into the history, whatever came of it. Hands r on; what the texts of the
 * store's errors need about the place goes into the detail. */
enum err store_call_done(const struct call *call, const char *kind,
    const X509 *x, const char *root, const char *detail, enum err r);

#endif
