#include "pki/revoke.h"

#include <string.h>

#include "pki/enrol_run.h"

struct run {
    const struct host *host;
    const struct ca *ca;
    const struct enrol_io *io;
    const struct watch *watch;
    const struct store_entry *pair;
    struct revoke_result *result;
    struct journal_entry *entry;
    bool again; /* asked before: "revoked already" is the answer to that */
};

/* CRLReason (RFC 5280, 5.3.1); -1: none that a holder can give. */
static int
reason_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } rows[] = {
        { "unspecified", 0 },
        { "keyCompromise", 1 },
        { "affiliationChanged", 3 },
        { "superseded", 4 },
        { "cessationOfOperation", 5 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].number;
    return -1;
}

void
revoke_result_free(struct revoke_result *result)
{
    cmp_result_free(&result->cmp);
    X509_free(result->x);
    *result = (struct revoke_result){ .cmp.status.status = -1, .sent = "no" };
}

static enum err
on_sending(void *ctx)
{
    struct run *run = ctx;
    enum err r = OK;

    if (strcmp(buf_text(&run->entry->sent), "no") != 0)
        return OK;
    if ((r = journal_set_sent(run->host, run->entry->id, "unknown")) == OK)
        r = buf_set(&run->entry->sent, "unknown", 7);
    return r;
}

static enum err
on_post(void *ctx, const struct buf *request, int timeout_ms,
    struct buf *ret_answer)
{
    struct run *run = ctx;
    const char *sent = "unknown";
    enum err r = run->io->post(run->io->ctx, run->ca, ENROL_ALONE, request,
        timeout_ms, run->watch, ret_answer, &sent);

    enrol_note_sent(&run->result->sent, sent);
    return r;
}

static enum err
on_talk(void *ctx, enum cmp_npki_turn turn, const struct buf *frame,
    int timeout_ms, struct buf *ret_frame)
{
    struct run *run = ctx;

    return enrol_npki_talk(run->io, run->ca, turn, frame, timeout_ms,
        run->watch, ret_frame, &run->result->sent);
}

/* Of one certificate. *ret_done: it is revoked. */
static enum err
ask(struct run *run, EVP_PKEY *key, X509 *about)
{
    const struct cmp_io io = { run, on_sending, on_post, NULL, enrol_pause };
    const struct cmp_npki_io line = { run, on_sending, on_talk, NULL, NULL,
        enrol_pause };
    const struct cmp_signer signer = { run->pair->sign, key, about };
    int reason = reason_number(buf_text(&run->entry->reason));
    enum err r;

    if (run->ca->dialect == CA_NPKI)
        r = cmp_npki_revoke(run->host, run->ca, &signer, reason, &line,
            run->watch, &run->result->cmp);
    else
        r = cmp_revoke(run->host, run->ca, &signer, reason, &io, run->watch,
            &run->result->cmp);

    return r == ERR_CERTIFICATE_REVOKED && run->again ? OK : r;
}

/* The second certificate first: when the first is revoked its key can sign no
 * more. A CA that revokes both at once may refuse the second alone. */
static enum err
ask_both(struct run *run, const struct buf *password)
{
    EVP_PKEY *key = NULL;
    enum err r;

    watch_progress(run->watch, "request", 2, CMP_STEPS);
    r = store_open_key(run->host, run->pair, false, password, &key, NULL);
    if (r == OK && run->pair->km != NULL) {
        r = ask(run, key, run->pair->km);
        run->result->km = r == OK;
        if (r == ERR_CA_REJECTED || r == ERR_CERTIFICATE_REVOKED)
            r = OK;
    }
    if (r == OK)
        r = ask(run, key, run->pair->sign);
    EVP_PKEY_free(key);
    return r;
}

/* The entry goes where nothing is left to be asked. */
static void
settle(struct run *run, enum err r)
{
    struct store_lock *lock = NULL;
    bool over = r == ERR_CA_REJECTED || r == ERR_CERTIFICATE_REVOKED;

    if ((over && !run->result->km) ||
        (!run->again && strcmp(run->result->sent, "no") == 0)) {
        if (store_lock(run->host, &lock) == OK &&
            journal_remove(run->host, run->entry->id) == OK)
            run->result->pending = false;
        store_unlock(lock);
    } else {
        (void)!journal_set_sent(
            run->host, run->entry->id, run->again ? "yes" : run->result->sent);
    }
}

/* The CA said yes: the pair leaves the tree, then the entry goes. */
static enum err
finish(struct run *run)
{
    struct journal_entry *e = run->entry;
    struct store_lock *lock = NULL;
    enum err r;

    watch_progress(run->watch, "store", 6, CMP_STEPS);
    run->result->sent = "yes";
    if ((r = store_lock(run->host, &lock)) != OK)
        return r;
    enrol_unprobe(buf_text(&e->root));
    if ((e->swapping || (r = journal_set_mark(
                             run->host, e->id, JOURNAL_MARK_SWAPPING)) == OK) &&
        (r = store_present(run->host, buf_text(&e->root))) == OK &&
        (run->pair == NULL ||
            (r = store_take_out(run->host, run->pair, e->id)) == OK))
        r = journal_remove(run->host, e->id);
    store_unlock(lock);
    if (r == OK)
        run->result->pending = false;
    return r;
}

