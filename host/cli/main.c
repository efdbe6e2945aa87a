/*
 * ingam: certificates and signatures from a terminal (architecture: section
 * 6). Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by the CA, 4
 * password.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/process.h"

/* The person's language, before the environment is replaced. */
static bool
speaks_korean(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *value;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp(value, "ko", 2) == 0;
    }
    return false;
}

static bool
has_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

static bool
wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int
perform(struct cli *cli, int argc, char **argv)
{
    const char *name = NULL;
    enum err r;

    if ((r = cli_options(cli, argc, argv, &name)) != OK)
        return cli_usage(cli, r, name);
    if ((r = paths_init(&cli->host.paths)) != OK ||
        (r = crypto_new(&cli->host.crypto)) != OK)
        return cli_fail(cli, r);
    cli->params = cJSON_CreateObject();
    if (cli->params == NULL)
        return cli_fail(cli, ERR_NO_MEMORY);
    cli->terminal = terminal_open();
    return cli->word->run(cli);
}

/* A word may be two, as `ca enable`; returns how many. */
static int
find_word(struct cli *cli, int argc, char **argv)
{
    char both[32];

    if (argc > 2) {
        (void)snprintf(both, sizeof(both), "%s %s", argv[1], argv[2]);
        cli->word = cli_find_word(both);
        if (cli->word != NULL)
            return 2;
    }
    cli->word = cli_find_word(argv[1]);
    return 1;
}

static int
dispatch(struct cli *cli, int argc, char **argv)
{
    int words;

    if (argc < 2) {
        (void)cli_help(cli, NULL);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("ingam %s\n", INGAM_VERSION);
        return cli_flush(cli);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cli_help(cli, NULL);
    words = find_word(cli, argc, argv);
    if (cli->word != NULL)
        cli->command = cli_command_of(cli->word);
    if (cli->command == NULL) {
        cli->word = NULL;
        return cli_usage(cli, ERR_PARAM_UNKNOWN, argv[1]);
    }
    if (wants_help(argc - words - 1, argv + words + 1))
        return cli_help(cli, cli->word->word);
    return perform(cli, argc - words - 1, argv + words + 1);
}

int
main(int argc, char **argv)
{
    struct cli cli = { .host = { .clock = clock_system() } };
    bool all = process_descriptors();
    int status;

    cli.korean = speaks_korean();
    cli.json = has_json(argc, argv);
    if (!all || process_environment(true) != OK) {
        fputs("ingam: stdin, stdout or stderr is closed\n", stderr);
        return CLI_FAILED;
    }
    process_harden();
    terminal_catch_interrupt();
    status = dispatch(&cli, argc, argv);
    net_stop(cli.net);
    kept_empty(&cli.kept);
    mem_free(cli.given.many);
    terminal_close(cli.terminal);
    cJSON_Delete(cli.params);
    cJSON_Delete(cli.result);
    cJSON_Delete(cli.detail);
    crypto_free(cli.host.crypto);
    paths_free(&cli.host.paths);
    return status;
}
