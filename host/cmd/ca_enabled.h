/*
 * ca_enabled.h - which CAs are switched on or off, beside what their
 * definitions say: a file `enabled` in the administrator's ca.d and in the
 * person's, whose word is the last. A line is the name of a CA that is on, or
 * "!" and the name of one that is off; "#" begins a comment.
 */
#ifndef INGAM_CMD_CA_ENABLED_H
#define INGAM_CMD_CA_ENABLED_H

#include "cmd/ca_file.h"

#define CA_ENABLED_FILE "enabled"
#define CA_ENABLED_MAX  (8u << 10) /* bytes of it */

/* Switch the definitions of a list. A CA of which something needed is unknown
 * stays off. ERR_NO_MEMORY */
enum err ca_enabled_apply(const struct host *host, struct ca_file_list *list);

/*
 * Write the person's own word on one CA, durable on OK.
 *
 * ERR_STORE_BUSY, ERR_TOO_LARGE, those of os/file.h
 */
enum err ca_enabled_set(const struct host *host, const char *name, bool on);

#endif
