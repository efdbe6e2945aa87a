/* sign_call.h - what the commands that sign have in common. */
#ifndef INGAM_CMD_SIGN_CALL_H
#define INGAM_CMD_SIGN_CALL_H

#include "cmd/cmd.h"
#include "pki/cms.h"
#include "pki/store.h"

/* The rows of one kind of parameter, for a command's own table. */
#define SIGN_PARAM_CERTIFICATE                                                 \
    {                                                                          \
        "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,       \
            "Certificate to sign with"                                         \
    }
#define SIGN_PARAM_PASSWORD                                                    \
    {                                                                          \
        "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,       \
            "Password of its key file"                                         \
    }
#define SIGN_PARAM_EXPIRED                                                     \
    {                                                                          \
        "expired", PARAM_BOOL, 0, 0, NULL,                                     \
            "Sign even if the certificate has expired"                         \
    }
#define SIGN_PARAM_LANGUAGE                                                    \
    {                                                                          \
        "language", PARAM_CHOICE, 0, PARAM_WINDOW, "ko|en",                    \
            "Language it was shown in, with displayed"                         \
    }
#define SIGN_PARAM_DISPLAYED                                                   \
    {                                                                          \
        "displayed", PARAM_TEXT, 2 * CMS_DISPLAY_LEN, PARAM_WINDOW, NULL,      \
            "SHA-256 in hex of the text that was shown; signed too, with the " \
            "origin and the language, where there are attributes"              \
    }

/* why, once call->detail names the parameter; ERR_NO_MEMORY */
enum err sign_refuse(struct call *call, const char *param, enum err why);

/* A certificate of the store that may sign today, ready with its key. */
struct sign_pair {
    struct store_list list;
    bool expired;                    /* and signs all the same */
    const struct store_entry *entry; /* in the list */
    struct cms_seal *seal;
};

/*
 * Find the certificate of the call and open its key with the password. The
 * PrivateKeyInfo, with R, is handed out where ret_key_info is not NULL.
 * call->detail says the date of a certificate that is not valid now. Where the
 * call has `expired`, one that has expired may sign all the same.
 *
 * Errors of store_look_up, cms_may_sign, store_open_key and cms_seal_new
 * ERR_CERTIFICATE_REVOKED  an expired one that is known to have been revoked
 */
enum err sign_open(
    struct call *call, struct sign_pair *ret_pair, struct buf *ret_key_info);
void sign_close(struct sign_pair *pair);

/* What the history says beside it: the format, and whether the certificate has
 * expired. Static, as the format must be. */
const char *sign_detail(const struct sign_pair *pair, const char *format);

/*
 * Whom the call's `recipient` names, and whether something may be encrypted for
 * them now; *ret_x stays as it is where there is none, and the caller frees it.
 *
 * ERR_PARAM_TYPE       it is no certificate
 * ERR_INVALID_REQUEST  call->detail says as "problem" a word of
 *                      cms_recipient_problem
 */
enum err sign_recipient(struct call *call, X509 **ret_x);

/*
 * What was shown, from the parameters `language` and `displayed` and the
 * origin: all three or none. *ret_given says which.
 *
 * ERR_PARAM_MISSING, ERR_PARAM_TYPE  call->detail names the parameter
 */
enum err sign_display(struct call *call, const char *kind, bool *ret_given,
    struct cms_display *ret_display);

/* signature (unless it is NULL: it goes another way), certificate (unless x is
 * NULL), format and sha256 of a signature. */
enum err sign_reply(struct call *call, X509 *x, const char *format,
    const uint8_t digest[static CMS_SHA256_LEN], const struct buf *signature);

#endif