static enum err
go(struct run *run, const struct buf *password)
{
    enum err r;

    if (!run->entry->swapping && (r = ask_both(run, password)) != OK) {
        settle(run, r);
        return r;
    }
    return finish(run);
}

static enum err
keep(X509 *x, struct revoke_result *ret)
{
    if (X509_up_ref(x) != 1)
        return ERR_INTERNAL;
    ret->x = x;
    return OK;
}

static enum err
fill(const struct host *host, const struct revoke_order *order,
    struct journal_entry *e)
{
    enum err r;

    e->kind = JOURNAL_REVOKE;
    e->started = clock_wall(&host->clock);
    if ((r = buf_put_text(&e->reference, "revoke ")) != OK ||
        (r = buf_put_text(&e->reference, order->entry->id)) != OK ||
        (r = buf_put_text(&e->ca, order->ca->name)) != OK ||
        (r = buf_put_text(&e->root, order->entry->root)) != OK ||
        (r = buf_put_text(&e->reason, order->reason)) != OK ||
        (r = buf_put_text(&e->sent, "no")) != OK ||
        (r = cert_der(order->entry->sign, &e->old)) != OK)
        return r;
    return journal_id(order->ca->name, buf_text(&e->reference), e->id);
}

/* Step (1): what is asked is durable before it leaves. */
static enum err
commit(const struct host *host, const struct journal_entry *e,
    struct revoke_result *ret, int *ret_lock)
{
    struct journal_entry there = { 0 };
    struct store_lock *lock = NULL;
    enum err r;

    if ((r = store_lock(host, &lock)) != OK)
        return r;
    r = journal_create(host, e);
    store_unlock(lock);
    if (r == OK || r == ERR_ENROLMENT_PENDING) {
        memcpy(ret->id, e->id, sizeof(e->id));
        ret->pending = true;
        ret->started = e->started;
    }
    if (r == ERR_ENROLMENT_PENDING && journal_load(host, e->id, &there) == OK) {
        ret->started = there.started;
        ret->sent = journal_sent(&there);
        journal_entry_free(&there);
    }
    return r == OK ? journal_lock(host, e->id, ret_lock) : r;
}

static enum err
check(const struct host *host, const struct revoke_order *order,
    struct revoke_result *ret)
{
    EVP_PKEY *key = NULL;
    enum err r;

    if (!order->ca->enabled)
        return ERR_CA_DISABLED;
    if (reason_number(order->reason) < 0)
        return ERR_PARAM_RANGE;
    if ((r = keep(order->entry->sign, ret)) != OK)
        return r;
    if (cert_not_after(order->entry->sign) <= clock_wall(&host->clock))
        return ERR_CERTIFICATE_EXPIRED;
    r = store_open_key(host, order->entry, false, order->password, &key, NULL);
    EVP_PKEY_free(key);
    return r == OK ? enrol_probe(order->entry->root) : r;
}

enum err
revoke_start(const struct host *host, const struct revoke_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct revoke_result *ret)
{
    struct journal_entry entry = { 0 };
    struct run run = { .host = host,
        .ca = order->ca,
        .io = io,
        .watch = watch,
        .pair = order->entry,
        .result = ret,
        .entry = &entry };
    int lock = -1;
    enum err r;

    revoke_result_free(ret);
    if ((r = check(host, order, ret)) == OK &&
        (r = fill(host, order, &entry)) == OK &&
        (r = commit(host, &entry, ret, &lock)) == OK)
        r = go(&run, order->password);
    journal_unlock(&lock);
    journal_entry_free(&entry);
    return r;
}

/* The pair, which is gone when only the entry was left to be removed. */
static enum err
find_pair(struct run *run, struct store_list *list)
{
    char id[CERT_ID_LEN + 1];
    const char *root = buf_text(&run->entry->root);
    enum err r = cert_id(run->result->x, id);

    if (r == OK)
        r = store_present(run->host, root);
    if (r == OK)
        r = store_look_up_in(run->host, root, id, list, &run->pair);
    return r == ERR_CERTIFICATE_NOT_FOUND && run->entry->swapping ? OK : r;
}

enum err
revoke_resume(const struct host *host, const struct ca *ca, const char *id,
    const struct buf *password, const struct enrol_io *io,
    const struct watch *watch, struct revoke_result *ret)
{
    struct journal_entry entry = { 0 };
    struct store_list list = { 0 };
    struct run run = { .host = host,
        .ca = ca,
        .io = io,
        .watch = watch,
        .result = ret,
        .entry = &entry };
    int lock = -1;
    enum err r;

    revoke_result_free(ret);
    if ((r = journal_lock(host, id, &lock)) != OK ||
        (r = journal_load(host, id, &entry)) != OK)
        goto out;
    memcpy(ret->id, entry.id, sizeof(entry.id));
    ret->pending = true;
    ret->started = entry.started;
    ret->sent = journal_sent(&entry);
    run.again = strcmp(ret->sent, "no") != 0;
    if (entry.kind != JOURNAL_REVOKE)
        r = ERR_INTERNAL;
    else if ((r = cert_parse(host->crypto, &entry.old, &ret->x)) == OK &&
             (r = find_pair(&run, &list)) == OK)
        r = go(&run, password);
out:
    journal_unlock(&lock);
    journal_entry_free(&entry);
    store_list_free(&list);
    return r;
}
