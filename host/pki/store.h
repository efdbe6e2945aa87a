/*
 * store.h - the NPKI tree (npki.md 1): <root>/<CA>/USER/<DN>/signCert.der and
 * signPri.key, optionally kmCert.der and kmPri.key. Names are compared without
 * case and written exactly. From the root down no link is followed.
 */
#ifndef INGAM_PKI_STORE_H
#define INGAM_PKI_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "host.h"
#include "pki/cert.h"

#define STORE_ENTRIES_MAX 10000u /* names looked at under one root */
#define STORE_ROOTS_MAX   33u    /* the disk and so many media less one */
#define STORE_TAG_MAX     64u    /* bytes of a tag: [a-z0-9-] */
#define STORE_CA_SIZE     256u   /* bytes of a CA folder's name and its end */

struct store_entry {
    char *root; /* absolute path of the NPKI root */
    bool removable;
    char *path;      /* absolute path of the DN folder */
    char *ca;        /* CA folder name */
    enum err broken; /* OK, or why: ERR_CERTIFICATE_DAMAGED, … */
    /* only when broken is OK: */
    char id[CERT_ID_LEN + 1];
    X509 *sign;             /* signCert.der */
    X509 *km;               /* kmCert.der or NULL */
    bool has_key;           /* signPri.key is there and is a key file */
    const char *key_scheme; /* static, as p8_info; NULL without a key */
};

struct store_root {
    char *path; /* of the NPKI folder, which need not exist yet */
    bool removable;
};

struct store_list {
    struct store_entry *entries;
    size_t count;
    bool cut; /* STORE_ENTRIES_MAX was reached */
    struct store_root roots[STORE_ROOTS_MAX]; /* the disk's first */
    size_t root_count;
};

/*
 * All entries of the disk root and, when asked, of removable media. A folder
 * that cannot be read becomes a broken entry and hides no other.
 *
 * ERR_STORE_UNSAFE  the root itself is a link or a foreign file
 * ERR_STORE_PERMISSION, ERR_NO_MEMORY
 */
enum err store_scan(
    const struct host *host, bool removable, struct store_list *ret_list);

/* The same with certificates as cert_parse_to_show() gives them. */
enum err store_scan_to_show(
    const struct host *host, bool removable, struct store_list *ret_list);
void store_list_free(struct store_list *list);

/*
 * Scan and find in one: the disk first, and removable media only when the id
 * is not there. The caller frees the list, which the entry lies in; the others
 * in it are good to show only.
 */
enum err store_look_up(const struct host *host, const char *id,
    struct store_list *ret_list, const struct store_entry **ret_entry);

/* The same in one root only; with root NULL as above. */
enum err store_look_up_in(const struct host *host, const char *root,
    const char *id, struct store_list *ret_list,
    const struct store_entry **ret_entry);

/* Is this a place where a pair can be put: the disk's root, or "NPKI" right in
 * a folder of the host's media, be it there or not? */
bool store_is_root(const struct host *host, const char *root);

/*
 * Is a root that was found or made before still there? The disk's always is.
 *
 * ERR_MEDIUM_REMOVED  its medium is out, or only an empty mount point is left,
 *                     where nothing may be written that belongs on the medium
 */
enum err store_present(const struct host *host, const char *root);

/* Key file of an entry: "signPri.key" or "kmPri.key".
 * ERR_KEY_FILE_MISSING, ERR_KEY_FILE_DAMAGED (too big), ERR_STORE_… */
enum err store_read_key(const struct host *host,
    const struct store_entry *entry, bool km, struct buf *ret_file);

/* Open a key with its password: read, decrypt, load, compare with the
 * certificate. ret_private_key_info may be NULL. Wrong passwords are counted
 * (tries.h). Errors of p8_decrypt, key_load, tries_begin, ERR_KEY_MISMATCH. */
enum err store_open_key(const struct host *host,
    const struct store_entry *entry, bool km, const struct buf *password,
    EVP_PKEY **ret_key, struct buf *ret_private_key_info);

/* A pair to be put in place. */
struct store_pair {
    struct buf sign_cert; /* DER */
    struct buf sign_key;  /* encrypted key file */
    struct buf km_cert;   /* empty without km */
    struct buf km_key;
};

void store_pair_free(struct store_pair *pair); /* empties it */

