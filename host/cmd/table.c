/* The one command table. A row itself stands in its command's file,
 * cmd/<group>_<verb>.c, and is declared in cmd/<group>.h. */
#include "cmd/cmd.h"

#include <string.h>

#include "cmd/ca.h"
#include "cmd/doctor.h"
#include "cmd/enrol.h"
#include "cmd/sign.h"
#include "cmd/store.h"

const struct command *const command_table[] = {
    /* store */

    /* ca */

    /* enrol */

    /* sign */

    /* doctor */

    NULL,
};

const struct command *
command_find(const char *name)
{
    size_t i;

    for (i = 0; command_table[i] != NULL; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    return NULL;
}
