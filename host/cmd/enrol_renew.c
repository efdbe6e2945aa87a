/* enrol.renew - a new pair for one that will expire, signed by the old key. */
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"
#include "cmd/enrol_holder.h"
#include "pki/renew.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "The certificate to renew" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The password of its key file" },
    { "newPassword", PARAM_SECRET, P8_PASSWORD_MAX, 0, NULL,
        "The password of the new one, when it is to be another" },
    { "keyScheme", PARAM_CHOICE, 0, 0, "compat|legacy|strong",
        "How the new key file is encrypted" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder to store in, when not where the old one is" },
    { 0 },
};

static const char *const next[] = { "enrol.resume", NULL };

static enum err
fill(const struct call *call, const struct enrol_holder *holder,
    struct renew_order *ret)
{
    const struct value *fresh = args_get(call, "newPassword");
    const char *scheme = args_text(call, "keyScheme");
    const char *root = args_text(call, "root");
    enum err r;

    ret->ca = holder->ca;
    ret->entry = holder->entry;
    ret->password = &args_get(call, "password")->bytes;
    ret->new_password = fresh->given ? &fresh->bytes : ret->password;
    ret->keys = kept_of(call, &enrol_call_keys);
    if ((r = p8_scheme_parse(
             scheme == NULL ? "compat" : scheme, &ret->scheme)) != OK)
        return r;
    return enrol_call_root(
        call, root == NULL ? holder->entry->root : root, &ret->root);
}

static enum err
run(struct call *call)
{
    const struct enrol_io io = enrol_call_io(call);
    struct enrol_holder holder = { 0 };
    struct enrol_result result = { .cmp.status.status = -1, .sent = "no" };
    struct renew_order order = { 0 };
    enum err r;

    if ((r = enrol_holder_find(call, &holder)) == OK) {
        if ((r = fill(call, &holder, &order)) == OK)
            r = renew_start(call->host, &order, &io, call->watch, &result);
        enrol_call_remember(call, holder.ca, JOURNAL_RENEW, &result, r);
        r = enrol_call_answer(call, holder.ca, &result, r);
    }
    enrol_result_free(&result);
    enrol_holder_free(&holder);
    return r;
}

const struct command cmd_enrol_renew = {
    .name = "enrol.renew",
    .run = run,
    .params = params,
    .flags =
        COMMAND_NETWORK | COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Get a new certificate in place of one that will expire",
    .next = next,
};
