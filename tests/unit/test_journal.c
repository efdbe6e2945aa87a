/* Unfinished enrolments: whole or not there, once for a code, never clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/journal.h"
#include "support.h"

#define CODE "3141-5926-secret"

static struct {
    char home[256];
    struct host host;
    struct buf password, secret;
} it;

static int
setup(void **state)
{
    struct journal_secret secret = { 0 };
    struct p8_derived derived = { 0 };

    (void)state;
    support_folder(it.home);
    support_host(it.home, &it.host);
    it.password = support_text("Seal-stone-42!");
    secret.code = support_text(CODE);
    secret.name = support_text("홍길동");
    assert_int_equal(journal_seal(&it.host, &secret, P8_LEGACY, &it.password,
                         &derived, &it.secret),
        OK);
    p8_derived_free(&derived);
    journal_secret_free(&secret);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    buf_free(&it.password);
    buf_free(&it.secret);
    support_host_free(&it.host);
    support_remove(it.home);
    return 0;
}

/* An entry with everything that has to be there. */
static void
fill(struct journal_entry *e, const char *reference)
{
    *e = (struct journal_entry){ .started = SUPPORT_NOW };
    e->ca = support_text("test");
    e->reference = support_text(reference);
    e->root = support_text("/home/x/NPKI");
    e->sent = support_text("no");
    assert_int_equal(buf_set(&e->secret, it.secret.data, it.secret.len), OK);
    e->halves[CMP_SIGN].key = support_text("a key file");
    e->halves[CMP_SIGN].request = support_text("a request");
    e->halves[CMP_SIGN].transaction = support_text("0123456789abcdef");
    assert_int_equal(journal_id("test", reference, e->id), OK);
}

static void
make(const char *reference, char ret_id[static JOURNAL_ID_LEN + 1])
{
    struct journal_entry e;

    fill(&e, reference);
    assert_int_equal(journal_create(&it.host, &e), OK);
    memcpy(ret_id, e.id, JOURNAL_ID_LEN + 1);
    journal_entry_free(&e);
}

static void
path_of(const char *id, const char *field, char ret[static 512])
{
    snprintf(ret, 512, "%s/journal/%s/%s", it.host.paths.state, id, field);
}

static enum journal_state
state_of(const char *id)
{
    struct journal_entry e = { 0 };
    enum journal_state state;

    assert_int_equal(journal_load(&it.host, id, &e), OK);
    state = journal_state(&e);
    journal_entry_free(&e);
    return state;
}

static void
an_entry_comes_back_as_it_was(void **state)
{
    char id[JOURNAL_ID_LEN + 1];
    struct journal_entry e = { 0 };

    (void)state;
    make("1", id);
    assert_int_equal(journal_load(&it.host, id, &e), OK);
    assert_string_equal(e.id, id);
    assert_string_equal(buf_text(&e.ca), "test");
    assert_string_equal(buf_text(&e.reference), "1");
    assert_string_equal(buf_text(&e.root), "/home/x/NPKI");
    assert_string_equal(buf_text(&e.halves[CMP_SIGN].key), "a key file");
    assert_true(e.started == SUPPORT_NOW);
    assert_int_equal(e.kind, JOURNAL_ISSUE);
    assert_int_equal(e.halves[CMP_KM].key.len, 0);
    journal_entry_free(&e);
    assert_int_equal(journal_remove(&it.host, id), OK);
    assert_int_equal(journal_load(&it.host, id, &e), ERR_PENDING_NOT_FOUND);
}

