#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "os/file_posix.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)

enum err
file_error(int error)
{
    switch (error) {
    case ENOENT:
        return FILE_MISSING;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
        return ERR_STORE_UNSAFE;
    case EACCES:
    case EPERM:
        return ERR_STORE_PERMISSION;
    case EROFS:
        return ERR_STORE_READONLY;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_DISK_FULL;
    case ENXIO:
    case ENODEV:
    case ENOMEDIUM:
    case ESTALE:
        return ERR_MEDIUM_REMOVED;
    case EEXIST:
    case ENOTEMPTY:
        return ERR_ALREADY_EXISTS;
    case ENOMEM:
    case ENFILE:
    case EMFILE:
        return ERR_NO_MEMORY;
    default:
        return ERR_IO_ERROR;
    }
}

bool
file_name_ok(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= FILE_NAME_MAX_LEN && strchr(name, '/') == NULL &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

void
file_close(int *dir)
{
    if (*dir >= 0)
        close(*dir);
    *dir = -1;
}

/* Media that know no modes: whoever may mount them may read them. */
bool
file_without_modes(int dir)
{
    static const unsigned long types[] = { 0x4D44 /* FAT */,
        0x2011BAB0 /* exFAT */, 0x7366746E, 0x5346544E /* NTFS */,
        0x65735546 /* FUSE */, 0xFF534D42, 0xFE534D42, 0x517B /* SMB */ };
    struct statfs fs;
    size_t i;

    if (fstatfs(dir, &fs) != 0)
        return false;
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (((unsigned long)fs.f_type & 0xFFFFFFFFu) == types[i])
            return true;
    return false;
}

/* May something be made in this folder: ours, and no one else writes it? */
static enum err
check_place(int dir)
{
    struct stat st;

    if (fstat(dir, &st) != 0)
        return file_error(errno);
    if (file_without_modes(dir))
        return OK;
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return ERR_STORE_UNSAFE;
    if ((st.st_mode & S_IWOTH) != 0 && (st.st_mode & S_ISVTX) == 0)
        return ERR_STORE_UNSAFE;
    return OK;
}

static enum err
open_dir(int dir, const char *name, int flags, int *ret_dir)
{
    int fd = openat(dir, name, DIR_FLAGS | flags);

    if (fd < 0) /* a link answers ENOTDIR or ELOOP */
        return file_error(errno);
    *ret_dir = fd;
    return OK;
}

/* 0700 whatever the umask: made without group and other bits, then exact. */
static enum err
make_dir(int dir, const char *name, int flags, int *ret_dir)
{
    enum err r;
    int fd = -1;

    if ((r = check_place(dir)) != OK)
        return r;
    if (mkdirat(dir, name, 0700) != 0) {
        if (errno != EEXIST)
            return file_error(errno);
        return open_dir(dir, name, flags, ret_dir);
    }
    /* under a umask of 0777 it cannot be opened before its mode is set */
    if (fchmodat(dir, name, 0700, 0) != 0 && !file_without_modes(dir))
        return file_error(errno);
    if ((r = open_dir(dir, name, flags, &fd)) != OK)
        return r;
    if ((r = file_sync(dir)) != OK) {
        close(fd);
        return r;
    }
    *ret_dir = fd;
    return OK;
}

enum err
file_open_dir(int dir, const char *name, bool make, int *ret_dir)
{
    enum err r;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    r = open_dir(dir, name, O_NOFOLLOW, ret_dir);
    return r == FILE_MISSING && make ? make_dir(dir, name, O_NOFOLLOW, ret_dir)
                                     : r;
}

enum err
file_open_below(const char *path, const char *name, bool make, int *ret_dir)
{
    int dir = -1;
    enum err r = file_open_path(path, make, &dir);

    if (r == OK)
        r = file_open_dir(dir, name, make, ret_dir);
    file_close(&dir);
    return r;
}

enum err
file_open_root(const char *path, bool make, int *ret_dir)
{
    const char *slash = strrchr(path, '/');
    char parent[PATH_MAX];
    size_t len;
    int dir = -1;
    enum err r;

    if (path[0] != '/' || !file_name_ok(slash + 1))
        return ERR_STORE_UNSAFE;
    r = open_dir(AT_FDCWD, path, O_NOFOLLOW, ret_dir);
    if (r != FILE_MISSING || !make)
        return r;
    len = slash == path ? 1 : (size_t)(slash - path);
    if (len >= sizeof(parent))
        return ERR_IO_ERROR;
    memcpy(parent, path, len);
    parent[len] = '\0';
    if ((r = open_dir(AT_FDCWD, parent, 0, &dir)) == OK)
        r = make_dir(dir, slash + 1, O_NOFOLLOW, ret_dir);
    file_close(&dir);
    return r;
}

enum err
file_open_path(const char *path, bool make, int *ret_dir)
{
    char part[PATH_MAX];
    const char *p = path;
    int dir = -1, next = -1;
    size_t len;
    enum err r;

    if (path[0] != '/')
        return ERR_STORE_UNSAFE;
    r = open_dir(AT_FDCWD, path, 0, ret_dir);
    if (r != FILE_MISSING || !make)
        return r;
    r = open_dir(AT_FDCWD, "/", 0, &dir);
    while (r == OK && *(p += strspn(p, "/")) != '\0') {
        len = strcspn(p, "/");
        if (len >= sizeof(part))
            r = ERR_IO_ERROR;
        else {
            memcpy(part, p, len);
            part[len] = '\0';
            p += len;
            r = open_dir(dir, part, 0, &next);
            if (r == FILE_MISSING)
                r = make_dir(dir, part, O_NOFOLLOW, &next);
        }
        if (r == OK) {
            file_close(&dir);
            dir = next;
        }
    }
    if (r == OK)
        *ret_dir = dir;
    else
        file_close(&dir);
    return r;
}

enum err
file_kind(int dir, const char *name, enum file_kind *ret_kind)
{
    struct stat st;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return file_error(errno);
    *ret_kind = S_ISREG(st.st_mode)   ? FILE_REGULAR
                : S_ISDIR(st.st_mode) ? FILE_DIR
                : S_ISLNK(st.st_mode) ? FILE_LINK
                                      : FILE_OTHER;
    return OK;
}

bool
file_same_system(int a, int b)
{
    struct stat sa, sb;

    return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 && sa.st_dev == sb.st_dev;
}

enum err
file_list(int dir, size_t max, enum err (*visit)(void *ctx, const char *name),
    void *ctx, bool *ret_cut)
{
    struct dirent *entry;
    size_t seen = 0;
    enum err r = OK;
    DIR *stream;
    int fd = -1;

    if ((fd = fcntl(dir, F_DUPFD_CLOEXEC, 0)) < 0)
        return file_error(errno);
    stream = fdopendir(fd);
    if (stream == NULL) {
        r = errno == ENOTDIR ? ERR_STORE_UNSAFE : ERR_NO_MEMORY;
        close(fd);
        return r;
    }
    rewinddir(stream); /* the place in it is shared with dir */
    while (r == OK && (errno = 0, entry = readdir(stream)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (seen++ == max) {
            *ret_cut = true;
            break;
        }
        r = visit(ctx, entry->d_name);
    }
    if (r == OK && entry == NULL && errno != 0)
        r = file_error(errno);
    closedir(stream);
    return r;
}

enum err
file_lock(int dir, const char *name, const struct clock *clock, int wait_ms,
    int *ret_lock)
{
    const struct timespec nap = { 0, 20 * 1000 * 1000 };
    int64_t until = clock_monotonic(clock) + wait_ms;
    int fd;

    if (!file_name_ok(name))
        return ERR_STORE_UNSAFE;
    fd = openat(dir, name,
        O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_error(errno);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK || clock_monotonic(clock) >= until) {
            close(fd);
            return errno == EWOULDBLOCK ? ERR_STORE_BUSY : ERR_IO_ERROR;
        }
        nanosleep(&nap, NULL);
    }
    *ret_lock = fd;
    return OK;
}
