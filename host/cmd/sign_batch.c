/*
 * sign.batch and sign.item - many contents signed on one port: the key is
 * opened once and stays there, each item has an answer of its own.
 */
#include "cmd/sign.h"

#include "base/mem.h"
#include "cmd/history_run.h"
#include "cmd/kept.h"
#include "cmd/sign_one.h"
#include "pki/cert.h"
#include "pki/p8.h"

#define ITEMS_MAX 1000u
#define BYTES_MAX (16u << 20) /* of all contents together */

struct batch {
    struct sign_pair pair;
    struct history_run *history;
    uint32_t items, last; /* how many there are; the last one that came */
    size_t bytes;         /* of those that came */
};

static void
drop(void *state)
{
    struct batch *batch = state;

    sign_close(&batch->pair);
    history_run_end(batch->history);
    mem_free(batch);
}

static const struct kept_kind kept_batch = { drop };

/* --- sign.batch ------------------------------------------------------------ */

static const struct param batch_params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    { "items", PARAM_INTEGER, ITEMS_MAX, PARAM_REQUIRED, NULL,
        "How many items there are" },
    SIGN_PARAM_EXPIRED,
    { 0 },
};

static enum err
refuse(struct call *call, const char *param)
{
    enum err r = reply_text(call->detail, "param", param);

    return r == OK ? ERR_PARAM_RANGE : r;
}

static enum err
begin(struct call *call)
{
    uint32_t items = args_get(call, "items")->integer;
    struct batch *batch = NULL;
    struct buf der = { 0 };
    enum err r;

    if (items == 0)
        return refuse(call, "items");
    if ((batch = mem_alloc(sizeof(*batch))) == NULL)
        return ERR_NO_MEMORY;
    batch->items = items;
    if ((r = sign_open(call, &batch->pair, NULL)) != OK ||
        (r = history_run_begin(call->host, &batch->history)) != OK) {
        drop(batch);
        return r;
    }
    if ((r = cert_der(batch->pair.entry->sign, &der)) != OK) {
        drop(batch);
        return r;
    }
    if ((r = kept_put(call, &kept_batch, batch)) == OK &&
        (r = reply_number(call->result, "ready", items)) == OK)
        r = reply_bytes(call->result, "certificate", &der);
    buf_free(&der);
    return r;
}

static const char *const next[] = { "sign.item", NULL };

const struct command cmd_sign_batch = {
    .name = "sign.batch",
    .run = begin,
    .params = batch_params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Open a key for many contents, which follow on the same port",
    .next = next,
};

/* --- sign.item ------------------------------------------------------------- */

static const struct param item_params[] = {
    { "n", PARAM_INTEGER, ITEMS_MAX, PARAM_REQUIRED, NULL,
        "Which item it is, from 1; the last one ends the batch" },
    SIGN_PARAM_CONTENT,
    SIGN_PARAM_FORMAT,
    SIGN_PARAM_ATTRIBUTES,
    SIGN_PARAM_ENCODING,
    SIGN_PARAM_KIND,
    SIGN_PARAM_LANGUAGE,
    SIGN_PARAM_DISPLAYED,
    { 0 },
};

/* Is it this item's turn, and is there room for it? */
static enum err
admit(struct call *call, struct batch *batch)
{
    uint32_t n = args_get(call, "n")->integer;
    size_t len = args_get(call, "content")->bytes.len;
    enum err r;

    if (n <= batch->last || n > batch->items)
        return refuse(call, "n");
    batch->last = n;
    if (len > BYTES_MAX - batch->bytes) {
        r = reply_number(call->detail, "max", BYTES_MAX);
        return r == OK ? ERR_TOO_LARGE : r;
    }
    batch->bytes += len;
    return OK;
}

static enum err
sign(struct call *call, struct batch *batch)
{
    struct sign_wanted wanted = { 0 };
    struct sign_made made = { .signature = { 0 } };
    X509 *x = batch->pair.entry->sign;
    struct history_event event;
    enum err r;

    if ((r = sign_one_read(call, &wanted)) != OK ||
        (r = sign_one_make(call->host, batch->pair.seal, &wanted, &made)) != OK)
        goto out;
    event = sign_one_event(x, &wanted, &made);
    event.detail = sign_detail(&batch->pair, wanted.format);
    history_run_append(batch->history, call, &event);
    r = sign_reply(call, NULL, wanted.format, made.digest, &made.signature);
out:
    sign_one_drop(&wanted);
    buf_free(&made.signature);
    return r;
}

/* The last item: all that was remembered is on the disk before its answer. */
static void
end(struct call *call, struct batch *batch, enum err said)
{
    cJSON *answer = said == OK ? call->result : call->detail;
    enum err r = history_run_sync(batch->history);

    if (r != OK &&
        cJSON_GetObjectItemCaseSensitive(answer, "historyProblem") == NULL)
        (void)!reply_text(answer, "historyProblem", err_reason(r));
    kept_drop(call, &kept_batch);
}

static enum err
item(struct call *call)
{
    struct batch *batch = kept_of(call, &kept_batch);
    enum err r;

    if (batch == NULL)
        return ERR_BAD_STATE;
    r = admit(call, batch);
    if (r == OK)
        r = sign(call, batch);
    if (batch->last == batch->items)
        end(call, batch, r);
    return r;
}

const struct command cmd_sign_item = {
    .name = "sign.item",
    .run = item,
    .params = item_params,
    .flags = COMMAND_RECORDS,
    .help = "Sign one content of a batch",
    .next = next,
};
