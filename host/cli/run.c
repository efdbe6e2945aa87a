#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "cmd/confine.h"

#define TRIES 3 /* of a password typed at a terminal */

static bool
is_cancelled(void *ctx)
{
    (void)ctx;
    return terminal_interrupted();
}

static const char *
step_text(const struct cli *cli, const char *step)
{
    static const struct {
        const char *step, *ko, *en;
    } rows[] = {
        { "keygen", "열쇠를 만드는 중", "Making keys" },
        { "request", "인증기관에 보내는 중", "Sending the request" },
        { "wait", "인증기관의 답을 기다리는 중", "Waiting for the CA" },
        { "check", "받은 인증서를 확인하는 중", "Checking the certificate" },
        { "confirm", "인증기관에 확인을 보내는 중", "Confirming to the CA" },
        { "store", "저장하는 중", "Storing" },
        { "timestamp", "타임스탬프를 받는 중", "Getting a time-stamp" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].step, step) == 0)
            return cli_say(cli, rows[i].ko, rows[i].en);
    return step;
}

static void
show_progress(void *ctx, const char *step, int n, int of)
{
    const struct cli *cli = ctx;

    fprintf(stderr, "[%d/%d] %s\n", n, of, step_text(cli, step));
}

static void
forget(struct cli *cli)
{
    cJSON_Delete(cli->result);
    cJSON_Delete(cli->detail);
    cli->result = NULL;
    cli->detail = NULL;
}

enum err
cli_call(struct cli *cli, const struct command *command, const cJSON *params)
{
    struct value values[COMMAND_PARAMS_MAX] = { 0 };
    const struct watch watch = { cli, is_cancelled, show_progress };
    struct call call = { .host = &cli->host,
        .command = command,
        .values = values,
        .watch = &watch,
        .kept = &cli->kept,
        .net = cli->net };
    const char *param = NULL;
    enum err r;

    forget(cli);
    call.result = cli->result = cJSON_CreateObject();
    call.detail = cli->detail = cJSON_CreateObject();
    if (call.result == NULL || call.detail == NULL)
        return ERR_NO_MEMORY;
    r = args_parse(command, params, values, &param);
    if (r != OK && param != NULL && reply_text(call.detail, "param", param))
        r = ERR_NO_MEMORY;
    if (r == OK)
        r = watch_cancelled(&watch) ? ERR_CANCELLED : command_run(&call);
    args_free(values);
    return r;
}

/*
 * As the session does it for the host: the worker first, then no more files
 * than the command needs. System calls are not filtered: a terminal needs
 * more of them than pipes do, and the caller is the person's own shell.
 */
static enum err
settle(struct cli *cli)
{
    unsigned flags = call_flags(cli->command, cli->params);
    enum err r;

    if (cli->confined)
        return OK;
    if ((flags & COMMAND_NETWORK) != 0 &&
        (r = confine_network(&cli->host, &cli->net)) != OK)
        return r;
    cli->confined = true;
    if (cli->given.out != NULL)
        return OK; /* that file may be anywhere */
    return confine_files(&cli->host, flags);
}

int
cli_prepare(struct cli *cli)
{
    const struct param *row = NULL;
    enum err r;

    if ((r = cli_params(cli, &row)) != OK)
        return cli_usage_row(cli, r, row);
    return (r = settle(cli)) == OK ? CLI_DONE : cli_fail(cli, r);
}

int
cli_perform(struct cli *cli)
{
    enum err r;

    for (int i = 1; (r = cli_call(cli, cli->command, cli->params)) != OK; i++) {
        if (r != ERR_PASSWORD_WRONG || i == TRIES ||
            (r = cli_password_again(cli)) != OK)
            return cli_fail(cli, r);
    }
    return CLI_DONE;
}

int
cli_usage_row(struct cli *cli, enum err e, const struct param *row)
{
    struct buf name = { 0 };
    int status;

    if (row != NULL && cli_option_name(cli, row, &name) != OK)
        e = ERR_NO_MEMORY;
    status = cli_usage(cli, e, row == NULL ? NULL : buf_text(&name));
    buf_free(&name);
    return status;
}

int
cli_run(struct cli *cli)
{
    int status = cli_prepare(cli);

    return status == CLI_DONE ? cli_perform(cli) : status;
}
