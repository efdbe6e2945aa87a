#include "pki/cmp_npki_run.h"

enum err
npki_run_begin(struct npki_run *run, int seconds)
{
    run->line = (struct npki_line){ run->host, run->io, run->watch,
        clock_monotonic(&run->host->clock) + (int64_t)seconds * 1000 };
    run->talk.host = run->host;
    run->talk.ca = run->ca;
    run->talk.certs = &run->certs;
    return npki_ca_certs_of_folder(run->host, run->ca, &run->certs);
}

void
npki_run_free(struct npki_run *run)
{
    (void)err_openssl(__func__, OK);
    npki_ca_certs_free(&run->certs);
    npki_talk_free(&run->talk);
}

enum err
npki_run_send(struct npki_run *run, enum cmp_npki_turn turn, NPKI_MESSAGE *m,
    struct buf *ret_frame)
{
    struct buf der = { 0 };
    enum err r = npki_message_write(&run->talk, m, &der);

    if (r == OK)
        r = npki_frame_send(&run->line, turn, &der, ret_frame);
    buf_free(&der);
    return r;
}

enum err
npki_run_exchange(struct npki_run *run, enum cmp_npki_turn turn,
    NPKI_MESSAGE *m, NPKI_MESSAGE **ret_answer)
{
    struct buf frame = { 0 }, der = { 0 };
    enum err r;

    if ((r = npki_run_send(run, turn, m, &frame)) == OK &&
        (r = npki_frame_message(
             &run->line, &frame, &der, &run->result->status)) == OK)
        r = npki_message_read(
            &run->talk, &der, ret_answer, &run->result->status);
    buf_free(&frame);
    buf_free(&der);
    return r;
}

/* genm names what it asks for, or is empty. */
static enum err
fill_genm(const struct npki_run *run, NPKI_BODY *body)
{
    NPKI_ITEM *item;

    body->value.items = sk_NPKI_ITEM_new_null();
    if (body->value.items == NULL)
        return ERR_NO_MEMORY;
    if (!run->ca->npki.genm_asks)
        return OK;
    item = NPKI_ITEM_new();
    if (item == NULL || sk_NPKI_ITEM_push(body->value.items, item) < 1) {
        NPKI_ITEM_free(item);
        return ERR_NO_MEMORY;
    }
    ASN1_OBJECT_free(item->type);
    item->type = OBJ_txt2obj("1.3.6.1.5.5.7.4.1", 1);
    return item->type == NULL ? ERR_NO_MEMORY : OK;
}

enum err
npki_run_greet(struct npki_run *run)
{
    NPKI_MESSAGE *m = NULL, *answer = NULL;
    enum err r;

    if ((r = npki_message_new(&run->talk, NPKI_GENM, &m)) == OK &&
        (r = fill_genm(run, m->body)) == OK &&
        (r = run->io->sending(run->io->ctx)) == OK)
        r = npki_run_exchange(run, CMP_NPKI_FIRST, m, &answer);
    if (r == OK && (r = npki_ca_certs_of_genp(run->host,
                        answer->body->value.items, &run->certs)) == OK)
        r = npki_ca_certs_add(run->host, answer->extra, &run->certs);
    NPKI_MESSAGE_free(m);
    NPKI_MESSAGE_free(answer);
    return r;
}

enum err
npki_run_address(struct npki_run *run, X509 *other)
{
    X509 *x = run->certs.prot_enc != NULL ? run->certs.prot_enc : other;
    const ASN1_OCTET_STRING *kid =
        x == NULL ? NULL : X509_get0_subject_key_id(x);

    if (kid == NULL || ASN1_STRING_length(kid) > (int)CMP_ID_MAX)
        return OK;
    return buf_set(&run->talk.recipient_kid, ASN1_STRING_get0_data(kid),
        (size_t)ASN1_STRING_length(kid));
}
