/*
 * Change of password, removal, and a pair that takes another's place: killed
 * before and after each system call, and with each of them failing. The old
 * state is whole or the new one is, at every instant; whoever comes next
 * finishes; and what was to go is nowhere.
 */
#include "support.h"

#include "faults.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make_cert.h"
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store.h"

#define NAME      "홍길동()0001"
#define USER_PATH "NPKI/IngamTest/USER"
#define TARGET    USER_PATH "/cn=" NAME ",o=IngamTest,c=KR"
#define KEPT      ".local/state/ingam/old/t0"
#define CALLS_MAX 400 /* far above what one of them makes */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STEP 3 /* a process is ten times dearer there */
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define STEP 3
#endif
#ifndef STEP
#define STEP 1
#endif

enum { SIGN, KM, LATER, PAIRS }; /* LATER: the certificate that comes next */

static char home[256];
static struct crypto *crypto;
static struct buf ders[PAIRS];
static struct buf old_keys[PAIRS], new_keys[PAIRS]; /* key files */
static struct buf ca_pubs;
static char id[CERT_ID_LEN + 1];

/* --- the store ------------------------------------------------------------ */

static void
path_of(char path[static 1024], const char *folder, const char *name)
{
    snprintf(path, 1024, "%s/%s/%s", home, folder, name);
}

static void
put_file(const char *folder, const char *name, const struct buf *data)
{
    char path[1024], *p;

    path_of(path, folder, name);
    for (p = path + strlen(home) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0700);
        *p = '/';
    }
    support_write(path, data->data, data->len);
}

static bool
file_is(const char *folder, const char *name, const struct buf *data)
{
    struct buf got = { 0 };
    char path[1024];
    bool is;

    path_of(path, folder, name);
    is = support_read(path, &got) && got.len == data->len &&
         memcmp(got.data, data->data, data->len) == 0;
    buf_free(&got);
    return is;
}

static bool
exists(const char *folder)
{
    char path[1024];
    struct stat st;

    path_of(path, folder, "");
    return lstat(path, &st) == 0;
}

/* Both pairs whole, under the one password or the other. */
static bool
pair_is(const char *folder, const struct buf keys[static PAIRS])
{
    return file_is(folder, "signCert.der", &ders[SIGN]) &&
           file_is(folder, "signPri.key", &keys[SIGN]) &&
           file_is(folder, "kmCert.der", &ders[KM]) &&
           file_is(folder, "kmPri.key", &keys[KM]) &&
           file_is(folder, "CaPubs", &ca_pubs);
}

static void
put_pair(const char *folder)
{
    put_file(folder, "signCert.der", &ders[SIGN]);
    put_file(folder, "signPri.key", &old_keys[SIGN]);
    put_file(folder, "kmCert.der", &ders[KM]);
    put_file(folder, "kmPri.key", &old_keys[KM]);
    put_file(folder, "CaPubs", &ca_pubs);
}

/* How many files below home hold these bytes, whatever they are called? */
static const struct buf *wanted;
static int found, hidden;

static int
look(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct buf got = { 0 };

    (void)st;
    hidden += strncmp(path + ftw->base, ".ingam-", 7) == 0;
    if (type == FTW_F && support_read(path, &got) && got.len == wanted->len &&
        memcmp(got.data, wanted->data, got.len) == 0)
        found++;
    buf_free(&got);
    return 0;
}

static int
copies_of(const struct buf *data)
{
    wanted = data;
    found = hidden = 0;
    (void)nftw(home, look, 16, FTW_PHYS);
    return found;
}

/* --- operations ----------------------------------------------------------- */

static enum err
change_password(const struct host *host)
{
    struct store_pair pair = { .sign_cert = ders[SIGN],
        .sign_key = new_keys[SIGN],
        .km_cert = ders[KM],
        .km_key = new_keys[KM] };
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    enum err r;

    if ((r = store_recover(host, host->paths.npki, NULL, NULL)) == OK &&
        (r = store_look_up(host, id, &list, &entry)) == OK)
        r = store_rewrite(host, entry, &pair);
    store_list_free(&list);
    return r;
}

static enum err
told(void *ctx, const char *path)
{
    (void)ctx;
    (void)path;
    return OK;
}

static enum err
remove_all(const struct host *host)
{
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    bool overwritten = true;
    enum err r;

    if ((r = store_recover(host, host->paths.npki, NULL, NULL)) == OK &&
        (r = store_look_up(host, id, &list, &entry)) == OK &&
        (r = store_erase_old(host, entry->sign, &overwritten, told, NULL)) ==
            OK)
        r = store_erase(host, entry, &overwritten);
    store_list_free(&list);
    return r;
}

