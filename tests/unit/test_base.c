/* base: text forms, buffers, memory, the error table. */
#include "support.h"

#include <string.h>

#include "base/b64.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/utf8.h"

struct text_row {
    const char *name;
    const char *text;
    enum err want;
    const char *bytes;
    size_t len;
};

static struct text_row b64_rows[] = {
    { "base64: nothing is nothing", "", OK, "", 0 },
    { "base64: one byte", "Zg==", OK, "f", 1 },
    { "base64: two bytes", "Zm8=", OK, "fo", 2 },
    { "base64: three bytes", "Zm9v", OK, "foo", 3 },
    { "base64: all the odd characters", "+/+/", OK, "\xfb\xff\xbf", 3 },
    { "T043 base64: white space inside", "Zm 9v", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: a line end after it", "Zm9v\n", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: padding is missing", "Zg", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: padding is short", "Zg=", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: padding for nothing", "Zm9v====", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: only padding", "====", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: padding inside", "Zg==Zm9v", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: padding before the end", "Z=g=", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: bits under two pads", "Zh==", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: bits under one pad", "Zm9=", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: the URL alphabet", "-_-_", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: a foreign character", "Zm9*", ERR_PARAM_TYPE, "", 0 },
    { "T043 base64: a byte above 127", "Zm9\xc3", ERR_PARAM_TYPE, "", 0 },
};

static void
b64_reads(void **state)
{
    const struct text_row *row = *state;
    struct buf data = { 0 }, text = { 0 };

    assert_int_equal(
        b64_decode(row->text, strlen(row->text), &data), row->want);
    assert_int_equal(data.len, row->len);
    if (row->want == OK) {
        assert_memory_equal(buf_text(&data), row->bytes, row->len);
        assert_int_equal(b64_encode(row->bytes, row->len, &text), OK);
        assert_string_equal(buf_text(&text), row->text);
    }
    buf_free(&data);
    buf_free(&text);
}

/* Sixteen characters are decoded at once: each byte in each place of texts
 * below, at and above that. */
static void
b64_knows_every_byte_in_every_place(void **state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf data = { 0 };
    char text[37] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    (void)state;
    for (size_t len = 4; len <= 36; len += 4) {
        for (size_t at = 0; at < len; at++) {
            for (int byte = 1; byte < 256; byte++) {
                const char *in = strchr(alphabet, byte);
                bool good = in != NULL;

                if (byte == '=' && at == len - 1)
                    continue; /* that is padding */
                text[at] = (char)byte;
                assert_int_equal(
                    b64_decode(text, len, &data), good ? OK : ERR_PARAM_TYPE);
                assert_int_equal(data.len, good ? len / 4 * 3 : 0);
                for (size_t i = 0; i < data.len * 8; i += 6) {
                    uint32_t two = (uint32_t)data.data[i / 8] << 8;

                    if (i / 8 + 1 < data.len)
                        two |= data.data[i / 8 + 1];
                    assert_int_equal(two >> (10 - i % 8) & 63,
                        i / 6 == at ? in - alphabet : 0);
                }
                buf_free(&data);
            }
            text[at] = 'A';
        }
    }
}

static struct text_row hex_rows[] = {
    { "hex: nothing is nothing", "", OK, "", 0 },
    { "hex: every digit", "0123456789abcdef", OK,
        "\x01\x23\x45\x67\x89\xab\xcd\xef", 8 },
    { "hex: half a byte is refused", "abc", ERR_PARAM_TYPE, "", 0 },
    { "hex: upper case is refused", "AB", ERR_PARAM_TYPE, "", 0 },
    { "hex: a letter after f is refused", "ag", ERR_PARAM_TYPE, "", 0 },
    { "hex: a prefix is refused", "0x12", ERR_PARAM_TYPE, "", 0 },
    { "hex: white space is refused", "12 3", ERR_PARAM_TYPE, "", 0 },
};

static void
hex_reads(void **state)
{
    const struct text_row *row = *state;
    struct buf data = { 0 }, text = { 0 };

    assert_int_equal(
        hex_decode(row->text, strlen(row->text), &data), row->want);
    assert_int_equal(data.len, row->len);
    if (row->want == OK) {
        assert_memory_equal(buf_text(&data), row->bytes, row->len);
        assert_int_equal(hex_encode(row->bytes, row->len, &text), OK);
        assert_string_equal(buf_text(&text), row->text);
    }
    buf_free(&data);
    buf_free(&text);
}

static struct utf8_row {
    const char *name;
    const char *bytes;
    bool valid;
} utf8_rows[] = {
    { "utf8: ASCII", "abc", true },
    { "utf8: two, three and four bytes", "\xc3\xa9\xed\x95\x9c\xf0\x9f\x94\x8f",
        true },
    { "T032 utf8: the last code point", "\xf4\x8f\xbf\xbf", true },
    { "T032 utf8: a noncharacter", "\xef\xbf\xbf", true },
    { "T030 utf8: overlong NUL", "\xc0\x80", false },
    { "T030 utf8: overlong slash", "\xc1\xaf", false },
    { "T030 utf8: overlong in three bytes", "\xe0\x80\x80", false },
    { "T030 utf8: overlong in four bytes", "\xf0\x80\x80\x80", false },
    { "T030 utf8: a surrogate", "\xed\xa0\x80", false },
    { "T030 utf8: beyond the last code point", "\xf4\x90\x80\x80", false },
    { "T030 utf8: a lead byte that leads nowhere", "\xf5\x80\x80\x80", false },
    { "T030 utf8: FF", "\xff", false },
    { "T030 utf8: a tail without a lead", "\x80", false },
    { "T030 utf8: cut after one of two", "\xc3", false },
    { "T030 utf8: cut after two of three", "\xed\x95", false },
    { "T030 utf8: cut after three of four", "\xf0\x9f\x94", false },
    { "T030 utf8: a lead inside a sequence", "\xe1\xc3\xa9", false },
};

static void
utf8_judges(void **state)
{
    const struct utf8_row *row = *state;

    assert_int_equal(utf8_valid(row->bytes, strlen(row->bytes)), row->valid);
}

static struct compose_row {
    const char *name, *text, *want;
} compose_rows[] = {
    { "compose: nothing", "", "" },
    { "compose: Latin letters stay", "Hong Gil-dong", "Hong Gil-dong" },
    { "compose: syllables stay", "홍길동", "홍길동" },
    { "compose: two letters", "\u1100\u1161", "가" },
    { "compose: three letters", "\u1112\u1169\u11BC", "홍" },
    { "compose: the last syllable", "\u1112\u1175\u11C2", "힣" },
    { "compose: a syllable and its last letter", "\uD638\u11BC", "홍" },
    { "compose: a whole syllable takes no more", "홍\u11BC", "홍\u11BC" },
    { "compose: a leading letter alone", "\u1112", "\u1112" },
    { "compose: a vowel alone", "\u1169", "\u1169" },
    { "compose: letters of old Hangul stay", "\u1113\u1161", "\u1113\u1161" },
    { "compose: what stands before the last letters", "\uAC00\u11A7",
        "\uAC00\u11A7" },
    { "compose: two, three and four bytes", "é한🔏", "é한🔏" },
    { "compose: what is not UTF-8",
        "a\x80"
        "b",
        "a\uFFFD"
        "b" },
};

static void
utf8_composes(void **state)
{
    const struct compose_row *row = *state;
    struct buf out = { 0 };

    assert_int_equal(utf8_compose(&out, row->text), OK);
    assert_string_equal(buf_text(&out), row->want);
    buf_free(&out);
}

static void
what_is_no_code_point_is_replaced(void **state)
{
    static const uint32_t none[] = { 0xD800, 0xDFFF, 0x110000, UTF8_BAD };
    struct buf out = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_int_equal(utf8_put(&out, none[i]), OK);
        assert_string_equal(buf_text(&out), "\uFFFD");
        buf_free(&out);
    }
}

