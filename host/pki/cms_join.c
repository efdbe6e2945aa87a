#include "pki/cms_join.h"

#include "pki/cms_verify.h"

static const char *
first_problem(const struct cms_verdict *v)
{
    for (size_t i = 0; i < v->finding_count; i++)
        if (v->findings[i].reason != NULL)
            return v->findings[i].reason;
    return v->signer_count >= CMS_SIGNERS_MAX ? "too_many_signers" : NULL;
}

static bool
is_among(X509 *x, const struct cms_verdict *v)
{
    for (size_t i = 0; i < v->signer_count; i++)
        if (v->signers[i].x != NULL && X509_cmp(v->signers[i].x, x) == 0)
            return true;
    return false;
}

enum err
cms_may_join(const struct crypto *crypto, const struct cms_join *join,
    const char **ret_problem, bool *ret_detached)
{
    const struct cms_question question = {
        .signature = join->to,
        .content = join->content,
        .digest = join->content == NULL ? join->digest : NULL,
    };
    struct cms_verdict verdict = { 0 };
    enum err r;

    *ret_problem = NULL;
    if ((r = cms_verify_bytes(crypto, &question, &verdict)) != OK)
        return r;
    *ret_problem = first_problem(&verdict);
    *ret_detached = verdict.detached;
    if (*ret_problem != NULL)
        r = ERR_INVALID_REQUEST;
    else if (is_among(join->x, &verdict))
        r = ERR_ALREADY_SIGNED;
    cms_verdict_free(&verdict);
    return r;
}
