/*
 * store_put, killed before and after each of its system calls, and with each
 * of them failing once or from then on. After that the old pair is usable or
 * the new one is whole, and trying again finishes.
 */
#include "support.h"

#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store.h"

#define DN        "C=kr/O=IngamTest/CN=hong"
#define USER_PATH "NPKI/IngamTest/USER"
#define TARGET    USER_PATH "/cn=hong,o=IngamTest,c=kr"
#define YEAR      (SUPPORT_NOW + 300 * 86400)
#define CALLS_MAX 300 /* far above what one store_put makes */

/* --- scenarios ------------------------------------------------------------ */

static char home[256];
static struct crypto *crypto;
static EVP_PKEY *key;
static struct buf key_file, old_cert, new_cert;

static struct scenario {
    const char *name;
    bool old;      /* is there an old pair? */
    bool no_flags; /* two renames instead of one exchange */
} scenarios[] = {
    { "first issue", false, false },
    { "re-issue", true, false },
    { "first issue without rename flags", false, true },
    { "re-issue without rename flags", true, true },
};

static void
path_of(char path[static 1024], const char *name)
{
    snprintf(path, 1024, "%s/%s", home, name);
}

static void
make_dirs(const char *name)
{
    char path[1024], *p;

    path_of(path, name);
    for (p = path + strlen(home) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0700);
        *p = '/';
    }
    mkdir(path, 0700);
}

static void
begin(const struct scenario *s)
{
    char path[1024];

    support_folder(home);
    if (!s->old)
        return;
    make_dirs(TARGET);
    path_of(path, TARGET "/signCert.der");
    support_write(path, old_cert.data, old_cert.len);
    path_of(path, TARGET "/signPri.key");
    support_write(path, key_file.data, key_file.len);
}

static int
put(const void *ctx)
{
    const struct host *host = ctx;
    struct store_pair pair = { .sign_cert = new_cert, .sign_key = key_file };
    struct buf path = { 0 };
    enum err r;

    r = store_put(host, host->paths.npki, "IngamTest", &pair, "t1", &path);
    buf_free(&path);
    return r == OK ? 0 : 100 + (err_code(r) / 1000);
}

/* store_put in a process of its own: 0, 100 and the family of its error, or
 * DIED. */
static int
put_apart(const struct scenario *s, enum mode mode, int call, int error,
    int *ret_calls)
{
    struct host host;
    int r;

    support_host(home, &host);
    set_fault(mode, call, error);
    fault.no_flags = s->no_flags;
    r = run_apart(put, &host, ret_calls);
    support_host_free(&host);
    return r;
}

static bool
pair_is(const char *folder, const struct buf *cert)
{
    struct buf got_cert = { 0 }, got_key = { 0 };
    char path[1024], name[512];
    bool is;

    snprintf(name, sizeof(name), "%s/signCert.der", folder);
    path_of(path, name);
    is = support_read(path, &got_cert);
    snprintf(name, sizeof(name), "%s/signPri.key", folder);
    path_of(path, name);
    is = support_read(path, &got_key) && is && got_cert.len == cert->len &&
         memcmp(got_cert.data, cert->data, cert->len) == 0 &&
         got_key.len == key_file.len &&
         memcmp(got_key.data, key_file.data, key_file.len) == 0;
    buf_free(&got_cert);
    buf_free(&got_key);
    return is;
}

/* Nobody else may read anything that was made. */
static void
nothing_is_open(const char *folder)
{
    char path[1024];
    struct dirent *d;
    struct stat st;
    DIR *dir;

    path_of(path, folder);
    dir = opendir(path);
    while (dir != NULL && (d = readdir(dir)) != NULL) {
        if (d->d_name[0] == '.' && strncmp(d->d_name, ".ingam", 6) != 0)
            continue;
        assert_int_equal(fstatat(dirfd(dir), d->d_name, &st, 0), 0);
        if (strncmp(d->d_name, ".ingam", 6) == 0)
            assert_int_equal(st.st_mode & 077, 0);
    }
    if (dir != NULL)
        closedir(dir);
}

/*
 * What must hold at every instant: the old pair or the new one is in place; or,
 * between the two renames of a poor file system, the old one beside it, whole.
 */
static void
invariant(const struct scenario *s)
{
    bool is_old = pair_is(TARGET, &old_cert);
    bool is_new = pair_is(TARGET, &new_cert);
    char path[1024];
    struct stat st;

    path_of(path, TARGET);
    if (!s->old || (s->no_flags && lstat(path, &st) != 0))
        assert_true(is_new || lstat(path, &st) != 0); /* all or nothing */
    else
        assert_true(is_old || is_new);
    if (s->old && s->no_flags && lstat(path, &st) != 0)
        assert_true(pair_is(USER_PATH "/.ingam-t1.old", &old_cert));
    nothing_is_open(USER_PATH);
}

static bool
old_is_kept(void)
{
    return pair_is(".local/state/ingam/old/t1", &old_cert);
}