static void
buffer_grows_and_keeps(void **state)
{
    struct buf b = { 0 };
    int i;

    (void)state;
    assert_string_equal(buf_text(&b), "");
    for (i = 0; i < 1000; i++)
        assert_int_equal(buf_put_byte(&b, (uint8_t)('a' + i % 26)), OK);
    assert_int_equal(b.len, 1000);
    assert_int_equal(b.data[999], 'a' + 999 % 26);
    assert_int_equal(b.data[b.len], 0);
    buf_free(&b);
    assert_null(b.data);
}

static void
buffer_refuses_to_pass_its_bound(void **state)
{
    struct buf b = { 0 };

    (void)state;
    assert_int_equal(buf_put_text(&b, "x"), OK);
    assert_int_equal(buf_extend(&b, BUF_MAX), ERR_TOO_LARGE);
    assert_null(b.data);
    assert_int_equal(b.len, 0);
}

static void
buffer_moves_and_leaves_nothing(void **state)
{
    struct buf a = { 0 }, b = { 0 };

    (void)state;
    assert_int_equal(buf_put_text(&a, "kept"), OK);
    assert_int_equal(buf_put_text(&b, "lost"), OK);
    buf_move(&b, &a);
    assert_string_equal(buf_text(&b), "kept");
    assert_null(a.data);
    assert_int_equal(buf_set(&b, b.data, 2), OK);
    assert_string_equal(buf_text(&b), "ke");
    buf_free(&b);
}

