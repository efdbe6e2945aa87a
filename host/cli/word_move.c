/* import, export, copy and passwd: a certificate on its way, or under another
 * password. */
#include "cli/cli.h"

#include <string.h>

#include "base/b64.h"

static const cJSON *
certificate_of(const struct cli *cli)
{
    return cJSON_GetObjectItemCaseSensitive(cli->result, "certificate");
}

/* What was done, and the certificate's lines. */
static int
print_done(struct cli *cli, const char *done)
{
    struct columns c = { 0 };
    enum err r;

    if (cli->json)
        return cli_print_json(cli->result);
    printf("%s\n", done);
    r = cli_add_certificate(cli, certificate_of(cli), &c);
    if (r == OK)
        columns_print(&c, stdout);
    columns_free(&c);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

/* Whoever has the copy can sign. */
static void
warn(const struct cli *cli)
{
    fprintf(stderr, "%s\n",
        cli_say(cli,
            "이 파일과 비밀번호를 가진 사람은 나처럼 서명할 수 있어요. "
            "메일·메신저·클라우드에 올리지 말고 누구에게도 주지 마세요.",
            "Whoever has this copy and the password can sign as you. Keep it "
            "out of mail, chat and cloud, and give it to nobody."));
}

/* --- import --------------------------------------------------------------- */

enum { IMPORT_FILES = 4 };

/* The files of a pair's folder, each to its parameter. */
static enum err
take_folder(
    struct cli *cli, const char *folder, struct buf paths[static IMPORT_FILES])
{
    static const char *const rows[IMPORT_FILES][2] = {
        { "certificateFile", "signCert.der" },
        { "keyFile", "signPri.key" },
        { "kmCertificateFile", "kmCert.der" },
        { "kmKeyFile", "kmPri.key" },
    };
    enum err r = OK;

    for (int i = 0; r == OK && i < IMPORT_FILES; i++) {
        r = terminal_find(folder, rows[i][1], &paths[i]);
        if (r == OK && paths[i].len > 0)
            *cli_given(cli, rows[i][0]) = buf_text(&paths[i]);
    }
    if (r != OK)
        return r;
    if (paths[0].len == 0)
        return ERR_IMPORT_INVALID;
    return paths[1].len == 0 ? ERR_KEY_FILE_MISSING : OK;
}

/* FILE is a .p12, a folder, or with --key-file a certificate. */
static enum err
sort_out(struct cli *cli, struct buf paths[static IMPORT_FILES])
{
    const char **file = cli_given(cli, "content"), *name = *file;

    if (name == NULL)
        return OK;
    if (terminal_is_folder(name)) {
        *file = NULL;
        return take_folder(cli, name, paths);
    }
    if (*cli_given(cli, "keyFile") != NULL &&
        *cli_given(cli, "certificateFile") == NULL) {
        *cli_given(cli, "certificateFile") = name;
        *file = NULL;
    }
    return OK;
}

int
word_import(struct cli *cli)
{
    struct buf paths[IMPORT_FILES] = { { 0 } };
    int status = CLI_DONE;
    enum err r;

    if (*cli_given(cli, "content") == NULL &&
        *cli_given(cli, "certificateFile") == NULL)
        return cli_usage(cli, ERR_PARAM_MISSING, "FILE");
    if ((r = sort_out(cli, paths)) != OK)
        status = cli_usage(cli, r, "FILE");
    if (status == CLI_DONE && (status = cli_run(cli)) == CLI_DONE)
        status = print_done(
            cli, cli_say(cli, "가져왔어요. 이 컴퓨터에서도 쓸 수 있어요.",
                     "Imported. It works on this computer too."));
    for (int i = 0; i < IMPORT_FILES; i++)
        buf_free(&paths[i]);
    return status;
}

/* --- export --------------------------------------------------------------- */

static enum err
write_file(struct cli *cli, const char *path)
{
    const char *text = cli_text(cli->result, "content");
    struct buf file = { 0 };
    enum err r = b64_decode(text, strlen(text), &file);

    if (r == OK)
        r = terminal_write_secret(path, cli->given.yes, &file);
    buf_free(&file);
    return r;
}

static int
taken(struct cli *cli, const char *path)
{
    if (cli->json)
        return cli_fail(cli, ERR_ALREADY_EXISTS);
    fputs("ingam: ", stderr);
    cli_put(stderr, path);
    fprintf(stderr, ": %s\n",
        cli_say(cli, "이미 있는 파일이에요. 덮어쓰려면 --yes를 붙여 주세요.",
            "there is such a file; --yes replaces it."));
    return CLI_FAILED;
}

/* Where it is and what it holds; the file itself is not said again. */
static int
print_export(struct cli *cli, const char *path)
{
    cJSON_DeleteItemFromObjectCaseSensitive(cli->result, "content");
    if (cli->json)
        return reply_text(cli->result, "path", path) == OK
                   ? cli_print_json(cli->result)
                   : cli_fail(cli, ERR_NO_MEMORY);
    printf("%s: ", cli_say(cli, "내보냈어요", "Exported"));
    cli_put(stdout, path);
    printf("\n%s\n",
        cli_flag(cli->result, "hasR")
            ? cli_say(cli, "본인확인에 쓰는 값도 들어 있어요.",
                  "The value for identity checks is in it.")
            : cli_say(cli, "이 인증서에는 본인확인에 쓰는 값이 없어요.",
                  "This certificate has no value for identity checks."));
    warn(cli);
    return cli_flush(cli);
}

int
word_export(struct cli *cli)
{
    const char **form = cli_given(cli, "form"), *path = cli->given.out;
    int status;
    enum err r;

    if (*form == NULL)
        *form = "npki";
    if (path == NULL)
        cli->given.out = ""; /* a name that is not known yet */
    else if (!cli->given.yes && terminal_is_there(path))
        return taken(cli, path);
    if ((status = cli_run(cli)) != CLI_DONE)
        return status;
    if (path == NULL)
        path = cli_text(cli->result, "name");
    if ((r = write_file(cli, path)) == ERR_ALREADY_EXISTS)
        return taken(cli, path);
    if (r != OK)
        return cli_usage(cli, r, "--to");
    return print_export(cli, path);
}

/* --- copy, passwd ---------------------------------------------------------- */

int
word_copy(struct cli *cli)
{
    int status = cli_run(cli);

    if (status != CLI_DONE)
        return status;
    status = print_done(cli, cli_say(cli, "복사했어요.", "Copied."));
    if (!cli->json)
        warn(cli);
    return status;
}

int
word_passwd(struct cli *cli)
{
    int status = cli_run(cli);

    if (status != CLI_DONE)
        return status;
    return print_done(
        cli, cli_say(cli,
                 "비밀번호를 바꿨어요. 다른 곳에 있는 복사본의 비밀번호는 "
                 "그대로예요.",
                 "The password is changed. Copies elsewhere keep theirs."));
}
