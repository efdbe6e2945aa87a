/*
 * cli.h - `ingam`: the command table driven from argv (architecture: section
 * 6). What a word takes comes from the rows of its command; words.c only adds
 * the names under which a person knows them.
 */
#ifndef INGAM_CLI_CLI_H
#define INGAM_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "cmd/kept.h"
#include "host.h"
#include "os/terminal.h"

/* Exit statuses (contract). */
enum { CLI_DONE, CLI_FAILED, CLI_USAGE, CLI_REFUSED, CLI_PASSWORD };

#define CLI_SHA256_SIZE 65 /* bytes in hex, and its end */

struct cli;

/* Another name for a parameter on the command line. */
struct cli_option {
    const char *param; /* NULL ends the rows */
    const char *name;  /* without dashes; "no-…" switches a boolean off */
    unsigned flags;
};

#define OPTION_STDIN  1u /* the file is stdin when it is not named */
#define OPTION_ARMOR  2u /* PEM and base64 are undone */
#define OPTION_FOLDER 4u /* a folder stands for the certificates in it */
#define OPTION_IMPORT 8u /* a file to be taken in: its size has an own reason */

struct cli_word {
    const char *word;          /* "reissue"; NULL ends the rows */
    const char *command;       /* of the command table, or NULL and then */
    const struct command *own; /* rows of what is done here */
    const char *operand; /* parameter that is given without a name, or NULL */
    const struct cli_option *options;
    const char *new_password; /* parameter that is typed twice, or NULL */
    const char *no_stdin;     /* parameter that takes its place, or NULL */
    const char *out;          /* "out": takes --out, a file to write; or NULL */
    const char *many; /* parameter that may be given many times, or NULL */
    bool yes;         /* takes --yes: cannot be undone, so a person is asked */
    bool hex;         /* takes --hex: bytes of the result as lower-case hex */
    int (*run)(struct cli *cli);
    const char *ko, *en; /* one line of help */
};

extern const struct cli_word cli_words[];

/* What stood on the command line. */
struct cli_given {
    const char *values[COMMAND_PARAMS_MAX]; /* by row; NULL: not given */
    const char **many; /* all that were given of the word's `many`; owned */
    size_t many_count;
    const char *out;
    bool yes, hex;
};

struct cli {
    struct host host;
    struct terminal *terminal; /* NULL without one */
    struct net *net;
    struct kept kept; /* by one command for the next */
    bool json;
    bool korean;
    bool confined;
    const struct cli_word *word;
    const struct command *command; /* the word's */
    struct cli_given given;
    cJSON *params; /* what the command gets */
    cJSON *result; /* of the last call that went well */
    cJSON *detail; /* of the last call */
};

/* In the person's language. */
const char *cli_say(const struct cli *cli, const char *ko, const char *en);

/* A word of the protocol and its names. */
struct cli_name {
    const char *word, *ko, *en;
};

/* Its name in the person's language; the word itself when no row has it. */
const char *cli_name(const struct cli *cli, const struct cli_name *rows,
    size_t count, const char *word);

/* --- options.c --- */

/* Read argv behind the word into cli->given. *ret_name is the option that is
 * wrong. ERR_PARAM_UNKNOWN, ERR_PARAM_MISSING, ERR_PARAM_RANGE (twice, or a
 * value where none belongs) */
enum err cli_options(
    struct cli *cli, int argc, char **argv, const char **ret_name);

/* The option's name as it is typed: "--ref", "--password-fd", or the operand.
 */
enum err cli_option_name(
    const struct cli *cli, const struct param *row, struct buf *ret_name);
const struct cli_option *cli_option_of(
    const struct cli_word *word, const struct param *row);

/* What was given for a parameter of the command; to be set too. NULL when it
 * has none of that name. */
const char **cli_given(struct cli *cli, const char *param);

/* --- params.c --- */

/* Turn what was given into cli->params: files read, certificates found, in
 * the end secrets asked for. *ret_param is the row that failed. */
enum err cli_params(struct cli *cli, const struct param **ret_param);

/* Ask again for the password that was wrong. ERR_PASSWORD_WRONG when nobody
 * can be asked. */
enum err cli_password_again(struct cli *cli);

/* --- run.c --- */

/* Call a command with params; fills cli->result and cli->detail. */
enum err cli_call(
    struct cli *cli, const struct command *command, const cJSON *params);

/* The same for the word's command and its parameters; a wrong password may be
 * typed again. Ends with the exit status, the error said. */
int cli_run(struct cli *cli);