static void
a_code_has_one_entry(void **state)
{
    char id[JOURNAL_ID_LEN + 1];
    struct journal_entry e;

    (void)state;
    make("2", id);
    fill(&e, "2");
    buf_free(&e.halves[CMP_SIGN].key);
    e.halves[CMP_SIGN].key = support_text("another key");
    assert_int_equal(journal_create(&it.host, &e), ERR_ENROLMENT_PENDING);
    journal_entry_free(&e);
    assert_int_equal(journal_load(&it.host, id, &e), OK);
    assert_string_equal(buf_text(&e.halves[CMP_SIGN].key), "a key file");
    journal_entry_free(&e);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

static void
the_state_follows_from_the_fields(void **state)
{
    char id[JOURNAL_ID_LEN + 1];
    struct buf der = support_text("a certificate");

    (void)state;
    make("3", id);
    assert_int_equal(state_of(id), JOURNAL_PREPARED);
    assert_int_equal(journal_set_sent(&it.host, id, "no"), OK);
    assert_int_equal(state_of(id), JOURNAL_PREPARED);
    assert_int_equal(journal_set_sent(&it.host, id, "unknown"), OK);
    assert_int_equal(state_of(id), JOURNAL_SENT);
    assert_int_equal(
        journal_set_certificate(&it.host, id, CMP_SIGN, &der, true), OK);
    assert_int_equal(state_of(id), JOURNAL_RECEIVED);
    assert_int_equal(journal_set_confirmed(&it.host, id, CMP_SIGN), OK);
    assert_int_equal(state_of(id), JOURNAL_CONFIRMED);
    assert_int_equal(journal_set_mark(&it.host, id, JOURNAL_MARK_SWAPPING), OK);
    assert_int_equal(state_of(id), JOURNAL_SWAPPING);
    assert_int_equal(journal_remove(&it.host, id), OK);
    buf_free(&der);
}

/* Damage to one file: said, never used, never a crash. */
static struct damage {
    const char *name;
    const char *field;
    const char *content; /* NULL: the file is gone */
} damages[] = {
    { "no entry", JOURNAL_ENTRY, NULL },
    { "an empty entry", JOURNAL_ENTRY, "" },
    { "an entry that is none", JOURNAL_ENTRY, "0" },
    { "no secret", "secret", NULL },
    { "an unknown word on sending", "sent", "maybe" },
    { "no key", "sign.key", NULL },
    { "an empty key", "sign.key", "" },
    { "confirmed without a certificate", "sign.confirmed", "1" },
    { "a key for a second certificate alone", "km.key", "key" },
    { "a request for a second certificate alone", "km.request", "request" },
};

static void
check_damaged(const char *id)
{
    struct journal_entry e = { 0 };
    struct journal_list *list = NULL;

    assert_int_equal(journal_load(&it.host, id, &e), ERR_IO_ERROR);
    assert_int_equal(journal_list(&it.host, &list), OK);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].id, id);
    assert_int_equal(list->items[0].broken, ERR_IO_ERROR);
    journal_list_free(list);
}

