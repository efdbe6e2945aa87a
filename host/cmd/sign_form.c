#include "cmd/sign_form.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "pki/cert.h"
#include "pki/cms_envelope.h"
#include "pki/cms_join.h"

void
sign_form_free(struct sign_form *form)
{
    sign_one_drop(&form->wanted);
    buf_free(&form->made.signature);
    X509_free(form->recipient);
}

/* --- a document that is shown elsewhere ------------------------------------ */

static bool
is_document(const struct call *call)
{
    const char *kind = args_text(call, "kind");

    return args_get(call, "documentName")->given ||
           args_get(call, "documentSha256")->given ||
           (kind != NULL && strcmp(kind, "document") == 0);
}

static bool
is_line(const struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] < ' ' || text->data[i] == 0x7F)
            return false;
    return text->len > 0;
}

/* What cannot be said of bytes that nobody here has seen. */
static enum err
check_document(struct call *call)
{
    const struct value *attributes = args_get(call, "attributes");
    const char *kind = args_text(call, "kind");
    const char *format = args_text(call, "format");

    if (kind != NULL && strcmp(kind, "document") != 0)
        return sign_refuse(call, "kind", ERR_PARAM_RANGE);
    if (args_get(call, "content")->given)
        return sign_refuse(call, "content", ERR_INVALID_REQUEST);
    if (args_get(call, "encoding")->given)
        return sign_refuse(call, "encoding", ERR_PARAM_RANGE);
    if (format != NULL && strcmp(format, "cms-detached") != 0)
        return sign_refuse(call, "format", ERR_PARAM_RANGE);
    if (attributes->given && !attributes->flag)
        return sign_refuse(call, "attributes", ERR_PARAM_RANGE);
    if (call->origin != NULL && !args_get(call, "displayed")->given)
        return sign_refuse(call, "displayed", ERR_PARAM_MISSING);
    return OK;
}

static enum err
read_digest(struct call *call, struct sign_form *form)
{
    const char *text = args_text(call, "documentSha256");
    struct buf digest = { 0 };
    enum err r;

    if (text == NULL)
        return sign_refuse(call, "documentSha256", ERR_PARAM_MISSING);
    r = hex_decode(text, strlen(text), &digest);
    if (r == OK && digest.len == CMS_SHA256_LEN)
        memcpy(form->made.digest, digest.data, CMS_SHA256_LEN);
    else if (r != ERR_NO_MEMORY)
        r = sign_refuse(call, "documentSha256", ERR_PARAM_TYPE);
    buf_free(&digest);
    return r;
}

static enum err
read_document(struct call *call, struct sign_form *form)
{
    const struct value *name = args_get(call, "documentName");
    struct sign_wanted *wanted = &form->wanted;
    enum err r;

    wanted->format = "cms-detached";
    wanted->kind = "document";
    wanted->encoding = "utf-8"; /* of its name */
    wanted->attributes = true;
    if (!name->given)
        return sign_refuse(call, "documentName", ERR_PARAM_MISSING);
    if (!is_line(&name->bytes))
        return sign_refuse(call, "documentName", ERR_PARAM_TYPE);
    if ((r = read_digest(call, form)) != OK ||
        (r = check_document(call)) != OK ||
        (r = buf_set(&wanted->shown, name->bytes.data, name->bytes.len)) != OK)
        return r;
    return sign_display(
        call, wanted->kind, &wanted->has_display, &wanted->display);
}

/* --- all of it ------------------------------------------------------------- */

static enum err
read_content(struct call *call, struct sign_form *form)
{
    if (!args_get(call, "content")->given)
        return sign_refuse(call, "content", ERR_PARAM_MISSING);
    return sign_one_read(call, &form->wanted);
}

