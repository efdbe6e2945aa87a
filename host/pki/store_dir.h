/* store_dir.h - the folders of the NPKI tree, for the parts of the store. */
#ifndef INGAM_PKI_STORE_DIR_H
#define INGAM_PKI_STORE_DIR_H

#include <stdbool.h>

#include "os/file.h"
#include "pki/store.h"

#define STORE_SIGN_CERT "signCert.der"
#define STORE_SIGN_KEY  "signPri.key"
#define STORE_KM_CERT   "kmCert.der"
#define STORE_KM_KEY    "kmPri.key"
#define STORE_HIDDEN    ".ingam-" /* then the tag */
#define STORE_ASIDE     ".old"    /* after the tag: an old pair in a swap */
#define STORE_NAME_SIZE (FILE_NAME_MAX_LEN + 1)

/* Tags that say what shall become of a hidden folder (store_recover). */
#define STORE_TAG_SWAP                                                         \
    "swap-"                      /* of a rewrite: shred it once the pair is in
                                    its place */
#define STORE_TAG_ERASE "erase-" /* of a removal: shred it */

/*
 * Open a root: the host's disk root, or "NPKI" in a folder of its media. From
 * there no link is followed.
 *
 * FILE_MISSING      it is not there, and make is false or its medium is gone
 * ERR_STORE_UNSAFE  it is none of the host's roots, or a link
 */
enum err store_open_root(
    const struct host *host, const char *root, bool make, int *ret_dir);

/* Open a folder below a root by its absolute path, component by component. */
enum err store_open_below(
    const struct host *host, const char *root, const char *path, int *ret_dir);

/* "a/b", to be freed; NULL when memory is short. */
char *store_join(const char *a, const char *b);

/*
 * Read a file whose name is compared without case, the exact one first.
 * FILE_MISSING, ERR_TOO_LARGE and those of os/file.h
 */
enum err store_read(
    int dir, const char *name, size_t max, struct buf *ret_data);

/*
 * Folder name of a DN (npki.md 1.4): what Windows forbids becomes '_', and a
 * name too long is cut; then, or when distinct is set, '~' and a hash follow.
 * ERR_CERTIFICATE_DAMAGED  the DN is empty
 */
enum err store_folder_name(const struct crypto *crypto, const char *dn,
    bool distinct, char ret_name[static FILE_NAME_MAX_LEN + 1]);

/* An open USER folder and names in it. */
struct store_place {
    const struct host *host;
    int user;
    char target[STORE_NAME_SIZE]; /* the DN folder */
    char hidden[STORE_NAME_SIZE]; /* the new pair; after a swap the old one */
    char aside[STORE_NAME_SIZE];  /* the old pair in a swap by two renames */
};

/* Set hidden and aside. ERR_STORE_UNSAFE for a tag that is none */
enum err store_name_place(struct store_place *place, const char *tag);

/*
 * Set target. Two DNs can want the same name: replaced characters, or a
 * medium that ignores case; the second gets a hash.
 */
enum err store_choose_target(struct store_place *place, const char *dn);

/* DN of the certificate in a folder of USER; empty when none can be read. */
enum err store_dn_in(
    const struct store_place *place, const char *name, struct buf *ret_dn);

/* Move a folder of USER, when it is there, to <state>/old/. */
enum err store_retire(
    const struct store_place *place, const char *name, const char *tag);

/* What a tag says shall be done with an old pair: retired, or shredded. */
enum err store_put_away(
    const struct store_place *place, const char *name, const char *tag);

/* "<kind><16 hex digits>". ERR_CRYPTO_UNAVAILABLE */
enum err store_new_tag(const struct crypto *crypto, const char *kind,
    char ret_tag[static STORE_TAG_MAX + 1]);

/* Take along what else lies in a pair's folder (CaPubs and the like): files
 * of dir `from` that are none of a pair's own.
 * ERR_STORE_UNSAFE  there is more than plain small files */
enum err store_copy_others(int from, int to);

bool store_tag_is(const char *tag, const char *kind);

/* Finish the removals of copies in <state>/old that were cut short. */
enum err store_sweep_old(const struct host *host);

/* Is there a key file beside the certificate in a folder of USER? */
bool store_has_key(int user, const char *name);

/* Is the certificate of a hidden folder in USER too, with a key? */
enum err store_has_twin(
    const struct store_place *place, const char *name, bool *ret_has);

/* Where a pair goes, as store_put: USER is made when missing. */
enum err store_open_user(const struct host *host, const char *root,
    const char *ca_folder, bool make, int *ret_user);

/* Split "…/USER/<name>"; ret_user is to be freed, ret_name lies in it.
 * ERR_STORE_UNSAFE, ERR_NO_MEMORY */
enum err store_split(const char *path, char **ret_user, char **ret_name);

/* Clear the hidden folder: a readable pair is retired, the rest removed. */
enum err store_clear_hidden(const struct store_place *place, const char *tag);

#endif
