#include "pki/enrol.h"

#include <string.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/cmp_npki.h"
#include "pki/enrol_run.h"
#include "pki/key.h"
#include "pki/store.h"

void
enrol_result_free(struct enrol_result *result)
{
    cmp_result_free(&result->cmp);
    X509_free(result->sign);
    X509_free(result->km);
    X509_free(result->renewed);
    buf_free(&result->root);
    buf_free(&result->path);
    *result = (struct enrol_result){ .cmp.status.status = -1, .sent = "no" };
}

/* What re-issue cannot do is said before anything is sent. */
static enum err
check_old(const struct host *host, const struct enrol_order *order, X509 *old,
    struct enrol_result *ret)
{
    ret->old_not_after = cert_not_after(old);
    if (ret->old_not_after <= clock_wall(&host->clock))
        return order->kind == JOURNAL_ISSUE ? OK : ERR_CERTIFICATE_EXPIRED;
    return ca_check_issuer(order->ca, old, ERR_NO_MATCHING_CERTIFICATE);
}

/* Key, request and transaction of one certificate. */
static enum err
prepare_half(struct enrol_run *run, const struct enrol_order *order,
    enum cmp_kind kind, struct p8_derived *derived)
{
    struct journal_half *half = &run->entry->halves[kind];
    struct cmp_order cmp = {
        .ca = order->ca,
        .kind = kind,
        .reference = order->reference,
        .code = order->code,
        .random = run->random,
        .person = { .old = run->old },
    };
    struct buf info = { 0 };
    enum err r;

    if (order->signer != NULL) {
        /* the second is signed by a key that has no certificate yet; the
         * request says only what is renewed */
        run->signers[kind] = *order->signer;
        if (kind == CMP_KM)
            run->signers[kind].about = order->old_km;
        cmp.signer = &run->signers[kind];
    }
    enrol_keys_take(order->keys, kind, &run->keys[kind]);
    if ((run->keys[kind] == NULL &&
            (r = key_generate(
                 run->host->crypto, run->watch, &run->keys[kind])) != OK) ||
        (r = key_private_key_info(run->keys[kind], run->random, &info)) != OK ||
        (r = p8_encrypt_with(run->host->crypto, order->scheme, &info,
             order->password, derived, &half->key)) != OK)
        goto out;
    cmp.key = run->keys[kind];
    r = order->ca->dialect == CA_NPKI
            ? cmp_npki_request(run->host, &cmp, &half->request)
            : cmp_request(run->host, &cmp, &half->request);
    if (r == OK &&
        (r = cmp_transaction(run->host->crypto, cmp.transaction_id)) == OK)
        r = buf_set(
            &half->transaction, cmp.transaction_id, CMP_TRANSACTION_LEN);
out:
    buf_free(&info);
    return r;
}

static enum err
fill_secret(const struct enrol_order *order, struct journal_secret *ret)
{
    enum err r = buf_set(&ret->code, order->code->data, order->code->len);

    if (r == OK && order->idn != NULL)
        r = buf_put_text(&ret->idn, order->idn);
    if (r == OK && order->name != NULL)
        r = buf_put_text(&ret->name, order->name);
    return r;
}

/* Everything of step (1), in memory. */
static enum err
prepare(struct enrol_run *run, const struct enrol_order *order)
{
    struct journal_entry *e = run->entry;
    struct p8_derived derived = { 0 };
    enum err r;

    if (!enrol_keys_ready(order->keys))
        watch_progress(run->watch, "keygen", 1, CMP_STEPS);
    e->kind = order->kind;
    e->started = clock_wall(&run->host->clock);
    if ((r = buf_put_text(&e->ca, order->ca->name)) != OK ||
        (r = buf_put_text(&e->reference, order->reference)) != OK ||
        (r = buf_put_text(&e->root, order->root)) != OK ||
        (r = buf_put_text(&e->sent, "no")) != OK ||
        (order->old != NULL &&
            (r = buf_set(&e->old, order->old->data, order->old->len)) != OK) ||
        (r = fill_secret(order, run->secret)) != OK ||
        (r = journal_seal(run->host, run->secret, order->scheme,
             order->password, &derived, &e->secret)) != OK ||
        (!enrol_keys_random(order->keys, run->random) &&
            (r = key_random(run->host->crypto, run->random)) != OK) ||
        (r = prepare_half(run, order, CMP_SIGN, &derived)) != OK)
        goto out;
    if (order->ca->km && (order->signer == NULL || order->old_km != NULL))
        r = prepare_half(run, order, CMP_KM, &derived);
out:
    p8_derived_free(&derived);
    return r;
}

