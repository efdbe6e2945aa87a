#include "cli/cli.h"

#include <string.h>

#include "pki/cert.h"

#define ID_SHOWN 8u    /* digits, more where they are not enough */
#define DAY      86400 /* seconds */
#define NUMBER   24    /* bytes of a number in text */

static const char *
state_text(const struct cli *cli, const char *state)
{
    static const struct cli_name rows[] = {
        { "valid", "정상", "valid" },
        { "expiring", "곧 만료", "expiring" },
        { "expired", "만료", "expired" },
        { "not_yet", "유효 전", "not valid yet" },
        { "revoked", "폐지", "revoked" },
        { "unknown", "모름", "unknown" },
    };

    return cli_name(cli, rows, sizeof(rows) / sizeof(*rows), state);
}

static const char *
days_left(const struct cli *cli, const cJSON *certificate, char *text)
{
    int64_t until = 0, now = clock_wall(&cli->host.clock);

    if (clock_parse(cli_text(certificate, "notAfter"), &until) != OK ||
        until < now)
        return "-";
    snprintf(text, NUMBER, "%lld", (long long)((until - now) / DAY));
    return text;
}

static const char *
usage_of(const struct cli *cli, const cJSON *certificate)
{
    const char *text = cli_text(
        certificate, cli->korean ? "policy.usage.ko" : "policy.usage.en");

    return *text != '\0' ? text : cli_say(cli, "용도 모름", "unknown use");
}

/* How many digits tell all certificates of the list apart. */
static size_t
digits_needed(const cJSON *list)
{
    const cJSON *a, *b;
    size_t digits = ID_SHOWN, n;

    cJSON_ArrayForEach(a, list)
    {
        for (b = a->next; b != NULL; b = b->next) {
            const char *x = cli_text(a, "id"), *y = cli_text(b, "id");

            for (n = 0; x[n] != '\0' && x[n] == y[n]; n++)
                continue;
            if (n >= digits && n < CERT_ID_LEN)
                digits = n + 1;
        }
    }
    return digits;
}

static enum err
add_certificate(
    const struct cli *cli, const cJSON *item, size_t digits, struct columns *c)
{
    char id[CERT_ID_LEN + 1], days[NUMBER], date[CLI_DATE_SIZE];
    const char *issuer = cli_text(item, "issuer.cn");
    const char *cells[COLUMNS_MAX] = { id, cli_text(item, "name"),
        usage_of(cli, item), *issuer != '\0' ? issuer : cli_text(item, "ca"),
        cli_date(cli_text(item, "notAfter"), date), days_left(cli, item, days),
        state_text(cli, cli_text(item, "state")),
        strcmp(cli_text(item, "location.medium"), "removable") == 0
            ? cli_text(item, "location.root")
            : NULL };

    snprintf(id, sizeof(id), "%.*s", (int)digits, cli_text(item, "id"));
    return columns_add(c, cells);
}

/* Folders that could not be read: said, never left out. */
static void
print_broken(const struct cli *cli, const cJSON *broken)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, broken)
    {
        fputs(
            cli_say(cli, "읽을 수 없는 폴더: ", "unreadable folder: "), stdout);
        cli_put(stdout, cli_text(item, "path"));
        printf(" (%s)\n", cli_text(item, "reason"));
    }
}

