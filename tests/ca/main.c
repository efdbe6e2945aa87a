/*
 * ingam-test-ca: a certification authority for Ingam's tests and demo. It
 * shares no code with the host, so that what the two agree on means something.
 * README.md in this folder shows its use.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const struct command {
    const char *name;
    int (*run)(const char *dir, const struct options *options);
    const char *usage;
    bool argument; /* something may follow DIR */
} commands[] = {
    { "init", command_init, "DIR [--name CN] [--km]", false },
    { "serve", command_serve,
        "DIR [--port P] [--tls-port P] [--tcp-port P]"
        " [--ocsp URL] [--crl URL]",
        false },
    { "definition", command_definition,
        "DIR --endpoint URL [--name N] [--km]"
        " [--subject reference|empty|old] [--vid none|encrypted] [--tls]"
        " [--dialect rfc9483|npki] [--family NAME]",
        false },
    { "person", command_person,
        "DIR --name NAME --idn DIGITS [--english NAME] [--bank OU]"
        " [--policy OID] [--contact TEXT]",
        false },
    { "code", command_code,
        "DIR --person ID --kind issue|reissue [--expires SECONDS]"
        " [--days N]",
        false },
    { "list", command_list, "DIR", false },
    { "misbehave", command_misbehave, "DIR MODE|none|--list", true },
    { "renewal", command_renewal, "DIR --from-days N", false },
    { "family", command_family, "DIR NAME [--text utf-8|euc-kr]", true },
    { "tsa", command_tsa, "DIR --endpoint URL [--policy OID] [--tls]", false },
    { "cert", command_cert, "DIR --what ca|root|tls|cmp|tsa", false },
};

static const struct option long_options[] = {
    { "bank", required_argument, NULL, OPTION_BANK },
    { "contact", required_argument, NULL, OPTION_CONTACT },
    { "crl", required_argument, NULL, OPTION_CRL },
    { "days", required_argument, NULL, OPTION_DAYS },
    { "dialect", required_argument, NULL, OPTION_DIALECT },
    { "endpoint", required_argument, NULL, OPTION_ENDPOINT },
    { "english", required_argument, NULL, OPTION_ENGLISH },
    { "expires", required_argument, NULL, OPTION_EXPIRES },
    { "family", required_argument, NULL, OPTION_FAMILY },
    { "from-days", required_argument, NULL, OPTION_FROM_DAYS },
    { "idn", required_argument, NULL, OPTION_IDN },
    { "kind", required_argument, NULL, OPTION_KIND },
    { "km", no_argument, NULL, OPTION_KM },
    { "list", no_argument, NULL, OPTION_LIST },
    { "name", required_argument, NULL, OPTION_NAME },
    { "ocsp", required_argument, NULL, OPTION_OCSP },
    { "person", required_argument, NULL, OPTION_PERSON },
    { "policy", required_argument, NULL, OPTION_POLICY },
    { "port", required_argument, NULL, OPTION_PORT },
    { "subject", required_argument, NULL, OPTION_SUBJECT },
    { "tcp-port", required_argument, NULL, OPTION_TCP_PORT },
    { "text", required_argument, NULL, OPTION_TEXT },
    { "tls", no_argument, NULL, OPTION_TLS },
    { "tls-port", required_argument, NULL, OPTION_TLS_PORT },
    { "vid", required_argument, NULL, OPTION_VID },
    { "what", required_argument, NULL, OPTION_WHAT },
    { 0 },
};

static int
usage(void)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stderr, "%s ingam-test-ca %s %s\n",
            i == 0 ? "usage:" : "      ", commands[i].name, commands[i].usage);
    return 1;
}

int
main(int argc, char **argv)
{
    const struct command *command = NULL;
    struct options options = { 0 };
    const char *dir;
    int option;

    for (size_t i = 0; argc > 2 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            command = &commands[i];
    if (command == NULL)
        return usage();
    argc--;
    argv++;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option <= 0 || option >= OPTIONS)
            return usage();
        options.value[option] = optarg != NULL ? optarg : "1";
    }
    if (optind >= argc)
        return usage();
    dir = argv[optind++];
    options.argument = optind < argc ? argv[optind++] : NULL;
    if (optind < argc || (options.argument != NULL && !command->argument))
        return usage();
    return command->run(dir, &options);
}
