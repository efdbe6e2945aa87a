#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "base/b64.h"
#include "base/hex.h"

#define CHECK_SIZE 64 /* bytes of a check's name, its signer and its end */

/* What was made: the signature, or the envelope around it. */
static const char *
made(const struct cli *cli)
{
    const char *envelope = "envelope";

    return *cli_text(cli->result, envelope) == '\0' ? "signature" : envelope;
}

/* A pipe gets the bytes, a terminal base64 on one line; both hex when asked. */
static int
deliver(struct cli *cli, const struct buf *bytes, const struct buf *hex)
{
    const struct buf *what = cli->given.hex ? hex : bytes;
    enum err r;

    if (cli->given.out != NULL) {
        r = terminal_write_file(cli->given.out, what);
        return r == OK ? CLI_DONE : cli_fail(cli, r);
    }
    if (cli->given.hex)
        printf("%s\n", buf_text(hex));
    else if (isatty(STDOUT_FILENO))
        printf("%s\n", cli_text(cli->result, made(cli)));
    else
        fwrite(what->data, 1, what->len, stdout);
    return cli_flush(cli);
}

static enum err
read_made(struct cli *cli, struct buf *ret_bytes, struct buf *ret_hex)
{
    const char *name = made(cli), *text = cli_text(cli->result, name);
    enum err r;

    if ((r = b64_decode(text, strlen(text), ret_bytes)) != OK ||
        (r = hex_encode(ret_bytes->data, ret_bytes->len, ret_hex)) != OK ||
        !cli->given.hex)
        return r;
    if (!cli->json)
        return OK;
    cJSON_DeleteItemFromObjectCaseSensitive(cli->result, name);
    return reply_text(cli->result, name, buf_text(ret_hex));
}

int
word_sign(struct cli *cli)
{
    struct buf bytes = { 0 }, hex = { 0 };
    int status = cli_is_large(cli) ? cli_sign_large(cli) : cli_run(cli);
    enum err r;

    if (status != CLI_DONE)
        return status;
    if ((r = read_made(cli, &bytes, &hex)) != OK)
        status = cli_fail(cli, r);
    else if (!cli->json || cli->given.out != NULL)
        status = deliver(cli, &bytes, &hex);
    if (status == CLI_DONE && cli->json)
        status = cli_print_json(cli->result);
    buf_free(&bytes);
    buf_free(&hex);
    return status;
}

static const char *
check_text(const struct cli *cli, const char *check)
{
    static const struct cli_name rows[] = {
        { "structure", "구조", "structure" },
        { "content", "내용", "content" },
        { "certificate", "서명자 인증서", "signer's certificate" },
        { "digest", "해시 방식", "digest" },
        { "attributes", "서명 속성", "signed attributes" },
        { "signature", "서명값", "signature" },
        { "key_usage", "열쇠 용도", "key usage" },
        { "validity", "유효기간", "validity" },
        { "chain", "발급 경로", "issuer" },
        { "identity", "본인 확인", "identity" },
        { "display", "보여 준 내용", "what was shown" },
        { "login", "로그인 토큰", "login token" },
        { "transaction", "거래 내용", "transaction" },
        { "vid", "본인 확인 값", "identity-check value" },
        { "revocation", "폐지 여부", "revocation" },
        { "timestamp", "타임스탬프", "time-stamp" },
    };

    return cli_name(cli, rows, sizeof(rows) / sizeof(*rows), check);
}

static const char *
say_ok(const struct cli *cli, const cJSON *item)
{
    return cli_flag(item, "ok") ? cli_say(cli, "맞음", "ok")
                                : cli_say(cli, "틀림", "BAD");
}

static int
count_signers(const struct cli *cli)
{
    return cJSON_GetArraySize(
        cJSON_GetObjectItemCaseSensitive(cli->result, "signers"));
}

