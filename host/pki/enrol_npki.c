/* Enrolment at a CA of dialect npki (enrol_run.h). */
#include "pki/enrol_run.h"

enum err
enrol_npki_talk(const struct enrol_io *io, const struct ca *ca,
    enum cmp_npki_turn turn, const struct buf *frame, int timeout_ms,
    const struct watch *watch, struct buf *ret_frame, const char **sent)
{
    static const enum enrol_turn turns[] = {
        [CMP_NPKI_FIRST] = ENROL_FIRST,
        [CMP_NPKI_NEXT] = ENROL_NEXT,
        [CMP_NPKI_LAST] = ENROL_LAST,
    };
    const char *now = "unknown";
    enum err r = io->post(
        io->ctx, ca, turns[turn], frame, timeout_ms, watch, ret_frame, &now);

    enrol_note_sent(sent, now);
    return r;
}

static enum err
on_talk(void *ctx, enum cmp_npki_turn turn, const struct buf *frame,
    int timeout_ms, struct buf *ret_frame)
{
    struct enrol_run *run = ctx;

    return enrol_npki_talk(run->io, run->ca, turn, frame, timeout_ms,
        run->watch, ret_frame, &run->result->sent);
}

static enum err
on_prepared(void *ctx, enum cmp_kind kind, const struct buf *request)
{
    struct enrol_run *run = ctx;
    enum err r = journal_set_request(run->host, run->entry->id, kind, request);

    return r == OK ? buf_set(&run->entry->halves[kind].request, request->data,
                         request->len)
                   : r;
}

static enum err
on_received(void *ctx, enum cmp_kind kind, X509 *x, bool vouched)
{
    return enrol_received(ctx, kind, x, vouched);
}

static bool
is_ordered(const struct enrol_run *run, enum cmp_kind kind)
{
    return run->entry->halves[kind].key.len > 0;
}

/* One pkiconf confirms all that came; the first certificate is marked last,
 * so that it alone says that nothing is left to be done. */
static enum err
confirmed(struct enrol_run *run)
{
    enum err r = OK;

    if (run->entry->halves[CMP_KM].certificate.len > 0)
        r = enrol_confirmed(run, CMP_KM);
    return r == OK ? enrol_confirmed(run, CMP_SIGN) : r;
}

enum err
enrol_npki(struct enrol_run *run)
{
    const struct cmp_npki_io io = { run, enrol_sending, on_talk, on_prepared,
        on_received, enrol_pause };
    struct cmp_order orders[2];
    struct buf expected[2] = { { 0 }, { 0 } };
    struct cmp_npki_order order = { .reissue =
                                        run->entry->kind == JOURNAL_REISSUE };
    int kind;
    enum err r = OK;

    if (run->kind == CMP_KM)
        return ERR_CA_REJECTED; /* it came with the first, or it does not */
    for (kind = CMP_SIGN; kind <= CMP_KM && r == OK; kind++) {
        if (!is_ordered(run, (enum cmp_kind)kind))
            continue;
        enrol_run_aim(run, (enum cmp_kind)kind);
        orders[kind] = enrol_cmp_order(run, (enum cmp_kind)kind);
        /* on_received() replaces the entry's copy */
        r = buf_set(&expected[kind], orders[kind].expected->data,
            orders[kind].expected->len);
        orders[kind].expected = &expected[kind];
        order.halves[kind] = &orders[kind];
    }
    if (r == OK)
        r = cmp_npki_enrol(
            run->host, &order, &io, run->watch, &run->result->cmp);
    if (r == OK)
        r = confirmed(run);
    buf_free(&expected[CMP_SIGN]);
    buf_free(&expected[CMP_KM]);
    return r;
}
