/* terminal_posix.h - shared by what reads and writes the files of `ingam`. */
#ifndef INGAM_OS_TERMINAL_POSIX_H
#define INGAM_OS_TERMINAL_POSIX_H

#include <stddef.h>

#include "base/err.h"

/* What errno says of a file that the command line names. */
enum err terminal_errno(void);

/* All of it. ERR_DISK_FULL, ERR_IO_ERROR */
enum err terminal_write_all(int fd, const void *data, size_t len);

#endif