static bool
is_refused(const struct journal_entry *e)
{
    return e->refused && journal_state(e) <= JOURNAL_SENT;
}

/* Out of the way, unless a program resumes it or has got further since. */
static enum err
retire(const struct host *host, const char *id)
{
    struct journal_entry now = { 0 };
    struct store_lock *lock = NULL;
    int turn = -1;
    enum err r;

    r = journal_lock(host, id, &turn);
    if (r == ERR_STORE_BUSY)
        r = ERR_ENROLMENT_PENDING;
    if (r == OK && (r = journal_load(host, id, &now)) == OK &&
        !is_refused(&now))
        r = ERR_ENROLMENT_PENDING;
    if (r == OK && (r = store_lock(host, &lock)) == OK)
        r = journal_retire(host, id);
    store_unlock(lock);
    journal_unlock(&turn);
    journal_entry_free(&now);
    return r;
}

/*
 * A code that was refused without proof may be typed again: the old entry
 * makes room when the code differs or the password does; its key is kept.
 */
static enum err
make_room(const struct host *host, const struct enrol_order *order,
    const struct journal_entry *e)
{
    struct journal_secret secret = { 0 };
    bool same = false;
    enum err r;

    if (!is_refused(e))
        return ERR_ENROLMENT_PENDING;
    r = journal_open(host, &e->secret, order->password, &secret);
    if (r == OK)
        same = secret.code.len == order->code->len &&
               mem_compare(
                   secret.code.data, order->code->data, secret.code.len) == 0;
    journal_secret_free(&secret);
    if (same)
        return ERR_ENROLMENT_PENDING;
    return r == OK || r == ERR_PASSWORD_WRONG ? retire(host, e->id) : r;
}

/* Is this code's enrolment under way? */
static enum err
check_pending(const struct host *host, const struct enrol_order *order,
    struct enrol_result *ret)
{
    struct journal_entry e = { 0 };
    char id[JOURNAL_ID_LEN + 1];
    enum err r;

    if ((r = journal_id(order->ca->name, order->reference, id)) != OK)
        return r;
    r = journal_load(host, id, &e);
    if (r == OK)
        r = make_room(host, order, &e);
    else if (r == ERR_PENDING_NOT_FOUND)
        r = OK;
    if (r == ERR_ENROLMENT_PENDING) {
        memcpy(ret->id, id, sizeof(ret->id));
        ret->pending = true;
        ret->started = e.started;
        ret->sent = journal_sent(&e);
    }
    journal_entry_free(&e);
    return r;
}

/* Step (1) becomes durable. */
static enum err
commit(struct enrol_run *run, int *ret_lock)
{
    struct journal_entry *e = run->entry;
    struct store_lock *lock = NULL;
    enum err r;

    if ((r = store_lock(run->host, &lock)) != OK)
        return r;
    if ((r = enrol_probe(buf_text(&e->root))) == OK)
        r = journal_create(run->host, e);
    store_unlock(lock);
    if (r == OK || r == ERR_ENROLMENT_PENDING) {
        memcpy(run->result->id, e->id, sizeof(e->id));
        run->result->pending = true;
        run->result->started = e->started;
    }
    return r == OK ? journal_lock(run->host, e->id, ret_lock) : r;
}

/* The run has references of its own. */
static enum err
take_signer(struct enrol_run *run, const struct enrol_order *order)
{
    if (EVP_PKEY_up_ref(order->signer->key) != 1)
        return ERR_INTERNAL;
    run->old_key = order->signer->key;
    if (order->old_km != NULL && X509_up_ref(order->old_km) == 1)
        run->old_km = order->old_km;
    return OK;
}

