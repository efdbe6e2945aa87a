/* sign.h - the rows of the commands that sign and verify. */
#ifndef INGAM_CMD_SIGN_H
#define INGAM_CMD_SIGN_H

#include "cmd/cmd.h"

extern const struct command cmd_sign_data;
extern const struct command cmd_sign_batch;
extern const struct command cmd_sign_item;
extern const struct command cmd_sign_begin;
extern const struct command cmd_sign_update;
extern const struct command cmd_sign_finish;
extern const struct command cmd_sign_login;
extern const struct command cmd_verify_signature;

#endif
