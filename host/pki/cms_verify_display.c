#include <string.h>

#include "pki/cms_verify.h"

static bool
differs(const struct buf *have, const char *want)
{
    return want != NULL && strcmp(buf_text(have), want) != 0;
}

enum err
cms_verify_display(const struct cms_question *question, CMS_SignerInfo *si,
    int i, struct cms_verdict *v)
{
    bool asked = question->origin != NULL || question->kind != NULL;
    struct cms_signer *signer = &v->signers[i];
    const char *reason = NULL;
    enum err r = OK;

    if (signer->attributes)
        r = cms_display_read(si, &signer->has_display, &signer->display);
    if (r == ERR_INVALID_REQUEST)
        reason = "display_wrong";
    else if (r != OK)
        return r;
    else if (!signer->has_display)
        reason = asked ? "display_missing" : NULL;
    else if (differs(&signer->display.origin, question->origin))
        reason = "origin_differs";
    else if (differs(&signer->display.kind, question->kind))
        reason = "kind_differs";
    if (asked || reason != NULL)
        cms_verdict_add(v, "display", reason, i);
    return OK;
}