enum err
enrol_start(const struct host *host, const struct enrol_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret)
{
    struct journal_entry entry = { 0 };
    struct journal_secret secret = { 0 };
    struct enrol_run run = { .host = host,
        .ca = order->ca,
        .io = io,
        .watch = watch,
        .result = ret,
        .entry = &entry,
        .secret = &secret };
    int lock = -1;
    enum err r;

    enrol_result_free(ret);
    if (!order->ca->enabled)
        return ERR_CA_DISABLED;
    if ((r = buf_put_text(&ret->root, order->root)) != OK ||
        (r = p8_password_check(order->password, order->name, &ret->rule)) !=
            OK ||
        (r = check_pending(host, order, ret)) != OK ||
        (r = journal_id(order->ca->name, order->reference, entry.id)) != OK)
        goto out;
    if (order->old != NULL &&
        ((r = cert_parse(host->crypto, order->old, &run.old)) != OK ||
            (r = check_old(host, order, run.old, ret)) != OK))
        goto out;
    if (order->signer != NULL && (r = take_signer(&run, order)) != OK)
        goto out;
    if ((r = enrol_probe(order->root)) != OK ||
        (r = prepare(&run, order)) != OK)
        goto out;
    if ((r = commit(&run, &lock)) != OK)
        goto out;
    /* Whoever hears this may rely on the journal: not before commit. */
    watch_progress(watch, "request", 2, CMP_STEPS);
    r = enrol_run(&run);
out:
    journal_unlock(&lock);
    enrol_run_free(&run);
    journal_secret_free(&secret);
    journal_entry_free(&entry);
    return r;
}

/* The keys of an entry, by the new password. */
static enum err
open_keys(struct enrol_run *run, const struct buf *password)
{
    struct buf info = { 0 };
    int i;
    enum err r = OK;

    for (i = 0; i < 2 && r == OK; i++) {
        if (run->entry->halves[i].key.len == 0)
            continue;
        if ((r = p8_decrypt(run->host->crypto, &run->entry->halves[i].key,
                 password, &info)) == OK &&
            (r = p8_random(&info, run->random)) == OK)
            r = key_load(run->host->crypto, &info, &run->keys[i]);
        buf_free(&info);
    }
    return r;
}

enum err
enrol_resume(const struct host *host, const struct ca *ca, const char *id,
    const struct buf *password, bool confirm_subject, const struct enrol_io *io,
    const struct watch *watch, struct enrol_result *ret)
{
    struct journal_entry entry = { 0 };
    struct journal_secret secret = { 0 };
    struct enrol_run run = { .host = host,
        .ca = ca,
        .io = io,
        .watch = watch,
        .result = ret,
        .entry = &entry,
        .secret = &secret,
        .confirm_subject = confirm_subject };
    int lock = -1;
    enum err r;

    enrol_result_free(ret);
    if ((r = journal_lock(host, id, &lock)) != OK ||
        (r = journal_load(host, id, &entry)) != OK)
        goto out;
    memcpy(ret->id, entry.id, sizeof(entry.id));
    ret->pending = true;
    ret->started = entry.started;
    ret->sent = journal_sent(&entry);
    if ((r = buf_set(&ret->root, entry.root.data, entry.root.len)) != OK)
        goto out;
    if (strcmp(ca->name, buf_text(&entry.ca)) != 0) {
        r = ERR_INTERNAL;
        goto out;
    }
    if ((r = journal_open(host, &entry.secret, password, &secret)) != OK ||
        (r = open_keys(&run, password)) != OK ||
        (entry.old.len > 0 &&
            (r = cert_parse(host->crypto, &entry.old, &run.old)) != OK) ||
        (entry.kind == JOURNAL_RENEW && (r = enrol_renew_reopen(&run)) != OK))
        goto out;
    r = enrol_run(&run);
out:
    journal_unlock(&lock);
    enrol_run_free(&run);
    journal_secret_free(&secret);
    journal_entry_free(&entry);
    return r;
}
