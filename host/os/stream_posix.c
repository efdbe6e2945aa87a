#include "os/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/terminal.h"
#include "os/terminal_posix.h"

int64_t
stream_size(const char *path)
{
    struct stat st;
    off_t at = 0;

    if (strcmp(path, "-") != 0)
        return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
    if (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) ||
        (at = lseek(STDIN_FILENO, 0, SEEK_CUR)) == -1)
        return -1;
    return at < st.st_size ? st.st_size - at : 0;
}

enum err
stream_open(const char *path, struct stream *ret_stream)
{
    int fd = STDIN_FILENO;

    if (strcmp(path, "-") != 0)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd == -1)
        return terminal_errno();
    /* advice, and no more than that */
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    ret_stream->fd = fd;
    return OK;
}

void
stream_close(struct stream *stream)
{
    if (stream->fd > STDIN_FILENO)
        close(stream->fd);
    stream->fd = -1;
}

enum err
stream_read(struct stream *stream, void *data, size_t size, size_t *ret_got)
{
    ssize_t n;

    do {
        if (terminal_interrupted())
            return ERR_CANCELLED;
        n = read(stream->fd, data, size);
    } while (n == -1 && errno == EINTR);
    if (n == -1)
        return terminal_errno();
    *ret_got = (size_t)n;
    return OK;
}
