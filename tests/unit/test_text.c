/* Text in bytes: what is converted, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pki/text.h"

#define BYTES(s) s, sizeof(s) - 1

static struct row {
    const char *name;
    enum text_encoding encoding;
    const char *in;
    size_t in_len;
    enum err want;
    const char *out; /* NULL: as it came in */
    size_t out_len;
} rows[] = {
    { "ASCII stays", TEXT_UTF8, BYTES("amount=1000\r\n\tto=kim"), OK, NULL, 0 },
    { "Hangul stays UTF-8", TEXT_UTF8, BYTES("\xea\xb0\x80"), OK, NULL, 0 },
    { "an emoji stays UTF-8", TEXT_UTF8, BYTES("\xf0\x9f\x98\x80"), OK, NULL,
        0 },
    { "nothing is text", TEXT_UTF8, BYTES(""), OK, "", 0 },
    { "the last code point", TEXT_UTF8, BYTES("\xf4\x8f\xbf\xbd"), OK, NULL,
        0 },
    { "U+0000", TEXT_UTF8, BYTES("a\0b"), ERR_CONTENT_NOT_DISPLAYABLE, NULL,
        0 },
    { "noncharacter U+FFFE", TEXT_UTF8, BYTES("\xef\xbf\xbe"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "noncharacter U+FDD0", TEXT_UTF8, BYTES("\xef\xb7\x90"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "noncharacter U+10FFFF", TEXT_UTF8, BYTES("\xf4\x8f\xbf\xbf"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "a surrogate", TEXT_UTF8, BYTES("\xed\xa0\x80"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "an overlong form", TEXT_UTF8, BYTES("\xc0\xaf"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "a sequence cut short", TEXT_UTF8, BYTES("\xea\xb0"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "EUC-KR bytes given as UTF-8", TEXT_UTF8, BYTES("\xb0\xa1"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "KS X 1001 Hangul", TEXT_EUC_KR, BYTES("\xea\xb0\x80"), OK,
        BYTES("\xb0\xa1") },
    { "CP949's own Hangul", TEXT_EUC_KR, BYTES("\xeb\xb7\x81"), OK,
        BYTES("\x94\xee") },
    { "the euro sign", TEXT_EUC_KR, BYTES("\xe2\x82\xac"), OK,
        BYTES("\xa2\xe6") },
    { "ASCII in EUC-KR, reverse solidus included", TEXT_EUC_KR, BYTES("a\\~"),
        OK, BYTES("a\\~") },
    { "nothing in EUC-KR", TEXT_EUC_KR, BYTES(""), OK, "", 0 },
    { "an emoji has no EUC-KR", TEXT_EUC_KR, BYTES("ok \xf0\x9f\x98\x80"),
        ERR_ENCODING_MISMATCH, NULL, 0 },
    { "the won sign has no EUC-KR", TEXT_EUC_KR, BYTES("\xe2\x82\xa9"),
        ERR_ENCODING_MISMATCH, NULL, 0 },
    { "an em dash is not approximated", TEXT_EUC_KR, BYTES("\xe2\x80\x94"),
        ERR_ENCODING_MISMATCH, NULL, 0 },
    { "decomposed Hangul has no EUC-KR", TEXT_EUC_KR,
        BYTES("\xe1\x84\x80\xe1\x85\xa1"), ERR_ENCODING_MISMATCH, NULL, 0 },
    { "a no-break space has no EUC-KR", TEXT_EUC_KR, BYTES("\xc2\xa0"),
        ERR_ENCODING_MISMATCH, NULL, 0 },
    { "broken UTF-8 for EUC-KR", TEXT_EUC_KR, BYTES("\xff"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "U+0000 for EUC-KR", TEXT_EUC_KR, BYTES("\0"),
        ERR_CONTENT_NOT_DISPLAYABLE, NULL, 0 },
    { "binary is anything", TEXT_BINARY, BYTES("\0\xff\xfe\x80"), OK, NULL, 0 },
};

static void
encodes(void **state)
{
    const struct row *row = *state;
    const char *want = row->out == NULL ? row->in : row->out;
    size_t len = row->out == NULL ? row->in_len : row->out_len;
    struct buf in = { 0 }, out = { 0 };

    assert_int_equal(buf_put(&in, row->in, row->in_len), OK);
    assert_int_equal(text_encode(row->encoding, &in, &out), row->want);
    if (row->want == OK) {
        assert_int_equal(out.len, len);
        assert_memory_equal(out.data, want, len);
    } else {
        assert_null(out.data);
    }
    buf_free(&in);
    buf_free(&out);
}

static void
every_syllable_comes_back(void **state)
{
    struct buf in = { 0 }, mid = { 0 }, out = { 0 };

    (void)state;
    for (uint32_t c = 0xac00; c <= 0xd7a3; c++) {
        assert_int_equal(buf_put_byte(&in, (uint8_t)(0xe0 | c >> 12)), OK);
        assert_int_equal(
            buf_put_byte(&in, (uint8_t)(0x80 | (c >> 6 & 0x3f))), OK);
        assert_int_equal(buf_put_byte(&in, (uint8_t)(0x80 | (c & 0x3f))), OK);
    }
    assert_int_equal(text_encode(TEXT_EUC_KR, &in, &mid), OK);
    assert_int_equal(mid.len, 2 * 11172);
    assert_int_equal(text_from_euc_kr(&mid, &out), OK);
    assert_int_equal(out.len, in.len);
    assert_memory_equal(out.data, in.data, in.len);
    buf_free(&in);
    buf_free(&mid);
    buf_free(&out);
}

static void
broken_euc_kr_is_refused(void **state)
{
    static const char *const broken[] = { "\xb0", "\xff\xff", "\xb0 ", "a\x80",
        "\xc9\xa1" };
    struct buf in = { 0 }, out = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        assert_int_equal(buf_set(&in, broken[i], strlen(broken[i])), OK);
        assert_int_equal(text_from_euc_kr(&in, &out), ERR_ENCODING_MISMATCH);
        assert_null(out.data);
    }
    buf_free(&in);
}

static void
names_are_exact(void **state)
{
    enum text_encoding e;

    (void)state;
    assert_int_equal(text_encoding_parse("utf-8", &e), OK);
    assert_int_equal(e, TEXT_UTF8);
    assert_int_equal(text_encoding_parse("euc-kr", &e), OK);
    assert_int_equal(e, TEXT_EUC_KR);
    assert_int_equal(text_encoding_parse("binary", &e), OK);
    assert_int_equal(e, TEXT_BINARY);
    assert_int_equal(text_encoding_parse("UTF-8", &e), ERR_PARAM_RANGE);
    assert_int_equal(text_encoding_parse("utf8", &e), ERR_PARAM_RANGE);
    assert_int_equal(text_encoding_parse("", &e), ERR_PARAM_RANGE);
    assert_int_equal(text_encoding_parse("cp949", &e), ERR_PARAM_RANGE);
}

int
main(void)
{
    enum { ROWS = sizeof(rows) / sizeof(*rows) };
    struct CMUnitTest tests[ROWS + 3];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] =
            (struct CMUnitTest){ rows[i].name, encodes, NULL, NULL, &rows[i] };
    tests[ROWS] =
        (struct CMUnitTest)cmocka_unit_test(every_syllable_comes_back);
    tests[ROWS + 1] =
        (struct CMUnitTest)cmocka_unit_test(broken_euc_kr_is_refused);
    tests[ROWS + 2] = (struct CMUnitTest)cmocka_unit_test(names_are_exact);
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
