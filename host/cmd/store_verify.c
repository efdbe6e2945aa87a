/* store.verify - is a certificate good, and does its key file belong to it? */
#include "base/mem.h"
#include "cmd/store.h"
#include "cmd/verdict.h"
#include "pki/p8.h"
#include "pki/store.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, 0, NULL,
        "The password of its key file, to check that too" },
    { "online", PARAM_BOOL, 0, 0, NULL,
        "Ask the CA whether it was revoked (OCSP, then CRL)" },
    { 0 },
};

/* [{subject, notAfter}], the certificate first */
static enum err
put_path(cJSON *result, const struct chain_set *path)
{
    cJSON *list = cJSON_AddArrayToObject(result, "path"), *item;
    struct buf dn = { 0 };
    enum err r = list == NULL ? ERR_NO_MEMORY : OK;
    size_t i;

    for (i = 0; r == OK && i < chain_count(path); i++) {
        const X509 *x = chain_at(path, i);

        item = cJSON_CreateObject();
        if ((r = reply_item(list, NULL, item)) == OK &&
            (r = cert_dn(X509_get_subject_name(x), &dn)) == OK &&
            (r = reply_text(item, "subject", buf_text(&dn))) == OK)
            r = reply_time(item, "notAfter", cert_not_after(x));
        buf_free(&dn);
    }
    return r;
}

static enum err
put_revocation(cJSON *result, const struct revocation *found)
{
    cJSON *o = cJSON_AddObjectToObject(result, "revocation");
    enum err r;

    if (o == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(o, "status", revocation_status_name(found->status))) !=
            OK ||
        (found->source != NULL &&
            (r = reply_text(o, "source", found->source)) != OK) ||
        (found->checked > 0 &&
            (r = reply_time(o, "checked", found->checked)) != OK) ||
        (found->valid_until > 0 &&
            (r = reply_time(o, "validUntil", found->valid_until)) != OK) ||
        (found->revoked_at > 0 &&
            (r = reply_time(o, "revokedAt", found->revoked_at)) != OK) ||
        (found->reason != NULL &&
            (r = reply_text(o, "reason", found->reason)) != OK) ||
        (found->problem != NULL &&
            (r = reply_text(o, "problem", found->problem)) != OK))
        return r;
    return OK;
}

/* What is wrong with a key file is an answer here, not a failure: all but a
 * wrong password, which may be typed again. */
static bool
is_finding(enum err r)
{
    return r == ERR_KEY_FILE_MISSING || r == ERR_KEY_FILE_DAMAGED ||
           r == ERR_KEY_MISMATCH || r == ERR_KEY_SCHEME_UNSUPPORTED;
}

/* key: {matches, scheme, r, km, problem} */
static enum err
put_key(struct call *call, const struct store_entry *entry)
{
    const struct buf *password = &args_get(call, "password")->bytes;
    cJSON *o = cJSON_AddObjectToObject(call->result, "key");
    uint8_t random[VID_R_LEN];
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;
    enum err r, found, km;

    if (o == NULL)
        return ERR_NO_MEMORY;
    found = store_open_key(call->host, entry, false, password, &key, &info);
    if (found != OK && !is_finding(found))
        return found;
    r = reply_flag(o, "matches", found == OK);
    if (r == OK && found != OK)
        r = reply_text(o, "problem", err_reason(found));
    if (r == OK && entry->key_scheme != NULL)
        r = reply_text(o, "scheme", entry->key_scheme);
    if (r == OK && found == OK)
        r = reply_flag(o, "r", p8_random(&info, random) == OK);
    mem_cleanse(random, sizeof(random));
    buf_free(&info);
    EVP_PKEY_free(key);
    if (r != OK || found != OK || entry->km == NULL)
        return r;
    key = NULL;
    km = store_open_key(call->host, entry, true, password, &key, NULL);
    EVP_PKEY_free(key);
    return km == ERR_NO_MEMORY ? km : reply_flag(o, "km", km == OK);
}

static enum err
put_verdict(struct call *call, X509 *x)
{
    const struct verdict_question question = {
        .net = args_get(call, "online")->flag ? call->net : NULL,
        .watch = call->watch,
    };
    struct verdict_anchors anchors = { .set = NULL };
    struct verdict verdict = { .path = NULL };
    enum err r;

    if ((r = verdict_anchors_load(call->host, &anchors)) != OK ||
        (r = verdict_of(call->host, &anchors, x, &question, &verdict)) != OK)
        goto out;
    if ((r = reply_text(
             call->result, "state", cert_state_name(verdict.state))) != OK ||
        (verdict.reason != NULL &&
            (r = reply_text(call->result, "reason", verdict.reason)) != OK) ||
        (r = put_path(call->result, verdict.path)) != OK ||
        (r = reply_flag(call->result, "pinned", verdict.path != NULL)) != OK)
        goto out;
    r = put_revocation(call->result, &verdict.revocation);
out:
    verdict_free(&verdict);
    verdict_anchors_free(&anchors);
    return r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    r = store_look_up(
        call->host, args_text(call, "certificate"), &list, &entry);
    if (r == OK && args_get(call, "password")->given)
        r = put_key(call, entry);
    if (r == OK)
        r = put_verdict(call, entry->sign);
    store_list_free(&list);
    return r;
}

const struct command cmd_store_verify = {
    .name = "store.verify",
    .run = run,
    .params = params,
    .flags =
        COMMAND_NETWORK | COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Check a certificate, whether it was revoked, and its key file",
};
