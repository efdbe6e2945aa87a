/*
 * tsa.h - which time-stamp authority is asked (docs/signing.md): one file
 * tsa.json, the person's own, else the administrator's, else ours.
 */
#ifndef INGAM_CMD_TSA_H
#define INGAM_CMD_TSA_H

#include "host.h"
#include "pki/timestamp.h"

#define TSA_FILE     "tsa.json"
#define TSA_FILE_MAX (64u << 10) /* bytes of it */
#define TSA_OID_MAX  64u         /* characters of its policy */

/*
 * The TSA of the first of these files that is there; the caller frees it. A
 * file that is not right hides the weaker ones: nobody else is asked instead.
 * *ret_problem says why there is none: "missing", or the reason of what is
 * wrong with the file. *ret_folder is where the file is, one of the host's
 * paths, or NULL; also after an error. It may be NULL.
 *
 * ERR_TIMESTAMP_UNAVAILABLE, ERR_NO_MEMORY
 */
enum err tsa_load(const struct host *host, struct tsa **ret_tsa,
    const char **ret_folder, const char **ret_problem);

/* One file's text. ERR_JSON_…, ERR_PARAM_…, ERR_CERTIFICATE_DAMAGED,
 * ERR_NO_MEMORY */
enum err tsa_parse(
    const struct host *host, const struct buf *text, struct tsa **ret_tsa);

#endif
