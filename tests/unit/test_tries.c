/* Wrong passwords are slowed: counted on disk, bounded, forgotten, and no new
 * process, other writer or changed clock gets around it. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store.h"
#include "pki/tries.h"

#define ID   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define LONG (10 * 365 * INT64_C(86400))

static char home[256];
static struct host host;
static int64_t now;

static int64_t
wall(void *ctx)
{
    (void)ctx;
    return now;
}

static void
attempt(enum err how)
{
    int turn = -1;

    assert_int_equal(tries_begin(&host, ID, &turn), OK);
    tries_end(&host, ID, &turn, how);
    assert_int_equal(turn, -1);
}

/* n wrong ones, as fast as they may come. */
static void
fail_times(unsigned n)
{
    for (; n > 0; n--) {
        now += tries_look(&host, ID).wait;
        attempt(ERR_PASSWORD_WRONG);
    }
}

static struct wait {
    const char *name;
    unsigned wrong;
    int64_t wait;
} waits[] = {
    { "none wrong", 0, 0 },
    { "one", 1, 0 },
    { "four", 4, 0 },
    { "five", 5, 2 },
    { "six", 6, 4 },
    { "seven", 7, 8 },
    { "eight", 8, 16 },
    { "nine", 9, 30 },
    { "ten", 10, 30 },
    { "forty", 40, 30 },
};

static void
wait_row(void **state)
{
    const struct wait *row = *state;
    struct tries tries;
    int turn = -1;

    fail_times(row->wrong);
    tries = tries_look(&host, ID);
    assert_int_equal(tries.wrong, row->wrong);
    assert_int_equal(tries.wait, row->wait);
    assert_int_equal(tries_begin(&host, ID, &turn),
        row->wait > 0 ? ERR_PASSWORD_SLOWED : OK);
    tries_end(&host, ID, &turn, ERR_CANCELLED);
    if (row->wait == 0)
        return;
    now += row->wait - 1;
    assert_int_equal(tries_begin(&host, ID, &turn), ERR_PASSWORD_SLOWED);
    now++;
    attempt(OK);
    assert_int_equal(tries_look(&host, ID).wrong, 0);
}

static struct ending {
    const char *name;
    enum err how;
    unsigned left;
} endings[] = {
    { "the right one forgets", OK, 0 },
    { "a key of another certificate was opened", ERR_KEY_MISMATCH, 0 },
    { "a damaged file says nothing", ERR_KEY_FILE_DAMAGED, 3 },
    { "no memory says nothing", ERR_NO_MEMORY, 3 },
    { "a cancelled one says nothing", ERR_CANCELLED, 3 },
    { "a wrong one counts", ERR_PASSWORD_WRONG, 4 },
};

static void
ending_row(void **state)
{
    const struct ending *row = *state;

    fail_times(3);
    attempt(row->how);
    assert_int_equal(tries_look(&host, ID).wrong, row->left);
}

static void
an_hour_later_all_is_forgotten(void **state)
{
    (void)state;
    fail_times(9);
    now += TRIES_FORGET - 1;
    assert_int_equal(tries_look(&host, ID).wrong, 9);
    now++;
    assert_int_equal(tries_look(&host, ID).wrong, 0);
    fail_times(1);
    assert_int_equal(tries_look(&host, ID).wrong, 1);
}

/* Set back by ten years it is still half a minute, not ten years. */
static void
a_clock_set_back_locks_nobody_out(void **state)
{
    int turn = -1;

    (void)state;
    fail_times(9);
    now -= LONG;
    assert_int_equal(tries_look(&host, ID).wait, TRIES_WAIT_MAX);
    assert_int_equal(tries_begin(&host, ID, &turn), ERR_PASSWORD_SLOWED);
    now += TRIES_WAIT_MAX;
    attempt(OK);
}

static void
another_certificate_has_its_own_count(void **state)
{
    char other[] = ID;
    int turn = -1;

    (void)state;
    other[0] = 'f';
    fail_times(6);
    assert_int_equal(tries_begin(&host, other, &turn), OK);
    tries_end(&host, other, &turn, ERR_PASSWORD_WRONG);
    assert_int_equal(tries_look(&host, other).wrong, 1);
    assert_int_equal(tries_look(&host, ID).wrong, 6);
}

