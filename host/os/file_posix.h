/* file_posix.h - shared by the parts of os/file on POSIX systems. */
#ifndef INGAM_OS_FILE_POSIX_H
#define INGAM_OS_FILE_POSIX_H

#include <stdbool.h>

#include "base/err.h"

enum err file_error(int error); /* what an errno means */

/* One component, and neither "." nor "..". */
bool file_name_ok(const char *name);

#endif
