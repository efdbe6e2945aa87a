/*
 * sandbox.h - give up what an operation does not need (security: 5.5). Best
 * effort: a kernel without Landlock or seccomp leaves the process as it was,
 * and doctor.run says so. What is given up does not come back.
 */
#ifndef INGAM_OS_SANDBOX_H
#define INGAM_OS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SANDBOX_RULES_MAX 32u

struct sandbox_rule {
    const char *path; /* a folder and all below it, or a file */
    bool write;       /* else read only */
    bool make;        /* made when it is missing, 0700, parents too */
    bool no_link;     /* a link at its end is not followed */
};

/* Landlock's ABI on this kernel, 0 when there is none. */
int sandbox_landlock(void);

/* Can this kernel filter system calls, and is this machine's filter known? */
bool sandbox_seccomp(void);

/* TCP beside the rules: none, or connections to others and no port here. */
enum sandbox_tcp { SANDBOX_NO_TCP, SANDBOX_CONNECT };

/*
 * From now on this thread, and those it starts, reach the rules' paths and
 * nothing else in the file system, and TCP as said. Paths that do not exist
 * are passed over. Where the kernel cannot move files between folders under
 * Landlock (ABI 1) nothing is restricted when a rule writes.
 *
 * ERR_INTERNAL  Landlock is there and refused the rules
 */
enum err sandbox_files(
    const struct sandbox_rule *rules, size_t count, enum sandbox_tcp tcp);

/* From now on no thread can start a program, open a socket or look into
 * another process; system calls that nothing here needs do not exist. */
void sandbox_calls(void);

#endif
