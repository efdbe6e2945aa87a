#include "cmd/sign_one.h"

#include <string.h>

#include "cmd/transaction.h"
#include "pki/text.h"

/* The word that was given, else the first; one of ours, so that it stays. */
static const char *
choose(const struct call *call, const char *name, const char *const *words)
{
    const char *text = args_text(call, name);
    size_t i;

    for (i = 0; text != NULL && words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0)
            return words[i];
    return words[0];
}

static enum err
check_transaction(struct call *call, const struct sign_wanted *wanted)
{
    const char *problem = NULL;
    enum err r;

    if (strcmp(wanted->kind, "transaction") != 0)
        return OK;
    if (strcmp(wanted->encoding, "utf-8") != 0)
        problem = "encoding";
    r = problem == NULL ? transaction_check(&wanted->bytes, &problem)
                        : ERR_INVALID_REQUEST;
    if (r != ERR_INVALID_REQUEST)
        return r;
    return reply_text(call->detail, "problem", problem) == OK ? r
                                                              : ERR_NO_MEMORY;
}

/* As much of a text as the history shows. */
static enum err
put_shown(const struct buf *content, struct sign_wanted *wanted)
{
    size_t len = content->len;

    if (strcmp(wanted->encoding, "binary") == 0)
        return OK;
    if (len > HISTORY_SHOWN_MAX)
        len = HISTORY_SHOWN_MAX;
    return buf_set(&wanted->shown, content->data, len);
}

enum err
sign_one_read(struct call *call, struct sign_wanted *ret_wanted)
{
    static const char *const formats[] = { "cms", "cms-detached", "pkcs1",
        NULL };
    static const char *const kinds[] = { "text", "transaction", NULL };
    static const char *const encodings[] = { "utf-8", "euc-kr", "binary",
        NULL };
    const struct value *content = args_get(call, "content");
    const struct value *attributes = args_get(call, "attributes");
    struct sign_wanted wanted = {
        .format = choose(call, "format", formats),
        .kind = choose(call, "kind", kinds),
        .encoding = choose(call, "encoding", encodings),
        .attributes = !attributes->given || attributes->flag,
    };
    enum text_encoding encoding;
    enum err r;

    if (content->bytes.len > CMS_CONTENT_MAX) {
        r = reply_number(call->detail, "max", CMS_CONTENT_MAX);
        return r == OK ? ERR_TOO_LARGE : r;
    }
    if ((r = text_encoding_parse(wanted.encoding, &encoding)) != OK ||
        (r = text_encode(encoding, &content->bytes, &wanted.bytes)) != OK ||
        (r = check_transaction(call, &wanted)) != OK ||
        (r = put_shown(&content->bytes, &wanted)) != OK ||
        (r = sign_display(
             call, wanted.kind, &wanted.has_display, &wanted.display)) != OK) {
        sign_one_drop(&wanted);
        return r;
    }
    *ret_wanted = wanted;
    return OK;
}

void
sign_one_drop(struct sign_wanted *wanted)
{
    buf_free(&wanted->bytes);
    buf_free(&wanted->shown);
    cms_display_free(&wanted->display);
}

struct cms_form
sign_one_form(const struct host *host, const struct sign_wanted *wanted)
{
    return (struct cms_form){
        .detached = strcmp(wanted->format, "cms-detached") == 0,
        .attributes = wanted->attributes,
        .now = clock_wall(&host->clock),
        .display = wanted->has_display ? &wanted->display : NULL,
        .content = &wanted->bytes,
    };
}

enum err
sign_one_make(const struct host *host, const struct cms_seal *seal,
    const struct sign_wanted *wanted, struct sign_made *ret_made)
{
    const struct cms_form form = sign_one_form(host, wanted);
    bool bare = strcmp(wanted->format, "pkcs1") == 0;
    uint8_t *digest = ret_made->digest;
    enum err r;

    if ((r = cms_sha256(host->crypto, &wanted->bytes, digest)) != OK)
        return r;
    return bare ? cms_sign_pkcs1_digest(seal, digest, &ret_made->signature)
                : cms_sign_digest(seal, digest, &form, &ret_made->signature);
}

struct history_event
sign_one_event(const X509 *x, const struct sign_wanted *wanted,
    const struct sign_made *made)
{
    bool binary = strcmp(wanted->encoding, "binary") == 0;

    return (struct history_event){ .kind = "sign",
        .x = x,
        .shown = binary ? NULL : &wanted->shown,
        .digest = made->digest,
        .detail = wanted->format };
}
