/* stream.h - a file of any size that the command line names, read in pieces. */
#ifndef INGAM_OS_STREAM_H
#define INGAM_OS_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct stream {
    int fd;
};

/* Bytes that a plain file still has; "-" is stdin. -1 where that cannot be
 * known before they came: a pipe, or no such file. */
int64_t stream_size(const char *path);

/*
 * The caller closes it with stream_close.
 *
 * ERR_PARAM_RANGE  it is not there, or it is a folder
 * ERR_STORE_PERMISSION, ERR_IO_ERROR
 */
enum err stream_open(const char *path, struct stream *ret_stream);
void stream_close(struct stream *stream);

/*
 * The next bytes, at most size of them; none at the end.
 *
 * ERR_CANCELLED  Ctrl-C was pressed
 * ERR_PARAM_RANGE  it is a folder
 * ERR_IO_ERROR
 */
enum err stream_read(
    struct stream *stream, void *data, size_t size, size_t *ret_got);

#endif
