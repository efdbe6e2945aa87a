#include "cmd/sign.h"

#include <string.h>

#include "base/hex.h"
#include "cmd/history.h"
#include "pki/cms.h"
#include "pki/p8.h"
#include "pki/store.h"
#include "pki/text.h"

#define CONTENT_PARAM_MAX (1u << 20) /* bytes; the frame's own limit is less */

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Certificate to sign with" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "Password of its key file" },
    { "content", PARAM_BASE64, CONTENT_PARAM_MAX, PARAM_REQUIRED, NULL,
        "What is signed: text as UTF-8, or bytes" },
    { "format", PARAM_CHOICE, 0, 0, "cms|cms-detached|pkcs1",
        "CMS with or without the content in it, or the bare value" },
    { "attributes", PARAM_BOOL, 0, 0, NULL,
        "Sign time and certificate too (CMS); yes unless told otherwise" },
    { "encoding", PARAM_CHOICE, 0, 0, "utf-8|euc-kr|binary",
        "What text is converted to before it is signed" },
    { 0 },
};

static enum err
convert(struct call *call, struct buf *ret_bytes)
{
    const char *name = args_text(call, "encoding");
    enum text_encoding encoding = TEXT_UTF8;
    const struct value *content = args_get(call, "content");
    enum err r;

    if (content->bytes.len > CMS_CONTENT_MAX) {
        r = reply_number(call->detail, "max", CMS_CONTENT_MAX);
        return r == OK ? ERR_TOO_LARGE : r;
    }
    if (name != NULL && (r = text_encoding_parse(name, &encoding)) != OK)
        return r;
    return text_encode(encoding, &content->bytes, ret_bytes);
}

/* May the certificate sign today? Says the date when not. */
static enum err
check_usable(struct call *call, const struct store_entry *entry)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t date = 0;
    enum err r, said;

    r = cms_may_sign(entry->sign, clock_wall(&call->host->clock), &date);
    if (date == 0)
        return r;
    clock_text(date, text);
    said = reply_text(call->detail, "date", text);
    return said == OK ? r : said;
}

static enum err
make_signature(struct call *call, X509 *x, EVP_PKEY *key, const char *format,
    const struct buf *bytes, struct buf *ret_signature)
{
    const struct value *attributes = args_get(call, "attributes");
    const struct crypto *crypto = call->host->crypto;
    struct cms_form form = {
        .detached = strcmp(format, "cms-detached") == 0,
        .attributes = !attributes->given || attributes->flag,
        .now = clock_wall(&call->host->clock),
    };

    if (strcmp(format, "pkcs1") == 0)
        return cms_sign_pkcs1(crypto, x, key, bytes, ret_signature);
    return cms_sign(crypto, x, key, bytes, &form, ret_signature);
}

static void
remember(const struct call *call, const X509 *x, const char *format,
    const uint8_t *digest)
{
    const char *encoding = args_text(call, "encoding");
    bool binary = encoding != NULL && strcmp(encoding, "binary") == 0;
    const struct history_event event = { .kind = "sign",
        .x = x,
        .shown = binary ? NULL : &args_get(call, "content")->bytes,
        .digest = digest,
        .detail = format };

    history_append(call, &event);
}

static enum err
put_result(struct call *call, X509 *x, const char *format,
    const uint8_t *digest, const struct buf *signature)
{
    struct buf der = { 0 }, hex = { 0 };
    enum err r;

    if ((r = cert_der(x, &der)) != OK ||
        (r = hex_encode(digest, CMS_SHA256_LEN, &hex)) != OK ||
        (r = reply_bytes(call->result, "signature", signature)) != OK ||
        (r = reply_bytes(call->result, "certificate", &der)) != OK ||
        (r = reply_text(call->result, "format", format)) != OK)
        goto out;
    r = reply_text(call->result, "sha256", buf_text(&hex));
out:
    buf_free(&der);
    buf_free(&hex);
    return r;
}

static enum err
run(struct call *call)
{
    const char *format = args_text(call, "format");
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    struct buf bytes = { 0 }, signature = { 0 };
    uint8_t digest[CMS_SHA256_LEN];
    EVP_PKEY *key = NULL;
    enum err r;

    if (format == NULL)
        format = "cms";
    if ((r = convert(call, &bytes)) != OK ||
        (r = store_look_up(call->host, args_text(call, "certificate"), &list,
             &entry)) != OK ||
        (r = check_usable(call, entry)) != OK ||
        (r = store_open_key(call->host, entry, false,
             &args_get(call, "password")->bytes, &key, NULL)) != OK)
        goto out;
    if ((r = make_signature(
             call, entry->sign, key, format, &bytes, &signature)) != OK ||
        (r = cms_sha256(call->host->crypto, &bytes, digest)) != OK)
        goto out;
    remember(call, entry->sign, format, digest);
    r = put_result(call, entry->sign, format, digest, &signature);
out:
    EVP_PKEY_free(key);
    store_list_free(&list);
    buf_free(&bytes);
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
