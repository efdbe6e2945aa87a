/*
 * paths.h - the folders this program may touch (architecture: section 2).
 * HOME and absolute XDG_CONFIG_HOME, XDG_STATE_HOME count when the folder is a
 * directory of the effective user that nobody else may write; else the home
 * of the password file.
 */
#ifndef INGAM_OS_PATHS_H
#define INGAM_OS_PATHS_H

#include "base/err.h"

#define PATHS_MAX 4096u /* bytes in one path, its end included */

struct paths {
    char *home;
    char *config; /* <config home>/ingam */
    char *state;  /* <state home>/ingam */
    char *npki;   /* <home>/NPKI, the disk root */
    char *lib;    /* <prefix>/lib/ingam, from the program's real path */
    char *share;  /* <prefix>/share/ingam */
    char *system; /* /etc/ingam, the administrator's */
    char **media; /* parents of removable media: /media/<user>,
                           /run/media/<user>, /mnt; NULL-ended */
};

/* From the environment and the running program's path.
 * ERR_NO_MEMORY, ERR_IO_ERROR (no home at all) */
enum err paths_init(struct paths *ret_paths);
void paths_free(struct paths *paths);

#endif
