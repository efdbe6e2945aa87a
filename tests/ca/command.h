/*
 * command.h - what the command line can do. Each prints one JSON object on
 * stdout and returns the exit status; failures end the process with 1.
 */
#ifndef TEST_CA_COMMAND_H
#define TEST_CA_COMMAND_H

enum option_id {
    OPTION_NONE,
    OPTION_BANK,
    OPTION_CONTACT,
    OPTION_ENDPOINT,
    OPTION_ENGLISH,
    OPTION_EXPIRES,
    OPTION_IDN,
    OPTION_KIND,
    OPTION_KM,
    OPTION_LIST,
    OPTION_NAME,
    OPTION_PERSON,
    OPTION_POLICY,
    OPTION_PORT,
    OPTION_SUBJECT,
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

int command_init(const char *dir, const struct options *options);
int command_serve(const char *dir, const struct options *options);
int command_definition(const char *dir, const struct options *options);
int command_person(const char *dir, const struct options *options);
int command_code(const char *dir, const struct options *options);
int command_list(const char *dir, const struct options *options);
int command_misbehave(const char *dir, const struct options *options);
int command_cert(const char *dir, const struct options *options);

#endif