/* Of several signers each check says whose it is: "signature (2)". */
static void
name_check(
    const struct cli *cli, const cJSON *item, char ret_name[static CHECK_SIZE])
{
    const char *name = check_text(cli, cli_text(item, "check"));

    if (cJSON_GetObjectItemCaseSensitive(item, "signer") != NULL &&
        count_signers(cli) > 1)
        (void)snprintf(ret_name, CHECK_SIZE, "%s (%.0f)", name,
            cli_number(item, "signer") + 1);
    else
        (void)snprintf(ret_name, CHECK_SIZE, "%s", name);
}

static enum err
add_checks(const struct cli *cli, struct columns *c)
{
    const cJSON *item, *list;
    char name[CHECK_SIZE];
    enum err r = OK;

    list = cJSON_GetObjectItemCaseSensitive(cli->result, "checks");
    cJSON_ArrayForEach(item, list)
    {
        const char *cells[COLUMNS_MAX] = { say_ok(cli, item), name,
            cli_text(item, "reason"), NULL };

        name_check(cli, item, name);
        if (r == OK)
            r = columns_add(c, cells);
    }
    return r;
}

static void
print_timestamp(const struct cli *cli, const cJSON *signer)
{
    char at[CLI_DATE_SIZE];

    if (*cli_text(signer, "timestamp.state") == '\0')
        return;
    printf("%s: ", strcmp(cli_text(signer, "timestamp.state"), "good") == 0
                       ? cli_say(cli, "타임스탬프", "Time-stamp")
                       : cli_say(cli, "타임스탬프(증명되지 않음)",
                             "Time-stamp (proves nothing)"));
    printf("%s ", cli_moment(cli_text(signer, "timestamp.time"), at));
    cli_put(stdout, cli_text(signer, "timestamp.tsa"));
    fputc('\n', stdout);
}

static void
print_signers(const struct cli *cli)
{
    char at[CLI_DATE_SIZE];
    const cJSON *item, *list;
    int n = 0, count = count_signers(cli);

    list = cJSON_GetObjectItemCaseSensitive(cli->result, "signers");
    cJSON_ArrayForEach(item, list)
    {
        fputs(cli_say(cli, "서명자", "Signer"), stdout);
        if (count > 1)
            printf(" %d (%s)", ++n, say_ok(cli, item));
        fputs(": ", stdout);
        cli_put(stdout, cli_text(item, "subject"));
        printf("\n%s: ", cli_say(cli, "발급기관", "Issuer"));
        cli_put(stdout, cli_text(item, "issuer"));
        fputc('\n', stdout);
        if (*cli_text(item, "signedAt") != '\0')
            printf("%s: %s\n",
                cli_say(cli, "서명한 때(서명자의 말)",
                    "Signed at (as the signer says)"),
                cli_moment(cli_text(item, "signedAt"), at));
        print_timestamp(cli, item);
    }
}

int
word_verify(struct cli *cli)
{
    struct columns c = { 0 };
    char sha256[CLI_SHA256_SIZE];
    int status = CLI_DONE;
    bool valid;
    enum err r;

    if (cli_is_large(cli))
        status = cli_verify_large(cli, sha256);
    if (status == CLI_DONE)
        status = cli_run(cli);
    if (status != CLI_DONE)
        return status;
    valid = cli_flag(cli->result, "valid");
    if (cli->json) {
        status = cli_print_json(cli->result);
        return status == CLI_DONE && !valid ? CLI_FAILED : status;
    }
    printf("%s\n", valid ? cli_say(cli, "올바른 서명이에요.", "Good signature.")
                         : cli_say(cli, "믿을 수 없는 서명이에요.",
                               "This signature is not to be trusted."));
    r = add_checks(cli, &c);
    columns_print(&c, stdout);
    columns_free(&c);
    print_signers(cli);
    if (r != OK)
        return cli_fail(cli, r);
    return cli_flush(cli) == CLI_DONE && valid ? CLI_DONE : CLI_FAILED;
}