/* For whom, and whether it can be for them: asked before anything is signed. */
static enum err
read_recipient(struct call *call, struct sign_form *form)
{
    const char *cipher = args_text(call, "cipher");

    if (cipher != NULL && !args_get(call, "recipient")->given)
        return sign_refuse(call, "recipient", ERR_PARAM_MISSING);
    form->cipher = cipher == NULL ? CMS_CIPHER : cipher;
    return sign_recipient(call, &form->recipient);
}

enum err
sign_form_read(struct call *call, struct sign_form *form)
{
    const struct value *to = args_get(call, "addTo");
    enum err r;

    form->document = is_document(call);
    form->to = to->given ? &to->bytes : NULL;
    r = form->document ? read_document(call, form) : read_content(call, form);
    if (r != OK)
        return r;
    if (form->to != NULL && strcmp(form->wanted.format, "pkcs1") == 0)
        return sign_refuse(call, "format", ERR_PARAM_RANGE);
    return read_recipient(call, form);
}

/* What is joined says whether the content is inside. */
static enum err
join(struct call *call, X509 *x, struct sign_form *form)
{
    const struct cms_join question = { .to = form->to,
        .content = form->document ? NULL : &form->wanted.bytes,
        .digest = form->made.digest,
        .x = x };
    const char *problem = NULL, *format;
    bool detached = false;
    enum err r;

    r = cms_may_join(call->host->crypto, &question, &problem, &detached);
    if (r == ERR_INVALID_REQUEST &&
        reply_text(call->detail, "problem", problem) != OK)
        r = ERR_NO_MEMORY;
    if (r == ERR_INVALID_REQUEST)
        return sign_refuse(call, "addTo", r);
    if (r != OK)
        return r;
    format = detached ? "cms-detached" : "cms";
    if ((args_get(call, "format")->given || form->document) &&
        strcmp(format, form->wanted.format) != 0)
        return sign_refuse(call, "format", ERR_PARAM_RANGE);
    form->wanted.format = format;
    return OK;
}

enum err
sign_form_make(
    struct call *call, const struct sign_pair *pair, struct sign_form *form)
{
    const struct crypto *crypto = call->host->crypto;
    struct sign_made *made = &form->made;
    struct cms_form cms;
    enum err r;

    if (!form->document && form->to == NULL)
        return sign_one_make(call->host, pair->seal, &form->wanted, made);
    if (!form->document &&
        (r = cms_sha256(crypto, &form->wanted.bytes, made->digest)) != OK)
        return r;
    if (form->to != NULL && (r = join(call, pair->entry->sign, form)) != OK)
        return r;
    cms = sign_one_form(call->host, &form->wanted);
    cms.to = form->to;
    if (form->document)
        cms.content = NULL;
    return cms_sign_digest(pair->seal, made->digest, &cms, &made->signature);
}

enum err
sign_form_reply(
    struct call *call, const struct sign_pair *pair, struct sign_form *form)
{
    const struct sign_made *made = &form->made;
    struct buf der = { 0 };
    enum err r = OK;

    if (form->recipient != NULL &&
        (r = cms_envelope(call->host->crypto, form->recipient, form->cipher,
             &made->signature, &der)) == OK)
        r = reply_bytes(call->result, "envelope", &der);
    if (r == OK)
        r = sign_reply(call, pair->entry->sign, form->wanted.format,
            made->digest, form->recipient == NULL ? &made->signature : NULL);
    buf_free(&der);
    return r;
}

void
sign_form_remember(const struct call *call, const struct sign_pair *pair,
    const struct sign_form *form)
{
    struct history_event event =
        sign_one_event(pair->entry->sign, &form->wanted, &form->made);
    char detail[HISTORY_DETAIL_MAX];

    (void)snprintf(detail, sizeof(detail), "%s%s%s%s%s", event.detail,
        form->document ? ", document" : "", form->to != NULL ? ", joined" : "",
        pair->expired ? ", expired" : "",
        form->recipient != NULL ? ", enveloped" : "");
    event.detail = detail;
    history_append(call, &event);
}
