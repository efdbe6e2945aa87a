#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file_posix.h"

#define CHUNK          (64u << 10) /* bytes read at once */
#define TEMPORARY      ".ingam-"   /* and 16 hexadecimal digits */
#define TEMPORARY_SIZE 32          /* bytes of a temporary name */

/* Open a regular file without ever waiting for the other end of a FIFO or
 * touching a device. */
static enum err
open_regular(int dir, const char *name, int *ret_fd, struct stat *ret_st)
{
    enum file_kind kind;
    enum err r;
    int fd;

    if ((r = file_kind(dir, name, &kind)) != OK)
        return r;
    if (kind != FILE_REGULAR)
        return ERR_STORE_UNSAFE;
    fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return file_error(errno);
    if (fstat(fd, ret_st) != 0 || !S_ISREG(ret_st->st_mode)) {
        close(fd);
        return ERR_STORE_UNSAFE;
    }
    *ret_fd = fd;
    return OK;
}

/* To the end of the file, which had `size` bytes when it was opened. */
static enum err
read_all(int fd, size_t size, size_t max, struct buf *data)
{
    size_t room = size + 1, len = 0; /* one more, to see whether it grew */
    ssize_t n = 1;
    enum err r;

    while (n > 0 && len != size) {
        if (room > data->len && (r = buf_extend(data, room - data->len)) != OK)
            return r;
        do
            n = read(fd, data->data + len, room - len);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return file_error(errno);
        len += (size_t)n;
        if (len > max)
            return ERR_TOO_LARGE;
        if (len == room)
            room = max + 1 - len < CHUNK ? max + 1 : len + CHUNK;
    }
    data->len = len;
    if (data->data != NULL)
        data->data[len] = 0;
    return OK;
}

enum err
file_read(int dir, const char *name, size_t max, struct buf *ret_data)
{
    struct buf data = { 0 };
    struct stat st;
    enum err r;
    int fd = -1;

    if ((r = open_regular(dir, name, &fd, &st)) != OK)
        return r;
    r = st.st_size < 0 || (uintmax_t)st.st_size > max
            ? ERR_TOO_LARGE
            : read_all(fd, (size_t)st.st_size, max, &data);
    close(fd);
    if (r == OK)
        buf_move(ret_data, &data);
    buf_free(&data);
    return r;
}

enum err
file_write_all(int fd, const struct buf *data)
{
    size_t done = 0;
    ssize_t n;

    while (done < data->len) {
        n = write(fd, data->data + done, data->len - done);
        if (n < 0 && errno != EINTR)
            return file_error(errno);
        if (n == 0)
            return ERR_IO_ERROR;
        done += n > 0 ? (size_t)n : 0;
    }
    return OK;
}

