/* sign.login - a token that shows a site who is there: its origin, its nonce
 * and five minutes, signed as a content type of its own (docs/signing.md). */
#include "cmd/sign.h"

#include "base/mem.h"
#include "cmd/history.h"
#include "cmd/json.h"
#include "cmd/sign_call.h"
#include "pki/cert.h"
#include "pki/cms_envelope.h"
#include "pki/p8.h"

#define NONCE_MIN 16u  /* bytes */
#define NONCE_MAX 256u /* bytes */
#define LIFE      300  /* seconds */

static const struct param params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    { "nonce", PARAM_TEXT, NONCE_MAX, PARAM_REQUIRED, NULL,
        "The site's nonce: 16 to 256 printable ASCII characters" },
    { "recipient", PARAM_BASE64, CERT_FILE_MAX, 0, NULL,
        "Server certificate in DER, for which R is encrypted" },
    { 0 },
};

static enum err
check_nonce(struct call *call)
{
    const struct buf *nonce = &args_get(call, "nonce")->bytes;

    if (call->origin == NULL)
        return sign_refuse(call, "origin", ERR_PARAM_MISSING);
    if (nonce->len < NONCE_MIN)
        return sign_refuse(call, "nonce", ERR_PARAM_RANGE);
    for (size_t i = 0; i < nonce->len; i++)
        if (nonce->data[i] <= ' ' || nonce->data[i] >= 0x7F)
            return sign_refuse(call, "nonce", ERR_PARAM_TYPE);
    return OK;
}

/* Members in canonical order (RFC 8785): ASCII, so that plain JSON has it. */
static enum err
make_token(struct call *call, const char *issued, const char *expires,
    const struct buf *random, struct buf *ret_text)
{
    cJSON *token = cJSON_CreateObject();
    enum err r;

    if (token == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(token, "expires", expires)) != OK ||
        (r = reply_text(token, "issued", issued)) != OK ||
        (r = reply_text(token, "nonce", args_text(call, "nonce"))) != OK ||
        (r = reply_text(token, "origin", call->origin)) != OK ||
        (random != NULL && (r = reply_bytes(token, "r", random)) != OK) ||
        (r = reply_text(token, "type", random == NULL ? "login" : "login-r")) !=
            OK)
        goto out;
    r = json_print(token, ret_text);
out:
    cJSON_Delete(token);
    return r;
}

/* R, bound to this login, for the server alone. */
static enum err
put_envelope(struct call *call, X509 *recipient, const struct buf *key_info,
    const char *issued, const char *expires)
{
    struct buf random = { 0 }, text = { 0 }, der = { 0 };
    uint8_t value[VID_R_LEN];
    enum err r;

    if (recipient == NULL)
        return OK;
    if ((r = p8_random(key_info, value)) != OK ||
        (r = buf_set(&random, value, sizeof(value))) != OK ||
        (r = make_token(call, issued, expires, &random, &text)) != OK ||
        (r = cms_envelope(
             call->host->crypto, recipient, CMS_CIPHER, &text, &der)) != OK)
        goto out;
    r = reply_bytes(call->result, "vid", &der);
out:
    mem_cleanse(value, sizeof(value));
    buf_free(&random);
    buf_free(&text);
    buf_free(&der);
    return r;
}

static enum err
sign_token(struct call *call, const struct sign_pair *pair, int64_t now,
    const struct buf *text)
{
    const struct cms_form form = {
        .attributes = true, .now = now, .type = CMS_LOGIN_OID
    };
    struct history_event event = { .kind = "login", .x = pair->entry->sign };
    uint8_t digest[CMS_SHA256_LEN];
    struct buf signature = { 0 };
    enum err r;

    if ((r = cms_sign(pair->seal, text, &form, &signature)) != OK ||
        (r = cms_sha256(call->host->crypto, text, digest)) != OK)
        goto out;
    event.digest = digest;
    event.detail = args_get(call, "recipient")->given ? "with R" : NULL;
    history_append(call, &event);
    r = sign_reply(call, pair->entry->sign, "login", digest, &signature);
out:
    buf_free(&signature);
    return r;
}

static enum err
run(struct call *call)
{
    int64_t now = clock_wall(&call->host->clock);
    char issued[CLOCK_TEXT_SIZE], expires[CLOCK_TEXT_SIZE];
    struct buf key_info = { 0 }, text = { 0 };
    struct sign_pair pair = { 0 };
    X509 *recipient = NULL;
    enum err r;

    clock_text(now, issued);
    clock_text(now + LIFE, expires);
    if ((r = check_nonce(call)) != OK ||
        (r = sign_recipient(call, &recipient)) != OK ||
        (r = sign_open(call, &pair, &key_info)) != OK ||
        (r = make_token(call, issued, expires, NULL, &text)) != OK ||
        (r = put_envelope(call, recipient, &key_info, issued, expires)) != OK ||
        (r = sign_token(call, &pair, now, &text)) != OK)
        goto out;
    r = reply_text(call->result, "expires", expires);
out:
    X509_free(recipient);
    sign_close(&pair);
    buf_free(&key_info);
    buf_free(&text);
    return r;
}

const struct command cmd_sign_login = {
    .name = "sign.login",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Sign a login for the site that asks, good for five minutes",
};
