/*
 * browsers.h - the browsers we know and where each looks for the manifest of
 * a native-messaging host. The rows come from installer/browsers.tsv.
 */
#ifndef INGAM_CMD_BROWSERS_H
#define INGAM_CMD_BROWSERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "os/paths.h"

#define BROWSERS_MANIFEST     "kr.ingam.host.json"
#define BROWSERS_MANIFEST_MAX (16u << 10) /* bytes; a real one has 300 */

struct browser {
    const char *name;     /* "chromium"; NULL ends the table */
    bool firefox;         /* Firefox's form of manifest, else Chromium's */
    bool by_default;      /* registered when no browser is named */
    bool below_home;      /* user is below the home, else below the
                             configuration home */
    const char *user;     /* folder for manifests of this person */
    const char *system;   /* absolute folder for all, or NULL */
    const char *policies; /* absolute folder of managed policies, or NULL */
};

extern const struct browser *const browsers_table;

const struct browser *browsers_find(const char *name); /* NULL: none */

/* Absolute folder of the person's manifests. ERR_NO_MEMORY */
enum err browsers_user_dir(const struct browser *browser,
    const struct paths *paths, struct buf *ret_path);

/* Absolute path of our host program. ERR_NO_MEMORY */
enum err browsers_host(const struct paths *paths, struct buf *ret_path);

/* The manifest that lets this browser start the program at host_path.
 * ERR_NO_MEMORY */
enum err browsers_manifest(
    const struct browser *browser, const char *host_path, struct buf *ret_json);

enum browsers_state {
    BROWSERS_OK,
    BROWSERS_MISSING,    /* no manifest there */
    BROWSERS_UNREADABLE, /* a link, a foreign file, no permission */
    BROWSERS_INVALID,    /* not a manifest of ours */
    BROWSERS_WRONG_PATH, /* names another program, or one that is gone */
    BROWSERS_WRONG_ID,   /* does not let our extension in */
};

const char *browsers_state_name(enum browsers_state state);

/* Read and judge the manifest in a folder. ret_path, the program it names,
 * is set from BROWSERS_WRONG_PATH on. ERR_NO_MEMORY */
enum err browsers_check(const struct browser *browser, const char *dir,
    const char *host_path, enum browsers_state *ret_state,
    struct buf *ret_path);

#endif
