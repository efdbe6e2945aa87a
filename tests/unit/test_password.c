/* Rules for a new password: ux, section 4. */
#include "support.h"

#include <string.h>

#include "pki/p8.h"

static struct rule {
    const char *name, *password, *holder;
    const char *want; /* the broken rule; NULL: good */
} rules[] = {
    { "good", "Kx7#mvpQ2w", NULL, NULL },
    { "long and good", "correct-horse-battery-staple-9", NULL, NULL },
    { "64 characters",
        "aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$"
        "aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$",
        NULL, NULL },
    { "65 characters",
        "aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$"
        "aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$x",
        NULL, "length" },
    { "nine characters", "Kx7#mvpQ2", NULL, "length" },
    { "empty", "", NULL, "length" },
    { "no letter", "1234567890!", NULL, "letter" },
    { "no digit", "Kxy#mvpQwe", NULL, "digit" },
    { "no special", "Kx7mvpQ2we", NULL, "special" },
    { "a blank", "Kx7#mvp Q2w", NULL, "character" },
    { "a tab", "Kx7#mvp\tQ2w", NULL, "character" },
    { "a double quote", "Kx7#mvp\"Q2w", NULL, "character" },
    { "a single quote", "Kx7#mvp'Q2w", NULL, "character" },
    { "a backslash", "Kx7#mvp\\Q2w", NULL, "character" },
    { "a bar", "Kx7#mvp|Q2w", NULL, "character" },
    { "a delete", "Kx7#mvp\x7FQ2w", NULL, "character" },
    { "Hangul", "Kx7#비밀번호Q2w", NULL, "character" },
    { "password and a year", "Password2026!", NULL, "common" },
    { "password, cut up", "Pass!word!123", NULL, "common" },
    { "keyboard row", "Qwertyuiop1!", NULL, "common" },
    { "keyboard walk", "1q2w3e4r5t!@", NULL, "common" },
    { "digits before and behind", "2026!love!1234", NULL, "common" },
    { "Hangul typed in Latin keys", "dkssudgktpdy1!", NULL, "common" },
    { "one letter among digits", "a123456789!", NULL, "common" },
    { "a common word inside others", "xlovely9#zebra", NULL, NULL },
    { "holder's name in parts", "Gildong#2026k", "홍길동(Hong Gil Dong)",
        "name" },
    { "holder's family name", "xHong#2026kz", "홍길동(Hong Gildong)", "name" },
    { "holder's given name", "zzgildong#2026", "홍길동(Hong Gildong)", "name" },
    { "a name of two letters is no name", "xLi#2026kzqw", "이(Li)", NULL },
    { "a name in Hangul only", "Kx7#mvpQ2w", "홍길동", NULL },
    { "another's name", "xHong#2026kz", "김철수(Kim)", NULL },
};

static void
rule_row(void **state)
{
    const struct rule *row = *state;
    struct buf password = support_text(row->password);
    const char *rule = NULL;

    assert_int_equal(p8_password_check(&password, row->holder, &rule),
        row->want == NULL ? OK : ERR_PASSWORD_TOO_WEAK);
    if (row->want == NULL)
        assert_null(rule);
    else
        assert_string_equal(rule, row->want);
    buf_free(&password);
}

static void
a_nul_is_no_character(void **state)
{
    struct buf password = { 0 };
    const char *rule = NULL;

    (void)state;
    assert_int_equal(buf_put(&password, "Kx7#mvp\0Q2w", 11), OK);
    assert_int_equal(
        p8_password_check(&password, NULL, &rule), ERR_PASSWORD_TOO_WEAK);
    assert_string_equal(rule, "character");
    buf_free(&password);
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, rule_row, rules);
    support_test(&t, "a NUL is no character", a_nul_is_no_character);
    return support_run("password", &t, NULL, NULL);
}
