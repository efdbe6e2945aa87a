/* file_posix.h - shared by the parts of os/file on POSIX systems. */
#ifndef INGAM_OS_FILE_POSIX_H
#define INGAM_OS_FILE_POSIX_H

#include <stdbool.h>

#include "base/buf.h"

enum err file_error(int error); /* what an errno means */

/* One component, and neither "." nor "..". */
bool file_name_ok(const char *name);

/* Does this folder lie on a medium that knows no modes, as FAT? */
bool file_without_modes(int dir);

/* write() until all is written. */
enum err file_write_all(int fd, const struct buf *data);

#endif
