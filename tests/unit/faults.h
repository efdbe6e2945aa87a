/*
 * faults.h - the calls that change a disk, here our own: they count, fail or
 * die, and else go to the kernel; and a process of its own for who may die of
 * them. It defines them, so only one file of a program includes it.
 */
#ifndef INGAM_TESTS_FAULTS_H
#define INGAM_TESTS_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum mode { COUNT, DIE_BEFORE, DIE_AFTER, DIE_HALF, FAIL_ONCE, FAIL_ON, SHORT };

enum { DIED = 200 }; /* above what a run returns */

static struct {
    bool armed;
    enum mode mode;
    int at;    /* which call */
    int error; /* what it fails with */
    int seen;
    int created;   /* the descriptor whose close counts */
    bool no_flags; /* renameat2 knows none, as on FAT */
} fault;

/* Does this call fail? Dies when it is time. */
static bool
before(void)
{
    if (!fault.armed)
        return false;
    fault.seen++;
    if (fault.mode == DIE_BEFORE && fault.seen == fault.at)
        _exit(9);
    if ((fault.mode == FAIL_ONCE && fault.seen == fault.at) ||
        (fault.mode == FAIL_ON && fault.seen >= fault.at)) {
        errno = fault.error;
        return true;
    }
    return false;
}

static long
after(long result)
{
    if (fault.armed && fault.mode == DIE_AFTER && fault.seen == fault.at)
        _exit(9);
    return result;
}

#define CALL(...) (before() ? -1 : after(syscall(__VA_ARGS__)))

ssize_t
write(int fd, const void *data, size_t len)
{
    if (fault.armed && fault.mode == SHORT && len > 1)
        len /= 2;
    if (fault.armed && fault.mode == DIE_HALF && fault.seen + 1 == fault.at) {
        (void)syscall(SYS_write, fd, data, len / 2);
        _exit(9);
    }
    return CALL(SYS_write, fd, data, len);
}

/* A kill loses nothing that the kernel has, so no disk need be waited for. */
int
fsync(int fd)
{
    if (before())
        return -1;
    return (int)after(fcntl(fd, F_GETFD) == -1 ? -1 : 0);
}

int
ftruncate(int fd, off_t length)
{
    return (int)CALL(SYS_ftruncate, fd, length);
}

int
openat(int dir, const char *name, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if ((flags & O_CREAT) == 0)
        return (int)syscall(SYS_openat, dir, name, flags, mode);
    return fault.created = (int)CALL(SYS_openat, dir, name, flags, mode);
}

/* The descriptor is gone, error or not, as in the kernel. */
int
close(int fd)
{
    bool counts = fault.armed && fd == fault.created;
    bool fails = counts && before();
    int error = errno;
    long r = syscall(SYS_close, fd);

    if (fails) {
        errno = error;
        return -1;
    }
    return (int)(counts ? after(r) : r);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
    return (int)CALL(SYS_mkdirat, dir, name, mode);
}

int
unlinkat(int dir, const char *name, int flags)
{
    return (int)CALL(SYS_unlinkat, dir, name, flags);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return (int)CALL(SYS_renameat, from_dir, from, to_dir, to);
}

int
renameat2(
    int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    if (fault.armed && fault.no_flags && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

/* What is to happen, at which call; `armed` lets it. */
static void
set_fault(enum mode mode, int at, int error)
{
    memset(&fault, 0, sizeof(fault));
    fault.mode = mode;
    fault.at = at;
    fault.error = error;
}

/*
 * Run in a process of its own, with the fault that is set: what run returns
 * (below DIED, and not 9), or DIED. ret_calls may be NULL; it wants a run that
 * does not die.
 */
static int
run_apart(int (*run)(const void *ctx), const void *ctx, int *ret_calls)
{
    int status, r, fds[2];
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        fault.armed = true;
        r = run(ctx);
        fault.armed = false;
        (void)!write(fds[1], &fault.seen, sizeof(fault.seen));
        _exit(r);
    }
    close(fds[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (ret_calls != NULL)
        assert_int_equal(
            read(fds[0], ret_calls, sizeof(*ret_calls)), sizeof(*ret_calls));
    close(fds[0]);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == 9 ? DIED : WEXITSTATUS(status);
}

#endif
