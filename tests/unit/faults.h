/*
 * faults.h - the calls that change a disk, here our own: they count, fail or
 * die, and else go to the kernel. It defines them, so only one file of a
 * program includes it.
 */
#ifndef INGAM_TESTS_FAULTS_H
#define INGAM_TESTS_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum mode { COUNT, DIE_BEFORE, DIE_AFTER, FAIL_ONCE, FAIL_ON, SHORT };

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

#endif
