/*
 * weather.c - bad weather for the real programs: put before libc by LD_PRELOAD,
 * steered by a file (WEATHER) that a test writes to at any time, also while the
 * program runs. What nothing is asked of goes to libc as it came.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define FAT_MAGIC 0x4D44
#define TEXT_SIZE 256

/* The same in weather.mjs. Numbers in host order. */
static struct weather {
    int64_t ahead;   /* seconds that the wall clock is ahead */
    int32_t calls;   /* so many changed a file system */
    int32_t fail_at; /* that one fails, from 1; 0: none */
    int32_t fail_on; /* and all after it */
    int32_t error;   /* with this errno */
    int32_t fat;     /* no modes, no flags of renameat2 */
    int32_t opened;  /* errno of opening try, 0: it can be; -1: not yet */
    char stop
        [TEXT_SIZE]; /* "+NAME": stop before one that begins so is made; ">NAME": renamed to */
    char try_to[TEXT_SIZE]; /* open this once something was received */
} * weather;

static int (*next_clock)(clockid_t, struct timespec *);
static ssize_t (*next_recv)(int, void *, size_t, int);

__attribute__((constructor)) static void
start(void)
{
    const char *path = getenv("WEATHER");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    void *p = MAP_FAILED;

    if (fd >= 0)
        p = mmap(
            NULL, sizeof(*weather), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        _exit(99);
    close(fd);
    weather = p;
    *(void **)&next_clock = dlsym(RTLD_NEXT, "clock_gettime");
    *(void **)&next_recv = dlsym(RTLD_NEXT, "recv");
}

/* --- the clock -------------------------------------------------------------*/

int
clock_gettime(clockid_t id, struct timespec *t)
{
    int r = next_clock(id, t);

    if (r == 0 && id == CLOCK_REALTIME)
        t->tv_sec += weather->ahead;
    return r;
}

time_t
time(time_t *ret)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_REALTIME, &t);
    if (ret != NULL)
        *ret = t.tv_sec;
    return t.tv_sec;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec t = { 0 };

    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    tv->tv_sec = t.tv_sec;
    tv->tv_usec = t.tv_nsec / 1000;
    return 0;
}

/* --- the disk --------------------------------------------------------------*/

/* Does this call fail? */
static int
fails(void)
{
    int n = ++weather->calls;

    if (weather->fail_at == 0 || n < weather->fail_at ||
        (n > weather->fail_at && !weather->fail_on))
        return 0;
    errno = weather->error;
    return 1;
}

static void
stop_at(char how, const char *name)
{
    size_t len = strlen(weather->stop);

    if (len < 2 || weather->stop[0] != how ||
        strncmp(name, weather->stop + 1, len - 1) != 0)
        return;
    weather->stop[0] = '\0'; /* this one only */
    raise(SIGSTOP);
}

#define CALL(...) (fails() ? -1 : syscall(__VA_ARGS__))

ssize_t
write(int fd, const void *data, size_t len)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return syscall(SYS_write, fd, data, len);
    return CALL(SYS_write, fd, data, len);
}

int
fsync(int fd)
{
    return (int)CALL(SYS_fsync, fd);
}

int
openat(int dir, const char *name, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;

    if ((flags & O_CREAT) == 0)
        return (int)syscall(SYS_openat, dir, name, flags, mode);
    va_start(ap, flags);
    mode = va_arg(ap, mode_t);
    va_end(ap);
    stop_at('+', name);
    return (int)CALL(SYS_openat, dir, name, flags, mode);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
    stop_at('+', name);
    return (int)CALL(SYS_mkdirat, dir, name, weather->fat ? 0777 : mode);
}

int
unlinkat(int dir, const char *name, int flags)
{
    return (int)CALL(SYS_unlinkat, dir, name, flags);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    stop_at('>', to);
    return (int)CALL(SYS_renameat, from_dir, from, to_dir, to);
}

int
renameat2(
    int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    stop_at('>', to);
    if (weather->fat && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int
fchmod(int fd, mode_t mode)
{
    if (weather->fat) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_fchmod, fd, mode);
}

int
fchmodat(int dir, const char *name, mode_t mode, int flags)
{
    (void)flags;
    if (weather->fat) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_fchmodat, dir, name, mode);
}

int
fstatfs(int fd, struct statfs *ret)
{
    int r = (int)syscall(SYS_fstatfs, fd, ret);

    if (r == 0 && weather->fat)
        ret->f_type = FAT_MAGIC;
    return r;
}

/* --- what a program can reach ----------------------------------------------*/

ssize_t
recv(int fd, void *data, size_t len, int flags)
{
    ssize_t n = next_recv(fd, data, len, flags);
    int error = errno, got;

    if (weather->try_to[0] != '\0') {
        got = open(weather->try_to, O_RDONLY | O_CLOEXEC);
        weather->opened = got < 0 ? errno : 0;
        if (got >= 0)
            close(got);
        weather->try_to[0] = '\0';
    }
    errno = error;
    return n;
}
