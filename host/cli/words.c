/* The words of `ingam`. Options, their kinds and bounds are the rows of the
 * command table; here stand only the names by which a person knows them. */
#include "cli/cli.h"

static const struct cli_option list_options[] = {
    { "removable", "all", 0 },
    { 0 },
};

static const struct cli_option enrol_options[] = {
    { "referenceNumber", "ref", 0 },
    { "authorizationCode", "auth", 0 },
    { "root", "to", 0 },
    { 0 },
};

static const struct cli_option renew_options[] = {
    { "root", "to", 0 },
    { 0 },
};

static const struct cli_option sign_options[] = {
    { "content", "in", OPTION_STDIN },
    { "attributes", "no-attributes", 0 },
    { 0 },
};

static const struct cli_option verify_options[] = {
    { "signature", "in", OPTION_STDIN | OPTION_ARMOR },
    { "certificate", "certificate", OPTION_ARMOR },
    { "trust", "trust", OPTION_FOLDER },
    { 0 },
};

/* Words that are no command of the host: their rows only say what they take. */
static const struct param history_rows[] = {
    { "verify", PARAM_BOOL, 0, 0, NULL,
        "Check that nothing was changed; names the first entry that was" },
    { "csv", PARAM_BOOL, 0, 0, NULL, "Print a table for other programs" },
    { 0 },
};
static const struct command history_command = { .params = history_rows };

static const struct param doctor_rows[] = {
    { "fix", PARAM_BOOL, 0, 0, NULL,
        "Register the host anew with the usual browsers first" },
    { 0 },
};
static const struct command doctor_command = { .params = doctor_rows };

static const struct param register_rows[] = {
    { "browser", PARAM_NAME, 32, 0, NULL,
        "One browser, as chromium, chrome or firefox; else the usual ones" },
    { "userDataDir", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "A browser's profile folder (Chromium and its kin)" },
    { "system", PARAM_BOOL, 0, 0, NULL, "For every user; needs root" },
    { 0 },
};
static const struct command register_command = { .params = register_rows };

static const struct param help_rows[] = {
    { "topic", PARAM_TEXT, 32, 0, NULL, "A word, or errors" },
    { 0 },
};
static const struct command help_command = { .params = help_rows };

const struct cli_word cli_words[] = {
    { .word = "list",
        .command = "store.list",
        .options = list_options,
        .run = word_list,
        .ko = "인증서 목록",
        .en = "List certificates" },
    { .word = "show",
        .command = "store.show",
        .operand = "certificate",
        .run = word_show,
        .ko = "인증서 하나를 자세히",
        .en = "Show one certificate" },
    { .word = "issue",
        .command = "enrol.issue",
        .options = enrol_options,
        .new_password = "password",
        .run = word_enrol,
        .ko = "새 인증서 발급",
        .en = "Get a first certificate with the codes of a bank or CA" },
    { .word = "reissue",
        .command = "enrol.reissue",
        .options = enrol_options,
        .new_password = "password",
        .run = word_enrol,
        .ko = "인증서 재발급",
        .en = "Have a certificate re-issued with the codes of a bank or CA" },
    { .word = "renew",
        .command = "enrol.renew",
        .operand = "certificate",
        .options = renew_options,
        .run = word_enrol,
        .ko = "곧 만료될 인증서 갱신",
        .en = "Renew a certificate that will expire soon" },
    { .word = "revoke",
        .command = "enrol.revoke",
        .operand = "certificate",
        .yes = true,
        .run = word_revoke,
        .ko = "인증서 폐지(되돌릴 수 없음)",
        .en = "Have a certificate revoked, for good" },
    { .word = "resume",
        .command = "enrol.resume",
        .operand = "pending",
        .run = word_resume,
        .ko = "끝내지 못한 발급을 잇기(이름 없이 쓰면 목록)",
        .en = "Finish an issue that was cut off; without a name list them" },
    { .word = "discard",
        .command = "enrol.discard",
        .operand = "pending",
        .run = word_discard,
        .ko = "끝내지 못한 발급을 그만두기",
        .en = "Give up an issue that was cut off; its key is kept aside" },
    { .word = "ca",
        .command = "ca.list",
        .run = word_ca,
        .ko = "인증기관 목록",
        .en = "List certification authorities" },
    { .word = "ca enable",
        .command = "ca.enable",
        .operand = "name",
        .run = word_ca_switch,
        .ko = "인증기관을 켬",
        .en = "Switch a certification authority on" },
    { .word = "ca disable",
        .command = "ca.disable",
        .operand = "name",
        .run = word_ca_switch,
        .ko = "인증기관을 끔",
        .en = "Switch a certification authority off" },
    { .word = "sign",
        .command = "sign.data",
        .operand = "certificate",
        .options = sign_options,
        .out = true,
        .run = word_sign,
        .ko = "파일이나 입력에 서명",
        .en = "Sign a file or what comes in" },
    { .word = "verify",
        .command = "verify.signature",
        .options = verify_options,
        .run = word_verify,
        .ko = "서명 검증",
        .en = "Verify a signature" },
    { .word = "history",
        .own = &history_command,
        .run = word_history,
        .ko = "한 일의 기록",
        .en = "What was done with certificates here" },
    { .word = "history clear",
        .command = "history.clear",
        .run = word_history_clear,
        .ko = "기록 지우기(지웠다는 기록은 남음)",
        .en = "Forget the history; that it was cleared stays" },
    { .word = "doctor",
        .own = &doctor_command,
        .run = word_doctor,
        .ko = "브라우저가 인감을 찾는지 진단",
        .en = "See whether browsers find Ingam" },
    { .word = "register",
        .own = &register_command,
        .run = word_register,
        .ko = "브라우저에 인감을 등록",
        .en = "Let browsers find Ingam" },
    { .word = "unregister",
        .own = &register_command,
        .run = word_register,
        .ko = "브라우저 등록을 없앰",
        .en = "Take that back" },
    { .word = "help",
        .own = &help_command,
        .operand = "topic",
        .run = word_help,
        .ko = "쓰는 법",
        .en = "How to use a word; also: help errors" },
    { 0 },
};
