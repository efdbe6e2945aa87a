/* confine.h - from a command's flags to the sandbox it runs in. */
#ifndef INGAM_CMD_CONFINE_H
#define INGAM_CMD_CONFINE_H

#include "cmd/cmd.h"

/* Start the network worker, unless *net is there already. Errors of
 * net_start. */
enum err confine_network(const struct host *host, struct net **net);

/*
 * Leave this thread the folders that the flags speak of (command_flags):
 * always the system's libraries and our own data for reading, then the NPKI
 * root and the state, for writing with COMMAND_WRITES (made when absent: a
 * rule needs a folder), removable media with COMMAND_MEDIA, with
 * COMMAND_SYSTEM the places where browsers are set up, and with
 * COMMAND_RECORDS the history and the revocation answers for writing, with
 * COMMAND_PASSWORD the count of wrong passwords.
 *
 * ERR_INTERNAL, ERR_NO_MEMORY
 */
enum err confine_files(const struct host *host, unsigned flags);

#endif
