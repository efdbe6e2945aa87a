/* The sandbox, each thing tried by a child that has really entered it. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/sandbox.h"

static char folder[64];

static const char *
below(const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static char *
make_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/ingam-test-XXXXXX");
    return mkdtemp(folder);
}

static int
set_up(void **state)
{
    char target[256];

    (void)state;
    if (make_folder() == NULL || mkdir(below("in"), 0700) != 0 ||
        mkdir(below("ro"), 0700) != 0 || mkdir(below("out"), 0700) != 0)
        return -1;
    close(open(below("in/file"), O_CREAT | O_WRONLY, 0600));
    close(open(below("ro/file"), O_CREAT | O_WRONLY, 0600));
    close(open(below("out/file"), O_CREAT | O_WRONLY, 0600));
    snprintf(target, sizeof(target), "%s/out", folder);
    return symlink(target, below("link"));
}

static int
tear_down(void **state)
{
    static const char *const names[] = { "in/file", "in/new", "ro/file",
        "ro/new", "out/file", "link", "in/made/deep", "in/made", "in", "ro",
        "out" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (unlink(below(names[i])) != 0)
            rmdir(below(names[i]));
    return rmdir(folder);
}

/* How a child ended: its exit status, or 1000 and the signal. */
static int
in_child(int (*test)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(test());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- files -----------------------------------------------------------------*/

static enum err
enter(bool follow)
{
    static char in[256], ro[256], link[256], made[256];
    const struct sandbox_rule rules[] = {
        { .path = in, .write = true },
        { .path = made, .write = true, .make = true },
        { .path = ro },
        { .path = link, .no_link = !follow },
        { .path = "/does/not/exist" },
    };

    snprintf(in, sizeof(in), "%s", below("in"));
    snprintf(ro, sizeof(ro), "%s", below("ro"));
    snprintf(link, sizeof(link), "%s", below("link"));
    snprintf(made, sizeof(made), "%s", below("in/made/deep"));
    return sandbox_files(
        rules, sizeof(rules) / sizeof(rules[0]), SANDBOX_NO_TCP);
}

/* 0 when it can be opened, else errno. */
static int
opens(const char *name, int flags)
{
    int fd = open(name[0] == '/' ? name : below(name), flags, 0600);

    if (fd == -1)
        return errno;
    close(fd);
    return 0;
}

static int
files_are_confined(void)
{
    if (enter(false) != OK)
        return 1;
    if (opens("in/file", O_RDWR) != 0 || opens("in/new", O_CREAT | O_RDWR) != 0)
        return 2;
    if (opens("ro/file", O_RDONLY) != 0)
        return 3;
    if (opens("ro/file", O_WRONLY) != EACCES ||
        opens("ro/new", O_CREAT | O_RDWR) != EACCES)
        return 4;
    if (opens("out/file", O_RDONLY) != EACCES)
        return 5;
    if (opens("/etc/passwd", O_RDONLY) != EACCES)
        return 6;
    if (opens("link/file", O_RDONLY) != EACCES)
        return 7;
    return opens("in/made/deep", O_RDONLY | O_DIRECTORY) == 0 ? 0 : 8;
}

static int
links_are_followed_where_allowed(void)
{
    if (enter(true) != OK)
        return 1;
    return opens("link/file", O_RDONLY) == 0 ? 0 : 2;
}

static void *
try_from_thread(void *ctx)
{
    int *ret = ctx;

    *ret = opens("out/file", O_RDONLY);
    return NULL;
}

static int
threads_inherit_it(void)
{
    pthread_t thread;
    int got = 0;

    if (enter(false) != OK ||
        pthread_create(&thread, NULL, try_from_thread, &got) != 0 ||
        pthread_join(thread, NULL) != 0)
        return 1;
    return got == EACCES ? 0 : 2;
}

static void
T163_files_outside_the_rules_are_out_of_reach(void **state)
{
    (void)state;
    if (sandbox_landlock() < 2)
        skip();
    assert_int_equal(in_child(files_are_confined), 0);
    assert_int_equal(in_child(links_are_followed_where_allowed), 0);
    assert_int_equal(in_child(threads_inherit_it), 0);
}

/* What may be done with TCP: 0 or errno of a bind and of a connect to where
 * nobody listens. */
static int
tcp(enum sandbox_tcp allowed, int want_bind, int want_connect)
{
    struct sockaddr_in any = { .sin_family = AF_INET,
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    struct sockaddr_in closed = any;
    int a, b;

    closed.sin_port = htons(1);
    if (sandbox_files(NULL, 0, allowed) != OK)
        return 1;
    a = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    b = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (a < 0 || b < 0)
        return 2;
    errno = 0;
    (void)bind(a, (struct sockaddr *)&any, sizeof(any));
    if (errno != want_bind)
        return 3;
    (void)connect(b, (struct sockaddr *)&closed, sizeof(closed));
    return errno == want_connect ? 0 : 4;
}

static int
no_tcp(void)
{
    return tcp(SANDBOX_NO_TCP, EACCES, EACCES);
}

static int
connections_out_only(void)
{
    return tcp(SANDBOX_CONNECT, EACCES, ECONNREFUSED);
}

static void
T162_tcp_is_as_said(void **state)
{
    (void)state;
    if (sandbox_landlock() < 4)
        skip();
    assert_int_equal(in_child(no_tcp), 0);
    assert_int_equal(in_child(connections_out_only), 0);
}

/* --- system calls ----------------------------------------------------------*/

static int
run_true(void)
{
    static char name[] = "true";
    static char *const argv[] = { name, NULL };

    sandbox_calls();
    execv("/bin/true", argv);
    return 1;
}

static int
trace(void)
{
    sandbox_calls();
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    return 1;
}

static int
read_another_process(void)
{
    sandbox_calls();
    syscall(SYS_process_vm_readv, getppid(), NULL, 0ul, NULL, 0ul, 0ul);
    return 1;
}

#ifdef __x86_64__
static int
use_the_32_bit_table(void)
{
    long r;

    sandbox_calls();
    __asm__ volatile("int $0x80" : "=a"(r) : "a"(20l) : "memory");
    return r > 0 ? 1 : 2;
}

static int
use_the_x32_table(void)
{
    sandbox_calls();
    syscall(0x40000000 | SYS_getpid);
    return 1;
}
#endif

static int
open_a_socket(void)
{
    sandbox_calls();
    return socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == ENOSYS &&
                   socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == ENOSYS
               ? 0
               : 1;
}

static int
fork_again(void)
{
    pid_t pid;

    sandbox_calls();
    pid = fork();
    if (pid == 0)
        _exit(0);
    return pid == -1 ? 0 : 1;
}

static int
ordinary_work_goes_on(void)
{
    unsigned char *memory;
    FILE *file;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        return 1;
    sandbox_calls();
    memory = malloc(1u << 20);
    if (memory == NULL)
        return 2;
    memset(memory, 1, 1u << 20);
    free(memory);
    file = fopen(below("in/file"), "w");
    if (file == NULL || fputs("text", file) < 0 || fclose(file) != 0)
        return 3;
    return send(pair[0], "x", 1, 0) == 1 ? 0 : 4;
}

static int
running_threads_are_confined_too(void)
{
    pthread_t thread;
    int got = 0;

    /* started before the filter: it is told through TSYNC */
    if (pthread_create(&thread, NULL, try_from_thread, &got) != 0)
        return 1;
    sandbox_calls();
    if (pthread_join(thread, NULL) != 0)
        return 2;
    return got == 0 ? 0 : 3;
}

static struct row {
    const char *name;
    int (*test)(void);
    int want;
} rows[] = {
    { "T160 starting a program ends the process", run_true, 1000 + SIGSYS },
    { "T160 tracing ends the process", trace, 1000 + SIGSYS },
    { "T160 reading another process ends the process", read_another_process,
        1000 + SIGSYS },
#ifdef __x86_64__
    { "T168 the 32-bit system calls end the process", use_the_32_bit_table,
        1000 + SIGSYS },
    { "T168 the x32 system calls end the process", use_the_x32_table,
        1000 + SIGSYS },
#endif
    { "T160 there are no sockets", open_a_socket, 0 },
    { "T160 there are no children", fork_again, 0 },
    { "memory, files and an open socket still work", ordinary_work_goes_on, 0 },
    { "threads that run already are filtered and go on",
        running_threads_are_confined_too, 0 },
};

static void
filters(void **state)
{
    const struct row *row = *state;

    if (!sandbox_seccomp())
        skip();
    assert_int_equal(in_child(row->test), row->want);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T163_files_outside_the_rules_are_out_of_reach),
        cmocka_unit_test(T162_tcp_is_as_said),
    };
    int failed;

    failed = cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
    if (set_up(NULL) != 0)
        return 1;
    failed += RUN_ROWS("system calls", rows, filters);
    tear_down(NULL);
    return failed;
}
