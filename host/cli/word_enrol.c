#include "cli/cli.h"

#include <string.h>

#define ANSWER_MAX 16u /* bytes of a yes or a no */

/* What still has to be done after a renewal. */
static void
print_renewal(const struct cli *cli, const cJSON *renewal)
{
    char date[CLI_DATE_SIZE];

    printf("%s %s (%.0f%s)\n",
        cli_say(cli, "옛 인증서의 만료일", "The old one would have ended"),
        cli_date(cli_text(renewal, "notAfter"), date),
        cli_number(renewal, "daysLeft"),
        cli_say(cli, "일 남았어요", " days left"));
    printf("%s\n%s\n",
        cli_say(cli, "휴대폰과 USB에는 새 인증서를 다시 복사해 주세요.",
            "Copy the new one to your phone and USB sticks again."),
        cli_say(cli, "다른 은행과 기관에는 다시 등록해야 할 수 있어요.",
            "Other banks and sites may need it registered again."));
}

static void
print_revoked(const struct cli *cli, const cJSON *revoked)
{
    printf("%s\n%s: ",
        cli_say(cli, "폐지했어요. 이제 이 인증서로는 서명할 수 없어요.",
            "Revoked. Nothing can be signed with it any more."),
        cli_say(cli, "일련번호", "Serial number"));
    cli_put(stdout, cli_text(revoked, "serial"));
    printf("\n%s\n",
        cli_say(cli,
            "예전 서명은 그대로 유효해요. 은행에 등록한 인증서는 새로 등록해 "
            "주세요.",
            "Signatures made before stay valid. Register a new one at your "
            "banks."));
}

