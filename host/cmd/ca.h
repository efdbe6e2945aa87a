/* ca.h - the rows of the commands on CA definitions. */
#ifndef INGAM_CMD_CA_H
#define INGAM_CMD_CA_H

#include "cmd/cmd.h"

extern const struct command cmd_ca_list;
extern const struct command cmd_ca_enable;
extern const struct command cmd_ca_disable;

#endif
