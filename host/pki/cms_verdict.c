/* The answers of a verdict; and what of a certificate's own word a signature
 * needs. See cms_verify.h. */
#include <openssl/x509v3.h>

#include "pki/cms_verify.h"

void
cms_verdict_add(
    struct cms_verdict *v, const char *check, const char *reason, int signer)
{
    if (v->finding_count < CMS_FINDINGS_MAX)
        v->findings[v->finding_count++] =
            (struct cms_finding){ check, reason, signer };
}

bool
cms_verdict_valid(const struct cms_verdict *v)
{
    if (v->finding_count == 0 || v->finding_count == CMS_FINDINGS_MAX)
        return false;
    for (size_t i = 0; i < v->finding_count; i++) {
        if (v->findings[i].reason != NULL)
            return false;
    }
    return true;
}

bool
cms_verdict_signer_valid(const struct cms_verdict *v, size_t signer)
{
    bool asked = false;

    if (v->finding_count == CMS_FINDINGS_MAX)
        return false;
    for (size_t i = 0; i < v->finding_count; i++) {
        const struct cms_finding *f = &v->findings[i];
        bool own = f->signer == (int)signer;

        if (f->reason != NULL && (own || f->signer == CMS_WHOLE))
            return false;
        asked = asked || own;
    }
    return asked;
}

void
cms_verdict_free(struct cms_verdict *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->signer_count; i++) {
        X509_free(v->signers[i].x);
        cms_display_free(&v->signers[i].display);
        timestamp_free(&v->signers[i].timestamp);
    }
    buf_free(&v->content);
    *v = (struct cms_verdict){ 0 };
}

bool
cms_usage_allows(X509 *x)
{
    /* all ones when the extension is absent, 0 when it cannot be read */
    return (X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) != 0;
}
