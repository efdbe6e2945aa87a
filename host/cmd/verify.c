#include "cmd/verify.h"

#include <string.h>

#include "cmd/verify_login.h"
#include "cmd/verify_report.h"
#include "cmd/verify_transaction.h"
#include "cmd/verify_vid.h"
#include "pki/cms.h"

/* A login says itself who asked: its own content, and not what was shown. */
static enum err
check_login(const struct verify_question *q, struct cms_verdict *v)
{
    const char *reason = NULL;
    enum err r;

    if (!q->login)
        return OK;
    r = verify_login(&v->content, q->origin, q->nonce, q->cms.at, &reason);
    if (r == OK)
        cms_verdict_add(v, "login", reason, CMS_WHOLE);
    return r;
}

static enum err
check_transaction(const struct verify_question *q, struct cms_verdict *v)
{
    bool expected =
        q->cms.kind != NULL && strcmp(q->cms.kind, "transaction") == 0;
    const char *reason = "content_missing";
    enum err r;

    if (q->transaction == NULL && !expected)
        return OK;
    if (v->content.len > 0 &&
        (r = verify_transaction(&v->content, q->transaction, &reason)) != OK)
        return r;
    cms_verdict_add(v, "transaction", reason, CMS_WHOLE);
    return OK;
}

enum err
verify_answer(const struct crypto *crypto,
    const struct verify_question *question, cJSON *ret_verdict,
    struct buf *ret_content)
{
    struct cms_question cms = question->cms;
    struct cms_verdict v = { 0 };
    struct verify_vid vid = { 0 };
    enum err r = OK;

    cms.type = question->login ? CMS_LOGIN_OID : NULL;
    cms.origin = question->login ? NULL : question->origin;
    if (question->vid != NULL && (r = verify_vid_open(crypto, question->vid,
                                      question->server_key, &vid)) != OK)
        return r;
    if (vid.opened)
        cms.r = vid.r;
    if (cms.r == NULL)
        cms.idn = NULL; /* "vid" says why it cannot be looked at */
    if ((r = cms_verify(crypto, &cms, &v)) != OK ||
        (r = check_login(question, &v)) != OK ||
        (r = check_transaction(question, &v)) != OK)
        goto out;
    if (question->vid != NULL)
        cms_verdict_add(
            &v, "vid", verify_vid_reason(&vid, &v.content), CMS_WHOLE);
    if ((r = verify_report(crypto, &v, ret_verdict)) == OK &&
        ret_content != NULL && cms_verdict_valid(&v))
        buf_move(ret_content, &v.content);
out:
    verify_vid_free(&vid);
    cms_verdict_free(&v);
    return r;
}
