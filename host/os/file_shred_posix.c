/* Files removed for good, and files made their owner's alone (os/file.h). */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "os/file_posix.h"

#define NOISE_MAX (1u << 20) /* bytes of a file that are overwritten */

/* Does the file system write where the old bytes were? Those that copy on
 * write, or append to a log, leave them behind. */
static bool
writes_in_place(int fd)
{
    static const unsigned long others[] = { 0x9123683E /* btrfs */,
        0x2FC12FC1 /* zfs */, 0xF2F52010 /* f2fs */, 0xCA451A4E /* bcachefs */,
        0x3434 /* nilfs */, 0x65735546 /* FUSE: anything */ };
    struct statfs fs;
    size_t i;

    if (fstatfs(fd, &fs) != 0)
        return false;
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (((unsigned long)fs.f_type & 0xFFFFFFFFu) == others[i])
            return false;
    return true;
}

static enum err
put_noise(int fd, size_t len)
{
    struct buf noise = { 0 };
    size_t got = 0;
    ssize_t n;
    enum err r = len == 0 ? OK : buf_extend(&noise, len);

    while (r == OK && got < len) {
        n = getrandom(noise.data + got, len - got, 0);
        if (n < 0 && errno != EINTR)
            r = ERR_IO_ERROR;
        got += n > 0 ? (size_t)n : 0;
    }
    if (r == OK)
        r = file_write_all(fd, &noise);
    if (r == OK && fsync(fd) != 0)
        r = file_error(errno);
    buf_free(&noise);
    return r;
}

/* Overwrite a plain file; false when its old bytes may still be there. */
static bool
overwrite(int dir, const char *name)
{
    struct stat st;
    bool done;
    int fd;

    fd = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    done = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
           st.st_size >= 0 && st.st_size <= (off_t)NOISE_MAX &&
           put_noise(fd, (size_t)st.st_size) == OK && writes_in_place(fd);
    return close(fd) == 0 && done;
}

enum err
file_shred(int dir, const char *name, bool *ret_overwritten)
{
    bool changed = false, done = true;
    enum file_kind kind;
    enum err r;

    if ((r = file_kind(dir, name, &kind)) != OK)
        return r == FILE_MISSING ? OK : r;
    if (kind == FILE_REGULAR) {
        (void)!file_own(dir, name, false, &changed);
        done = overwrite(dir, name);
    }
    if ((r = file_remove(dir, name)) == OK && !done)
        *ret_overwritten = false;
    return r;
}

struct shredding {
    int dir;
    bool overwritten;
};

static enum err
shred_one(void *ctx, const char *name)
{
    struct shredding *s = ctx;

    return file_shred(s->dir, name, &s->overwritten);
}

enum err
file_shred_dir(int dir, const char *name, bool *ret_overwritten)
{
    struct shredding s = { -1, true };
    bool cut = false;
    enum err r;

    r = file_open_dir(dir, name, false, &s.dir);
    if (r == FILE_MISSING)
        return OK;
    if (r == OK)
        r = file_list(s.dir, SIZE_MAX, shred_one, &s, &cut);
    file_close(&s.dir);
    if (!s.overwritten)
        *ret_overwritten = false;
    if (r == OK && unlinkat(dir, name, AT_REMOVEDIR) != 0)
        r = file_error(errno);
    return r == OK ? file_sync(dir) : r;
}

enum err
file_own(int dir, const char *name, bool lax, bool *ret_changed)
{
    struct stat st;
    mode_t mode, want;

    if (name != NULL && !file_name_ok(name))
        return ERR_STORE_UNSAFE;
    if ((name == NULL ? fstat(dir, &st)
                      : fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) != 0)
        return file_error(errno);
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
        return ERR_STORE_UNSAFE;
    mode = st.st_mode & 0777;
    want = S_ISREG(st.st_mode) ? 0600 : 0700;
    if (lax && S_ISDIR(st.st_mode))
        want |= mode & 0055;
    if (mode == want || file_without_modes(dir))
        return OK;
    if (st.st_uid != geteuid())
        return ERR_STORE_PERMISSION;
    if ((name == NULL ? fchmod(dir, want) : fchmodat(dir, name, want, 0)) != 0)
        return file_error(errno);
    *ret_changed = true;
    return OK;
}
