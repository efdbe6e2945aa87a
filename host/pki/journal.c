#include "pki/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/hex.h"
#include "os/file.h"

#define RETIRED       "old" /* where replaced pairs are kept, too */
#define LOCK          "lock"
#define NEW_PREFIX    ".new-"
#define GONE_PREFIX   ".gone-"
#define PREFIX_MAX    8u
#define NAME_SIZE     (PREFIX_MAX + JOURNAL_ID_LEN + 36u)

#define RETIRED_TRIES 100u

static const char *const half_names[2] = { "sign", "km" };

const char *
journal_state_name(enum journal_state state)
{
    static const char *const names[] = { "prepared", "sent", "received",
        "confirmed", "swapping" };

    return names[state];
}

void
journal_entry_free(struct journal_entry *e)
{
    int i;

    buf_free(&e->ca);
    buf_free(&e->reference);
    buf_free(&e->root);
    buf_free(&e->old);
    buf_free(&e->reason);
    buf_free(&e->secret);
    buf_free(&e->sent);
    for (i = 0; i < 2; i++) {
        buf_free(&e->halves[i].key);
        buf_free(&e->halves[i].request);
        buf_free(&e->halves[i].transaction);
        buf_free(&e->halves[i].certificate);
    }
    *e = (struct journal_entry){ 0 };
}

const char *
journal_kind_name(enum journal_kind kind)
{
    static const char *const names[] = { "issue", "reissue", "renew",
        "revoke" };

    return names[kind];
}

enum journal_state
journal_state(const struct journal_entry *e)
{
    bool all = true, any = false;
    int i;

    for (i = 0; i < 2; i++) {
        if (e->halves[i].key.len == 0)
            continue;
        all = all && e->halves[i].confirmed;
        any = any || e->halves[i].certificate.len > 0;
    }
    if (e->swapping)
        return JOURNAL_SWAPPING;
    if (all && e->kind != JOURNAL_REVOKE)
        return JOURNAL_CONFIRMED;
    if (any)
        return JOURNAL_RECEIVED;
    return strcmp(buf_text(&e->sent), "no") == 0 ? JOURNAL_PREPARED
                                                 : JOURNAL_SENT;
}

const char *
journal_sent(const struct journal_entry *e)
{
    if (journal_state(e) > JOURNAL_SENT ||
        strcmp(buf_text(&e->sent), "yes") == 0)
        return "yes";
    return strcmp(buf_text(&e->sent), "no") == 0 ? "no" : "unknown";
}

enum err
journal_id(const char *ca, const char *reference,
    char ret_id[static JOURNAL_ID_LEN + 1])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    struct buf text = { 0 }, hex = { 0 };
    enum err r;

    if ((r = buf_put(&text, ca, strlen(ca) + 1)) != OK ||
        (r = buf_put_text(&text, reference)) != OK)
        goto out;
    if (EVP_Digest(text.data, text.len, md, NULL, EVP_sha256(), NULL) != 1) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        goto out;
    }
    if ((r = hex_encode(md, JOURNAL_ID_LEN / 2, &hex)) == OK)
        memcpy(ret_id, buf_text(&hex), JOURNAL_ID_LEN + 1);
out:
    buf_free(&text);
    buf_free(&hex);
    return r;
}

bool
journal_id_ok(const char *id)
{
    return strlen(id) == JOURNAL_ID_LEN &&
           strspn(id, "0123456789abcdef") == JOURNAL_ID_LEN;
}

static enum err
open_entry(const struct host *host, const char *id, int *ret_dir)
{
    int journal = -1;
    enum err r;

    if (!journal_id_ok(id))
        return ERR_PENDING_NOT_FOUND;
    if ((r = file_open_below(
             host->paths.state, JOURNAL_FOLDER, false, &journal)) == OK)
        r = file_open_dir(journal, id, false, ret_dir);
    file_close(&journal);
    return r == FILE_MISSING ? ERR_PENDING_NOT_FOUND : r;
}

/* "sign" and "key" make "sign.key". */
static void
half_file(int i, const char *field, char ret_name[static NAME_SIZE])
{
    snprintf(ret_name, NAME_SIZE, "%s.%s", half_names[i], field);
}

static enum err
create_fields(int dir, const struct journal_entry *e)
{
    char name[NAME_SIZE];
    struct buf entry = { 0 };
    enum err r;
    int i;

    if ((r = journal_pack(e, &entry)) == OK)
        r = file_create(dir, JOURNAL_ENTRY, &entry);
    buf_free(&entry);
    if (r == OK && e->secret.len > 0)
        r = file_create(dir, "secret", &e->secret);
    for (i = 0; i < 2 && r == OK && e->halves[i].key.len > 0; i++) {
        half_file(i, "key", name);
        r = file_create(dir, name, &e->halves[i].key);
    }
    return r == OK ? file_sync(dir) : r;
}

struct sweep {
    int dir;
    size_t count;
};

/* What a killed program left half made or half removed. */
static enum err
sweep_one(void *ctx, const char *name)
{
    struct sweep *sweep = ctx;

    if (strncmp(name, NEW_PREFIX, strlen(NEW_PREFIX)) == 0 ||
        strncmp(name, GONE_PREFIX, strlen(GONE_PREFIX)) == 0)
        (void)!file_remove_dir(sweep->dir, name);
    else if (journal_id_ok(name))
        sweep->count++;
    return OK;
}

