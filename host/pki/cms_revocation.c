/* What a signature's verifier was given about revocation. The certificate's own
 * issuer, or whom that appointed, must have signed it: see revocation.h. */
#include "pki/cms_verify.h"
#include "pki/der.h"
#include "pki/revocation.h"

#define ENUMERATED 0x0Au /* an OCSP answer begins with its status */

/* What one CRL or OCSP answer proves of the first of a path. A revocation says
 * nothing about what is proved to be older: stamped is that time, or 0. */
static enum revocation_status
read_one(const struct crypto *crypto, const struct buf *one,
    const struct chain_set *path, int64_t at, int64_t stamped)
{
    struct revocation found = { .status = REVOCATION_NOT_CHECKED };
    X509 *x = chain_at(path, 0), *issuer = chain_at(path, 1);
    struct der in = der_of(one), body;
    const char *problem = NULL;
    bool good = false;

    if (!der_get(&in, DER_SEQUENCE, &body))
        return REVOCATION_UNKNOWN;
    good = der_at(&body, ENUMERATED) ? revocation_ocsp_read(crypto, one, x,
                                           issuer, NULL, at, &found, &problem)
                                     : revocation_crl_read(crypto, one, x,
                                           issuer, at, &found, &problem);
    if (found.status == REVOCATION_REVOKED && stamped != 0 &&
        found.revoked_at > stamped)
        return REVOCATION_GOOD;
    /* a list that has expired does not take a revocation back */
    return good || found.status == REVOCATION_REVOKED ? found.status
                                                      : REVOCATION_UNKNOWN;
}

const char *
cms_verify_revocation(const struct crypto *crypto,
    const struct cms_question *question, const struct chain_set *path,
    int64_t stamped)
{
    enum revocation_status status;
    struct der rest = der_of(question->evidence), all, content;
    struct buf one;
    unsigned tag;
    bool good = false;

    while (path != NULL && rest.len > 0) {
        all = rest;
        if (!der_any(&rest, &tag, &content))
            return err_reason(ERR_STATUS_UNKNOWN);
        one = (struct buf){ .len = all.len - rest.len };
        one.data =
            question->evidence->data + (question->evidence->len - all.len);
        status = read_one(crypto, &one, path, question->at, stamped);
        if (status == REVOCATION_REVOKED)
            return err_reason(ERR_CERTIFICATE_REVOKED);
        good = good || status == REVOCATION_GOOD;
    }
    return good ? NULL : err_reason(ERR_STATUS_UNKNOWN);
}
