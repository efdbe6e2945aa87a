/* Paths, clock, process: what the environment may and may not do. */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/paths.h"
#include "os/process.h"
#include "os/terminal.h"

static char folder[] = "/tmp/ingam-test-XXXXXX";

static char *
below(const char *name)
{
    static char path[PATHS_MAX];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int
set_up(void **state)
{
    char target[PATHS_MAX];

    (void)state;
    umask(022);
    if (mkdtemp(folder) == NULL || mkdir(below("home"), 0700) != 0 ||
        mkdir(below("xdg"), 0700) != 0 || mkdir(below("open"), 0700) != 0 ||
        chmod(below("open"), 0777) != 0 || mkdir(below("group"), 0700) != 0 ||
        chmod(below("group"), 0770) != 0)
        return -1;
    snprintf(target, sizeof(target), "%s/home", folder);
    if (symlink(target, below("link")) != 0)
        return -1;
    close(open(below("file"), O_CREAT | O_WRONLY, 0600));
    return 0;
}

static int
tear_down(void **state)
{
    static const char *const names[] = { "home", "xdg", "open", "group" };
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
        rmdir(below(names[i]));
    unlink(below("link"));
    unlink(below("file"));
    return rmdir(folder);
}

static const char *
passwd_home(void)
{
    return getpwuid(geteuid())->pw_dir;
}

static void
expect_home(const char *value, const char *want)
{
    struct paths p = { 0 };

    if (value == NULL)
        unsetenv("HOME");
    else
        setenv("HOME", value, 1);
    assert_int_equal(paths_init(&p), OK);
    assert_string_equal(p.home, want);
    assert_int_equal(strncmp(p.npki, want, strlen(want)), 0);
    assert_string_equal(p.npki + strlen(want), "/NPKI");
    paths_free(&p);
}

static void
T156_home_counts_when_it_is_ours_alone(void **state)
{
    char longest[PATHS_MAX + 2];

    (void)state;
    memset(longest, 'a', sizeof(longest));
    longest[0] = '/';
    longest[sizeof(longest) - 1] = '\0';
    expect_home(below("home"), below("home"));
    expect_home(below("link"), below("link"));
    if (access(passwd_home(), F_OK) != 0)
        skip(); /* a builder's user may have none to fall back on */
    expect_home(NULL, passwd_home());
    expect_home("", passwd_home());
    expect_home("/", passwd_home());
    expect_home(".", passwd_home());
    expect_home("home", passwd_home());
    expect_home(below("open"), passwd_home());
    expect_home(below("group"), passwd_home());
    expect_home(below("file"), passwd_home());
    expect_home(below("missing"), passwd_home());
    expect_home(longest, passwd_home());
}

static void
T156_home_of_somebody_else_does_not_count(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can make one */
    assert_int_equal(chown(below("xdg"), 65534, 65534), 0);
    expect_home(below("xdg"), passwd_home());
    assert_int_equal(chown(below("xdg"), 0, 0), 0);
}

static void
expect_xdg(const char *value, bool believed)
{
    struct paths p = { 0 };
    char want[PATHS_MAX + 32];

    setenv("HOME", below("home"), 1);
    setenv("XDG_CONFIG_HOME", value, 1);
    setenv("XDG_STATE_HOME", value, 1);
    assert_int_equal(paths_init(&p), OK);
    snprintf(want, sizeof(want), "%s%s/ingam", believed ? value : below("home"),
        believed ? "" : "/.config");
    assert_string_equal(p.config, want);
    snprintf(want, sizeof(want), "%s%s/ingam", believed ? value : below("home"),
        believed ? "" : "/.local/state");
    assert_string_equal(p.state, want);
    paths_free(&p);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
}

static void
xdg_folders_count_when_absolute_and_ours(void **state)
{
    char value[PATHS_MAX];

    (void)state;
    snprintf(value, sizeof(value), "%s", below("xdg"));
    expect_xdg(value, true);
    expect_xdg("xdg", false);
    expect_xdg("", false);
    snprintf(value, sizeof(value), "%s", below("open"));
    expect_xdg(value, false);
    snprintf(value, sizeof(value), "%s", below("missing"));
    expect_xdg(value, false);
}

static void
clock_writes_rfc_3339(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { 951782399, "2000-02-28T23:59:59Z" },
        { 951782400, "2000-02-29T00:00:00Z" },
        { 2147483648, "2038-01-19T03:14:08Z" },
        { 4294967296, "2106-02-07T06:28:16Z" },
        { 253402300799, "9999-12-31T23:59:59Z" },
        { 253402300800, "1970-01-01T00:00:00Z" },
        { -1, "1970-01-01T00:00:00Z" },
    };
    char text[CLOCK_TEXT_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        clock_text(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void
clock_goes_forward(void **state)
{
    struct clock clock = clock_system();
    int64_t before = clock_monotonic(&clock);

    (void)state;
    assert_true(clock_wall(&clock) > 1700000000);
    assert_true(clock_monotonic(&clock) >= before);
}

/* Run in a child, since it changes the process; its status is 0 when fine. */
static void
expect_in_child(int (*test)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(test());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int
environment_is_a_fixed_list(void)
{
    static const char *const bad[] = { "OPENSSL_CONF", "OPENSSL_MODULES",
        "SSLKEYLOGFILE", "https_proxy", "LD_PRELOAD", "GCONV_PATH", "TMPDIR",
        "LOCPATH", "SSL_CERT_FILE", "BASH_ENV", "TERM" };
    size_t i, n;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        setenv(bad[i], "/nowhere", 1);
    setenv("HOME", "/a home", 1);
    setenv("LANG", "tr_TR.UTF-8", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    if (process_environment(false) != OK)
        return 1;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (getenv(bad[i]) != NULL)
            return 2;
    for (n = 0; environ[n] != NULL; n++)
        ;
    return n == 3 && strcmp(getenv("HOME"), "/a home") == 0 &&
                   strcmp(getenv("LANG"), "C.UTF-8") == 0
               ? 0
               : 3;
}

static int
malformed_environment_is_dropped(void)
{
    static char plain[] = "NOTHING", equals[] = "=x", home[] = "HOME";
    static char *entries[] = { plain, equals, home, NULL };

    environ = entries;
    if (process_environment(false) != OK)
        return 1;
    return getenv("HOME") == NULL && environ[2] == NULL ? 0 : 2;
}

static int
missing_descriptors_are_filled(void)
{
    struct stat a, b;

    if (stat("/dev/null", &a) != 0)
        return 1;
    if (!process_descriptors())
        return 2;
    close(0);
    close(2);
    if (process_descriptors() || !process_descriptors())
        return 3;
    return fstat(0, &b) == 0 && a.st_rdev == b.st_rdev && fstat(2, &b) == 0 &&
                   a.st_rdev == b.st_rdev
               ? 0
               : 4;
}

static int
hardening_holds(void)
{
    struct rlimit core;

    process_harden();
    if (umask(0) != 077)
        return 1;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
        return 2;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 3;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return 4;
    raise(SIGPIPE);
    return 0;
}

static int
leaked_descriptors_are_closed(void)
{
    int fd = dup(0);

    process_close_from(3);
    return fcntl(fd, F_GETFD) == -1 && fcntl(2, F_GETFD) != -1 ? 0 : 1;
}

static int
stray_prints_go_to_stderr(void)
{
    int out[2], err[2], fd;
    char bytes[8] = { 0 };

    if (pipe(out) != 0 || pipe(err) != 0 || dup2(out[1], 1) != 1 ||
        dup2(err[1], 2) != 2 || process_guard_stdout(&fd) != OK)
        return 1;
    if (write(1, "stray", 5) != 5 || write(fd, "frame", 5) != 5)
        return 2;
    if (read(out[0], bytes, sizeof(bytes)) != 5 ||
        memcmp(bytes, "frame", 5) != 0)
        return 3;
    return read(err[0], bytes, sizeof(bytes)) == 5 &&
                   memcmp(bytes, "stray", 5) == 0
               ? 0
               : 4;
}

/* One that may not grow, and what is no pipe, stay as they are. */
static void
a_pipe_is_widened(void **state)
{
    char byte = 0;
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_true(fcntl(fds[0], F_SETPIPE_SZ, 4096) > 0);
    process_widen_pipe(fds[0], 65536);
    assert_int_equal(fcntl(fds[0], F_GETPIPE_SZ), 65536);
    process_widen_pipe(fds[0], -1);
    assert_int_equal(fcntl(fds[0], F_GETPIPE_SZ), 65536);
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    process_widen_pipe(fds[0], 65536);
    assert_int_equal(write(fds[1], "x", 1), 1);
    assert_int_equal(read(fds[0], &byte, 1), 1);
    assert_int_equal(byte, 'x');
    close(fds[0]);
    close(fds[1]);
}

static void
T154_environment_is_a_fixed_list(void **state)
{
    (void)state;
    expect_in_child(environment_is_a_fixed_list);
}

static void
T157_malformed_environment_is_dropped(void **state)
{
    (void)state;
    expect_in_child(malformed_environment_is_dropped);
}

static void
T022_missing_descriptors_are_filled(void **state)
{
    (void)state;
    expect_in_child(missing_descriptors_are_filled);
}

static void
process_hardening_holds(void **state)
{
    (void)state;
    expect_in_child(hardening_holds);
    expect_in_child(leaked_descriptors_are_closed);
}

/* --- a file with a key in it -------------------------------------------------*/

static void
expect_file(const char *name, const char *want)
{
    struct buf data = { 0 };
    struct stat st;

    assert_int_equal(lstat(below(name), &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0600);
    assert_int_equal(terminal_read_file(below(name), false, 100, &data), OK);
    assert_string_equal(buf_text(&data), want);
    buf_free(&data);
}

/* How many names are in the folder that the files are in. */
static int
names(void)
{
    int n = 0;
    DIR *dir = opendir(below("home"));

    assert_non_null(dir);
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 2; /* . and .. */
}

static void
a_secret_replaces_the_older_one_whole_or_not_at_all(void **state)
{
    struct buf old = support_text("old"), fresh = support_text("fresh");
    struct rlimit before, full;
    enum err r;

    (void)state;
    assert_int_equal(terminal_write_secret(below("home/x"), false, &old), OK);
    assert_int_equal(chmod(below("home/x"), 0644), 0);
    assert_int_equal(terminal_write_secret(below("home/x"), false, &fresh),
        ERR_ALREADY_EXISTS);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = before;
    full.rlim_cur = 2; /* bytes: as a disk that is full behind them */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    r = terminal_write_secret(below("home/x"), true, &fresh);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(r, ERR_IO_ERROR);
    assert_int_equal(names(), 1);
    assert_int_equal(chmod(below("home/x"), 0600), 0);
    expect_file("home/x", "old");
    assert_int_equal(terminal_write_secret(below("home/x"), true, &fresh), OK);
    expect_file("home/x", "fresh");
    assert_int_equal(terminal_write_secret(below("home/y"), true, &old), OK);
    expect_file("home/y", "old");
    assert_int_equal(names(), 2);
    unlink(below("home/x"));
    unlink(below("home/y"));
    buf_free(&old);
    buf_free(&fresh);
}

static void
a_secret_replaces_nothing_but_a_file(void **state)
{
    static const char *const rows[] = { "home/folder", "home/link",
        "home/pipe" };
    struct buf data = support_text("fresh");
    struct stat before, after;

    (void)state;
    assert_int_equal(mkdir(below("home/folder"), 0700), 0);
    assert_int_equal(symlink("folder", below("home/link")), 0);
    assert_int_equal(mkfifo(below("home/pipe"), 0600), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_int_equal(lstat(below(rows[i]), &before), 0);
        assert_int_equal(terminal_write_secret(below(rows[i]), true, &data),
            ERR_PARAM_RANGE);
        assert_int_equal(lstat(below(rows[i]), &after), 0);
        assert_int_equal(before.st_mode, after.st_mode);
    }
    assert_int_equal(names(), 3);
    rmdir(below("home/folder"));
    unlink(below("home/link"));
    unlink(below("home/pipe"));
    buf_free(&data);
}

static void
T021_stray_prints_go_to_stderr(void **state)
{
    (void)state;
    expect_in_child(stray_prints_go_to_stderr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T156_home_counts_when_it_is_ours_alone),
        cmocka_unit_test(T156_home_of_somebody_else_does_not_count),
        cmocka_unit_test(xdg_folders_count_when_absolute_and_ours),
        cmocka_unit_test(clock_writes_rfc_3339),
        cmocka_unit_test(clock_goes_forward),
        cmocka_unit_test(T154_environment_is_a_fixed_list),
        cmocka_unit_test(T157_malformed_environment_is_dropped),
        cmocka_unit_test(T022_missing_descriptors_are_filled),
        cmocka_unit_test(process_hardening_holds),
        cmocka_unit_test(T021_stray_prints_go_to_stderr),
        cmocka_unit_test(a_secret_replaces_the_older_one_whole_or_not_at_all),
        cmocka_unit_test(a_secret_replaces_nothing_but_a_file),
        cmocka_unit_test(a_pipe_is_widened),
    };

    return cmocka_run_group_tests_name("os", tests, set_up, tear_down);
}