/* As import and copy do with replace. */
static enum err
take_place(const struct host *host)
{
    struct store_pair pair = { .sign_cert = ders[LATER],
        .sign_key = new_keys[LATER] };
    struct buf path = { 0 };
    enum err r;

    r = store_put(host, host->paths.npki, "IngamTest", &pair, "move-1", &path);
    buf_free(&path);
    return r;
}

/* --- what must hold ------------------------------------------------------- */

/* The old password opens it or the new one does; on a poor file system, in
 * between, the old pair lies beside its place. */
static bool
password_holds(bool poor)
{
    if (pair_is(TARGET, old_keys) || pair_is(TARGET, new_keys))
        return true;
    return poor && !exists(TARGET) && copies_of(&old_keys[SIGN]) == 2 &&
           copies_of(&ca_pubs) >= 2;
}

static void
password_done(void)
{
    assert_true(pair_is(TARGET, new_keys));
    assert_int_equal(copies_of(&old_keys[SIGN]), 1); /* of another time */
    assert_int_equal(copies_of(&new_keys[SIGN]), 1);
    assert_int_equal(hidden, 0);
}

static bool
removal_holds(bool poor)
{
    (void)poor;
    return !exists(TARGET) || pair_is(TARGET, old_keys);
}

static void
removal_done(void)
{
    assert_false(exists(TARGET));
    assert_false(exists(KEPT));
    assert_int_equal(copies_of(&old_keys[SIGN]), 0);
    assert_int_equal(copies_of(&old_keys[KM]), 0);
    assert_int_equal(hidden, 0);
}

static bool
later_is_there(void)
{
    return file_is(TARGET, "signCert.der", &ders[LATER]) &&
           file_is(TARGET, "signPri.key", &new_keys[LATER]);
}

static bool
place_holds(bool poor)
{
    return pair_is(TARGET, old_keys) || later_is_there() ||
           (poor && !exists(TARGET) && copies_of(&old_keys[SIGN]) == 2);
}

static void
place_done(void)
{
    assert_true(later_is_there());
    assert_int_equal(copies_of(&old_keys[SIGN]), 2); /* kept outside */
    assert_int_equal(copies_of(&new_keys[LATER]), 1);
    assert_int_equal(hidden, 0);
}

static struct scenario {
    const char *name;
    enum err (*run)(const struct host *host);
    bool (*holds)(bool poor);
    void (*done)(void);
    bool poor; /* two renames instead of one exchange */
} scenarios[] = {
    { "change of password", change_password, password_holds, password_done,
        false },
    { "change of password without rename flags", change_password,
        password_holds, password_done, true },
    { "removal", remove_all, removal_holds, removal_done, false },
    { "removal without rename flags", remove_all, removal_holds, removal_done,
        true },
    { "another takes its place", take_place, place_holds, place_done, false },
    { "another takes its place without rename flags", take_place, place_holds,
        place_done, true },
};

/* --- running -------------------------------------------------------------- */

enum { GONE = DIED - 1 };

struct operation {
    const struct scenario *scenario;
    struct host host;
};

static int
operate(const void *ctx)
{
    const struct operation *o = ctx;
    enum err r = o->scenario->run(&o->host);

    return r == OK                          ? 0
           : r == ERR_CERTIFICATE_NOT_FOUND ? GONE
                                            : 100 + (err_code(r) / 1000);
}

/* In a process of its own: 0, 100 and the family of its error, GONE when the
 * certificate is not listed any more, or DIED. */
static int
apart(const struct scenario *s, enum mode mode, int call, int error,
    int *ret_calls)
{
    struct operation o = { .scenario = s };
    int r;

    support_host(home, &o.host);
    set_fault(mode, call, error);
    fault.no_flags = s->poor;
    r = run_apart(operate, &o, ret_calls);
    support_host_free(&o.host);
    return r;
}

static void
begin(void)
{
    support_folder(home);
    put_pair(TARGET);
    put_pair(KEPT);
}

/* Once more without faults: all is done, and nothing is left of it. */
static void
finishes(const struct scenario *s)
{
    int r = apart(s, COUNT, 0, 0, NULL);

    assert_true(r == 0 || (r == GONE && s->run == remove_all));
    s->done();
}

