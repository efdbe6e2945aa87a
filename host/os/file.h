/*
 * file.h - files below a folder that is held open. Every name is one path
 * component and no link is followed, so that nothing outside the folder can
 * be reached; what is created is 0600 or 0700 from its first moment whatever
 * the umask; what is replaced is replaced by rename.
 */
#ifndef INGAM_OS_FILE_H
#define INGAM_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "os/clock.h"

#define FILE_NAME_MAX_LEN 255u /* bytes of a name, its end not included */

/* There is no such entry; the caller says what is missing. */
#define FILE_MISSING ERR_CERTIFICATE_NOT_FOUND

/*
 * Where nothing else is said, a function returns, beside FILE_MISSING and
 * ERR_NO_MEMORY:
 *
 * ERR_STORE_UNSAFE      a link, a foreign file or a name with a '/' in it
 * ERR_STORE_PERMISSION  not allowed
 * ERR_STORE_READONLY    the file system is mounted so
 * ERR_DISK_FULL         no space, no quota, the file-size limit
 * ERR_MEDIUM_REMOVED    the device is gone
 * ERR_ALREADY_EXISTS    the name to be created is taken
 * ERR_IO_ERROR          anything else
 */

/* Open an absolute path, links followed: a folder that only its owner could
 * have set up. With make, missing folders are made (0700). */
enum err file_open_path(const char *path, bool make, int *ret_dir);

/* As above, but the last component is not followed when it is a link, and
 * with make only that one is made: a missing parent is FILE_MISSING. */
enum err file_open_root(const char *path, bool make, int *ret_dir);

/* Open a folder in dir. With make it is made when missing, unless others may
 * write dir (ERR_STORE_UNSAFE), which media without modes are forgiven. */
enum err file_open_dir(int dir, const char *name, bool make, int *ret_dir);

/* The two in one: file_open_path(path), and in it file_open_dir(name). */
enum err file_open_below(
    const char *path, const char *name, bool make, int *ret_dir);

void file_close(int *dir); /* takes -1, leaves -1 */

enum file_kind { FILE_REGULAR, FILE_DIR, FILE_LINK, FILE_OTHER };

enum err file_kind(int dir, const char *name, enum file_kind *ret_kind);

/* Do both descriptors' folders lie on one file system? */
bool file_same_system(int a, int b);

/*
 * Call visit for each entry but "." and "..", in the folder's order, until it
 * returns something else than OK (which is returned) or max were seen, which
 * sets *ret_cut.
 */
enum err file_list(int dir, size_t max,
    enum err (*visit)(void *ctx, const char *name), void *ctx, bool *ret_cut);

/* Whole contents of a regular file. ERR_TOO_LARGE above max bytes. */
enum err file_read(int dir, const char *name, size_t max, struct buf *ret_data);

/* A new file with these contents, synced; on failure it is gone again. */
enum err file_create(int dir, const char *name, const struct buf *data);

/* Create or replace: a temporary neighbour, synced, renamed, dir synced. */
enum err file_replace(int dir, const char *name, const struct buf *data);

/* Remove such neighbours as a file_replace that was killed left behind. The
 * caller keeps other writers out. */
void file_sweep(int dir);

/*
 * Write over the bytes of a regular file from an offset on, without waiting
 * for the disk: after a power cut any part of them may be the old ones.
 *
 * ERR_STORE_UNSAFE  also: not a regular file
 */
enum err file_overwrite(
    int dir, const char *name, size_t offset, const struct buf *data);

/*
 * Add to the end of a regular file, made when missing; with wait it is synced,
 * else file_flush does that for all that was added. What lies behind its first
 * keep bytes is cut off before: what was left of a write that somebody did not
 * finish. After a failure it has its keep bytes again, unless that fails too.
 *
 * ERR_STORE_UNSAFE  also: not a regular file, or shorter than keep
 */
enum err file_append(
    int dir, const char *name, size_t keep, bool wait, const struct buf *data);

/* Make what was written to a regular file, and its name, durable. */
enum err file_flush(int dir, const char *name);

/* Bytes of a regular file. ERR_STORE_UNSAFE  also: it is none */
enum err file_length(int dir, const char *name, size_t *ret_length);

/* Move; never over something that exists. */
enum err file_move(int from_dir, const char *from, int to_dir, const char *to);

/* Swap two names of a folder in one step.
 * ERR_IO_ERROR  also: this file system cannot */
enum err file_exchange(int dir, const char *a, const char *b);

/* Let everybody read a file of dir (0644) or, without a name, enter and read
 * dir itself (0755): for what a whole machine uses, never for a person's. */
enum err file_share(int dir, const char *name);

/* Make renames in dir durable. Media that cannot are forgiven. */
enum err file_sync(int dir);

/* Remove a file; a missing one is OK. */
enum err file_remove(int dir, const char *name);

/* Remove a folder with the plain files in it; a missing one is OK.
 * ERR_STORE_UNSAFE  there is a folder in it */
enum err file_remove_dir(int dir, const char *name);

/*
 * Overwrite a file with noise, sync, and remove it; a missing one is OK.
 * *ret_overwritten becomes false, and is else left alone, when the old bytes
 * may still be there: another name of the file, a file system that never
 * writes in place, or one that did not take it. What the medium itself keeps
 * behind the file system's back cannot be known.
 */
enum err file_shred(int dir, const char *name, bool *ret_overwritten);

/* As file_remove_dir, each file by file_shred. */
enum err file_shred_dir(int dir, const char *name, bool *ret_overwritten);

/*
 * Make an entry, or without a name dir itself, its owner's alone: a file 0600,
 * a folder 0700; with lax a folder keeps what others may read. *ret_changed is set when it was not so.
 * Media without modes have nothing to change.
 *
 * ERR_STORE_PERMISSION  it belongs to somebody else
 */
enum err file_own(int dir, const char *name, bool lax, bool *ret_changed);

/*
 * Hold the advisory lock on a file of dir, made when missing; waits at most
 * wait_ms. Closing the descriptor, or dying, lets it go.
 *
 * ERR_STORE_BUSY  somebody else still has it
 */
enum err file_lock(int dir, const char *name, const struct clock *clock,
    int wait_ms, int *ret_lock);

#endif
