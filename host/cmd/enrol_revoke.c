/* enrol.revoke - a certificate is revoked and leaves the store. */
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"
#include "cmd/enrol_holder.h"
#include "pki/revoke.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "The certificate to revoke, for good" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The password of its key file" },
    { "reason", PARAM_CHOICE, 0, PARAM_REQUIRED,
        "unspecified|keyCompromise|affiliationChanged|superseded|"
        "cessationOfOperation",
        "Why, for the CA's list" },
    { 0 },
};

static const char *const next[] = { "enrol.resume", NULL };

static enum err
run(struct call *call)
{
    const struct enrol_io io = enrol_call_io(call);
    struct enrol_holder holder = { 0 };
    struct revoke_result result = { .cmp.status.status = -1, .sent = "no" };
    struct revoke_order order = { 0 };
    enum err r;

    if ((r = enrol_holder_find(call, &holder)) == OK) {
        order.ca = holder.ca;
        order.entry = holder.entry;
        order.password = &args_get(call, "password")->bytes;
        order.reason = args_text(call, "reason");
        r = revoke_start(call->host, &order, &io, call->watch, &result);
        r = enrol_call_revoked(call, holder.ca, &result, r);
    }
    revoke_result_free(&result);
    enrol_holder_free(&holder);
    return r;
}

const struct command cmd_enrol_revoke = {
    .name = "enrol.revoke",
    .run = run,
    .params = params,
    .flags =
        COMMAND_NETWORK | COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Have a certificate revoked for good, and take it out of the store",
    .next = next,
};
