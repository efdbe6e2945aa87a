#include "cmd/sign_call.h"

#include <string.h>

#include "base/hex.h"
#include "cmd/verdict.h"
#include "pki/cert.h"
#include "pki/cms_envelope.h"

enum err
sign_refuse(struct call *call, const char *param, enum err why)
{
    enum err r = reply_text(call->detail, "param", param);

    return r == OK ? why : r;
}

/* An expired one is judged by its last second, and by what is known of it. */
static enum err
check_expired(struct call *call, X509 *x)
{
    bool revoked = false;
    int64_t date;
    enum err r;

    if ((r = cms_may_sign(x, cert_not_after(x), &date)) != OK ||
        (r = verdict_known_revoked(call->host, x, &revoked)) != OK)
        return r;
    return revoked ? ERR_CERTIFICATE_REVOKED : OK;
}

/* May the certificate sign today? Says the date when not. */
static enum err
check_usable(struct call *call, X509 *x, bool *ret_expired)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t date = 0;
    enum err r, said;

    r = cms_may_sign(x, clock_wall(&call->host->clock), &date);
    *ret_expired =
        r == ERR_CERTIFICATE_EXPIRED && args_get(call, "expired")->flag;
    if (*ret_expired)
        return check_expired(call, x);
    if (date == 0)
        return r;
    clock_text(date, text);
    said = reply_text(call->detail, "date", text);
    return said == OK ? r : said;
}

enum err
sign_open(
    struct call *call, struct sign_pair *ret_pair, struct buf *ret_key_info)
{
    struct sign_pair pair = { 0 };
    EVP_PKEY *key = NULL;
    enum err r;

    if ((r = store_look_up(call->host, args_text(call, "certificate"),
             &pair.list, &pair.entry)) != OK ||
        (r = check_usable(call, pair.entry->sign, &pair.expired)) != OK ||
        (r = store_open_key(call->host, pair.entry, false,
             &args_get(call, "password")->bytes, &key, ret_key_info)) != OK ||
        (r = cms_seal_new(
             call->host->crypto, pair.entry->sign, key, &pair.seal)) != OK)
        sign_close(&pair);
    else
        *ret_pair = pair;
    EVP_PKEY_free(key);
    return r;
}

enum err
sign_recipient(struct call *call, X509 **ret_x)
{
    const struct value *recipient = args_get(call, "recipient");
    const char *problem;
    enum err r;

    if (!recipient->given)
        return OK;
    if (cert_parse(call->host->crypto, &recipient->bytes, ret_x) != OK)
        return sign_refuse(call, "recipient", ERR_PARAM_TYPE);
    problem = cms_recipient_problem(*ret_x, clock_wall(&call->host->clock));
    if (problem == NULL)
        return OK;
    r = reply_text(call->detail, "problem", problem);
    return r == OK ? sign_refuse(call, "recipient", ERR_INVALID_REQUEST) : r;
}

const char *
sign_detail(const struct sign_pair *pair, const char *format)
{
    static const char *const expired[][2] = {
        { "cms", "cms, expired" },
        { "cms-detached", "cms-detached, expired" },
        { "pkcs1", "pkcs1, expired" },
    };

    for (size_t i = 0; pair->expired && i < sizeof(expired) / sizeof(*expired);
         i++)
        if (strcmp(expired[i][0], format) == 0)
            return expired[i][1];
    return format;
}

void
sign_close(struct sign_pair *pair)
{
    cms_seal_free(pair->seal);
    store_list_free(&pair->list);
    *pair = (struct sign_pair){ 0 };
}

enum err
sign_display(struct call *call, const char *kind, bool *ret_given,
    struct cms_display *ret_display)
{
    const struct value *displayed = args_get(call, "displayed");
    const char *language = args_text(call, "language");
    struct buf digest = { 0 };
    enum err r;

    *ret_given = displayed->given;
    if (!displayed->given)
        return language == NULL
                   ? OK
                   : sign_refuse(call, "displayed", ERR_PARAM_MISSING);
    if (language == NULL)
        return sign_refuse(call, "language", ERR_PARAM_MISSING);
    if (call->origin == NULL)
        return sign_refuse(call, "origin", ERR_PARAM_MISSING);
    r = hex_decode(buf_text(&displayed->bytes), displayed->bytes.len, &digest);
    if (r == OK && digest.len != CMS_DISPLAY_LEN)
        r = ERR_PARAM_TYPE;
    if (r == ERR_PARAM_TYPE)
        r = sign_refuse(call, "displayed", r);
    if (r != OK)
        goto out;
    memcpy(ret_display->displayed, digest.data, CMS_DISPLAY_LEN);
    if ((r = buf_put_text(&ret_display->kind, kind)) != OK ||
        (r = buf_put_text(&ret_display->origin, call->origin)) != OK)
        goto out;
    r = buf_put_text(&ret_display->language, language);
out:
    buf_free(&digest);
    return r;
}

enum err
sign_reply(struct call *call, X509 *x, const char *format,
    const uint8_t digest[static CMS_SHA256_LEN], const struct buf *signature)
{
    struct buf der = { 0 }, hex = { 0 };
    enum err r;

    if ((x != NULL && (r = cert_der(x, &der)) != OK) ||
        (r = hex_encode(digest, CMS_SHA256_LEN, &hex)) != OK ||
        (signature != NULL &&
            (r = reply_bytes(call->result, "signature", signature)) != OK) ||
        (x != NULL &&
            (r = reply_bytes(call->result, "certificate", &der)) != OK) ||
        (r = reply_text(call->result, "format", format)) != OK)
        goto out;
    r = reply_text(call->result, "sha256", buf_text(&hex));
out:
    buf_free(&der);
    buf_free(&hex);
    return r;
}
