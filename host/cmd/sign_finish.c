/* sign.finish - sign the file that came, by the digest that was computed while
 * it passed. A wrong password may be tried again; the file stays. */
#include "cmd/sign.h"

#include <string.h>

#include "cmd/history.h"
#include "cmd/sign_call.h"
#include "cmd/sign_file.h"
#include "cmd/sign_one.h"
#include "pki/p8.h"

static const struct param params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    { "format", PARAM_CHOICE, 0, 0, "cms-detached|pkcs1",
        "CMS without the content in it, or the bare value" },
    SIGN_PARAM_ATTRIBUTES,
    SIGN_PARAM_EXPIRED,
    SIGN_PARAM_LANGUAGE,
    SIGN_PARAM_DISPLAYED,
    { 0 },
};

static enum err
make_signature(struct call *call, const struct sign_pair *pair,
    const uint8_t *digest, const struct cms_display *display,
    struct buf *ret_signature)
{
    const struct value *attributes = args_get(call, "attributes");
    const char *format = args_text(call, "format");
    const struct cms_form form = {
        .detached = true,
        .attributes = !attributes->given || attributes->flag,
        .now = clock_wall(&call->host->clock),
        .display = display,
    };

    if (format != NULL && strcmp(format, "pkcs1") == 0)
        return cms_sign_pkcs1_digest(pair->seal, digest, ret_signature);
    return cms_sign_digest(pair->seal, digest, &form, ret_signature);
}

static enum err
run(struct call *call)
{
    const struct sign_file *file = kept_of(call, &sign_file_kind);
    const char *format = args_text(call, "format");
    struct history_event event = { .kind = "sign" };
    struct cms_display display = { .kind = { 0 } };
    struct sign_pair pair = { 0 };
    struct buf signature = { 0 };
    bool displayed = false;
    enum err r;

    if (file == NULL || !file->whole || file->broken)
        return ERR_INVALID_REQUEST;
    if (format == NULL)
        format = "cms-detached";
    if ((r = sign_display(call, "file", &displayed, &display)) != OK ||
        (r = sign_open(call, &pair, NULL)) != OK ||
        (r = make_signature(call, &pair, file->sha256,
             displayed ? &display : NULL, &signature)) != OK)
        goto out;
    event.x = pair.entry->sign;
    event.shown = &file->name;
    event.digest = file->sha256;
    event.detail = sign_detail(&pair, format);
    history_append(call, &event);
    r = sign_reply(call, pair.entry->sign, format, file->sha256, &signature);
    if (r == OK)
        kept_drop(call, &sign_file_kind);
out:
    sign_close(&pair);
    cms_display_free(&display);
    buf_free(&signature);
    return r;
}

const struct command cmd_sign_finish = {
    .name = "sign.finish",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Sign the file that was brought, by its digest computed here",
};