/* Once more without faults: everything is where it belongs. */
static void
finishes(const struct scenario *s)
{
    char path[1024];
    struct stat st;

    assert_int_equal(put_apart(s, COUNT, 0, 0, NULL), 0);
    assert_true(pair_is(TARGET, &new_cert));
    if (s->old)
        assert_true(old_is_kept());
    path_of(path, USER_PATH "/.ingam-t1");
    assert_int_not_equal(lstat(path, &st), 0);
    path_of(path, USER_PATH "/.ingam-t1.old");
    assert_int_not_equal(lstat(path, &st), 0);
}

/* Nobody tries again, but the next writer clears up: a pair is there. */
static void
is_recovered(const struct scenario *s)
{
    struct host host;
    char path[1024];
    struct stat st;

    support_host(home, &host);
    assert_int_equal(store_recover(&host, host.paths.npki, NULL, NULL), OK);
    support_host_free(&host);
    if (s->old)
        assert_true(pair_is(TARGET, &old_cert) || pair_is(TARGET, &new_cert));
    path_of(path, USER_PATH "/.ingam-t1");
    assert_int_not_equal(lstat(path, &st), 0);
    path_of(path, USER_PATH "/.ingam-t1.old");
    assert_int_not_equal(lstat(path, &st), 0);
}

static int
calls_of(const struct scenario *s)
{
    int calls = 0;

    begin(s);
    assert_int_equal(put_apart(s, COUNT, 0, 0, &calls), 0);
    support_remove(home);
    assert_in_range(calls, 10, CALLS_MAX);
    return calls;
}

static void
killed_row(void **state)
{
    const struct scenario *s = *state;
    int i, calls = calls_of(s);

    for (i = 1; i <= calls; i++) {
        begin(s);
        assert_int_equal(put_apart(s, DIE_BEFORE, i, 0, NULL), DIED);
        invariant(s);
        finishes(s);
        support_remove(home);
        begin(s);
        assert_int_equal(put_apart(s, DIE_AFTER, i, 0, NULL), DIED);
        invariant(s);
        is_recovered(s);
        support_remove(home);
    }
}

/* Killed, and killed again while trying again. */
static void
killed_twice_row(void **state)
{
    const struct scenario *s = *state;
    int i, calls = calls_of(s);

    for (i = 2; i <= calls; i += 3) {
        begin(s);
        assert_int_equal(put_apart(s, DIE_AFTER, i, 0, NULL), DIED);
        (void)put_apart(s, DIE_BEFORE, 1 + i / 2, 0, NULL);
        invariant(s);
        (void)put_apart(s, DIE_AFTER, 1 + i / 3, 0, NULL);
        invariant(s);
        finishes(s);
        support_remove(home);
    }
}

static void
fails(const struct scenario *s, enum mode mode, int error)
{
    int i, r, calls = calls_of(s);

    for (i = 1; i <= calls; i++) {
        begin(s);
        r = put_apart(s, mode, i, error, NULL);
        invariant(s);
        if (r == 0) /* it did without that call: then all is well */
            assert_true(pair_is(TARGET, &new_cert));
        else
            assert_int_equal(r, 103); /* one of the store's errors */
        finishes(s);
        support_remove(home);
    }
}

static void
full_row(void **state)
{
    fails(*state, FAIL_ONCE, ENOSPC);
    fails(*state, FAIL_ON, ENOSPC);
}

static void
quota_row(void **state)
{
    fails(*state, FAIL_ONCE, EDQUOT);
}

/* Short writes are no error. */
static void
patient_row(void **state)
{
    const struct scenario *s = *state;

    begin(s);
    assert_int_equal(put_apart(s, SHORT, 0, 0, NULL), 0);
    invariant(s);
    finishes(s);
    support_remove(home);
}

static void
io_error_row(void **state)
{
    fails(*state, FAIL_ONCE, EIO);
    fails(*state, FAIL_ON, EIO);
}

/* --- scaffolding ---------------------------------------------------------- */

static void
make_certificate(uint32_t serial, struct buf *ret_der)
{
    X509 *x = support_certificate(crypto, key, DN, serial, YEAR);

    assert_int_equal(cert_der(x, ret_der), OK);
    X509_free(x);
}

static int
setup(void **state)
{
    struct buf info = { 0 }, password = support_text("Vector!2026");

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(key_generate(crypto, NULL, &key), OK);
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &info, &password, &key_file), OK);
    make_certificate(1, &old_cert);
    make_certificate(2, &new_cert);
    buf_free(&info);
    buf_free(&password);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    crypto_free(crypto);
    buf_free(&key_file);
    buf_free(&old_cert);
    buf_free(&new_cert);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, killed_row, scenarios);
    SUPPORT_ROWS(&t, killed_twice_row, scenarios);
    SUPPORT_ROWS(&t, full_row, scenarios);
    SUPPORT_ROWS(&t, io_error_row, scenarios);
    SUPPORT_ROWS(&t, quota_row, scenarios);
    SUPPORT_ROWS(&t, patient_row, scenarios);
    return support_run("store, killed and failing", &t, setup, teardown);
}