/* The files of an entry, as they are. A certificate to encrypt without its
 * key, or the other way round, is left out. Errors of store_read_key. */
enum err store_read_pair(const struct host *host,
    const struct store_entry *entry, struct store_pair *ret_pair);

struct store_lock;

/* Advisory lock over writes; waits at most 5 s. ERR_STORE_BUSY, … */
enum err store_lock(const struct host *host, struct store_lock **ret_lock);
void store_unlock(struct store_lock *lock);

/*
 * Write a pair under root (architecture: section 7, step 5-6; the caller holds
 * the lock): hidden sibling
 * `.ingam-<tag>`, synced, read back, put in place by rename or exchange; an
 * old pair moves to <state>/old/. Idempotent for the same tag: recovery calls
 * it again. ret_path is the DN folder.
 *
 * ERR_CERTIFICATE_DAMAGED  the pair's own certificate
 * ERR_DISK_FULL, ERR_STORE_READONLY, ERR_STORE_PERMISSION, ERR_STORE_UNSAFE
 * (also: root is none of the host's), ERR_MEDIUM_REMOVED, ERR_IO_ERROR,
 * ERR_NO_MEMORY
 */
enum err store_put(const struct host *host, const char *root,
    const char *ca_folder, const struct store_pair *pair, const char *tag,
    struct buf *ret_path);

/* Folder of a certificate's CA: O of its issuer, else the CN (npki.md 1.3),
 * made safe as DN folders are. ERR_CERTIFICATE_DAMAGED: it has neither */
enum err store_ca_folder(const struct crypto *crypto, const X509 *x,
    char ret_name[static STORE_CA_SIZE]);

/*
 * Who stands where store_put would put this certificate? The path, and the
 * certificate there or NULL.
 * ERR_CERTIFICATE_NOT_FOUND  nobody
 */
enum err store_occupant(const struct host *host, const char *root,
    const char *ca_folder, const X509 *x, struct buf *ret_path, X509 **ret_x);

/*
 * Put a pair in the place of the same entry, in one step, and shred the old
 * files; what else is in the folder stays. The caller holds the lock.
 * ERR_STORE_UNSAFE  also: a folder or a large file is in it
 * and those of store_put
 */
enum err store_rewrite(const struct host *host, const struct store_entry *entry,
    const struct store_pair *pair);

/*
 * Remove an entry for good: out of sight in one step, then overwritten, synced
 * and unlinked; whoever comes next finishes what was cut short. The caller
 * holds the lock. *ret_overwritten as file_shred. Errors as store_rewrite.
 */
enum err store_erase(const struct host *host, const struct store_entry *entry,
    bool *ret_overwritten);

/*
 * The same for the copies of a certificate in <state>/old; told is called with
 * the path of each. The caller holds the lock.
 */
enum err store_erase_old(const struct host *host, const X509 *x,
    bool *ret_overwritten, enum err (*told)(void *ctx, const char *path),
    void *ctx);

/*
 * Move an entry to <state>/old/<tag>: no program lists it any more, and it can
 * still be found. Nothing is done when another certificate has taken its
 * place. The caller holds the lock. Errors as store_put.
 */
enum err store_take_out(
    const struct host *host, const struct store_entry *entry, const char *tag);

/*
 * Clear what killed programs left under root: hidden folders whose tag is not
 * live any more (live is asked; it may be NULL: none is). A whole pair is kept
 * in <state>/old/, or put back where its place is empty. The caller holds the
 * lock; store_put does it first for all tags but its own. Errors as store_put.
 */
enum err store_recover(const struct host *host, const char *root,
    bool (*live)(void *ctx, const char *tag), void *ctx);

/* One thing put right ("permissions", "name", "case", "leftover"), or what
 * kept it from being. */
typedef enum err (*store_repair_told)(
    void *ctx, const char *path, const char *what, enum err failed);

/*
 * Put a root right, or one DN folder of it: files 0600 and DN folders 0700,
 * the folders above not writable by others, names and case as other programs
 * look for them, what killed programs left. Nothing is opened that is not
 * ours, and no name that is taken is touched. The caller holds the lock.
 *
 * ERR_CERTIFICATE_NOT_FOUND  there is no such root
 * ERR_NO_MEMORY, ERR_STORE_…  the root itself; else told is called
 */
enum err store_repair(const struct host *host, const char *root,
    const char *only, store_repair_told told, void *ctx);

#endif
