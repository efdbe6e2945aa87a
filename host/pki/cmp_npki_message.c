#include "pki/cmp_npki_message.h"

#include <string.h>

#include <openssl/cmp.h>

#include "pki/cmp_npki_sign.h"
#include "pki/cmp_signed.h"

void
npki_talk_free(struct npki_talk *talk)
{
    buf_free(&talk->peer_nonce);
    buf_free(&talk->recipient_kid);
}

static enum err
add_text(const void *text, size_t len, struct cmp_status *status)
{
    struct buf *to;
    enum err r;

    if (status->text_count == CMP_TEXTS_MAX)
        return OK;
    to = &status->texts[status->text_count];
    if ((r = cmp_text_clean(text, len, to)) == OK && to->len > 0)
        status->text_count++;
    return r;
}

static enum err
add_texts(const STACK_OF(ASN1_UTF8STRING) * texts, struct cmp_status *status)
{
    const ASN1_UTF8STRING *text;
    int i;
    enum err r = OK;

    for (i = 0; texts != NULL && i < sk_ASN1_UTF8STRING_num(texts) && r == OK;
         i++) {
        text = sk_ASN1_UTF8STRING_value(texts, i);
        r = add_text(ASN1_STRING_get0_data(text),
            (size_t)ASN1_STRING_length(text), status);
    }
    return r;
}

enum err
npki_status_read(const NPKI_STATUS *info, struct cmp_status *ret_status)
{
    int64_t number = -1;
    unsigned i;

    cmp_status_free(ret_status);
    if (ASN1_INTEGER_get_int64(&number, info->status) != 1 || number < 0 ||
        number > 6)
        return ERR_CA_ANSWER_INVALID;
    ret_status->status = (int)number;
    for (i = 0; info->fail_info != NULL && i < CMP_FAIL_BITS; i++)
        if (ASN1_BIT_STRING_get_bit(info->fail_info, (int)i) == 1)
            ret_status->fail_info |= 1u << i;
    return add_texts(info->texts, ret_status);
}

enum err
npki_status_text(const void *text, size_t len, struct cmp_status *ret_status)
{
    cmp_status_free(ret_status);
    ret_status->status = OSSL_CMP_PKISTATUS_rejection;
    return add_text(text, len, ret_status);
}

static bool
octets_are(const ASN1_OCTET_STRING *o, const void *data, size_t len)
{
    return o != NULL && (size_t)ASN1_STRING_length(o) == len &&
           memcmp(ASN1_STRING_get0_data(o), data, len) == 0;
}

static bool
body_follows(enum npki_body sent, enum npki_body body)
{
    switch (sent) {
    case NPKI_GENM:
        return body == NPKI_GENP;
    case NPKI_IR:
        return body == NPKI_IP;
    case NPKI_KUR:
        return body == NPKI_KUP;
    case NPKI_KRR:
        return body == NPKI_KRP;
    case NPKI_RR:
        return body == NPKI_RP;
    case NPKI_CONF:
        return body == NPKI_CONF;
    default:
        return false;
    }
}

/*
 * Is it an answer to what was sent? A CA may leave recipNonce out; then the
 * transactionID has to tie the answer to this dialogue.
 */
static bool
belongs(const struct npki_talk *talk, const NPKI_MESSAGE *m)
{
    const NPKI_HEADER *h = m->header;
    enum npki_body body = npki_body_of(m->body);
    bool no_transaction = talk->ca->npki.no_transaction;
    int64_t pvno = -1;

    return ASN1_INTEGER_get_int64(&pvno, h->pvno) == 1 &&
           (pvno == 0 || pvno == 1) &&
           (no_transaction || octets_are(h->transaction, talk->transaction_id,
                                  CMP_TRANSACTION_LEN)) &&
           (h->recipient_nonce == NULL ? !no_transaction
                                       : octets_are(h->recipient_nonce,
                                             talk->nonce, NPKI_NONCE_LEN)) &&
           !octets_are(h->sender_nonce, talk->nonce, NPKI_NONCE_LEN) &&
           (body == NPKI_ERROR_MSG || body_follows(talk->sent, body));
}

