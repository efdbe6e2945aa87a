/* verify_vid.h - the `vid` of a login (docs/signing.md): the certificate's R,
 * encrypted for the site's server and bound to one token. */
#ifndef INGAM_CMD_VERIFY_VID_H
#define INGAM_CMD_VERIFY_VID_H

#include <stdbool.h>

#include "base/buf.h"
#include "pki/cms_open.h"
#include "pki/vid.h"

struct verify_vid {
    bool opened;
    uint8_t r[VID_R_LEN];
    struct buf token; /* the token that it belongs to, as it was signed */
};

/*
 * Open it with the server's key. What cannot be opened, or says something else
 * than a login's, is not opened, and no error. ERR_NO_MEMORY
 */
enum err verify_vid_open(const struct crypto *crypto, const struct buf *vid,
    EVP_PKEY *key, struct verify_vid *ret);
void verify_vid_free(struct verify_vid *vid);

/* Why it does not belong to this token: vid_unreadable, vid_other_login
 * (static); NULL: it does. */
const char *verify_vid_reason(
    const struct verify_vid *vid, const struct buf *token);

#endif
