#include "pki/enrol_run.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/cert.h"
#include "pki/store.h"

#define PROBE ".ingam-room"

void
enrol_run_free(struct enrol_run *run)
{
    EVP_PKEY_free(run->keys[CMP_SIGN]);
    EVP_PKEY_free(run->keys[CMP_KM]);
    EVP_PKEY_free(run->old_key);
    X509_free(run->old);
    X509_free(run->old_km);
    mem_cleanse(run->random, sizeof(run->random));
    run->keys[CMP_SIGN] = run->keys[CMP_KM] = NULL;
    run->old_key = NULL;
    run->old = run->old_km = NULL;
}

enum err
enrol_probe(const char *root)
{
    struct buf room = { 0 };
    int dir = -1;
    enum err r;

    if ((r = file_open_root(root, true, &dir)) != OK ||
        (r = file_remove(dir, PROBE)) != OK ||
        (r = buf_extend(&room, ENROL_ROOM)) != OK)
        goto out;
    r = file_create(dir, PROBE, &room);
    if (r == ERR_ALREADY_EXISTS)
        r = OK; /* somebody else is asking just now */
    (void)!file_remove(dir, PROBE);
out:
    buf_free(&room);
    file_close(&dir);
    return r == FILE_MISSING ? ERR_MEDIUM_REMOVED : r;
}

void
enrol_unprobe(const char *root)
{
    int dir = -1;

    if (file_open_root(root, false, &dir) == OK &&
        file_remove(dir, PROBE) == OK)
        (void)!file_sync(dir);
    file_close(&dir);
}

static struct journal_half *
half(const struct enrol_run *run)
{
    return &run->entry->halves[run->kind];
}

enum err
enrol_sending(void *ctx)
{
    struct enrol_run *run = ctx;
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
    struct enrol_run *run = ctx;
    const char *sent = "unknown";
    enum err r;

    r = run->io->post(run->io->ctx, run->ca, ENROL_ALONE, request, timeout_ms,
        run->watch, ret_answer, &sent);
    enrol_note_sent(&run->result->sent, sent);
    return r;
}

void
enrol_note_sent(const char **sent, const char *now)
{
    if (strcmp(now, "yes") == 0 || strcmp(*sent, "no") == 0)
        *sent = now;
}

enum err
enrol_received(struct enrol_run *run, enum cmp_kind kind, X509 *x, bool vouched)
{
    X509 **kept = kind == CMP_SIGN ? &run->result->sign : &run->result->km;
    struct buf der = { 0 };
    enum err r;

    if ((r = cert_der(x, &der)) == OK &&
        (r = journal_set_certificate(
             run->host, run->entry->id, kind, &der, vouched)) == OK) {
        run->entry->vouched = run->entry->vouched || vouched;
        buf_move(&run->entry->halves[kind].certificate, &der);
        (void)X509_up_ref(x);
        X509_free(*kept);
        *kept = x;
    }
    buf_free(&der);
    return r;
}

static enum err
on_received(void *ctx, X509 *x, bool vouched)
{
    struct enrol_run *run = ctx;

    return enrol_received(run, run->kind, x, vouched);
}

void
enrol_pause(void *ctx, int ms)
{
    const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

    (void)ctx;
    (void)nanosleep(&t, NULL);
}

static const char *
text_or_null(const struct buf *b)
{
    return b->len == 0 ? NULL : buf_text(b);
}

void
enrol_run_aim(struct enrol_run *run, enum cmp_kind kind)
{
    X509 *about = kind == CMP_SIGN ? run->old : run->old_km;

    if (run->entry->kind != JOURNAL_RENEW)
        return;
    if (kind == CMP_SIGN || run->ca->dialect == CA_NPKI)
        run->signers[kind] =
            (struct cmp_signer){ run->old, run->old_key, about };
    else
        run->signers[kind] = (struct cmp_signer){ run->result->sign,
            run->keys[CMP_SIGN], about };
}

