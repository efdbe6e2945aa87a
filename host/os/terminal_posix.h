/* terminal_posix.h - shared by what reads and writes the files of `ingam`. */
#ifndef INGAM_OS_TERMINAL_POSIX_H
#define INGAM_OS_TERMINAL_POSIX_H

#include "base/err.h"

/* What errno says of a file that the command line names. */
enum err terminal_errno(void);

#endif