static enum err
read_error(const NPKI_MESSAGE *m, struct cmp_status *ret_status)
{
    const NPKI_ERROR *error = m->body->value.error;
    enum err r = npki_status_read(error->status, ret_status);

    return r == OK ? add_texts(error->details, ret_status) : r;
}

/* Nothing in it is believed, but a CA that does not find the code can answer
 * in no other way, and a genp may come bare. */
static enum err
of_unproved(const struct npki_talk *talk, const NPKI_MESSAGE *m,
    struct cmp_status *ret_status)
{
    enum npki_body body = npki_body_of(m->body);
    enum err r;

    if (!belongs(talk, m))
        return ERR_CA_ANSWER_UNTRUSTED;
    if (body == NPKI_GENP)
        return m->header->protection == NULL && m->protection == NULL
                   ? OK
                   : ERR_CA_ANSWER_UNTRUSTED;
    if (body != NPKI_ERROR_MSG)
        return ERR_CA_ANSWER_UNTRUSTED;
    if ((r = read_error(m, ret_status)) != OK)
        return r == ERR_NO_MEMORY ? r : ERR_CA_ANSWER_UNTRUSTED;
    return talk->signer == NULL && talk->sent != NPKI_CONF &&
                   (ret_status->fail_info >>
                           OSSL_CMP_PKIFAILUREINFO_badMessageCheck &
                       1) != 0
               ? ERR_CODE_WRONG
               : ERR_CA_ANSWER_UNTRUSTED;
}

static enum err
of_proved(const struct npki_talk *talk, const NPKI_MESSAGE *m,
    struct cmp_status *ret_status)
{
    enum err r;

    if (!belongs(talk, m))
        return ERR_CA_ANSWER_INVALID;
    if (npki_body_of(m->body) != NPKI_ERROR_MSG)
        return OK;
    if ((r = read_error(m, ret_status)) != OK)
        return r;
    ret_status->authenticated = true;
    r = cmp_refusal(true, ret_status);
    return talk->signer == NULL
               ? r
               : cmp_signed_refusal(NPKI_ERROR_MSG, ret_status, r);
}

static enum err
prove(
    const struct npki_talk *talk, const NPKI_MESSAGE *m, const struct buf *part)
{
    return talk->signer == NULL
               ? npki_mac_check(talk->host->crypto, m, talk->code, part)
               : npki_sign_check(talk->host, talk->ca, talk->certs, m, part);
}

static enum err
keep_nonce(struct npki_talk *talk, const NPKI_HEADER *h)
{
    buf_free(&talk->peer_nonce);
    return h->sender_nonce == NULL
               ? OK
               : buf_set(&talk->peer_nonce,
                     ASN1_STRING_get0_data(h->sender_nonce),
                     (size_t)ASN1_STRING_length(h->sender_nonce));
}

enum err
npki_message_read(struct npki_talk *talk, const struct buf *der,
    NPKI_MESSAGE **ret_message, struct cmp_status *ret_status)
{
    NPKI_MESSAGE *m = NULL;
    struct buf part = { 0 };
    enum err r;

    if ((r = npki_read(der, &m)) != OK ||
        (r = npki_protected_part(der, &part)) != OK)
        goto out;
    if ((r = prove(talk, m, &part)) == OK)
        r = of_proved(talk, m, ret_status);
    else if (r == ERR_CA_ANSWER_UNTRUSTED)
        r = of_unproved(talk, m, ret_status);
    if (r == OK && (r = keep_nonce(talk, m->header)) == OK) {
        *ret_message = m;
        m = NULL; /* transferred */
    }
out:
    NPKI_MESSAGE_free(m);
    buf_free(&part);
    return r;
}
