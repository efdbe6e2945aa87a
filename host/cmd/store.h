/* store.h - the rows of the commands that read the store. */
#ifndef INGAM_CMD_STORE_H
#define INGAM_CMD_STORE_H

#include "cmd/cmd.h"

extern const struct command cmd_store_list;
extern const struct command cmd_store_show;

#endif