struct cmp_order
enrol_cmp_order(const struct enrol_run *run, enum cmp_kind kind)
{
    const struct journal_half *h = &run->entry->halves[kind];
    struct cmp_order order = {
        .ca = run->ca,
        .kind = kind,
        .reference = buf_text(&run->entry->reference),
        .code = &run->secret->code,
        .signer = run->signers[kind].x == NULL ? NULL : &run->signers[kind],
        .key = run->keys[kind],
        .random = run->random,
        .request = &h->request,
        .expected = &h->certificate,
        .sign = run->result->sign,
        .person = { .name = text_or_null(&run->secret->name),
            .idn = text_or_null(&run->secret->idn),
            .old = run->old },
    };

    memcpy(order.transaction_id, h->transaction.data, CMP_TRANSACTION_LEN);
    return order;
}

enum err
enrol_confirmed(struct enrol_run *run, enum cmp_kind kind)
{
    enum err r = journal_set_confirmed(run->host, run->entry->id, kind);

    if (r == OK)
        run->entry->halves[kind].confirmed = true;
    return r;
}

/* One certificate of the pair. */
static enum err
exchange_half(struct enrol_run *run)
{
    const struct cmp_io io = { run, enrol_sending, on_post, on_received,
        enrol_pause };
    struct cmp_order order;
    struct buf expected = { 0 };
    enum err r;

    if (run->ca->dialect == CA_NPKI)
        return enrol_npki(run);
    enrol_run_aim(run, run->kind);
    order = enrol_cmp_order(run, run->kind);
    /* on_received() replaces the entry's copy while the order is in use */
    if ((r = buf_set(&expected, half(run)->certificate.data,
             half(run)->certificate.len)) != OK)
        return r;
    order.expected = &expected;
    r = cmp_enrol(run->host, &order, &io, run->watch, &run->result->cmp);
    if (r == OK)
        r = enrol_confirmed(run, run->kind);
    buf_free(&expected);
    return r;
}

/* Nothing is given up for what was found while memory was short. */
static enum err
get_half(struct enrol_run *run)
{
    enum err r = exchange_half(run);

    return r != OK && mem_was_short() ? ERR_NO_MEMORY : r;
}

/* What was proved to have nothing behind it. */
static bool
is_over(enum err r)
{
    return r == ERR_CODE_USED || r == ERR_CODE_EXPIRED ||
           r == ERR_CA_REJECTED || r == ERR_CERTIFICATE_UNEXPECTED ||
           r == ERR_ALREADY_RENEWED || r == ERR_RENEWAL_TOO_EARLY ||
           r == ERR_CERTIFICATE_REVOKED;
}

static enum err
leave(struct enrol_run *run,
    enum err (*how)(const struct host *host, const char *id))
{
    struct store_lock *lock = NULL;
    enum err r = store_lock(run->host, &lock);

    if (r == OK)
        r = how(run->host, run->entry->id);
    store_unlock(lock);
    if (r == OK)
        run->result->pending = false;
    return r;
}

/* After a failure: the journal tells what is true now. */
static void
settle(struct enrol_run *run, enum err r)
{
    const char *id = run->entry->id;

    if (half(run)->certificate.len == 0 && run->kind == CMP_SIGN) {
        if (is_over(r) ||
            (r == ERR_CANCELLED && strcmp(run->result->sent, "no") == 0)) {
            (void)!leave(run, is_over(r) ? journal_retire : journal_remove);
            return;
        }
        if (r == ERR_CODE_WRONG)
            (void)!journal_set_mark(run->host, id, JOURNAL_MARK_REFUSED);
    }
    if (strcmp(buf_text(&run->entry->sent), "yes") != 0)
        (void)!journal_set_sent(run->host, id, run->result->sent);
}

static enum err
parse(const struct enrol_run *run, enum cmp_kind kind, X509 **ret_x)
{
    const struct buf *der = &run->entry->halves[kind].certificate;

    return *ret_x != NULL || der->len == 0
               ? OK
               : cert_parse(run->host->crypto, der, ret_x);
}

