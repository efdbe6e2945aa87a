/* doctor.h - the row of the command that looks at the installation. */
#ifndef INGAM_CMD_DOCTOR_H
#define INGAM_CMD_DOCTOR_H

#include "cmd/cmd.h"

extern const struct command cmd_doctor_run;

#endif
