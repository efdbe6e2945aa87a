/*
 * cmd.h - commands as rows. The one table (table.c) drives validation, the
 * sandbox, the command line, its help and --describe.
 */
#ifndef INGAM_CMD_CMD_H
#define INGAM_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/watch.h"
#include "host.h"
#include "net/net.h"

enum param_type {
    PARAM_TEXT,    /* UTF-8, at most max bytes */
    PARAM_SECRET,  /* the same; on the command line from a descriptor only */
    PARAM_BASE64,  /* canonical base64 of at most max bytes */
    PARAM_CERT_ID, /* 64 lower-case hex digits */
    PARAM_NAME,    /* [a-z0-9-], at most max bytes */
    PARAM_CHOICE,  /* one of choices */
    PARAM_BOOL,
    PARAM_INTEGER, /* 0 .. max */
};

#define PARAM_REQUIRED 1u
#define PARAM_WINDOW   2u /* what a window showed: no option of ingam's */
#define PARAM_NETWORK  4u /* a boolean: when true the call needs ingam-net */

struct param {
    const char *name; /* JSON member, camelCase; NULL ends the rows */
    enum param_type type;
    uint32_t max; /* bytes, or the largest integer */
    unsigned flags;
    const char *choices; /* "a|b|c" for PARAM_CHOICE */
    const char *help;    /* one English sentence, without the final dot */
};

#define COMMAND_NETWORK    1u  /* needs ingam-net */
#define COMMAND_WRITES     2u  /* writes the store, the journal or the state */
#define COMMAND_PASSWORD   4u  /* takes a password; may be tried again */
#define COMMAND_MEDIA      8u  /* may use removable media */
#define COMMAND_SYSTEM     16u /* looks at how browsers are set up */
#define COMMAND_RECORDS    32u /* writes history and revocation answers */

#define COMMAND_PARAMS_MAX 24u /* rows of one command */

struct value {
    bool given;
    bool flag;        /* PARAM_BOOL */
    uint32_t integer; /* PARAM_INTEGER */
    struct buf bytes; /* all others: text, or decoded base64 */
};

struct kept;

struct call {
    const struct host *host;
    const struct command *command;
    const struct value *values; /* one for each row of command->params */
    const char *origin;         /* NULL: the person, in our own pages */
    const struct watch *watch;
    struct kept *kept; /* the place of the port (kept.h); NULL: none */
    struct net *net;   /* NULL unless call_flags() says network */
    cJSON *result;     /* an object; the handler fills it */
    cJSON *detail;     /* an object: becomes error.data beside the reason */
};

struct command {
    const char *name; /* "store.list" */
    enum err (*run)(struct call *call);
    const struct param *params;
    unsigned flags;
    const char *help;        /* one English sentence */
    const char *const *next; /* commands that may follow on the same port
                                besides a retry; NULL-ended, or NULL */
};

/* A row stands in its command's file, cmd/<group>_<verb>.c, as
 * `const struct command cmd_<group>_<verb>`. Ended by NULL. */
extern const struct command *const command_table[];

const struct command *command_find(const char *name); /* NULL: none */

/* Run the command of a call. When a password was wrong, or came too early,
 * call->detail says how many were ("n") and how long to wait ("s"). */
enum err command_run(struct call *call);

/* The flags of a command and of all that may follow it. */
unsigned command_flags(const struct command *command);

/* The same for one call, with what its parameters (as for args_parse) need. */
unsigned call_flags(const struct command *command, const cJSON *params);

/*
 * Check params (a JSON object, or NULL for none) against the rows and hand
 * back one value a row. On failure *ret_param names the offending parameter,
 * as a row's name or, for an unknown one, NULL.
 *
 * ERR_PARAM_UNKNOWN, ERR_PARAM_MISSING, ERR_PARAM_TYPE, ERR_PARAM_RANGE,
 * ERR_NO_MEMORY
 */
enum err args_parse(const struct command *command, const cJSON *params,
    struct value ret_values[static COMMAND_PARAMS_MAX], const char **ret_param);
void args_free(struct value values[static COMMAND_PARAMS_MAX]);

/* The value of a row by name; never NULL for a name in the rows. */
const struct value *args_get(const struct call *call, const char *name);

/* Text of a value, or NULL when it was not given. */
const char *args_text(const struct call *call, const char *name);

/* Put into an object, or without a name at the end of an array; every failure
 * is ERR_NO_MEMORY. */
enum err reply_text(cJSON *object, const char *name, const char *text);
enum err reply_bytes(cJSON *object, const char *name, const struct buf *bytes);
enum err reply_number(cJSON *object, const char *name, double number);
enum err reply_flag(cJSON *object, const char *name, bool flag);
enum err reply_time(cJSON *object, const char *name, int64_t seconds);
enum err reply_item(cJSON *object, const char *name, cJSON *item); /* owned */

#endif