/* The pair that was replaced, when its name differs from the new one's: other
 * programs would still list it (architecture: section 7, step 6). */
static enum err
take_out_old(struct enrol_run *run)
{
    const char *root = buf_text(&run->entry->root);
    struct store_list list = { 0 };
    const struct store_entry *old = NULL;
    char id[CERT_ID_LEN + 1];
    enum err r;

    if (run->old == NULL || run->entry->kind == JOURNAL_ISSUE)
        return OK;
    if ((r = cert_id(run->old, id)) == OK &&
        (r = store_look_up_in(run->host, root, id, &list, &old)) == OK &&
        strcmp(old->path, buf_text(&run->result->path)) != 0)
        r = store_take_out(run->host, old, run->entry->id);
    store_list_free(&list);
    return r == ERR_CERTIFICATE_NOT_FOUND ? OK : r;
}

/* The pair into its place; the entry goes when it is there. */
static enum err
store(struct enrol_run *run)
{
    struct journal_entry *e = run->entry;
    struct store_lock *lock = NULL;
    struct store_pair pair = { 0 };
    enum err r;

    watch_progress(run->watch, "store", 6, CMP_STEPS);
    if ((r = buf_set(&pair.sign_cert, e->halves[CMP_SIGN].certificate.data,
             e->halves[CMP_SIGN].certificate.len)) != OK ||
        (r = buf_set(&pair.sign_key, e->halves[CMP_SIGN].key.data,
             e->halves[CMP_SIGN].key.len)) != OK ||
        (r = buf_set(&pair.km_cert, e->halves[CMP_KM].certificate.data,
             e->halves[CMP_KM].certificate.len)) != OK ||
        (r = buf_set(&pair.km_key, e->halves[CMP_KM].key.data,
             e->halves[CMP_KM].key.len)) != OK ||
        (r = store_lock(run->host, &lock)) != OK)
        goto out;
    enrol_unprobe(buf_text(&e->root));
    if ((r = journal_set_mark(run->host, e->id, JOURNAL_MARK_SWAPPING)) == OK &&
        (r = store_present(run->host, buf_text(&e->root))) == OK &&
        (r = store_put(run->host, buf_text(&e->root), run->ca->folder, &pair,
             e->id, &run->result->path)) == OK &&
        (r = take_out_old(run)) == OK)
        r = journal_remove(run->host, e->id);
    if (r == OK)
        run->result->pending = false;
out:
    store_unlock(lock);
    buf_free(&pair.sign_cert);
    buf_free(&pair.sign_key);
    buf_free(&pair.km_cert);
    buf_free(&pair.km_key);
    return r;
}

/* Both certificates, as far as they are not here yet. A CA that refuses the
 * second one does not take away the first. */
static enum err
get_pair(struct enrol_run *run)
{
    struct journal_half *km = &run->entry->halves[CMP_KM];
    enum err r;

    run->kind = CMP_SIGN;
    if (!half(run)->confirmed && (r = get_half(run)) != OK) {
        settle(run, r);
        return r;
    }
    if ((r = parse(run, CMP_SIGN, &run->result->sign)) != OK)
        return r;
    run->kind = CMP_KM;
    if (km->key.len > 0 && !km->confirmed && (r = get_half(run)) != OK) {
        settle(run, r);
        if (!is_over(r))
            return r;
        buf_free(&km->key);
        buf_free(&km->certificate);
    }
    return parse(run, CMP_KM, &run->result->km);
}

enum err
enrol_run(struct enrol_run *run)
{
    struct journal_entry *e = run->entry;
    enum err r = OK;

    run->result->sent = journal_sent(e);
    if ((r = get_pair(run)) != OK)
        return r;
    run->result->sent = "yes";
    if (!e->vouched && !run->confirm_subject) {
        run->result->confirm = true;
        return OK;
    }
    if (!e->vouched &&
        (r = journal_set_mark(run->host, e->id, JOURNAL_MARK_VOUCHED)) != OK)
        return r;
    return store(run);
}
