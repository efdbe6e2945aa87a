/* enrol.h - the rows of the commands that get a certificate from a CA. */
#ifndef INGAM_CMD_ENROL_H
#define INGAM_CMD_ENROL_H

#include "cmd/cmd.h"

extern const struct command cmd_enrol_issue;
extern const struct command cmd_enrol_reissue;
extern const struct command cmd_enrol_renew;
extern const struct command cmd_enrol_revoke;
extern const struct command cmd_enrol_prepare;
extern const struct command cmd_enrol_pending;
extern const struct command cmd_enrol_resume;
extern const struct command cmd_enrol_discard;

#endif
