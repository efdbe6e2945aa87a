/* certificate.h - the Certificate object of the protocol. */
#ifndef INGAM_CMD_CERTIFICATE_H
#define INGAM_CMD_CERTIFICATE_H

#include "cmd/cmd.h"
#include "pki/store.h"

/* The object for an entry that is not broken; ERR_NO_MEMORY, and
 * ERR_CERTIFICATE_DAMAGED when a name in it cannot be shown. */
enum err certificate_object(const struct host *host,
    const struct store_entry *entry, cJSON **ret_object);

/* As above for the entry of an id in the store. Errors of store_look_up. */
enum err certificate_stored(
    const struct host *host, const char *id, cJSON **ret_object);

/* Add text of which we do not know that it is UTF-8: what is not becomes
 * U+FFFD. */
enum err certificate_path(cJSON *object, const char *name, const char *path);

#endif
