/* describe.h - the command table and the error table as JSON. */
#ifndef INGAM_CMD_DESCRIBE_H
#define INGAM_CMD_DESCRIBE_H

#include <cjson/cJSON.h>

#include "base/err.h"

/* Add `commands` and `errors` to an object, for `ingam-host --describe`.
 * ERR_NO_MEMORY */
enum err describe(cJSON *object);

#endif