/* What was done, to be printed and kept. */
static int
print_done(struct cli *cli)
{
    const cJSON *revoked = cli_member(cli->result, "revoked");
    const cJSON *renewal = cli_member(cli->result, "renewal");
    char at[CLI_DATE_SIZE];
    struct columns c = { 0 };
    const cJSON *item;
    enum err r = OK;

    if (revoked != NULL)
        print_revoked(cli, revoked);
    else
        printf("%s\n", cli_say(cli, "인증서를 저장했어요.", "Stored."));
    if (revoked == NULL)
        r = cli_add_certificate(
            cli, cli_member(cli->result, "certificate"), &c);
    if (r == OK)
        columns_print(&c, stdout);
    columns_free(&c);
    if (renewal != NULL)
        print_renewal(cli, renewal);
    if (*cli_text(cli->result, "recordedAt") != '\0')
        printf("%s %s\n", cli_say(cli, "기록한 때", "Recorded at"),
            cli_moment(cli_text(cli->result, "recordedAt"), at));
    cJSON_ArrayForEach(item, cli_member(cli->result, "caText"))
    {
        printf("%s: ", cli_say(cli, "인증기관이 보낸 글", "The CA says"));
        cli_put(stdout, cJSON_IsString(item) ? item->valuestring : "");
        fputc('\n', stdout);
    }
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

/* Nothing vouches for the subject: only the person can say who they are. */
static bool
is_the_person(struct cli *cli)
{
    struct buf answer = { 0 };
    bool yes = false;

    if (cli->terminal == NULL)
        return false;
    fputs(cli_say(cli, "받은 인증서의 주인: ", "The certificate is for: "),
        stderr);
    cli_put(stderr, cli_text(cli->result, "subject.dn"));
    fputc('\n', stderr);
    if (terminal_ask(cli->terminal,
            cli_say(cli, "본인이 맞나요? (예: y, 아니요: n) ",
                "Is that you? (y/n) "),
            ANSWER_MAX, &answer) == OK)
        yes = strcmp(buf_text(&answer), "y") == 0 ||
              strcmp(buf_text(&answer), "Y") == 0 ||
              strcmp(buf_text(&answer), "예") == 0 ||
              strcmp(buf_text(&answer), "yes") == 0;
    buf_free(&answer);
    return yes;
}

/* Go on with the pending enrolment, the subject confirmed. */
static int
confirm(struct cli *cli)
{
    const struct command *resume = command_find("enrol.resume");
    cJSON *params = cJSON_CreateObject();
    enum err r = ERR_INTERNAL;

    if (resume != NULL &&
        (r = reply_text(params, "pending", cli_text(cli->result, "pending"))) ==
            OK &&
        (r = reply_text(
             params, "password", cli_text(cli->params, "password"))) == OK &&
        (r = reply_flag(params, "confirmSubject", true)) == OK)
        r = cli_call(cli, resume, params);
    cJSON_Delete(params);
    if (r != OK)
        return cli_fail(cli, r);
    return cli->json ? cli_print_json(cli->result) : print_done(cli);
}

static int
conclude(struct cli *cli)
{
    bool open = strcmp(cli_text(cli->result, "state"), "confirm") == 0;

    if (open && is_the_person(cli))
        return confirm(cli);
    if (cli->json)
        return cli_print_json(cli->result);
    if (!open)
        return print_done(cli);
    fprintf(stderr, "%s\n  ingam resume %s --confirm-subject\n",
        cli_say(cli, "저장하지 않았어요. 본인의 것이 맞으면 이어서 하세요:",
            "Not stored yet. If it is yours, go on with:"),
        cli_text(cli->result, "pending"));
    return CLI_FAILED;
}

int
word_enrol(struct cli *cli)
{
    int status = cli_run(cli);

    return status == CLI_DONE ? conclude(cli) : status;
}

static const char *
kind_text(const struct cli *cli, const char *kind)
{
    if (strcmp(kind, "issue") == 0)
        return cli_say(cli, "발급", "issue");
    if (strcmp(kind, "renew") == 0)
        return cli_say(cli, "갱신", "renew");
    if (strcmp(kind, "revoke") == 0)
        return cli_say(cli, "폐지", "revoke");
    return cli_say(cli, "재발급", "reissue");
}

static void
print_part(const char *label, const char *text)
{
    if (*text == '\0')
        return;
    printf(", %s%s", label, *label == '\0' ? "" : " ");
    cli_put(stdout, text);
}

/* What to tell the CA's help desk about one of them. */
static void
print_help(const struct cli *cli, const cJSON *item)
{
    const char *lang = cli->korean ? "ko" : "en";
    char path[16], at[CLI_DATE_SIZE];

    printf("%s: ", cli_text(item, "id"));
    snprintf(path, sizeof(path), "title.%s", lang);
    cli_put(stdout, cli_text(item, path));
    snprintf(path, sizeof(path), "contact.%s", lang);
    print_part("", cli_text(item, path));
    print_part(cli_say(cli, "참조번호", "reference"),
        cli_text(item, "referenceNumber"));
    print_part(
        cli_say(cli, "거래", "transaction"), cli_text(item, "transaction"));
    print_part("", cli_moment(cli_text(item, "started"), at));
    fputc('\n', stdout);
}

/* Those of which the CA may know, and those that cannot be read. */
static void
print_advice(const struct cli *cli, const cJSON *pending, const cJSON *broken)
{
    const cJSON *item;
    bool told = false;

    cJSON_ArrayForEach(item, pending)
    {
        if (strcmp(cli_text(item, "sent"), "no") == 0)
            continue;
        if (!told)
            printf("\n%s\n",
                cli_say(cli, "인증기관에 물어볼 때(인가코드는 말하지 마세요):",
                    "When you ask the CA (never tell the code):"));
        told = true;
        print_help(cli, item);
    }
    cJSON_ArrayForEach(item, broken)
    {
        printf("%s: ", cli_say(cli, "읽을 수 없음", "Cannot be read"));
        cli_put(stdout, cli_text(item, "id"));
        fputc('\n', stdout);
    }
}

static int
list_pending(struct cli *cli)
{
    const char *cells[COLUMNS_MAX] = { "ID", cli_say(cli, "인증기관", "CA"),
        cli_say(cli, "종류", "KIND"), cli_say(cli, "참조번호", "REFERENCE"),
        cli_say(cli, "시작", "STARTED"), cli_say(cli, "단계", "STATE"),
        cli_say(cli, "보냄", "SENT"), NULL };
    char at[CLI_DATE_SIZE];
    struct columns c = { 0 };
    const cJSON *item, *list, *broken;
    enum err r;

    if (cli->json)
        return cli_print_json(cli->result);
    list = cli_member(cli->result, "pending");
    broken = cli_member(cli->result, "broken");
    if (cJSON_GetArraySize(list) + cJSON_GetArraySize(broken) == 0) {
        printf("%s\n", cli_say(cli, "끝내지 못한 발급이 없어요.",
                           "Nothing is unfinished."));
        return cli_flush(cli);
    }
    r = columns_add(&c, cells);
    cJSON_ArrayForEach(item, list)
    {
        cells[0] = cli_text(item, "id");
        cells[1] = cli_text(item, "ca");
        cells[2] = kind_text(cli, cli_text(item, "kind"));
        cells[3] = cli_text(item, "referenceNumber");
        cells[4] = cli_moment(cli_text(item, "started"), at);
        cells[5] = cli_text(item, "state");
        cells[6] = cli_text(item, "sent");
        if (r == OK)
            r = columns_add(&c, cells);
    }
    columns_print(&c, stdout);
    columns_free(&c);
    print_advice(cli, list, broken);
    return r == OK ? cli_flush(cli) : cli_fail(cli, r);
}

int
word_resume(struct cli *cli)
{
    const struct command *pending = command_find("enrol.pending");
    const struct param *row = cli->command->params;
    enum err r;

    for (int i = 0; row[i].name != NULL; i++)
        if (cli->given.values[i] != NULL)
            return word_enrol(cli);
    if (pending == NULL)
        return cli_fail(cli, ERR_INTERNAL);
    r = cli_call(cli, pending, NULL);
    return r == OK ? list_pending(cli) : cli_fail(cli, r);
}