int
word_list(struct cli *cli)
{
    const char *head[COLUMNS_MAX] = { "ID", cli_say(cli, "이름", "NAME"),
        cli_say(cli, "용도", "USE"), cli_say(cli, "발급기관", "ISSUER"),
        cli_say(cli, "만료일", "EXPIRES"), cli_say(cli, "남은 날", "DAYS LEFT"),
        cli_say(cli, "상태", "STATE"), NULL };
    struct columns c = { 0 };
    const cJSON *list, *item;
    int status = cli_run(cli);
    enum err r = OK;

    if (status != CLI_DONE)
        return status;
    if (cli_member(cli->params, "limit") == NULL &&
        cli_member(cli->params, "offset") == NULL &&
        (r = cli_pages(cli, cli->command, cli->params, "certificates")) != OK)
        return cli_fail(cli, r);
    if (cli->json)
        return cli_print_json(cli->result);
    list = cli_member(cli->result, "certificates");
    if (cJSON_GetArraySize(list) == 0)
        printf("%s\n", cli_say(cli, "인증서가 없어요.", "No certificates."));
    else
        r = columns_add(&c, head);
    cJSON_ArrayForEach(item, list)
    {
        if (r == OK)
            r = add_certificate(cli, item, digits_needed(list), &c);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    print_broken(cli, cli_member(cli->result, "broken"));
    if (cli_flag(cli->result, "cut"))
        fprintf(stderr, "ingam: %s\n",
            cli_say(cli, "폴더에 든 것이 너무 많아서 일부만 읽었어요.",
                "too much lies in the folders; only a part was read"));
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

static enum err
add_line(struct columns *c, const char *name, const char *value)
{
    const char *cells[COLUMNS_MAX] = { name, value, NULL };

    return *value == '\0' ? OK : columns_add(c, cells);
}

static enum err
add_key_usage(const struct cli *cli, const cJSON *x, struct columns *c)
{
    struct buf text = { 0 };
    const cJSON *item;
    enum err r = OK;

    cJSON_ArrayForEach(item, cli_member(x, "keyUsage"))
    {
        if (r == OK && text.len > 0)
            r = buf_put_text(&text, ", ");
        if (r == OK && cJSON_IsString(item))
            r = buf_put_text(&text, item->valuestring);
    }
    if (r == OK)
        r = add_line(
            c, cli_say(cli, "열쇠 용도", "Key usage"), buf_text(&text));
    buf_free(&text);
    return r;
}

/* The lines about a certificate object that every word shows. */
enum err
cli_add_certificate(const struct cli *cli, const cJSON *x, struct columns *c)
{
    char date[CLI_DATE_SIZE], from[CLI_DATE_SIZE];
    enum err r;

    if ((r = add_line(c, cli_say(cli, "이름", "Name"), cli_text(x, "name"))) !=
            OK ||
        (r = add_line(c, cli_say(cli, "용도", "Use"), usage_of(cli, x))) !=
            OK ||
        (r = add_line(c, "DN", cli_text(x, "subject.dn"))) != OK ||
        (r = add_line(c, cli_say(cli, "발급기관", "Issuer"),
             cli_text(x, "issuer.dn"))) != OK ||
        (r = add_line(c, cli_say(cli, "일련번호", "Serial"),
             cli_text(x, "serial"))) != OK ||
        (r = add_line(c, cli_say(cli, "유효 시작", "Valid from"),
             cli_moment(cli_text(x, "notBefore"), from))) != OK ||
        (r = add_line(c, cli_say(cli, "만료", "Expires"),
             cli_moment(cli_text(x, "notAfter"), date))) != OK ||
        (r = add_line(c, cli_say(cli, "상태", "State"),
             state_text(cli, cli_text(x, "state")))) != OK ||
        (r = add_key_usage(cli, x, c)) != OK ||
        (r = add_line(c, cli_say(cli, "열쇠 파일 방식", "Key file"),
             cli_text(x, "keyScheme"))) != OK ||
        (r = add_line(c, cli_say(cli, "위치", "Place"),
             cli_text(x, "location.path"))) != OK)
        return r;
    return add_line(c, "ID", cli_text(x, "id"));
}

static enum err
add_details(const struct cli *cli, const cJSON *d, struct columns *c)
{
    char bits[NUMBER];
    enum err r;

    snprintf(bits, sizeof(bits), "%.0f", cli_number(d, "keyBits"));
    if ((r = add_line(c, cli_say(cli, "열쇠 길이", "Key bits"), bits)) != OK ||
        (r = add_line(c, cli_say(cli, "서명 방식", "Signed with"),
             cli_text(d, "signatureAlgorithm"))) != OK ||
        (r = add_line(c, cli_say(cli, "정책", "Policy"),
             cli_text(d, "policyOid"))) != OK ||
        (r = add_line(c, "OCSP", cli_text(d, "ocsp"))) != OK)
        return r;
    return add_line(c, "CRL", cli_text(d, "crl"));
}

int
word_show(struct cli *cli)
{
    struct columns c = { 0 };
    int status = cli_run(cli);
    enum err r;

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    r = cli_add_certificate(cli, cli_member(cli->result, "certificate"), &c);
    if (r == OK)
        r = add_details(cli, cli_member(cli->result, "details"), &c);
    if (r == OK)
        columns_print(&c, stdout);
    columns_free(&c);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

/* A definition is only what somebody wrote down until it was tried. */
static const char *
ca_state(const struct cli *cli, const cJSON *ca)
{
    bool verified = cli_flag(ca, "verified");

    if (cli_flag(ca, "enabled"))
        return verified ? cli_say(cli, "켜짐", "on")
                        : cli_say(cli, "켜짐(실제 확인 전)", "on, untried");
    if (!cli_flag(ca, "complete"))
        return cli_say(cli, "쓸 수 없음(정보 부족)", "off, incomplete");
    return verified ? cli_say(cli, "꺼짐", "off")
                    : cli_say(cli, "꺼짐(실제 확인 전)", "off, untried");
}

int
word_ca_switch(struct cli *cli)
{
    int status = cli_run(cli);

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    fputs(cli_flag(cli->result, "enabled") ? cli_say(cli, "켰어요: ", "On: ")
                                           : cli_say(cli, "껐어요: ", "Off: "),
        stdout);
    cli_put(stdout, cli_text(cli->result, "name"));
    putchar('\n');
    return cli_flush(cli);
}

int
word_ca(struct cli *cli)
{
    const char *cells[COLUMNS_MAX] = { cli_say(cli, "이름", "NAME"),
        cli_say(cli, "제목", "TITLE"), cli_say(cli, "상태", "STATE"),
        cli_say(cli, "출처", "SOURCE"), cli_say(cli, "연락처", "CONTACT"),
        NULL };
    struct columns c = { 0 };
    const cJSON *item;
    int status = cli_run(cli);
    enum err r;

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        return cli_print_json(cli->result);
    r = columns_add(&c, cells);
    cJSON_ArrayForEach(item, cli_member(cli->result, "cas"))
    {
        cells[0] = cli_text(item, "name");
        cells[1] = cli_text(item, cli->korean ? "title.ko" : "title.en");
        cells[2] = ca_state(cli, item);
        cells[3] = cli_text(item, "source");
        cells[4] = cli_text(item, cli->korean ? "contact.ko" : "contact.en");
        if (r == OK)
            r = columns_add(&c, cells);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}
