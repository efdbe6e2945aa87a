#include "cmd/sign.h"

#include "cmd/history.h"
#include "cmd/sign_one.h"
#include "cmd/sign_stamp.h"
#include "pki/p8.h"

static const struct param params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    SIGN_PARAM_CONTENT,
    SIGN_PARAM_FORMAT,
    SIGN_PARAM_ATTRIBUTES,
    SIGN_PARAM_ENCODING,
    SIGN_PARAM_KIND,
    SIGN_PARAM_TIMESTAMP,
    SIGN_PARAM_LANGUAGE,
    SIGN_PARAM_DISPLAYED,
    { 0 },
};

static enum err
run(struct call *call)
{
    struct sign_wanted wanted = { 0 };
    struct sign_made made = { .signature = { 0 } };
    struct sign_pair pair = { 0 };
    struct history_event event;
    struct tsa *tsa = NULL;
    enum err r;

    if ((r = sign_one_read(call, &wanted)) != OK ||
        (r = sign_stamp_prepare(call, &wanted, &tsa)) != OK ||
        (r = sign_open(call, &pair, NULL)) != OK ||
        (r = sign_one_make(
             call->host, pair.entry->sign, pair.key, &wanted, &made)) != OK ||
        (r = sign_stamp(call, pair.entry->sign, tsa, &made.signature)) != OK)
        goto out;
    event = sign_one_event(pair.entry->sign, &wanted, &made);
    history_append(call, &event);
    r = sign_reply(
        call, pair.entry->sign, wanted.format, made.digest, &made.signature);
out:
    sign_close(&pair);
    sign_one_drop(&wanted);
    tsa_free(tsa);
    buf_free(&made.signature);
    return r;
}

const struct command cmd_sign_data = {
    .name = "sign.data",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Sign content with a certificate of the store",
};
