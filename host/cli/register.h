/*
 * register.h - write or remove the native-messaging manifests by which a
 * browser finds ingam-host.
 */
#ifndef INGAM_CLI_REGISTER_H
#define INGAM_CLI_REGISTER_H

#include <stdbool.h>

#include "base/err.h"
#include "os/paths.h"

struct register_request {
    const char *browser;       /* a row's name; NULL: those by default */
    const char *user_data_dir; /* of a Chromium-like browser, or NULL */
    bool all_users;            /* the system's folders; needs root */
    bool remove;
};

/* Is told each folder that was changed. */
typedef void register_told(void *ctx, const char *browser, const char *dir);

/*
 * ERR_PARAM_RANGE   no such browser, or user_data_dir does not go with it
 * ERR_CERTIFICATE_NOT_FOUND  user_data_dir is not there
 * ERR_STORE_PERMISSION, ERR_STORE_UNSAFE, ERR_DISK_FULL, ERR_IO_ERROR,
 * ERR_NO_MEMORY
 */
enum err register_host(const struct paths *paths,
    const struct register_request *request, register_told *told, void *ctx);

#endif
