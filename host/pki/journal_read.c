/* Reading journal entries (journal.h): what is damaged is said, not used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/journal.h"

#define NAME_SIZE 32u

/* A field that must be there, and not empty. */
static enum err
need(int dir, const char *name, struct buf *ret)
{
    enum err r = file_read(dir, name, JOURNAL_FIELD_MAX, ret);

    if (r == FILE_MISSING || r == ERR_TOO_LARGE || (r == OK && ret->len == 0))
        return ERR_IO_ERROR;
    return r;
}

static enum err
optional(int dir, const char *name, struct buf *ret)
{
    enum err r = file_read(dir, name, JOURNAL_FIELD_MAX, ret);

    return r == FILE_MISSING ? OK : r == ERR_TOO_LARGE ? ERR_IO_ERROR : r;
}

static enum err
mark(int dir, const char *name, bool *ret)
{
    struct buf b = { 0 };
    enum err r = optional(dir, name, &b);

    *ret = b.len > 0;
    buf_free(&b);
    return r;
}

/* Without a key nothing was asked for. */
static bool
half_ok(const struct journal_half *half)
{
    if (half->key.len == 0)
        return half->request.len == 0 && half->transaction.len == 0;
    return half->request.len > 0 &&
           half->transaction.len == CMP_TRANSACTION_LEN &&
           (!half->confirmed || half->certificate.len > 0);
}

static enum err
read_half(int dir, const char *half, struct journal_half *ret)
{
    char key[NAME_SIZE], request[NAME_SIZE], certificate[NAME_SIZE],
        confirmed[NAME_SIZE];
    enum err r;

    snprintf(key, NAME_SIZE, "%s.key", half);
    snprintf(request, NAME_SIZE, "%s.request", half);
    snprintf(certificate, NAME_SIZE, "%s.certificate", half);
    snprintf(confirmed, NAME_SIZE, "%s.confirmed", half);
    if ((r = optional(dir, key, &ret->key)) != OK ||
        (r = optional(dir, request, &ret->request)) != OK ||
        (r = optional(dir, certificate, &ret->certificate)) != OK ||
        (r = mark(dir, confirmed, &ret->confirmed)) != OK)
        return r;
    return half_ok(ret) ? OK : ERR_IO_ERROR;
}

/* What an entry of its kind cannot be without. */
static bool
is_whole(const struct journal_entry *e)
{
    bool has_key = e->halves[CMP_SIGN].key.len > 0;

    if (e->kind == JOURNAL_REVOKE)
        return !has_key && e->old.len > 0 && e->reason.len > 0;
    return has_key && e->secret.len > 0 &&
           (e->kind != JOURNAL_RENEW || e->old.len > 0);
}

static enum err
read_sent(int dir, struct buf *ret)
{
    enum err r = optional(dir, "sent", ret);

    if (r != OK)
        return r;
    if (ret->len == 0)
        return buf_put_text(ret, "no");
    if (strcmp(buf_text(ret), "no") != 0 && strcmp(buf_text(ret), "yes") != 0 &&
        strcmp(buf_text(ret), "unknown") != 0)
        return ERR_IO_ERROR;
    return OK;
}

static enum err
read_fields(int dir, struct journal_entry *e)
{
    struct buf entry = { 0 };
    enum err r;

    if ((r = need(dir, JOURNAL_ENTRY, &entry)) != OK ||
        (r = journal_unpack(&entry, e)) != OK ||
        (r = optional(dir, "secret", &e->secret)) != OK ||
        (r = read_sent(dir, &e->sent)) != OK ||
        (r = mark(dir, JOURNAL_MARK_VOUCHED, &e->vouched)) != OK ||
        (r = mark(dir, JOURNAL_MARK_REFUSED, &e->refused)) != OK ||
        (r = mark(dir, JOURNAL_MARK_SWAPPING, &e->swapping)) != OK ||
        (r = read_half(dir, "sign", &e->halves[CMP_SIGN])) != OK ||
        (r = read_half(dir, "km", &e->halves[CMP_KM])) != OK)
        goto out;
    r = is_whole(e) ? OK : ERR_IO_ERROR;
out:
    buf_free(&entry);
    return r;
}

/* The entry in an open journal folder. */
static enum err
load(int journal, const char *id, struct journal_entry *ret_entry)
{
    struct journal_entry e = { 0 };
    char again[JOURNAL_ID_LEN + 1];
    int dir = -1;
    enum err r;

    if ((r = file_open_dir(journal, id, false, &dir)) != OK)
        return r == FILE_MISSING ? ERR_PENDING_NOT_FOUND : r;
    r = read_fields(dir, &e);
    file_close(&dir);
    if (r == OK &&
        (r = journal_id(buf_text(&e.ca), buf_text(&e.reference), again)) ==
            OK &&
        strcmp(again, id) != 0)
        r = ERR_IO_ERROR;
    if (r != OK) {
        journal_entry_free(&e);
        return r;
    }
    memcpy(e.id, id, JOURNAL_ID_LEN + 1);
    *ret_entry = e;
    return OK;
}

enum err
journal_load(
    const struct host *host, const char *id, struct journal_entry *ret_entry)
{
    int journal = -1;
    enum err r;

    if (!journal_id_ok(id))
        return ERR_PENDING_NOT_FOUND;
    r = file_open_below(host->paths.state, JOURNAL_FOLDER, false, &journal);
    if (r == OK)
        r = load(journal, id, ret_entry);
    file_close(&journal);
    return r == FILE_MISSING ? ERR_PENDING_NOT_FOUND : r;
}

struct listing {
    int dir;
    struct journal_list *list;
};

static enum err
list_one(void *ctx, const char *name)
{
    struct listing *l = ctx;
    size_t n = l->list->count;
    enum err r;

    if (!journal_id_ok(name) || n == JOURNAL_MAX)
        return OK;
    r = load(l->dir, name, &l->list->items[n].entry);
    if (r == ERR_NO_MEMORY || r == ERR_PENDING_NOT_FOUND)
        return r == ERR_NO_MEMORY ? r : OK; /* it went meanwhile */
    memcpy(l->list->items[n].id, name, JOURNAL_ID_LEN + 1);
    l->list->items[n].broken = r;
    l->list->count++;
    return OK;
}

enum err
journal_list(const struct host *host, struct journal_list **ret_list)
{
    struct listing l = { -1, mem_alloc(sizeof(*l.list)) };
    bool cut = false;
    enum err r;

    if (l.list == NULL)
        return ERR_NO_MEMORY;
    r = file_open_below(host->paths.state, JOURNAL_FOLDER, false, &l.dir);
    if (r == OK)
        r = file_list(l.dir, 10 * JOURNAL_MAX, list_one, &l, &cut);
    file_close(&l.dir);
    if (r != OK && r != FILE_MISSING) {
        journal_list_free(l.list);
        return r;
    }
    *ret_list = l.list;
    return OK;
}

void
journal_list_free(struct journal_list *list)
{
    size_t i;

    for (i = 0; list != NULL && i < list->count; i++)
        journal_entry_free(&list->items[i].entry);
    mem_free(list);
}
