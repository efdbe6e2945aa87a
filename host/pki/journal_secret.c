/* The sealed part of a journal entry (journal.h): texts in the shape of a
 * PrivateKeyInfo, so that the key files' own encryption serves. */
#include "pki/der.h"
#include "pki/journal.h"
#include "pki/p8.h"

void
journal_secret_free(struct journal_secret *secret)
{
    buf_free(&secret->code);
    buf_free(&secret->idn);
    buf_free(&secret->name);
}

static enum err
put_text(struct buf *out, const struct buf *text)
{
    return der_put(out, DER_OCTETS, text->data, text->len);
}

enum err
journal_seal(const struct host *host, const struct journal_secret *secret,
    enum p8_scheme beside, const struct buf *password,
    struct p8_derived *derived, struct buf *ret_sealed)
{
    enum p8_scheme scheme = beside == P8_STRONG ? P8_STRONG : P8_COMPAT;
    struct buf texts = { 0 }, algorithm = { 0 }, info = { 0 };
    enum err r;

    if ((r = put_text(&texts, &secret->code)) == OK &&
        (r = put_text(&texts, &secret->idn)) == OK &&
        (r = put_text(&texts, &secret->name)) == OK &&
        (r = der_wrap(&texts, DER_SEQUENCE)) == OK &&
        (r = der_wrap(&texts, DER_OCTETS)) == OK &&
        (r = oid_put(&algorithm, OID_RSA)) == OK &&
        (r = der_put(&algorithm, DER_NULL, NULL, 0)) == OK &&
        (r = der_put_number(&info, 0)) == OK &&
        (r = der_put(&info, DER_SEQUENCE, algorithm.data, algorithm.len)) ==
            OK &&
        (r = buf_put(&info, texts.data, texts.len)) == OK &&
        (r = der_wrap(&info, DER_SEQUENCE)) == OK)
        r = p8_encrypt_with(
            host->crypto, scheme, &info, password, derived, ret_sealed);
    buf_free(&texts);
    buf_free(&algorithm);
    buf_free(&info);
    return r;
}

static enum err
get_text(struct der *in, struct buf *ret)
{
    struct der text;

    if (!der_get(in, DER_OCTETS, &text))
        return ERR_IO_ERROR;
    return buf_set(ret, text.data, text.len);
}

enum err
journal_open(const struct host *host, const struct buf *sealed,
    const struct buf *password, struct journal_secret *ret_secret)
{
    struct journal_secret secret = { 0 };
    struct buf info = { 0 };
    struct der in, body, octets, texts, skip;
    uint32_t version;
    enum err r;

    if ((r = p8_decrypt(host->crypto, sealed, password, &info)) != OK)
        goto out;
    in = der_of(&info);
    r = ERR_IO_ERROR;
    if (!der_get(&in, DER_SEQUENCE, &body) ||
        !der_get_number(&body, &version) ||
        !der_get(&body, DER_SEQUENCE, &skip) ||
        !der_get(&body, DER_OCTETS, &octets) ||
        !der_get(&octets, DER_SEQUENCE, &texts))
        goto out;
    if ((r = get_text(&texts, &secret.code)) != OK ||
        (r = get_text(&texts, &secret.idn)) != OK ||
        (r = get_text(&texts, &secret.name)) != OK)
        goto out;
    *ret_secret = secret;
    secret = (struct journal_secret){ 0 }; /* transferred */
out:
    journal_secret_free(&secret);
    buf_free(&info);
    return r;
}