static void
another_process_has_the_same_count(void **state)
{
    struct host mine;
    int status, turn = -1;
    pid_t pid;

    (void)state;
    fail_times(5);
    pid = fork();
    if (pid == 0) {
        support_host(home, &mine);
        mine.clock.wall = wall;
        _exit(tries_begin(&mine, ID, &turn) == ERR_PASSWORD_SLOWED ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Twelve guesses at once are twelve guesses one after the other. */
static void
attempts_at_once_are_all_counted(void **state)
{
    enum { GUESSES = 12 };
    int status, i, slowed = 0, turn = -1;
    struct host mine;
    enum err r;
    pid_t pids[GUESSES];

    (void)state;
    for (i = 0; i < GUESSES; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            support_host(home, &mine);
            mine.clock.wall = wall;
            r = tries_begin(&mine, ID, &turn);
            tries_end(&mine, ID, &turn, ERR_PASSWORD_WRONG);
            _exit(r == OK ? 0 : r == ERR_PASSWORD_SLOWED ? 1 : 2);
        }
    }
    for (i = 0; i < GUESSES; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        slowed += WEXITSTATUS(status);
    }
    assert_int_equal(tries_look(&host, ID).wrong, TRIES_FREE);
    assert_int_equal(slowed, GUESSES - (int)TRIES_FREE);
}

static struct damage {
    const char *name, *record;
} damages[] = {
    { "an empty record", "" },
    { "no number", "x 1795000000\n" },
    { "no time", "7\n" },
    { "a time before all time", "7 -5\n" },
    { "more than a count", "99999999999999999999 1795000000\n" },
    { "a record cut off", "7 17950000" },
    { "a long record",
        "7 1795000000 "
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" },
};

static void
record_path(char path[static 700])
{
    snprintf(path, 700, "%s/%s/" ID, host.paths.state, TRIES_FOLDER);
}

static void
damage_row(void **state)
{
    const struct damage *row = *state;
    char path[700];

    fail_times(7);
    record_path(path);
    support_write(path, row->record, strlen(row->record));
    assert_int_equal(tries_look(&host, ID).wrong, 0);
    attempt(ERR_PASSWORD_WRONG);
    assert_int_equal(tries_look(&host, ID).wrong, 1);
}

/* A full or read-only disk must not keep anybody from signing. */
static void
a_state_that_cannot_be_written_stops_nobody(void **state)
{
    char path[700];
    int i, turn = -1;

    (void)state;
    snprintf(path, sizeof(path), "%s/.local", home);
    support_remove(path);
    support_write(path, "x", 1); /* a file, where the folder should be */
    for (i = 0; i < 8; i++) {
        assert_int_equal(tries_begin(&host, ID, &turn), OK);
        tries_end(&host, ID, &turn, ERR_PASSWORD_WRONG);
    }
    assert_int_equal(tries_look(&host, ID).wrong, 0);
}

static void
nobody_else_reads_the_count(void **state)
{
    char path[700];
    struct stat st;

    (void)state;
    fail_times(1);
    record_path(path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* The one way to a stored key counts: nothing has to remember to. */
static void
opening_a_stored_key_counts(void **state)
{
    struct buf info = { 0 }, file = { 0 }, der = { 0 };
    struct buf right = support_text("Vector!2026");
    struct buf wrong = support_text("Vector!2027");
    const struct store_entry *entry = NULL;
    struct store_pair pair = { 0 };
    struct store_list list = { 0 };
    EVP_PKEY *key = NULL, *opened = NULL;
    char id[CERT_ID_LEN + 1];
    X509 *x;
    int i;

    (void)state;
    assert_int_equal(key_generate(host.crypto, NULL, &key), OK);
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(
        p8_encrypt(host.crypto, P8_LEGACY, &info, &right, &file), OK);
    x = support_certificate(
        host.crypto, key, "C=kr/O=IngamTest/CN=hong", 7, now + 86400);
    assert_int_equal(cert_der(x, &pair.sign_cert), OK);
    assert_int_equal(cert_id(x, id), OK);
    buf_move(&pair.sign_key, &file);
    assert_int_equal(
        store_put(&host, host.paths.npki, "IngamTest", &pair, "t1", &der), OK);
    assert_int_equal(store_look_up(&host, id, &list, &entry), OK);
    for (i = 0; i < 5; i++)
        assert_int_equal(
            store_open_key(&host, entry, false, &wrong, &opened, NULL),
            ERR_PASSWORD_WRONG);
    assert_int_equal(store_open_key(&host, entry, false, &right, &opened, NULL),
        ERR_PASSWORD_SLOWED); /* the right one too: nothing was looked at */
    now += 2;
    assert_int_equal(
        store_open_key(&host, entry, false, &right, &opened, NULL), OK);
    assert_int_equal(tries_look(&host, id).wrong, 0);
    EVP_PKEY_free(opened);
    EVP_PKEY_free(key);
    X509_free(x);
    store_list_free(&list);
    store_pair_free(&pair);
    buf_free(&info);
    buf_free(&der);
    buf_free(&right);
    buf_free(&wrong);
}

/* --- scaffolding ---------------------------------------------------------- */

static int
setup_test(void **state)
{
    (void)state;
    support_folder(home);
    support_host(home, &host);
    host.clock.wall = wall;
    now = SUPPORT_NOW;
    return 0;
}

static int
teardown_test(void **state)
{
    (void)state;
    support_host_free(&host);
    support_remove(home);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, wait_row, waits);
    SUPPORT_ROWS(&t, ending_row, endings);
    SUPPORT_ROWS(&t, damage_row, damages);
#define T(f) support_test(&t, #f, f)
    T(an_hour_later_all_is_forgotten);
    T(a_clock_set_back_locks_nobody_out);
    T(another_certificate_has_its_own_count);
    T(another_process_has_the_same_count);
    T(attempts_at_once_are_all_counted);
    T(a_state_that_cannot_be_written_stops_nobody);
    T(nobody_else_reads_the_count);
    T(opening_a_stored_key_counts);
    support_each(&t, setup_test, teardown_test);
    return support_run("wrong passwords", &t, NULL, NULL);
}