/* What cli_params said of a row, told as wrong usage. */
int cli_usage_row(struct cli *cli, enum err e, const struct param *row);

/* Its two halves: what was given becomes parameters, and no more files than
 * the command needs can be opened from then on; then the command runs. */
int cli_prepare(struct cli *cli);
int cli_perform(struct cli *cli);

/* --- stream.c --- */

/* Does the file that is to be signed or verified not fit into a message? */
bool cli_is_large(struct cli *cli);

/* Sign it piece by piece, detached. */
int cli_sign_large(struct cli *cli);

/* Put its SHA-256 in the place of the content to be verified. CLI_DONE, or an
 * exit status with the error said. */
int cli_verify_large(struct cli *cli, char ret_sha256[static CLI_SHA256_SIZE]);

/* --- certificates.c --- */

/* The pages behind the one in cli->result, which a command answered with these
 * params, are joined to it: what is in its array of that name. Errors of
 * cli_call. */
enum err cli_pages(struct cli *cli, const struct command *list, cJSON *params,
    const char *name);

/* Every certificate, on removable media too; it lies in cli->result. Errors of
 * cli_call. */
enum err cli_list_all(struct cli *cli, const cJSON **ret_certificates);

/* Say on stderr which certificates an id that begins so means, so that nobody
 * takes another. Errors of cli_call. */
enum err cli_show_meant(struct cli *cli, const char *prefix);

/* --- errors.c --- */

/* Say what went wrong and what to do; the exit status. */
int cli_fail(struct cli *cli, enum err e);
int cli_usage(struct cli *cli, enum err e, const char *name);
int cli_exit_status(enum err e);
int cli_list_errors(struct cli *cli);

/* --- print.c --- */

/* CLI_DONE, or CLI_FAILED when stdout does not take it. */
int cli_print_json(const cJSON *object);
int cli_flush(struct cli *cli);

/* A member, NULL when it is absent; path "issuer.cn". */
const cJSON *cli_member(const cJSON *object, const char *path);

/* Its text, "" when it is absent or no text. */
const char *cli_text(const cJSON *object, const char *path);
double cli_number(const cJSON *object, const char *path);
bool cli_flag(const cJSON *object, const char *path);

/* Date in Korea, "2027-03-14", or with the time; from RFC 3339 UTC. */
#define CLI_DATE_SIZE 20 /* bytes of "2027-03-14 23:59:59" and its end */
const char *cli_date(const char *utc, char ret_text[static CLI_DATE_SIZE]);
const char *cli_moment(const char *utc, char ret_text[static CLI_DATE_SIZE]);

/* Print a text of the outside so that it can do nothing to a terminal. */
void cli_put(FILE *out, const char *text);

/* --- columns.c --- */

#define COLUMNS_MAX 8u

/* Print rows of cells with columns aligned; a NULL cell ends a row early. */
struct columns {
    size_t count;
    cJSON *rows; /* array of arrays of text */
};
enum err columns_add(
    struct columns *c, const char *const cells[static COLUMNS_MAX]);
void columns_print(struct columns *c, FILE *out);
void columns_free(struct columns *c);

/* --- help.c --- */
const struct cli_word *cli_find_word(const char *text); /* NULL: none */
/* The rows behind a word; NULL when this build lacks its command. */
const struct command *cli_command_of(const struct cli_word *word);
int cli_help(struct cli *cli, const char *topic);

/* --- the words --- */
/* The lines about a certificate object. ERR_NO_MEMORY */
enum err cli_add_certificate(
    const struct cli *cli, const cJSON *certificate, struct columns *c);
int word_list(struct cli *cli);
int word_show(struct cli *cli);
int word_ca(struct cli *cli);
int word_ca_switch(struct cli *cli);
int word_enrol(struct cli *cli);
int word_resume(struct cli *cli);
int word_discard(struct cli *cli);
int word_revoke(struct cli *cli);
int word_sign(struct cli *cli);
int word_sign_batch(struct cli *cli);
int word_verify(struct cli *cli);
int word_import(struct cli *cli);
int word_export(struct cli *cli);
int word_copy(struct cli *cli);
int word_passwd(struct cli *cli);
int word_delete(struct cli *cli);
int word_repair(struct cli *cli);
/* What store.repair did and could not do, on stdout. */
void cli_print_repair(const struct cli *cli, const cJSON *result);
int word_verify_cert(struct cli *cli);
int word_history(struct cli *cli);
int word_history_clear(struct cli *cli);
int word_doctor(struct cli *cli);
int word_register(struct cli *cli);
int word_help(struct cli *cli);

#endif
