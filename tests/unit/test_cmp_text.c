/* What a CA says in words, before a person sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pki/cmp_answer.h"
#include "support.h"

static struct row {
    const char *name;
    const char *text;
    const char *want;
} rows[] = {
    { "plain text stays", "Refused (17).", "Refused (17)." },
    { "Korean stays", "발급할 수 없습니다", "발급할 수 없습니다" },
    { "EUC-KR becomes readable", "\xb9\xdf\xb1\xde \xba\xd2\xb0\xa1",
        "발급 불가" },
    { "an emoji stays", "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
    { "markup is only text", "<b onclick=x>", "<b onclick=x>" },
    { "nothing stays nothing", "", "" },
    { "only blanks are nothing", " \t\r\n ", "" },
    { "blanks shrink and vanish at the ends", "  a \t\n b  ", "a b" },
    { "line breaks become blanks", "a\r\nb", "a b" },
    { "escape sequences lose their escape", "\x1b[31mred", "[31mred" },
    { "the C1 set goes",
        "a\xc2\x9b"
        "b",
        "a b" },
    { "DEL goes",
        "a\x7f"
        "b",
        "a b" },
    { "an override goes",
        "a\xe2\x80\xae"
        "b",
        "a b" },
    { "an isolate goes",
        "a\xe2\x81\xa6"
        "b",
        "a b" },
    { "direction marks go",
        "a\xe2\x80\x8f\xd8\x9c"
        "b",
        "a b" },
    { "a zero-width joiner goes",
        "a\xe2\x80\x8d"
        "b",
        "a b" },
    { "a byte order mark goes",
        "\xef\xbb\xbf"
        "a",
        "a" },
    { "a line separator goes",
        "a\xe2\x80\xa8"
        "b",
        "a b" },
    { "Hangul fillers go",
        "a\xe3\x85\xa4"
        "b",
        "a b" },
    { "tags go",
        "a\xf3\xa0\x81\x81"
        "b",
        "a b" },
    { "private characters go",
        "a\xee\x80\x80"
        "b",
        "a b" },
    { "a noncharacter goes",
        "a\xef\xbf\xbe"
        "b",
        "a b" },
    { "an overlong form is replaced", "a\xc0\x80!",
        "a\xef\xbf\xbd\xef\xbf\xbd!" },
    { "a surrogate is replaced", "\xed\xa0\x80!",
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!" },
    { "a sequence cut short is replaced", "a\xe2\x80",
        "a\xef\xbf\xbd\xef\xbf\xbd" },
};

static void
text_is_cleaned(void **state)
{
    const struct row *row = *state;
    struct buf out = { 0 };

    assert_int_equal(cmp_text_clean(row->text, strlen(row->text), &out), OK);
    assert_string_equal(buf_text(&out), row->want);
    buf_free(&out);
}

static void
a_nul_does_not_end_it(void **state)
{
    struct buf out = { 0 };

    (void)state;
    assert_int_equal(cmp_text_clean("a\0b", 3, &out), OK);
    assert_string_equal(buf_text(&out), "a b");
    buf_free(&out);
}

static void
length_is_bounded(void **state)
{
    char text[2 * CMP_TEXT_MAX];
    struct buf out = { 0 };

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_int_equal(cmp_text_clean(text, CMP_TEXT_MAX, &out), OK);
    assert_int_equal(out.len, CMP_TEXT_MAX);
    assert_int_equal(cmp_text_clean(text, CMP_TEXT_MAX + 1, &out), OK);
    assert_int_equal(out.len, CMP_TEXT_MAX);
    assert_int_equal(cmp_text_clean(text, sizeof(text), &out), OK);
    assert_int_equal(out.len, CMP_TEXT_MAX);
    buf_free(&out);
}

static void
names_of_bits_end_with_the_table(void **state)
{
    (void)state;
    assert_string_equal(cmp_fail_name(0), "badAlg");
    assert_string_equal(cmp_fail_name(26), "duplicateCertReq");
    assert_null(cmp_fail_name(27));
    assert_null(cmp_fail_name(1000));
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, text_is_cleaned, rows);
    support_test(&tests, "a NUL does not end it", a_nul_does_not_end_it);
    support_test(&tests, "its length is bounded", length_is_bounded);
    support_test(&tests, "names of bits", names_of_bits_end_with_the_table);
    return support_run("cmp text", &tests, NULL, NULL);
}