enum err
file_create(int dir, const char *name, const struct buf *data)
{
    struct stat st;
    enum err r;
    int fd;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    fd = openat(
        dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_error(errno);
    /* a umask may have taken bits away; media without modes are forgiven */
    if (fstat(fd, &st) == 0 && (st.st_mode & 0777) != 0600)
        (void)!fchmod(fd, 0600);
    r = file_write_all(fd, data);
    if (r == OK && fsync(fd) != 0)
        r = file_error(errno);
    if (close(fd) != 0 && r == OK)
        r = file_error(errno);
    if (r != OK)
        unlinkat(dir, name, 0);
    return r;
}

enum err
file_replace(int dir, const char *name, const struct buf *data)
{
    char temporary[TEMPORARY_SIZE];
    unsigned long long tag;
    enum err r;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    if (getrandom(&tag, sizeof(tag), 0) != sizeof(tag))
        return ERR_IO_ERROR;
    snprintf(temporary, sizeof(temporary), TEMPORARY "%016llx", tag);
    if ((r = file_create(dir, temporary, data)) != OK)
        return r;
    if (renameat(dir, temporary, dir, name) != 0) {
        r = file_error(errno);
        unlinkat(dir, temporary, 0);
        return r;
    }
    return file_sync(dir);
}

/* Open for writing, with further flags, what is to be a regular file. */
static enum err
open_writable(int dir, const char *name, int flags, int *ret_fd)
{
    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    *ret_fd = openat(dir, name,
        O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600);
    if (*ret_fd < 0) /* a link, or a FIFO that nobody reads */
        return errno == ENXIO ? ERR_STORE_UNSAFE : file_error(errno);
    return OK;
}

enum err
file_overwrite(int dir, const char *name, size_t offset, const struct buf *data)
{
    struct stat st;
    enum err r;
    int fd = -1;

    if ((r = open_writable(dir, name, 0, &fd)) != OK)
        return r;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        r = ERR_STORE_UNSAFE;
    else if (lseek(fd, (off_t)offset, SEEK_SET) != (off_t)offset)
        r = file_error(errno);
    else
        r = file_write_all(fd, data);
    if (close(fd) != 0 && r == OK)
        r = file_error(errno);
    return r;
}

static enum err
append(int fd, off_t keep, bool wait, const struct buf *data)
{
    struct stat st;
    enum err r;

    if (fstat(fd, &st) != 0)
        return file_error(errno);
    if (!S_ISREG(st.st_mode) || st.st_size < keep)
        return ERR_STORE_UNSAFE;
    if ((st.st_size > keep && ftruncate(fd, keep) != 0) ||
        lseek(fd, keep, SEEK_SET) != keep)
        return file_error(errno);
    if ((r = file_write_all(fd, data)) == OK && wait && fsync(fd) != 0)
        r = file_error(errno);
    if (r != OK)
        (void)!ftruncate(fd, keep);
    return r;
}

enum err
file_append(
    int dir, const char *name, size_t keep, bool wait, const struct buf *data)
{
    enum err r;
    int fd = -1;

    if ((r = open_writable(dir, name, O_CREAT, &fd)) != OK)
        return r;
    r = append(fd, (off_t)keep, wait, data);
    if (close(fd) != 0 && r == OK)
        r = file_error(errno);
    return r == OK && wait && keep == 0 ? file_sync(dir) : r;
}

enum err
file_flush(int dir, const char *name)
{
    enum err r;
    int fd = -1;

    if ((r = open_writable(dir, name, 0, &fd)) != OK)
        return r;
    if (fsync(fd) != 0)
        r = file_error(errno);
    if (close(fd) != 0 && r == OK)
        r = file_error(errno);
    return r == OK ? file_sync(dir) : r;
}

enum err
file_length(int dir, const char *name, size_t *ret_length)
{
    struct stat st;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return file_error(errno);
    if (!S_ISREG(st.st_mode))
        return ERR_STORE_UNSAFE;
    *ret_length = (size_t)st.st_size;
    return OK;
}

static enum err
sweep_one(void *ctx, const char *name)
{
    size_t len = strlen(TEMPORARY);

    if (strncmp(name, TEMPORARY, len) == 0 && strlen(name) == len + 16 &&
        strspn(name + len, "0123456789abcdef") == 16)
        (void)!file_remove(*(const int *)ctx, name);
    return OK;
}

void
file_sweep(int dir)
{
    bool cut = false;

    (void)!file_list(dir, SIZE_MAX, sweep_one, &dir, &cut);
}

enum err
file_share(int dir, const char *name)
{
    int failed;

    if (name != NULL && !file_name_ok(name))
        return ERR_STORE_UNSAFE;
    failed = name == NULL ? fchmod(dir, 0755) : fchmodat(dir, name, 0644, 0);
    return failed != 0 ? file_error(errno) : OK;
}

/* Does this file system, or this kernel, not know the flag of renameat2? */
static bool
flag_unknown(void)
{
    return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

enum err
file_move(int from_dir, const char *from, int to_dir, const char *to)
{
    struct stat st;

    if (!file_name_ok(from) || !file_name_ok(to))
        return ERR_STORE_UNSAFE;
    if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0)
        return OK;
    if (!flag_unknown())
        return file_error(errno);
    if (fstatat(to_dir, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return ERR_ALREADY_EXISTS;
    if (errno != ENOENT || renameat(from_dir, from, to_dir, to) != 0)
        return file_error(errno);
    return OK;
}

enum err
file_exchange(int dir, const char *a, const char *b)
{
    if (!file_name_ok(a) || !file_name_ok(b))
        return ERR_STORE_UNSAFE;
    if (renameat2(dir, a, dir, b, RENAME_EXCHANGE) != 0)
        return file_error(errno);
    return OK;
}

enum err
file_sync(int dir)
{
    if (fsync(dir) == 0 || errno == EINVAL || errno == ENOTSUP)
        return OK;
    return file_error(errno);
}

enum err
file_remove(int dir, const char *name)
{
    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
        return file_error(errno);
    return OK;
}

static enum err
remove_one(void *ctx, const char *name)
{
    return file_remove(*(const int *)ctx, name);
}

enum err
file_remove_dir(int dir, const char *name)
{
    bool cut = false;
    int fd = -1;
    enum err r;

    r = file_open_dir(dir, name, false, &fd);
    if (r == FILE_MISSING)
        return OK;
    if (r == OK)
        r = file_list(fd, SIZE_MAX, remove_one, &fd, &cut);
    file_close(&fd);
    if (r == OK && unlinkat(dir, name, AT_REMOVEDIR) != 0)
        r = file_error(errno);
    return r == OK ? file_sync(dir) : r;
}
