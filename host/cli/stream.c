/* Files that do not fit into a message: they are hashed piece by piece here,
 * and what is signed or verified is that digest. */
#include "cli/cli.h"

#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "cmd/sign_file.h"
#include "os/stream.h"
#include "pki/cms.h"
#include "pki/cms_verify.h"

#define PIECE (256u << 10) /* bytes; they stay in a processor's cache */

/* Was this word given for a parameter? */
static bool
is_given(struct cli *cli, const char *param, const char *word)
{
    const char **given = cli_given(cli, param);

    return given != NULL && *given != NULL && strcmp(*given, word) == 0;
}

static const struct param *
find_row(const struct command *command, const char *name)
{
    const struct param *row = command->params;

    while (row->name != NULL && strcmp(row->name, name) != 0)
        row++;
    return row->name == NULL ? NULL : row;
}

/* Does sign.finish know all that was asked for? Bytes are signed as they are,
 * so it needs no encoding. */
static bool
finish_can(struct cli *cli)
{
    const struct command *finish = command_find("sign.finish");
    const struct param *rows = cli->command->params;

    if (is_given(cli, "format", "cms") || is_given(cli, "encoding", "utf-8") ||
        is_given(cli, "encoding", "euc-kr"))
        return false;
    for (size_t i = 0; rows[i].name != NULL; i++)
        if (cli->given.values[i] != NULL &&
            find_row(finish, rows[i].name) == NULL &&
            strcmp(rows[i].name, "content") != 0 &&
            strcmp(rows[i].name, "encoding") != 0)
            return false;
    return true;
}

static const char *
content_of(struct cli *cli)
{
    const char **given = cli_given(cli, "content");

    return given == NULL || *given == NULL ? "-" : *given;
}

bool
cli_is_large(struct cli *cli)
{
    const char *path = content_of(cli);
    int64_t size;

    if (strcmp(cli->command->name, "verify.signature") == 0)
        return *cli_given(cli, "content") != NULL &&
               *cli_given(cli, "sha256") == NULL &&
               stream_size(path) > (int64_t)CMS_SIGNATURE_MAX;
    if (!finish_can(cli))
        return false;
    size = stream_size(path);
    if (size >= 0)
        return size > (int64_t)CMS_CONTENT_MAX;
    /* a pipe, where the result is the same either way */
    return is_given(cli, "encoding", "binary") &&
           (is_given(cli, "format", "cms-detached") ||
               is_given(cli, "format", "pkcs1"));
}

/* Bring a stream to its end. */
static enum err
bring(struct stream *stream, struct sign_file *file)
{
    uint8_t *piece = mem_alloc(PIECE);
    size_t got = 1;
    enum err r = piece == NULL ? ERR_NO_MEMORY : OK;

    while (r == OK && got > 0)
        if ((r = stream_read(stream, piece, PIECE, &got)) == OK)
            r = sign_file_add(file, piece, got);
    mem_free(piece);
    return r == OK ? sign_file_end(file) : r;
}

/* From here on the word's command is sign.finish, with what was given. */
static void
become_finish(struct cli *cli)
{
    const struct command *finish = command_find("sign.finish");
    struct cli_given given = {
        .out = cli->given.out, .yes = cli->given.yes, .hex = cli->given.hex
    };

    for (size_t i = 0; finish->params[i].name != NULL; i++) {
        const char **value = cli_given(cli, finish->params[i].name);

        given.values[i] = value == NULL ? NULL : *value;
    }
    cli->command = finish;
    cli->given = given;
}

int
cli_sign_large(struct cli *cli)
{
    const char *path = content_of(cli), *name = strrchr(path, '/');
    bool told = *cli_given(cli, "format") != NULL;
    struct sign_file *file = NULL;
    struct stream stream;
    int status;
    enum err r;

    if ((r = stream_open(path, &stream)) != OK)
        return cli_usage(cli, r, "--in");
    become_finish(cli);
    if ((status = cli_prepare(cli)) != CLI_DONE)
        goto out;
    name = name == NULL ? path : name + 1;
    if ((r = sign_file_new(&cli->host, name, SIGN_FILE_OPEN, &file)) != OK ||
        (r = bring(&stream, file)) != OK) {
        sign_file_free(file);
        status = cli_fail(cli, r);
        goto out;
    }
    kept_empty(&cli->kept);
    cli->kept = (struct kept){ &sign_file_kind, file };
    status = cli_perform(cli);
    if (status == CLI_DONE && !told)
        fprintf(stderr, "%s\n",
            cli_say(cli,
                "서명에 담기에는 큰 파일이에요. 파일과 서명을 함께 보관해 "
                "주세요.",
                "The file is too large to go into the signature: keep both."));
out:
    stream_close(&stream);
    return status;
}

int
cli_verify_large(struct cli *cli, char ret_sha256[static CLI_SHA256_SIZE])
{
    struct sign_file *file = NULL;
    struct buf hex = { 0 };
    struct stream stream;
    enum err r;

    if ((r = stream_open(content_of(cli), &stream)) != OK)
        return cli_usage(cli, r, "--content");
    if ((r = sign_file_new(&cli->host, "", SIGN_FILE_OPEN, &file)) == OK &&
        (r = bring(&stream, file)) == OK &&
        (r = hex_encode(file->sha256, DIGEST_LEN, &hex)) == OK) {
        memcpy(ret_sha256, buf_text(&hex), CLI_SHA256_SIZE);
        *cli_given(cli, "content") = NULL;
        *cli_given(cli, "sha256") = ret_sha256;
    }
    buf_free(&hex);
    sign_file_free(file);
    stream_close(&stream);
    return r == OK ? CLI_DONE : cli_fail(cli, r);
}
