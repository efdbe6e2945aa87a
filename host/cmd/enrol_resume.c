/* enrol.resume - finish an enrolment that was interrupted. */
#include "cmd/ca_file.h"
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"
#include "pki/revoke.h"

static const struct param params[] = {
    { "pending", PARAM_NAME, JOURNAL_ID_LEN, PARAM_REQUIRED, NULL,
        "The unfinished enrolment, by its id" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The password that was chosen for the new certificate" },
    { "confirmSubject", PARAM_BOOL, 0, 0, NULL,
        "The person has confirmed that the certificate is theirs" },
    { 0 },
};

static const char *const next[] = { "enrol.resume", NULL };

static enum err
resume_revocation(struct call *call, const struct ca *ca, const char *id)
{
    const struct enrol_io io = enrol_call_io(call);
    struct revoke_result result = { .cmp.status.status = -1,
        .sent = "unknown" };
    enum err r = revoke_resume(call->host, ca, id,
        &args_get(call, "password")->bytes, &io, call->watch, &result);

    r = enrol_call_revoked(call, ca, &result, r);
    revoke_result_free(&result);
    return r;
}

static enum err
resume_enrolment(
    struct call *call, const struct ca *ca, const struct journal_entry *entry)
{
    const struct enrol_io io = enrol_call_io(call);
    struct enrol_result result = { .cmp.status.status = -1, .sent = "unknown" };
    enum err r = enrol_resume(call->host, ca, entry->id,
        &args_get(call, "password")->bytes,
        args_get(call, "confirmSubject")->flag, &io, call->watch, &result);

    enrol_call_remember(call, ca, entry->kind, &result, r);
    r = enrol_call_answer(call, ca, &result, r);
    enrol_result_free(&result);
    return r;
}

static enum err
run(struct call *call)
{
    struct journal_entry entry = { 0 };
    struct ca *ca = NULL;
    const char *id = args_text(call, "pending");
    enum err r;

    if ((r = journal_load(call->host, id, &entry)) != OK)
        return r;
    r = ca_file_find(call->host, buf_text(&entry.ca), &ca);
    if (r == OK && entry.kind == JOURNAL_REVOKE)
        r = resume_revocation(call, ca, id);
    else if (r == OK)
        r = resume_enrolment(call, ca, &entry);
    else if (r == ERR_UNKNOWN_CA &&
             reply_text(call->detail, "ca", buf_text(&entry.ca)) != OK)
        r = ERR_NO_MEMORY;
    journal_entry_free(&entry);
    ca_free(ca);
    return r;
}

const struct command cmd_enrol_resume = {
    .name = "enrol.resume",
    .run = run,
    .params = params,
    .flags =
        COMMAND_NETWORK | COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Finish an enrolment that was interrupted",
    .next = next,
};