static void
memory_is_zeroed_and_bounded(void **state)
{
    unsigned char *p = mem_alloc(64);
    int i;

    (void)state;
    assert_non_null(p);
    for (i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    mem_free(p);
    assert_null(mem_alloc(0));
    assert_null(mem_alloc((size_t)MEM_MAX + 1));
    assert_null(mem_strdup(NULL));
    mem_free(NULL);
}

static void
comparison_sees_every_byte(void **state)
{
    (void)state;
    assert_int_equal(mem_compare("same", "same", 4), 0);
    assert_int_not_equal(mem_compare("same", "samf", 4), 0);
    assert_int_not_equal(mem_compare("same", "tame", 4), 0);
}

static void
every_error_is_a_whole_row(void **state)
{
    const char *reason;
    size_t i, j;

    (void)state;
    for (i = OK + 1; i < ERR_COUNT; i++) {
        reason = err_reason((enum err)i);
        assert_int_not_equal(err_code((enum err)i), 0);
        assert_true(strlen(err_message((enum err)i)) >= 10);
        assert_int_equal(
            strspn(reason, "abcdefghijklmnopqrstuvwxyz_8"), strlen(reason));
        for (j = OK + 1; j < i; j++)
            assert_string_not_equal(reason, err_reason((enum err)j));
    }
}

static void
codes_above_zero_are_used_once(void **state)
{
    size_t i, j;

    (void)state;
    for (i = OK + 1; i < ERR_COUNT; i++)
        for (j = OK + 1; j < i; j++)
            assert_true(err_code((enum err)i) < 0 ||
                        err_code((enum err)i) != err_code((enum err)j));
}

static void
a_stray_value_is_an_internal_error(void **state)
{
    (void)state;
    assert_string_equal(err_reason(OK), "internal");
    assert_string_equal(err_reason(ERR_COUNT), "internal");
    assert_int_equal(err_code((enum err)100000), 9001);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_grows_and_keeps),
        cmocka_unit_test(buffer_refuses_to_pass_its_bound),
        cmocka_unit_test(buffer_moves_and_leaves_nothing),
        cmocka_unit_test(memory_is_zeroed_and_bounded),
        cmocka_unit_test(comparison_sees_every_byte),
        cmocka_unit_test(every_error_is_a_whole_row),
        cmocka_unit_test(codes_above_zero_are_used_once),
        cmocka_unit_test(a_stray_value_is_an_internal_error),
        cmocka_unit_test(what_is_no_code_point_is_replaced),
        cmocka_unit_test(b64_knows_every_byte_in_every_place),
    };

    return RUN_ROWS("base64", b64_rows, b64_reads) +
           RUN_ROWS("hex", hex_rows, hex_reads) +
           RUN_ROWS("utf8", utf8_rows, utf8_judges) +
           RUN_ROWS("compose", compose_rows, utf8_composes) +
           cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
