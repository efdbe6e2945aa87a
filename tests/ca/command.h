/*
 * command.h - what the command line can do. Each prints one JSON object on
 * stdout and returns the exit status; failures end the process with 1.
 */
#ifndef TEST_CA_COMMAND_H
#define TEST_CA_COMMAND_H

#include "util.h"

enum option_id {
    OPTION_NONE,
    OPTION_BANK,
    OPTION_CONTACT,
    OPTION_CRL,
    OPTION_DAYS,
    OPTION_DIALECT,
    OPTION_ENDPOINT,
    OPTION_ENGLISH,
    OPTION_EXPIRES,
    OPTION_FAMILY,
    OPTION_FROM_DAYS,
    OPTION_IDN,
    OPTION_KIND,
    OPTION_KM,
    OPTION_LIST,
    OPTION_NAME,
    OPTION_OCSP,
    OPTION_PERSON,
    OPTION_POLICY,
    OPTION_PORT,
    OPTION_SUBJECT,
    OPTION_TCP_PORT,
    OPTION_TEXT,
    OPTION_TLS,
    OPTION_TLS_PORT,
    OPTION_VID,
    OPTION_WHAT,
    OPTIONS,
};

struct options {
    const char *value[OPTIONS]; /* NULL: not given; "1": given, a switch */
    const char *argument;       /* what follows DIR */
};

/* An option's value, or what stands for it; or the end of the process. */
const char *option_or(
    const struct options *options, enum option_id id, const char *otherwise);
const char *option_needed(
    const struct options *options, enum option_id id, const char *name);

/* A value that must be a number in a range, or one of a NULL-ended list. */
int64_t option_number(
    const char *text, const char *name, int64_t min, int64_t max);
const char *option_one_of(
    const char *text, const char *name, const char *const *choices);

/* Append "name":"value", after a comma unless it is the first member. */
void json_member(struct out *o, const char *name, const char *value);

/* Print the object and free it; the exit status. */
int print_object(struct out *o);

int command_init(const char *dir, const struct options *options);
int command_serve(const char *dir, const struct options *options);
int command_definition(const char *dir, const struct options *options);
int command_person(const char *dir, const struct options *options);
int command_code(const char *dir, const struct options *options);
int command_list(const char *dir, const struct options *options);
int command_misbehave(const char *dir, const struct options *options);
int command_renewal(const char *dir, const struct options *options);
int command_family(const char *dir, const struct options *options);
int command_tsa(const char *dir, const struct options *options);
int command_cert(const char *dir, const struct options *options);

#endif
