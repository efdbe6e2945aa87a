/*
 * sign_form.h - the forms that only sign.data has: a document that is named by
 * its digest, one more signer of something signed, an envelope around the
 * signature.
 */
#ifndef INGAM_CMD_SIGN_FORM_H
#define INGAM_CMD_SIGN_FORM_H

#include "cmd/sign_one.h"

#define SIGN_NAME_MAX 300u /* bytes of a document's name */

struct sign_form {
    struct sign_wanted wanted;
    struct sign_made made;
    bool document;        /* wanted.bytes are not here; made.digest is given */
    const struct buf *to; /* SignedData that is joined, or NULL; the call's */
    X509 *recipient;      /* of an envelope, or NULL */
    const char *cipher;   /* with it; static */
};

/*
 * Read and check what is asked for: the parameters of sign_one_read,
 * documentName and documentSha256, addTo, recipient and cipher. The caller
 * frees it with sign_form_free, also after an error. call->detail names a
 * parameter that is wrong.
 *
 * ERR_PARAM_MISSING, ERR_PARAM_TYPE, ERR_PARAM_RANGE
 * ERR_INVALID_REQUEST  content beside a document's digest; nothing may be
 *                      encrypted for the recipient
 * and those of sign_one_read
 */
enum err sign_form_read(struct call *call, struct sign_form *ret_form);
void sign_form_free(struct sign_form *form);

/*
 * Sign it; form->made is filled. call->detail says the problem of what is
 * joined.
 *
 * Errors of cms_sign and cms_may_join; ERR_PARAM_RANGE for a format other than
 * that of what is joined
 */
enum err sign_form_make(
    struct call *call, const struct sign_pair *pair, struct sign_form *form);

/* The signature, or its envelope, and the rest of the result; errors of
 * cms_envelope. */
enum err sign_form_reply(
    struct call *call, const struct sign_pair *pair, struct sign_form *form);

/* One entry of the history. */
void sign_form_remember(const struct call *call, const struct sign_pair *pair,
    const struct sign_form *form);

#endif
