/* The one command table. A row itself stands in its command's file,
 * cmd/<group>_<verb>.c, and is declared in cmd/<group>.h. */
#include "cmd/cmd.h"

#include <string.h>

#include "cmd/ca.h"
#include "cmd/doctor.h"
#include "cmd/enrol.h"
#include "cmd/history.h"
#include "cmd/sign.h"
#include "cmd/store.h"

#define SEQUENCE_MAX 4 /* steps; the longest is sign.begin, update, finish */

const struct command *const command_table[] = {
    /* store */
    &cmd_store_list,
    &cmd_store_show,
    &cmd_store_import,
    &cmd_store_export,
    &cmd_store_copy,
    &cmd_store_change_password,
    &cmd_store_remove,
    &cmd_store_repair,
    &cmd_store_verify,

    /* ca */
    &cmd_ca_list,
    &cmd_ca_enable,
    &cmd_ca_disable,

    /* enrol */
    &cmd_enrol_prepare,
    &cmd_enrol_issue,
    &cmd_enrol_reissue,
    &cmd_enrol_renew,
    &cmd_enrol_revoke,
    &cmd_enrol_pending,
    &cmd_enrol_resume,
    &cmd_enrol_discard,

    /* sign */
    &cmd_sign_data,
    &cmd_sign_batch,
    &cmd_sign_item,
    &cmd_sign_begin,
    &cmd_sign_update,
    &cmd_sign_finish,
    &cmd_sign_login,
    &cmd_verify_signature,

    /* history */
    &cmd_history_list,
    &cmd_history_export,
    &cmd_history_clear,

    /* doctor */
    &cmd_doctor_run,

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

/* Those of a command and of what follows it in at most `steps` steps. */
static unsigned
flags_within(const struct command *command, int steps)
{
    const char *const *next = command->next;
    const struct command *other;
    unsigned flags = command->flags;

    for (; steps > 0 && next != NULL && *next != NULL; next++) {
        other = command_find(*next);
        if (other != NULL)
            flags |= flags_within(other, steps - 1);
    }
    return flags;
}

unsigned
command_flags(const struct command *command)
{
    return flags_within(command, SEQUENCE_MAX);
}

unsigned
call_flags(const struct command *command, const cJSON *params)
{
    unsigned flags = command_flags(command);
    const struct param *row;

    for (row = command->params; row != NULL && row->name != NULL; row++)
        if ((row->flags & PARAM_NETWORK) != 0 &&
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(params, row->name)))
            flags |= COMMAND_NETWORK;
    return flags;
}
