/*
 * terminal.h - a person at a terminal, and the descriptors and files that the
 * command line names. Only `ingam` uses it.
 */
#ifndef INGAM_OS_TERMINAL_H
#define INGAM_OS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The process's terminal, also when stdin and stdout lead elsewhere; NULL
 * when there is none. Keeps its descriptor until terminal_close. */
struct terminal;
struct terminal *terminal_open(void);
void terminal_close(struct terminal *terminal); /* takes NULL */

/*
 * Show the prompt and read one line, without its end.
 *
 * ERR_TOO_LARGE  more than max bytes
 * ERR_CANCELLED  interrupted, or the end of input
 * ERR_IO_ERROR, ERR_NO_MEMORY
 */
enum err terminal_ask(struct terminal *terminal, const char *prompt, size_t max,
    struct buf *ret_line);

/* The same without echo; the old state always comes back. */
enum err terminal_ask_secret(struct terminal *terminal, const char *prompt,
    size_t max, struct buf *ret_line);

/*
 * One line of an inherited descriptor, without its end. Reads not a byte
 * further, so that several secrets may come down one pipe.
 *
 * ERR_PARAM_RANGE  no such descriptor, or not for reading
 * ERR_TOO_LARGE    more than max bytes
 * ERR_PARAM_MISSING  it is at its end: not even an empty line
 * ERR_IO_ERROR, ERR_NO_MEMORY
 */
enum err terminal_read_line(int fd, size_t max, struct buf *ret_line);

/*
 * Append a whole file; "-" is stdin. With folder, a folder stands for the
 * files in it whose names end in .pem, .crt, .cer or .der, by name, a line
 * end between them.
 *
 * ERR_PARAM_RANGE  it is not there, or it is a folder and none is wanted
 * ERR_STORE_PERMISSION, ERR_TOO_LARGE, ERR_IO_ERROR, ERR_NO_MEMORY
 */
enum err terminal_read_file(
    const char *path, bool folder, size_t max, struct buf *ret_data);

/* Make a folder (0755 as the umask allows) unless it is there.
 * ERR_PARAM_RANGE (a file is there, or nothing that it could be in),
 * ERR_STORE_PERMISSION, ERR_DISK_FULL, ERR_IO_ERROR */
enum err terminal_make_folder(const char *path);

/* Create or replace a file (0644 as the umask allows).
 * ERR_PARAM_RANGE, ERR_STORE_PERMISSION, ERR_DISK_FULL, ERR_IO_ERROR */
enum err terminal_write_file(const char *path, const struct buf *data);

/* The same for a file with a key in it: 0600, synced, and without replace
 * never over one that is there; with it the older one stays until the new one
 * is whole. ERR_ALREADY_EXISTS, and as above (ERR_PARAM_RANGE also for what is
 * no plain file) */
enum err terminal_write_secret(
    const char *path, bool replace, const struct buf *data);

bool terminal_is_folder(const char *path);
bool terminal_is_there(const char *path); /* anything of that name */

/*
 * The path of a file in a folder, its name compared without case; empty when
 * there is none.
 *
 * ERR_STORE_UNSAFE  it is no plain file
 * ERR_PARAM_RANGE, ERR_STORE_PERMISSION, ERR_IO_ERROR, ERR_NO_MEMORY
 */
enum err terminal_find(
    const char *folder, const char *name, struct buf *ret_path);

/* From now on the first Ctrl-C only sets a flag; the second ends the process.
 */
void terminal_catch_interrupt(void);
bool terminal_interrupted(void);

#endif
