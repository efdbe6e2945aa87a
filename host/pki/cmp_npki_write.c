/* Writing messages of dialect `npki` (cmp_npki_message.h). */
#include "pki/cmp_npki_message.h"

#include <string.h>

#include <openssl/rand.h>

#include "pki/cmp_npki_sign.h"

#define BLANK " "

static bool
set_mail(GENERAL_NAME *name, const char *mail)
{
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();

    if (text == NULL || ASN1_STRING_set(text, mail, -1) != 1) {
        ASN1_IA5STRING_free(text);
        return false;
    }
    GENERAL_NAME_set0_value(name, GEN_EMAIL, text);
    return true;
}

static bool
set_empty_name(GENERAL_NAME *name)
{
    X509_NAME *none = X509_NAME_new();

    if (none == NULL)
        return false;
    GENERAL_NAME_set0_value(name, GEN_DIRNAME, none);
    return true;
}

/* A code's genm is from a mail name, the rest is from nobody by name. */
static bool
set_sender(GENERAL_NAME *name, const struct npki_talk *talk)
{
    const struct ca_npki *profile = &talk->ca->npki;

    if (talk->sent != NPKI_GENM || talk->signer != NULL ||
        profile->sender_directory)
        return set_empty_name(name);
    return set_mail(name, profile->mail == NULL ? BLANK : profile->mail);
}

static bool
set_recipient(GENERAL_NAME *name, const struct npki_talk *talk)
{
    if (!talk->ca->npki.recipient_mail)
        return set_empty_name(name);
    return set_mail(name, talk->recipient == NULL ? BLANK : talk->recipient);
}

static bool
set_octets(ASN1_OCTET_STRING **to, const void *data, size_t len)
{
    *to = ASN1_OCTET_STRING_new();
    return *to != NULL && ASN1_OCTET_STRING_set(*to, data, (int)len) == 1;
}

static bool
set_buf(ASN1_OCTET_STRING **to, const struct buf *b)
{
    return b->len == 0 || set_octets(to, b->data, b->len);
}

static bool
fill_header(const struct npki_talk *talk, NPKI_HEADER *h)
{
    const struct ca_npki *profile = &talk->ca->npki;

    h->time =
        ASN1_GENERALIZEDTIME_set(NULL, (time_t)clock_wall(&talk->host->clock));
    return ASN1_INTEGER_set(h->pvno, profile->pvno_0 ? 0 : 1) == 1 &&
           set_sender(h->sender, talk) && set_recipient(h->recipient, talk) &&
           h->time != NULL &&
           set_buf(&h->recipient_kid, &talk->recipient_kid) &&
           (profile->no_transaction ||
               set_octets(&h->transaction, talk->transaction_id,
                   CMP_TRANSACTION_LEN)) &&
           set_octets(&h->sender_nonce, talk->nonce, NPKI_NONCE_LEN) &&
           set_buf(&h->recipient_nonce, &talk->peer_nonce);
}

/* What says by whom a message is protected, and how. */
static enum err
fill_protection(const struct npki_talk *talk, NPKI_HEADER *h)
{
    struct buf kid = { 0 };
    enum err r;

    if (talk->signer == NULL)
        return set_octets(
                   &h->sender_kid, talk->reference, strlen(talk->reference))
                   ? npki_mac_algorithm(&talk->ca->npki, &h->protection)
                   : err_openssl(__func__, ERR_NO_MEMORY);
    r = npki_sign_kid(
        &talk->ca->npki, talk->signer->x, talk->sent == NPKI_GENM, &kid);
    h->protection = X509_ALGOR_new();
    if (r == OK &&
        (h->protection == NULL || !npki_sign_algorithm(h->protection) ||
            !set_buf(&h->sender_kid, &kid)))
        r = err_openssl(__func__, ERR_NO_MEMORY);
    buf_free(&kid);
    return r;
}

/* A signer's certificate goes along; genm names it only. */
static enum err
add_signer(const struct npki_talk *talk, NPKI_MESSAGE *m)
{
    ASN1_TYPE *any = NULL;
    enum err r;

    if (talk->signer == NULL || talk->sent == NPKI_GENM)
        return OK;
    if ((r = npki_any(talk->signer->x, &any)) != OK)
        return r;
    m->extra = sk_ASN1_TYPE_new_null();
    if (m->extra != NULL && sk_ASN1_TYPE_push(m->extra, any) > 0)
        return OK;
    ASN1_TYPE_free(any);
    return err_openssl(__func__, ERR_NO_MEMORY);
}

enum err
npki_message_new(
    struct npki_talk *talk, enum npki_body body, NPKI_MESSAGE **ret_message)
{
    NPKI_MESSAGE *m = NPKI_MESSAGE_new();
    enum err r = ERR_NO_MEMORY;

    if (RAND_bytes_ex(crypto_libctx(talk->host->crypto), talk->nonce,
            NPKI_NONCE_LEN, 0) != 1) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    } else if (m != NULL) {
        talk->sent = body;
        npki_body_set(m->body, body);
        r = fill_header(talk, m->header) ? fill_protection(talk, m->header)
                                         : err_openssl(__func__, ERR_NO_MEMORY);
        if (r == OK)
            r = add_signer(talk, m);
    }
    if (r == OK)
        *ret_message = m;
    else
        NPKI_MESSAGE_free(m);
    return r;
}

static enum err
protect(const struct npki_talk *talk, const struct buf *part,
    ASN1_BIT_STRING *ret_protection)
{
    struct buf mac = { 0 };
    enum err r;

    if (talk->signer != NULL)
        return npki_sign(talk->host, talk->signer->key, part, ret_protection);
    r = npki_mac(talk->host->crypto, &talk->ca->npki, talk->code, part, &mac);
    if (r == OK)
        r = npki_set_bits(ret_protection, mac.data, mac.len);
    buf_free(&mac);
    return r;
}

enum err
npki_message_write(
    const struct npki_talk *talk, NPKI_MESSAGE *message, struct buf *ret_der)
{
    const ASN1_ITEM *type = ASN1_ITEM_rptr(NPKI_MESSAGE);
    struct buf part = { 0 };
    enum err r;

    if ((r = npki_write(message, type, ret_der)) != OK ||
        (r = npki_protected_part(ret_der, &part)) != OK)
        goto out;
    if (message->protection == NULL)
        message->protection = ASN1_BIT_STRING_new();
    if (message->protection == NULL)
        r = ERR_NO_MEMORY;
    else if ((r = protect(talk, &part, message->protection)) == OK)
        r = npki_write(message, type, ret_der);
out:
    buf_free(&part);
    return r;
}