static void
damage_is_told(void **state)
{
    const struct damage *row = *state;
    char id[JOURNAL_ID_LEN + 1], path[512];

    make("5", id);
    path_of(id, row->field, path);
    (void)unlink(path);
    if (row->content != NULL)
        support_write(path, row->content, strlen(row->content));
    check_damaged(id);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

#define FIELD(f)       offsetof(struct journal_entry, f)
#define TEXT(f, value) FIELD(f), value, sizeof(value) - 1

/* An entry that somebody wrote as we do, with one field that cannot be. */
static struct misfit {
    const char *name;
    size_t field; /* a struct buf */
    const char *value;
    size_t len;
} misfits[] = {
    { "an empty CA", TEXT(ca, "") },
    { "a CA with a NUL", TEXT(ca, "te\0st") },
    { "another CA than the id says", TEXT(ca, "other") },
    { "an empty reference", TEXT(reference, "") },
    { "another reference than the id says", TEXT(reference, "4711") },
    { "an empty root", TEXT(root, "") },
    { "a root with a NUL", TEXT(root, "/home/x/NPKI\0/..") },
    { "a reason with a NUL", TEXT(reason, "a\0b") },
    { "no request", TEXT(halves[CMP_SIGN].request, "") },
    { "no transaction", TEXT(halves[CMP_SIGN].transaction, "") },
    { "a short transaction",
        TEXT(halves[CMP_SIGN].transaction, "0123456789abcde") },
    { "a long transaction",
        TEXT(halves[CMP_SIGN].transaction, "0123456789abcdefg") },
    { "a request without a key", TEXT(halves[CMP_KM].request, "request") },
    { "a transaction without a key",
        TEXT(halves[CMP_KM].transaction, "0123456789abcdef") },
};

/* Put another `entry` in place. */
static void
put_entry(const char *id, const struct buf *der)
{
    char path[512];

    path_of(id, JOURNAL_ENTRY, path);
    (void)unlink(path);
    support_write(path, der->data, der->len);
}

static void
a_misfit_is_told(void **state)
{
    const struct misfit *row = *state;
    char id[JOURNAL_ID_LEN + 1];
    struct journal_entry e;
    struct buf der = { 0 };

    make("5", id);
    fill(&e, "5");
    assert_int_equal(
        buf_set((struct buf *)((char *)&e + row->field), row->value, row->len),
        OK);
    assert_int_equal(journal_pack(&e, &der), OK);
    put_entry(id, &der);
    check_damaged(id);
    assert_int_equal(journal_remove(&it.host, id), OK);
    buf_free(&der);
    journal_entry_free(&e);
}

/* Cut anywhere, longer, of another version or kind, or with a start that is no
 * number: never used. */
static void
a_damaged_entry_is_told(void **state)
{
    char id[JOURNAL_ID_LEN + 1], started[24];
    const char *const parts[] = { "\002\001", "issue", started };
    struct journal_entry e, back = { 0 };
    struct buf der = { 0 }, cut = { 0 };
    uint8_t *at;
    size_t i;

    (void)state;
    make("5", id);
    fill(&e, "5");
    assert_int_equal(journal_pack(&e, &der), OK);
    for (i = 0; i < der.len; i++) {
        assert_int_equal(buf_set(&cut, der.data, i), OK);
        assert_int_equal(journal_unpack(&cut, &back), ERR_IO_ERROR);
        journal_entry_free(&back);
    }
    assert_int_equal(buf_set(&cut, der.data, der.len), OK);
    assert_int_equal(buf_put_byte(&cut, 0), OK);
    put_entry(id, &cut);
    check_damaged(id);
    snprintf(started, sizeof(started), "%lld", (long long)SUPPORT_NOW);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        assert_int_equal(buf_set(&cut, der.data, der.len), OK);
        at = memmem(cut.data, cut.len, parts[i], strlen(parts[i]));
        assert_non_null(at);
        at[strlen(parts[i]) - 1] ^= 0x40;
        put_entry(id, &cut);
        check_damaged(id);
    }
    assert_int_equal(journal_remove(&it.host, id), OK);
    journal_entry_free(&e);
    buf_free(&der);
    buf_free(&cut);
}

static void
a_large_field_is_not_read(void **state)
{
    char id[JOURNAL_ID_LEN + 1], path[512];
    struct buf large = { 0 };
    struct journal_entry e = { 0 };

    (void)state;
    make("6", id);
    path_of(id, "sign.key", path);
    assert_int_equal(buf_extend(&large, JOURNAL_FIELD_MAX + 1), OK);
    memset(large.data, 'x', large.len);
    (void)unlink(path);
    support_write(path, large.data, large.len);
    assert_int_equal(journal_load(&it.host, id, &e), ERR_IO_ERROR);
    (void)unlink(path);
    support_write(path, large.data, JOURNAL_FIELD_MAX);
    assert_int_equal(journal_load(&it.host, id, &e), OK);
    journal_entry_free(&e);
    assert_int_equal(journal_remove(&it.host, id), OK);
    buf_free(&large);
}

