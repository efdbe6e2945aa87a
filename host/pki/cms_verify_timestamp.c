/* Time-stamps in a signature (cms_verify.h). */
#include "pki/cms_verify.h"

#include <openssl/err.h>

/* What is to be said of one, as a finding; NULL: it is well. A time-stamp that
 * nobody here vouches for is passed over unless one must be there: anybody may
 * add one. */
static bool
is_finding(const struct cms_question *question, const struct timestamp *t,
    const char **ret_reason)
{
    *ret_reason = t->state == TIMESTAMP_NONE ? "timestamp_missing" : t->problem;
    return question->timestamp || t->state == TIMESTAMP_GOOD ||
           t->state == TIMESTAMP_BAD;
}

static enum err
read_all(const struct crypto *crypto, const struct cms_question *question,
    struct cms_verdict *v)
{
    CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(crypto_libctx(crypto), NULL);
    const uint8_t *p = question->signature->data;
    STACK_OF(CMS_SignerInfo) * infos;
    enum err r = OK;

    if (cms == NULL ||
        d2i_CMS_ContentInfo(&cms, &p, (long)question->signature->len) == NULL) {
        CMS_ContentInfo_free(cms);
        return err_openssl(__func__, ERR_NO_MEMORY); /* it was read before */
    }
    infos = CMS_get0_SignerInfos(cms);
    for (size_t i = 0; r == OK && i < v->signer_count; i++)
        r = timestamp_of_signer(crypto, sk_CMS_SignerInfo_value(infos, (int)i),
            question->tsa_anchors, question->at, &v->signers[i].timestamp);
    CMS_ContentInfo_free(cms);
    return r;
}

enum err
cms_verify_timestamps(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *verdict)
{
    const char *reason;
    enum err r;

    if (!question->pkcs1 && verdict->signer_count > 0 &&
        (r = read_all(crypto, question, verdict)) != OK)
        return r;
    for (size_t i = 0; i < verdict->signer_count; i++) {
        if (is_finding(question, &verdict->signers[i].timestamp, &reason))
            cms_verdict_add(verdict, "timestamp", reason, (int)i);
    }
    return OK;
}
