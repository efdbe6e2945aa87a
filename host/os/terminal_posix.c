#include "os/terminal_posix.h"
#include "os/terminal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

#define CHUNK    65536 /* bytes read in one step */
#define LOOK_MS  100   /* between two looks for Ctrl-C */
#define PATH_LEN 4096  /* bytes of a path, its end included */

struct terminal {
    int fd;
};

/* A signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

void
terminal_catch_interrupt(void)
{
    struct sigaction action = { .sa_handler = on_interrupt };

    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)SA_RESETHAND; /* without SA_RESTART */
    sigaction(SIGINT, &action, NULL);
}

bool
terminal_interrupted(void)
{
    return interrupted != 0;
}

struct terminal *
terminal_open(void)
{
    struct terminal *t;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd == -1)
        return NULL;
    t = mem_alloc(sizeof(*t));
    if (t == NULL) {
        close(fd);
        return NULL;
    }
    t->fd = fd;
    return t;
}

void
terminal_close(struct terminal *t)
{
    if (t == NULL)
        return;
    close(t->fd);
    mem_free(t);
}

enum err
terminal_write_all(int fd, const void *data, size_t len)
{
    const char *p = data;
    ssize_t n;

    while (len > 0) {
        n = write(fd, p, len);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL
                                                      : ERR_IO_ERROR;
        p += n;
        len -= (size_t)n;
    }
    return OK;
}

/* Ctrl-C may come just before the wait, which it would not end then. */
static ssize_t
read_byte(int fd, char *ret_c)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    int n;

    do
        n = poll(&p, 1, LOOK_MS);
    while (interrupted == 0 && (n == 0 || (n == -1 && errno == EINTR)));
    if (interrupted == 0)
        return read(fd, ret_c, 1);
    errno = EINTR;
    return -1;
}

/* Byte by byte: what comes after the line belongs to somebody else. */
static enum err
read_line(int fd, size_t max, struct buf *ret_line)
{
    struct buf line = { 0 };
    bool any = false;
    char c = 0;
    ssize_t n;
    enum err r = OK;

    while (r == OK && (n = read_byte(fd, &c)) != 0) {
        any = true;
        if (n == -1 && interrupted != 0)
            r = ERR_CANCELLED;
        else if (n == -1 && errno != EINTR)
            r = errno == EBADF ? ERR_PARAM_RANGE : ERR_IO_ERROR;
        if (n != 1)
            continue;
        if (c == '\n')
            break;
        r = line.len == max ? ERR_TOO_LARGE : buf_put_byte(&line, (uint8_t)c);
    }
    mem_cleanse(&c, 1);
    if (r == OK && !any)
        r = ERR_PARAM_MISSING;
    if (r == OK)
        buf_move(ret_line, &line);
    buf_free(&line);
    return r;
}

enum err
terminal_read_line(int fd, size_t max, struct buf *ret_line)
{
    return read_line(fd, max, ret_line);
}

enum err
terminal_ask(
    struct terminal *t, const char *prompt, size_t max, struct buf *ret_line)
{
    enum err r;

    if ((r = terminal_write_all(t->fd, prompt, strlen(prompt))) != OK)
        return r;
    r = read_line(t->fd, max, ret_line);
    return r == ERR_PARAM_MISSING ? ERR_CANCELLED : r;
}

enum err
terminal_ask_secret(
    struct terminal *t, const char *prompt, size_t max, struct buf *ret_line)
{
    struct termios before, quiet;
    enum err r;

    if (tcgetattr(t->fd, &before) != 0)
        return ERR_IO_ERROR;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    quiet.c_lflag |= ECHONL | ICANON | ISIG;
    if (tcsetattr(t->fd, TCSAFLUSH, &quiet) != 0)
        return ERR_IO_ERROR;
    r = terminal_ask(t, prompt, max, ret_line);
    (void)tcsetattr(t->fd, TCSAFLUSH, &before);
    return r;
}

/* --- files ----------------------------------------------------------------- */

enum err
terminal_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EISDIR:
        return ERR_PARAM_RANGE;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_STORE_PERMISSION;
    case ENOSPC:
    case EDQUOT:
        return ERR_DISK_FULL;
    default:
        return ERR_IO_ERROR;
    }
}

static enum err
read_all(int fd, size_t max, struct buf *data)
{
    size_t before;
    ssize_t n;
    enum err r;

    for (;;) {
        before = data->len;
        if ((r = buf_extend(data, CHUNK)) != OK)
            return r;
        n = read(fd, data->data + before, CHUNK);
        data->len = before + (n > 0 ? (size_t)n : 0);
        if (n == -1 && errno == EINTR && interrupted == 0)
            continue;
        if (n == -1)
            return errno == EINTR ? ERR_CANCELLED : terminal_errno();
        if (data->len > max)
            return ERR_TOO_LARGE;
        if (n == 0)
            return OK;
    }
}

static enum err
read_path(const char *path, size_t max, struct buf *data)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum err r;

    if (fd == -1)
        return terminal_errno();
    r = read_all(fd, max, data);
    close(fd);
    return r;
}

static int
is_certificate_file(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');

    return end != NULL && end != entry->d_name &&
           (strcmp(end, ".pem") == 0 || strcmp(end, ".crt") == 0 ||
               strcmp(end, ".cer") == 0 || strcmp(end, ".der") == 0);
}

static enum err
read_folder(const char *path, size_t max, struct buf *data)
{
    struct dirent **entries = NULL;
    char name[PATH_LEN];
    int n = scandir(path, &entries, is_certificate_file, alphasort);
    enum err r = n == -1 ? terminal_errno() : OK;

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
        if (r == OK)
            r = read_path(name, max, data);
        if (r == OK)
            r = buf_put_byte(data, '\n');
        free(entries[i]);
    }
    free(entries);
    return r;
}

enum err
terminal_read_file(
    const char *path, bool folder, size_t max, struct buf *ret_data)
{
    struct buf data = { 0 };
    struct stat st;
    enum err r;

    if (strcmp(path, "-") == 0)
        r = read_all(STDIN_FILENO, max, &data);
    else if (folder && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        r = read_folder(path, max, &data);
    else
        r = read_path(path, max, &data);
    if (r == OK)
        r = buf_put(ret_data, data.data, data.len);
    buf_free(&data);
    return r;
}

bool
terminal_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
terminal_is_there(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

enum err
terminal_find(const char *folder, const char *name, struct buf *ret_path)
{
    char path[PATH_LEN];
    struct dirent *entry;
    struct stat st;
    DIR *dir = opendir(folder);
    enum err r = OK;

    if (dir == NULL)
        return terminal_errno();
    while (r == OK && ret_path->len == 0 && (entry = readdir(dir)) != NULL) {
        if (strcasecmp(entry->d_name, name) != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (lstat(path, &st) != 0)
            r = terminal_errno();
        else
            r = S_ISREG(st.st_mode) ? buf_put_text(ret_path, path)
                                    : ERR_STORE_UNSAFE;
    }
    closedir(dir);
    return r;
}