enum err
journal_create(const struct host *host, const struct journal_entry *e)
{
    struct sweep sweep = { -1, 0 };
    int dir = -1;
    bool cut = false;
    char name[NAME_SIZE];
    enum err r;

    snprintf(name, sizeof(name), NEW_PREFIX "%s", e->id);
    if ((r = file_open_below(
             host->paths.state, JOURNAL_FOLDER, true, &sweep.dir)) != OK)
        return r;
    r = file_list(sweep.dir, 10 * JOURNAL_MAX, sweep_one, &sweep, &cut);
    if (r == OK && (cut || sweep.count >= JOURNAL_MAX))
        r = ERR_TOO_LARGE;
    if (r != OK || (r = file_open_dir(sweep.dir, name, true, &dir)) != OK)
        goto out;
    if ((r = create_fields(dir, e)) == OK)
        r = file_move(sweep.dir, name, sweep.dir, e->id);
    if (r == OK)
        r = file_sync(sweep.dir);
    else
        (void)!file_remove_dir(sweep.dir, name);
    if (r == ERR_ALREADY_EXISTS)
        r = ERR_ENROLMENT_PENDING;
out:
    file_close(&dir);
    file_close(&sweep.dir);
    return r;
}

static enum err
set(const struct host *host, const char *id, const char *name, const void *data,
    size_t len)
{
    struct buf b = { 0 };
    int dir = -1;
    enum err r;

    if ((r = open_entry(host, id, &dir)) == OK &&
        (r = buf_put(&b, data, len)) == OK)
        r = file_replace(dir, name, &b);
    buf_free(&b);
    file_close(&dir);
    return r;
}

enum err
journal_set_sent(const struct host *host, const char *id, const char *sent)
{
    return set(host, id, "sent", sent, strlen(sent));
}

enum err
journal_set_mark(const struct host *host, const char *id, const char *mark)
{
    return set(host, id, mark, "1", 1);
}

enum err
journal_set_request(const struct host *host, const char *id, enum cmp_kind kind,
    const struct buf *der)
{
    char name[NAME_SIZE];

    half_file((int)kind, "request", name);
    return set(host, id, name, der->data, der->len);
}

enum err
journal_set_certificate(const struct host *host, const char *id,
    enum cmp_kind kind, const struct buf *der, bool vouched)
{
    char name[NAME_SIZE];
    enum err r = OK;

    if (vouched)
        r = journal_set_mark(host, id, JOURNAL_MARK_VOUCHED);
    half_file((int)kind, "certificate", name);
    return r == OK ? set(host, id, name, der->data, der->len) : r;
}

enum err
journal_set_confirmed(
    const struct host *host, const char *id, enum cmp_kind kind)
{
    char name[NAME_SIZE];

    half_file((int)kind, "confirmed", name);
    return journal_set_mark(host, id, name);
}

enum err
journal_lock(const struct host *host, const char *id, int *ret_lock)
{
    int dir = -1;
    enum err r;

    if ((r = open_entry(host, id, &dir)) == OK)
        r = file_lock(dir, LOCK, &host->clock, 0, ret_lock);
    file_close(&dir);
    return r;
}

void
journal_unlock(int *lock)
{
    file_close(lock);
}

enum err
journal_remove(const struct host *host, const char *id)
{
    char name[NAME_SIZE];
    int dir = -1;
    enum err r;

    snprintf(name, sizeof(name), GONE_PREFIX "%s", id);
    if ((r = file_open_below(host->paths.state, JOURNAL_FOLDER, false, &dir)) !=
        OK)
        return r;
    (void)!file_remove_dir(dir, name);
    if ((r = file_move(dir, id, dir, name)) == OK && (r = file_sync(dir)) == OK)
        r = file_remove_dir(dir, name);
    file_close(&dir);
    return r;
}

/* A code may be typed wrongly more than once a second. */
static enum err
move_away(const struct host *host, const char *id, int journal, int old)
{
    char name[NAME_SIZE];
    unsigned n;
    enum err r = ERR_ALREADY_EXISTS;

    for (n = 0; n < RETIRED_TRIES && r == ERR_ALREADY_EXISTS; n++) {
        snprintf(name, sizeof(name), "code-%s-%lld-%u", id,
            (long long)clock_wall(&host->clock), n);
        r = file_move(journal, id, old, name);
    }
    return r;
}

enum err
journal_retire(const struct host *host, const char *id)
{
    int entry = -1, journal = -1, old = -1;
    enum err r;

    if ((r = open_entry(host, id, &entry)) != OK ||
        (r = file_open_below(
             host->paths.state, JOURNAL_FOLDER, false, &journal)) != OK ||
        (r = file_open_below(host->paths.state, RETIRED, true, &old)) != OK)
        goto out;
    /* moved first: killed in between, no entry is left without its secret */
    if ((r = move_away(host, id, journal, old)) == OK &&
        (r = file_sync(journal)) == OK && (r = file_sync(old)) == OK)
        r = file_remove(entry, "secret");
out:
    file_close(&entry);
    file_close(&journal);
    file_close(&old);
    return r;
}
