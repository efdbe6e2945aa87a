/* What `ingam` writes where the command line says (terminal.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/terminal.h"
#include "os/terminal_posix.h"

#define PATH_LEN 4096 /* bytes of a path, its end included */

enum err
terminal_make_folder(const char *path)
{
    struct stat st;

    if (mkdir(path, 0755) == 0)
        return OK;
    if (errno != EEXIST)
        return terminal_errno();
    if (stat(path, &st) != 0)
        return terminal_errno();
    return S_ISDIR(st.st_mode) ? OK : ERR_PARAM_RANGE;
}

enum err
terminal_write_file(const char *path, const struct buf *data)
{
    mode_t mask = umask(022); /* a signature is no secret */
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
        S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    enum err r;

    umask(mask);
    if (fd == -1)
        return terminal_errno();
    r = terminal_write_all(fd, data->data, data->len);
    if (close(fd) != 0 && r == OK)
        r = terminal_errno();
    return r;
}

/* The whole of it into a file just made; else the file goes again. */
static enum err
fill_secret(int fd, const char *path, const struct buf *data)
{
    enum err r;

    r = fchmod(fd, 0600) == 0 || errno == EPERM
            ? terminal_write_all(fd, data->data, data->len)
            : terminal_errno();
    if (r == OK && fsync(fd) != 0 && errno != EINVAL)
        r = terminal_errno();
    if (close(fd) != 0 && r == OK)
        r = terminal_errno();
    if (r != OK)
        unlink(path);
    return r;
}

/* Written beside it and then put in its place: whatever happens, one of the
 * two is there, and whole. */
static enum err
replace_secret(const char *path, const struct buf *data)
{
    const char *name = strrchr(path, '/');
    char beside[PATH_LEN];
    struct stat st;
    enum err r;
    int fd, n;

    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return ERR_PARAM_RANGE;
    n = snprintf(beside, sizeof(beside), "%.*s.ingam-XXXXXX",
        name == NULL ? 0 : (int)(name + 1 - path), path);
    if (n < 0 || (size_t)n >= sizeof(beside))
        return ERR_PARAM_RANGE;
    fd = mkostemp(beside, O_CLOEXEC);
    if (fd == -1)
        return terminal_errno();
    if ((r = fill_secret(fd, beside, data)) != OK || rename(beside, path) == 0)
        return r;
    r = terminal_errno();
    unlink(beside);
    return r;
}

enum err
terminal_write_secret(const char *path, bool replace, const struct buf *data)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, fd;

    if (replace)
        return replace_secret(path, data);
    fd = open(path, flags | O_EXCL, 0600);
    if (fd == -1)
        return errno == EEXIST ? ERR_ALREADY_EXISTS : terminal_errno();
    return fill_secret(fd, path, data);
}
