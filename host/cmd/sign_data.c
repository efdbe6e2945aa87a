#include "cmd/sign.h"

#include <string.h>

#include "cmd/history.h"
#include "cmd/sign_call.h"
#include "cmd/transaction.h"
#include "pki/p8.h"
#include "pki/text.h"

#define CONTENT_PARAM_MAX (1u << 20) /* bytes; the frame's own limit is less */

static const struct param params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    { "content", PARAM_BASE64, CONTENT_PARAM_MAX, PARAM_REQUIRED, NULL,
        "What is signed: text as UTF-8, or bytes" },
    { "format", PARAM_CHOICE, 0, 0, "cms|cms-detached|pkcs1",
        "CMS with or without the content in it, or the bare value" },
    { "attributes", PARAM_BOOL, 0, 0, NULL,
        "Sign time and certificate too (CMS); yes unless told otherwise" },
    { "encoding", PARAM_CHOICE, 0, 0, "utf-8|euc-kr|binary",
        "What text is converted to before it is signed" },
    { "kind", PARAM_CHOICE, 0, 0, "text|transaction",
        "What it is shown as; a transaction is canonical JSON (RFC 8785)" },
    SIGN_PARAM_LANGUAGE,
    SIGN_PARAM_DISPLAYED,
    { 0 },
};

/* What one call asks for, with every default filled in. */
struct wanted {
    const char *format, *kind, *encoding;
    struct buf bytes; /* that are signed */
    bool has_display;
    struct cms_display display;
};

static void
drop(struct wanted *wanted)
{
    buf_free(&wanted->bytes);
    cms_display_free(&wanted->display);
}

/* Text of a parameter, or what stands for it. */
static const char *
text_or(const struct call *call, const char *name, const char *fallback)
{
    const char *text = args_text(call, name);

    return text == NULL ? fallback : text;
}

static enum err
check_transaction(struct call *call, const struct wanted *wanted)
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

static enum err
read_wanted(struct call *call, struct wanted *wanted)
{
    const struct value *content = args_get(call, "content");
    enum text_encoding encoding;
    enum err r;

    wanted->format = text_or(call, "format", "cms");
    wanted->kind = text_or(call, "kind", "text");
    wanted->encoding = text_or(call, "encoding", "utf-8");
    if (content->bytes.len > CMS_CONTENT_MAX) {
        r = reply_number(call->detail, "max", CMS_CONTENT_MAX);
        return r == OK ? ERR_TOO_LARGE : r;
    }
    if ((r = text_encoding_parse(wanted->encoding, &encoding)) != OK ||
        (r = text_encode(encoding, &content->bytes, &wanted->bytes)) != OK ||
        (r = check_transaction(call, wanted)) != OK)
        return r;
    return sign_display(
        call, wanted->kind, &wanted->has_display, &wanted->display);
}

static enum err
make_signature(struct call *call, const struct sign_pair *pair,
    const struct wanted *wanted, struct buf *ret_signature)
{
    const struct value *attributes = args_get(call, "attributes");
    const struct crypto *crypto = call->host->crypto;
    X509 *x = pair->entry->sign;
    struct cms_form form = {
        .detached = strcmp(wanted->format, "cms-detached") == 0,
        .attributes = !attributes->given || attributes->flag,
        .now = clock_wall(&call->host->clock),
        .display = wanted->has_display ? &wanted->display : NULL,
    };

    if (strcmp(wanted->format, "pkcs1") == 0)
        return cms_sign_pkcs1(
            crypto, x, pair->key, &wanted->bytes, ret_signature);
    return cms_sign(crypto, x, pair->key, &wanted->bytes, &form, ret_signature);
}

static void
remember(const struct call *call, const X509 *x, const struct wanted *wanted,
    const uint8_t *digest)
{
    bool binary = strcmp(wanted->encoding, "binary") == 0;
    const struct history_event event = { .kind = "sign",
        .x = x,
        .shown = binary ? NULL : &args_get(call, "content")->bytes,
        .digest = digest,
        .detail = wanted->format };

    history_append(call, &event);
}

static enum err
run(struct call *call)
{
    struct wanted wanted = { 0 };
    struct sign_pair pair = { 0 };
    struct buf signature = { 0 };
    uint8_t digest[CMS_SHA256_LEN];
    enum err r;

    if ((r = read_wanted(call, &wanted)) != OK ||
        (r = sign_open(call, &pair, NULL)) != OK ||
        (r = make_signature(call, &pair, &wanted, &signature)) != OK ||
        (r = cms_sha256(call->host->crypto, &wanted.bytes, digest)) != OK)
        goto out;
    remember(call, pair.entry->sign, &wanted, digest);
    r = sign_reply(call, pair.entry->sign, wanted.format, digest, &signature);
out:
    sign_close(&pair);
    drop(&wanted);
    buf_free(&signature);
    return r;
}

const struct command cmd_sign_data = {
    .name = "sign.data",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Sign content with a certificate of the store",
};