/* Nobody tries again: the next writer leaves one whole pair, or none. */
static void
is_recovered(const struct scenario *s)
{
    struct host host;

    support_host(home, &host);
    assert_int_equal(store_recover(&host, host.paths.npki, NULL, NULL), OK);
    support_host_free(&host);
    assert_true(s->holds(false));
    assert_int_equal(copies_of(&ca_pubs) < 4, true);
    assert_int_equal(hidden, 0);
    if (s->run == remove_all && !exists(TARGET))
        assert_int_equal(copies_of(&old_keys[SIGN]), 0);
    if (s->run == change_password)
        assert_int_equal(
            copies_of(&old_keys[SIGN]), pair_is(TARGET, old_keys) ? 2 : 1);
}

static int
calls_of(const struct scenario *s)
{
    int calls = 0;

    begin();
    assert_int_equal(apart(s, COUNT, 0, 0, &calls), 0);
    s->done();
    support_remove(home);
    assert_in_range(calls, 10, CALLS_MAX);
    return calls;
}

static void
killed_row(void **state)
{
    const struct scenario *s = *state;
    int i, calls = calls_of(s);

    for (i = 1; i <= calls; i += STEP) {
        begin();
        assert_int_equal(apart(s, DIE_BEFORE, i, 0, NULL), DIED);
        assert_true(s->holds(s->poor));
        finishes(s);
        support_remove(home);
        begin();
        assert_int_equal(apart(s, DIE_AFTER, i, 0, NULL), DIED);
        assert_true(s->holds(s->poor));
        is_recovered(s);
        support_remove(home);
    }
}

static void
killed_twice_row(void **state)
{
    const struct scenario *s = *state;
    int i, calls = calls_of(s);

    for (i = 2; i <= calls; i += 5) {
        begin();
        assert_int_equal(apart(s, DIE_AFTER, i, 0, NULL), DIED);
        (void)apart(s, DIE_BEFORE, 1 + i / 2, 0, NULL);
        assert_true(s->holds(s->poor));
        finishes(s);
        support_remove(home);
    }
}

static void
fails(const struct scenario *s, enum mode mode, int error)
{
    int i, r, calls = calls_of(s);

    for (i = 1; i <= calls; i += mode == FAIL_ON ? 2 * STEP : STEP) {
        begin();
        r = apart(s, mode, i, error, NULL);
        assert_true(s->holds(s->poor));
        if (r == 0 && mode == FAIL_ONCE && s->run != remove_all)
            s->done();
        else if (r != 0)
            assert_int_equal(r, 103); /* one of the store's errors */
        finishes(s);
        support_remove(home);
    }
}

static struct failure {
    const char *name;
    enum mode mode;
    int error;
} failures[] = {
    { "a full disk", FAIL_ON, ENOSPC },
    { "a read-only medium", FAIL_ON, EROFS },
    { "a medium pulled out", FAIL_ON, ENODEV },
    { "a broken sector", FAIL_ONCE, EIO },
    { "a full disk for a moment", FAIL_ONCE, ENOSPC },
};

static void
failure_row(void **state)
{
    const struct failure *f = *state;
    size_t i;

    for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
        if (!scenarios[i].poor || f->error == EIO)
            fails(&scenarios[i], f->mode, f->error);
}

/* --- scaffolding ---------------------------------------------------------- */

static void
make_half(int i, EVP_PKEY *key, const char *usage)
{
    struct cert_spec spec = { .cn = NAME, .key = key, .usage = usage };
    struct buf first = support_text("Vector!2026");
    struct buf second = support_text("Stamp-of-42!");
    struct buf info = { 0 };
    X509 *x = make_cert(&spec);

    assert_int_equal(cert_der(x, &ders[i]), OK);
    if (i == SIGN)
        assert_int_equal(cert_id(x, id), OK);
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &info, &first, &old_keys[i]), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &info, &second, &new_keys[i]), OK);
    X509_free(x);
    buf_free(&info);
    buf_free(&first);
    buf_free(&second);
}

static int
setup(void **state)
{
    EVP_PKEY *key = make_key("rsa1024"), *km = make_key("rsa1024");

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    make_half(SIGN, key, NULL);
    make_half(KM, km, "keyEncipherment");
    make_half(LATER, key, NULL);
    ca_pubs = support_text("the CA's own certificates");
    EVP_PKEY_free(key);
    EVP_PKEY_free(km);
    return 0;
}

static int
teardown(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < PAIRS; i++) {
        buf_free(&ders[i]);
        buf_free(&old_keys[i]);
        buf_free(&new_keys[i]);
    }
    buf_free(&ca_pubs);
    crypto_free(crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, killed_row, scenarios);
    SUPPORT_ROWS(&t, killed_twice_row, scenarios);
    SUPPORT_ROWS(&t, failure_row, failures);
    return support_run(
        "store, moving, killed and failing", &t, setup, teardown);
}