static void
a_link_is_not_followed(void **state)
{
    char id[JOURNAL_ID_LEN + 1], path[512];
    struct journal_entry e = { 0 };

    (void)state;
    make("7", id);
    path_of(id, JOURNAL_ENTRY, path);
    (void)unlink(path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_not_equal(journal_load(&it.host, id, &e), OK);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

static void
a_name_that_is_no_id_finds_nothing(void **state)
{
    static const char *const names[] = { "", "x", "..", "../..",
        "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
        "0123456789ABCDEF0123456789ABCDEF",
        "0123456789abcdef/123456789abcdef" };
    struct journal_entry e = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(
            journal_load(&it.host, names[i], &e), ERR_PENDING_NOT_FOUND);
}

/* A program that died while it wrote or removed an entry leaves dust. */
static void
dust_is_no_entry_and_is_swept(void **state)
{
    char id[JOURNAL_ID_LEN + 1], half[300], gone[300];
    struct journal_list *list = NULL;
    struct stat st;

    (void)state;
    make("8", id);
    assert_int_equal(journal_remove(&it.host, id), OK);
    snprintf(half, sizeof(half), "%s/journal/.new-%s", it.host.paths.state, id);
    snprintf(
        gone, sizeof(gone), "%s/journal/.gone-%s", it.host.paths.state, id);
    assert_int_equal(mkdir(half, 0700), 0);
    assert_int_equal(mkdir(gone, 0700), 0);
    assert_int_equal(journal_list(&it.host, &list), OK);
    assert_int_equal(list->count, 0);
    journal_list_free(list);
    make("8", id);
    assert_int_equal(stat(half, &st), -1);
    assert_int_equal(stat(gone, &st), -1);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

static void
a_retired_entry_keeps_its_key_and_not_its_code(void **state)
{
    char id[JOURNAL_ID_LEN + 1], old[300], command[700];
    struct journal_entry e = { 0 };
    const char *const key[] = { "sh", "-c", command, NULL };

    (void)state;
    make("9", id);
    assert_int_equal(journal_retire(&it.host, id), OK);
    assert_int_equal(journal_load(&it.host, id, &e), ERR_PENDING_NOT_FOUND);
    snprintf(old, sizeof(old), "%s/old", it.host.paths.state);
    snprintf(
        command, sizeof(command), "cat %s/code-*/sign.key | grep -q key", old);
    assert_int_equal(support_spawn(key), 0);
    snprintf(command, sizeof(command), "cat %s/code-*/secret", old);
    assert_int_not_equal(support_spawn(key), 0);
    make("9", id); /* the code may be tried anew, and given up again */
    assert_int_equal(journal_retire(&it.host, id), OK);
    make("9", id);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

static void
what_is_sealed_opens_with_its_password_only(void **state)
{
    struct journal_secret secret = { 0 };
    struct buf wrong = support_text("Seal-stone-43!"), cut = { 0 };

    (void)state;
    assert_null(memmem(it.secret.data, it.secret.len, CODE, strlen(CODE)));
    assert_int_equal(journal_open(&it.host, &it.secret, &wrong, &secret),
        ERR_PASSWORD_WRONG);
    assert_int_equal(
        journal_open(&it.host, &it.secret, &it.password, &secret), OK);
    assert_string_equal(buf_text(&secret.code), CODE);
    assert_string_equal(buf_text(&secret.name), "홍길동");
    assert_int_equal(secret.idn.len, 0);
    journal_secret_free(&secret);
    assert_int_equal(buf_set(&cut, it.secret.data, it.secret.len - 1), OK);
    assert_int_not_equal(
        journal_open(&it.host, &cut, &it.password, &secret), OK);
    buf_free(&wrong);
    buf_free(&cut);
}

static void
one_program_works_on_an_entry(void **state)
{
    char id[JOURNAL_ID_LEN + 1];
    int a = -1, b = -1;

    (void)state;
    make("10", id);
    assert_int_equal(journal_lock(&it.host, id, &a), OK);
    assert_int_equal(journal_lock(&it.host, id, &b), ERR_STORE_BUSY);
    journal_unlock(&a);
    assert_int_equal(journal_lock(&it.host, id, &b), OK);
    journal_unlock(&b);
    assert_int_equal(journal_remove(&it.host, id), OK);
}

static void
the_number_of_entries_is_bounded(void **state)
{
    char id[JOURNAL_ID_LEN + 1], reference[16];
    struct journal_entry e;
    unsigned i;

    (void)state;
    for (i = 0; i < JOURNAL_MAX; i++) {
        snprintf(reference, sizeof(reference), "b%u", i);
        make(reference, id);
    }
    fill(&e, "one more");
    assert_int_equal(journal_create(&it.host, &e), ERR_TOO_LARGE);
    journal_entry_free(&e);
    for (i = 0; i < JOURNAL_MAX; i++) {
        snprintf(reference, sizeof(reference), "b%u", i);
        assert_int_equal(journal_id("test", reference, id), OK);
        assert_int_equal(journal_remove(&it.host, id), OK);
    }
}

/* What an entry of each kind cannot be without. */
static struct kind_row {
    const char *name;
    enum journal_kind kind;
    bool secret, key, old;
    const char *reason;
    enum err want;
    const char *state;
} kinds[] = {
    { "issue", JOURNAL_ISSUE, true, true, false, NULL, OK, "prepared" },
    { "reissue", JOURNAL_REISSUE, true, true, false, NULL, OK, "prepared" },
    { "renew", JOURNAL_RENEW, true, true, true, NULL, OK, "prepared" },
    { "revoke", JOURNAL_REVOKE, false, false, true, "superseded", OK,
        "prepared" },
    { "issue without its code", JOURNAL_ISSUE, false, true, false, NULL,
        ERR_IO_ERROR, NULL },
    { "issue without a key", JOURNAL_ISSUE, true, false, false, NULL,
        ERR_IO_ERROR, NULL },
    { "renew without a secret", JOURNAL_RENEW, false, true, true, NULL,
        ERR_IO_ERROR, NULL },
    { "renew without the old one", JOURNAL_RENEW, true, true, false, NULL,
        ERR_IO_ERROR, NULL },
    { "renew without a key", JOURNAL_RENEW, true, false, true, NULL,
        ERR_IO_ERROR, NULL },
    { "revoke without a certificate", JOURNAL_REVOKE, false, false, false,
        "superseded", ERR_IO_ERROR, NULL },
    { "revoke without a reason", JOURNAL_REVOKE, false, false, true, NULL,
        ERR_IO_ERROR, NULL },
    { "revoke with a key", JOURNAL_REVOKE, false, true, true, "superseded",
        ERR_IO_ERROR, NULL },
};

static void
a_kind_has_its_fields(void **state)
{
    const struct kind_row *row = *state;
    struct journal_entry e, back = { 0 };

    fill(&e, row->name);
    e.kind = row->kind;
    if (!row->secret)
        buf_free(&e.secret);
    if (!row->key) {
        buf_free(&e.halves[CMP_SIGN].key);
        buf_free(&e.halves[CMP_SIGN].request);
        buf_free(&e.halves[CMP_SIGN].transaction);
    }
    if (row->old)
        e.old = support_text("a certificate");
    if (row->reason != NULL)
        e.reason = support_text(row->reason);
    assert_int_equal(journal_create(&it.host, &e), OK);
    assert_int_equal(journal_load(&it.host, e.id, &back), row->want);
    if (row->want == OK) {
        assert_int_equal(back.kind, row->kind);
        assert_string_equal(
            journal_state_name(journal_state(&back)), row->state);
        assert_string_equal(
            buf_text(&back.reason), row->reason == NULL ? "" : row->reason);
    }
    assert_int_equal(journal_remove(&it.host, e.id), OK);
    journal_entry_free(&e);
    journal_entry_free(&back);
}

int
main(void)
{
    static struct support_tests tests;

#define TEST(function) support_test(&tests, #function, function)
    TEST(an_entry_comes_back_as_it_was);
    TEST(a_code_has_one_entry);
    TEST(the_state_follows_from_the_fields);
    TEST(a_large_field_is_not_read);
    TEST(a_link_is_not_followed);
    TEST(a_name_that_is_no_id_finds_nothing);
    TEST(dust_is_no_entry_and_is_swept);
    TEST(a_retired_entry_keeps_its_key_and_not_its_code);
    TEST(what_is_sealed_opens_with_its_password_only);
    TEST(one_program_works_on_an_entry);
    TEST(the_number_of_entries_is_bounded);
    TEST(a_damaged_entry_is_told);
    SUPPORT_ROWS(&tests, damage_is_told, damages);
    SUPPORT_ROWS(&tests, a_misfit_is_told, misfits);
    SUPPORT_ROWS(&tests, a_kind_has_its_fields, kinds);
    return support_run("journal", &tests, setup, teardown);
}
