/* What never changes of a journal entry (journal.h), as one file. Keys and the
 * sealed secret have files of their own: one can be opened by other programs,
 * the other goes before the rest does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/der.h"
#include "pki/journal.h"

#define VERSION      0u
#define STARTED_SIZE 24u /* bytes of a number of seconds and its end */

static enum err
put(struct buf *out, const struct buf *field)
{
    return der_put(out, DER_OCTETS, field->data, field->len);
}

static enum err
put_text(struct buf *out, const char *text)
{
    return der_put(out, DER_OCTETS, text, strlen(text));
}

enum err
journal_pack(const struct journal_entry *e, struct buf *ret_der)
{
    char started[STARTED_SIZE];
    struct buf out = { 0 };
    enum err r;
    int i;

    snprintf(started, sizeof(started), "%lld", (long long)e->started);
    if ((r = der_put_number(&out, VERSION)) != OK ||
        (r = put(&out, &e->ca)) != OK || (r = put(&out, &e->reference)) != OK ||
        (r = put_text(&out, journal_kind_name(e->kind))) != OK ||
        (r = put_text(&out, started)) != OK ||
        (r = put(&out, &e->root)) != OK || (r = put(&out, &e->old)) != OK ||
        (r = put(&out, &e->reason)) != OK)
        goto out;
    for (i = 0; i < 2; i++)
        if ((r = put(&out, &e->halves[i].request)) != OK ||
            (r = put(&out, &e->halves[i].transaction)) != OK)
            goto out;
    if ((r = der_wrap(&out, DER_SEQUENCE)) == OK)
        buf_move(ret_der, &out);
out:
    buf_free(&out);
    return r;
}

static enum err
get(struct der *in, struct buf *ret)
{
    struct der field;

    if (!der_get(in, DER_OCTETS, &field))
        return ERR_IO_ERROR;
    return buf_set(ret, field.data, field.len);
}

/* Texts hold no NUL, or two readers would see two things. */
static enum err
get_text(struct der *in, bool needed, struct buf *ret)
{
    enum err r = get(in, ret);

    if (r == OK &&
        (strlen(buf_text(ret)) != ret->len || (needed && ret->len == 0)))
        r = ERR_IO_ERROR;
    return r;
}

static enum err
get_kind(struct der *in, enum journal_kind *ret)
{
    struct buf text = { 0 };
    enum err r = get_text(in, true, &text);
    int kind = JOURNAL_ISSUE;

    while (r == OK && strcmp(buf_text(&text),
                          journal_kind_name((enum journal_kind)kind)) != 0)
        if (++kind > JOURNAL_REVOKE)
            r = ERR_IO_ERROR;
    buf_free(&text);
    if (r == OK)
        *ret = (enum journal_kind)kind;
    return r;
}

static enum err
get_started(struct der *in, int64_t *ret)
{
    struct buf text = { 0 };
    char *end = NULL;
    enum err r = get_text(in, true, &text);

    if (r == OK) {
        *ret = strtoll(buf_text(&text), &end, 10);
        r = *end == '\0' ? OK : ERR_IO_ERROR;
    }
    buf_free(&text);
    return r;
}

enum err
journal_unpack(const struct buf *der, struct journal_entry *ret_entry)
{
    struct der in = der_of(der), fields;
    struct journal_entry *e = ret_entry;
    uint32_t version;
    enum err r;
    int i;

    if (!der_get(&in, DER_SEQUENCE, &fields) || in.len != 0 ||
        !der_get_number(&fields, &version) || version != VERSION)
        return ERR_IO_ERROR;
    if ((r = get_text(&fields, true, &e->ca)) != OK ||
        (r = get_text(&fields, true, &e->reference)) != OK ||
        (r = get_kind(&fields, &e->kind)) != OK ||
        (r = get_started(&fields, &e->started)) != OK ||
        (r = get_text(&fields, true, &e->root)) != OK ||
        (r = get(&fields, &e->old)) != OK ||
        (r = get_text(&fields, false, &e->reason)) != OK)
        return r;
    for (i = 0; i < 2; i++)
        if ((r = get(&fields, &e->halves[i].request)) != OK ||
            (r = get(&fields, &e->halves[i].transaction)) != OK)
            return r;
    return fields.len == 0 ? OK : ERR_IO_ERROR;
}
