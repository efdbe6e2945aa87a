/* sign_one.h - one content and the way it is to be signed: what sign.data and
 * every item of a batch have in common. */
#ifndef INGAM_CMD_SIGN_ONE_H
#define INGAM_CMD_SIGN_ONE_H

#include "cmd/history.h"
#include "cmd/sign_call.h"

/* The rows of these parameters, for a command's own table. */
#define SIGN_PARAM_CONTENT                                                     \
    {                                                                          \
        "content", PARAM_BASE64, 1u << 20 /* a frame's own limit is less */,   \
            PARAM_REQUIRED, NULL, "What is signed: text as UTF-8, or bytes"    \
    }
#define SIGN_PARAM_FORMAT                                                      \
    {                                                                          \
        "format", PARAM_CHOICE, 0, 0, "cms|cms-detached|pkcs1",                \
            "CMS with or without the content in it, or the bare value"         \
    }
#define SIGN_PARAM_ATTRIBUTES                                                  \
    {                                                                          \
        "attributes", PARAM_BOOL, 0, 0, NULL,                                  \
            "Sign time and certificate too (CMS); yes unless told otherwise"   \
    }
#define SIGN_PARAM_ENCODING                                                    \
    {                                                                          \
        "encoding", PARAM_CHOICE, 0, 0, "utf-8|euc-kr|binary",                 \
            "What text is converted to before it is signed"                    \
    }
#define SIGN_PARAM_KIND                                                        \
    {                                                                          \
        "kind", PARAM_CHOICE, 0, 0, "text|transaction",                        \
            "What it is shown as; a transaction is canonical JSON (RFC 8785)"  \
    }

/* What a call asks for, with every default filled in; nothing of it belongs to
 * the call. */
struct sign_wanted {
    const char *format, *kind, *encoding; /* words of the rows; static */
    bool attributes;
    struct buf bytes; /* that are signed */
    struct buf shown; /* the beginning of the text, for the history */
    bool has_display;
    struct cms_display display;
};

/*
 * Read it from the parameters above, and `language` and `displayed`.
 *
 * ERR_TOO_LARGE        above CMS_CONTENT_MAX; the detail says so
 * ERR_INVALID_REQUEST  no transaction in canonical form; the detail says why
 * and those of text_encode and sign_display
 */
enum err sign_one_read(struct call *call, struct sign_wanted *ret_wanted);
void sign_one_drop(struct sign_wanted *wanted);

struct sign_made {
    struct buf signature;
    uint8_t digest[CMS_SHA256_LEN]; /* of what was signed */
};

/* The form of it as CMS, but for format and content of what is not here. */
struct cms_form sign_one_form(
    const struct host *host, const struct sign_wanted *wanted);

/* Sign it. Errors of cms_sign and cms_sign_pkcs1; the caller frees the
 * signature. */
enum err sign_one_make(const struct host *host, const struct cms_seal *seal,
    const struct sign_wanted *wanted, struct sign_made *ret_made);

/* Its entry in the history, which borrows what it is made of. */
struct history_event sign_one_event(const X509 *x,
    const struct sign_wanted *wanted, const struct sign_made *made);

#endif
