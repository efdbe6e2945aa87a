/* store.h - the rows of the commands on the store. */
#ifndef INGAM_CMD_STORE_H
#define INGAM_CMD_STORE_H

#include "cmd/cmd.h"

extern const struct command cmd_store_list;
extern const struct command cmd_store_show;
extern const struct command cmd_store_import;
extern const struct command cmd_store_export;
extern const struct command cmd_store_copy;
extern const struct command cmd_store_change_password;
extern const struct command cmd_store_remove;
extern const struct command cmd_store_repair;
extern const struct command cmd_store_verify;

#endif
