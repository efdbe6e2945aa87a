/*
 * verify.h - all that a site may want to know of a signature, as one question
 * and one verdict: the signature itself (pki/cms_verify.h), and what must have
 * been signed. The command, `ingam verify` and the library ask it.
 */
#ifndef INGAM_CMD_VERIFY_H
#define INGAM_CMD_VERIFY_H

#include <cjson/cJSON.h>

#include "pki/cms_verify.h"

#define VERIFY_NONCE_MAX 256u /* bytes */

/*
 * check        reasons when it fails, beside those of pki/cms_verify.h
 * login        token_malformed, origin_differs, nonce_differs, token_expired,
 *              token_not_yet_valid
 * transaction  content_missing, transaction_malformed, transaction_differs
 * vid          vid_unreadable, vid_other_login
 */
struct verify_question {
    struct cms_question cms; /* but for type and origin */
    bool login;              /* a login token, and nothing else, is expected */
    const char *origin;      /* who must have asked; NULL: not asked about */
    const char *nonce;       /* that a login must answer; NULL: the same */
    const struct buf *transaction; /* JSON with the members that must have
                                      been signed; NULL: the same */
    const struct buf *vid;         /* of a login; NULL: none came */
    EVP_PKEY *server_key;          /* to open vid */
};

/*
 * Answer everything: put the verdict into an object, and the bytes that were
 * signed, when the verdict is good and they are known, into ret_content, which
 * may be NULL.
 *
 * ERR_PARAM_TYPE  the identity number, or the transaction, is none
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE, ERR_TOO_LARGE
 */
enum err verify_answer(const struct crypto *crypto,
    const struct verify_question *question, cJSON *ret_verdict,
    struct buf *ret_content);

#endif
