/* enrol.issue and enrol.reissue - a certificate for two codes. */
#include "cmd/ca_file.h"
#include "cmd/enrol.h"
#include "cmd/enrol_call.h"
#include "pki/store.h"

#define NAME_MAX_BYTES 200u

static const struct param params[] = {
    { "ca", PARAM_NAME, CA_NAME_MAX, PARAM_REQUIRED, NULL,
        "The certification authority" },
    { "referenceNumber", PARAM_TEXT, ENROL_REFERENCE_MAX, PARAM_REQUIRED, NULL,
        "The reference number that identifies the application" },
    { "authorizationCode", PARAM_SECRET, ENROL_CODE_MAX, PARAM_REQUIRED, NULL,
        "The authorisation code that belongs to it" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The password of the new certificate" },
    { "keyScheme", PARAM_CHOICE, 0, 0, "compat|legacy|strong",
        "How the key file is encrypted" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder to store in, when not that of the disk" },
    { "name", PARAM_TEXT, NAME_MAX_BYTES, 0, NULL,
        "The expected name of the holder" },
    { "idn", PARAM_SECRET, VID_IDN_MAX, 0, NULL,
        "The holder's identity number, to check the certificate against" },
    { "old", PARAM_CERT_ID, CERT_ID_LEN, 0, NULL,
        "The certificate that is replaced" },
    { 0 },
};

static const char *const next[] = { "enrol.resume", NULL };

/* The words a person or a page gave. ERR_PARAM_RANGE for an empty or unfit
 * one: it must not reach a message to the CA. */
static enum err
check_codes(const struct call *call)
{
    const struct buf *reference = &args_get(call, "referenceNumber")->bytes;
    const struct buf *code = &args_get(call, "authorizationCode")->bytes;
    size_t i;

    if (reference->len == 0 || code->len == 0)
        return ERR_PARAM_RANGE;
    for (i = 0; i < reference->len; i++)
        if (reference->data[i] <= ' ' || reference->data[i] >= 0x7F)
            return ERR_PARAM_RANGE;
    for (i = 0; i < code->len; i++)
        if (code->data[i] < ' ' || code->data[i] == 0x7F)
            return ERR_PARAM_RANGE;
    return OK;
}

/* DER of the certificate that is replaced, when it was named. */
static enum err
read_old(const struct call *call, struct buf *ret_der)
{
    const char *id = args_text(call, "old");
    struct store_list list = { 0 };
    const struct store_entry *entry = NULL;
    enum err r;

    if (id == NULL)
        return OK;
    if ((r = store_look_up(call->host, id, &list, &entry)) == OK)
        r = cert_der(entry->sign, ret_der);
    store_list_free(&list);
    return r;
}

static enum err
fill(const struct call *call, const struct ca *ca, const struct buf *old,
    struct enrol_order *ret)
{
    const char *scheme = args_text(call, "keyScheme");
    enum err r;

    if ((r = check_codes(call)) != OK)
        return r;
    ret->ca = ca;
    ret->reference = args_text(call, "referenceNumber");
    ret->code = &args_get(call, "authorizationCode")->bytes;
    ret->password = &args_get(call, "password")->bytes;
    ret->name = args_text(call, "name");
    ret->idn = args_text(call, "idn");
    ret->old = old->len > 0 ? old : NULL;
    ret->keys = kept_of(call, &enrol_call_keys);
    if ((r = p8_scheme_parse(
             scheme == NULL ? "compat" : scheme, &ret->scheme)) != OK)
        return r;
    return enrol_call_root(call, args_text(call, "root"), &ret->root);
}

static enum err
enrol(struct call *call, enum journal_kind kind)
{
    const struct enrol_io io = enrol_call_io(call);
    struct enrol_order order = { .kind = kind };
    struct enrol_result result = { .cmp.status.status = -1, .sent = "no" };
    struct ca *ca = NULL;
    struct buf old = { 0 };
    enum err r;

    if ((r = ca_file_find(call->host, args_text(call, "ca"), &ca)) != OK) {
        if (r == ERR_UNKNOWN_CA &&
            reply_text(call->detail, "ca", args_text(call, "ca")) != OK)
            r = ERR_NO_MEMORY;
        return r;
    }
    if ((r = read_old(call, &old)) == OK &&
        (r = fill(call, ca, &old, &order)) == OK)
        r = enrol_start(call->host, &order, &io, call->watch, &result);
    enrol_call_remember(call, ca, kind, &result, r);
    r = enrol_call_answer(call, ca, &result, r);
    enrol_result_free(&result);
    ca_free(ca);
    buf_free(&old);
    return r;
}

static enum err
issue(struct call *call)
{
    return enrol(call, JOURNAL_ISSUE);
}

static enum err
reissue(struct call *call)
{
    return enrol(call, JOURNAL_REISSUE);
}

#define FLAGS                                                                  \
    (COMMAND_NETWORK | COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA)

const struct command cmd_enrol_issue = {
    .name = "enrol.issue",
    .run = issue,
    .params = params,
    .flags = FLAGS,
    .help = "Get a first certificate for two codes",
    .next = next,
};

const struct command cmd_enrol_reissue = {
    .name = "enrol.reissue",
    .run = reissue,
    .params = params,
    .flags = FLAGS,
    .help = "Get a new certificate for two codes in place of a valid one",
    .next = next,
};
