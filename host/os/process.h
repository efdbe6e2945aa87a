/*
 * process.h - what a program does to itself before it believes anything it
 * was given (security: R05). main calls these in the order in which they
 * stand here; ingam-net and ingam take those that fit them.
 */
#ifndef INGAM_OS_PROCESS_H
#define INGAM_OS_PROCESS_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Open /dev/null in place of each of the descriptors 0 to 2 that is closed,
 * so that no file of ours ever gets one of those numbers. False when one was
 * closed: then nobody is there to talk to.
 */
bool process_descriptors(void);

/* Close every descriptor from `first` on: what a browser leaks stays out. */
void process_close_from(int first);

/*
 * Replace the environment by a fixed list: LANG, PATH, and as they came HOME,
 * XDG_CONFIG_HOME, XDG_STATE_HOME (paths.h decides whether to believe them).
 * With `terminal` (command line only) also TERM, DISPLAY, NO_COLOR.
 *
 * ERR_NO_MEMORY
 */
enum err process_environment(bool terminal);

/*
 * umask 077, no core file, no ptrace by others, no privileges to gain, SIGPIPE
 * and SIGXFSZ turned into error returns. Cannot fail in a way that a caller
 * could do something about.
 */
void process_harden(void);

/*
 * Keep descriptor 1 for the protocol: *ret_fd is a private copy and 1 itself
 * leads to stderr, so that a stray print of a library cannot break a frame.
 *
 * ERR_IO_ERROR
 */
enum err process_guard_stdout(int *ret_fd);

/*
 * Let the pipe fd hold size bytes before its writer must wait: a frame then
 * passes in one piece and not in turns of both ends. What is no pipe or may
 * not grow stays as it is.
 */
void process_widen_pipe(int fd, int size);

#endif
