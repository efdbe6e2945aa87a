/* The strict check in front of cJSON. Every input stands in a heap block of
 * exactly its size, without a NUL behind it (T047). */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/json.h"

static struct row {
    const char *name;
    const char *text;
    size_t len; /* 0: strlen */
    enum err want;
} rows[] = {
    { "an empty object", "{}", 0, OK },
    { "every kind of value",
        "{\"a\":[1,-2.5e3,true,false,null,\"\xed\x95\x9c\",{}]}", 0, OK },
    { "white space of the four kinds", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n", 0,
        OK },
    { "every escape", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}", 0, OK },
    { "a surrogate pair by escapes", "{\"a\":\"\\ud83d\\ude00\"}", 0, OK },
    { "the largest and the smallest integer",
        "{\"a\":[9007199254740991,-9007199254740991]}", 0, OK },
    { "zero in its forms", "{\"a\":[0,0.0,0e5,1e-5]}", 0, OK },
    { "T032 noncharacters and the last code point",
        "{\"a\":\"\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf\"}", 0, OK },
    { "one name in two objects", "{\"a\":{\"b\":1},\"b\":{\"a\":1}}", 0, OK },
    { "T023 bytes after the object", "{\"a\":1}xyz", 0, ERR_JSON_TRAILING },
    { "T023 a second object", "{\"a\":1}{\"a\":2}", 0, ERR_JSON_TRAILING },
    { "T023 a closing bracket too many", "{\"a\":1}}", 0, ERR_JSON_TRAILING },
    { "T024 a member twice", "{\"m\":1,\"m\":2}", 0, ERR_JSON_DUPLICATE },
    { "T024 a member twice, further in", "{\"a\":[{\"m\":1,\"n\":2,\"m\":3}]}",
        0, ERR_JSON_DUPLICATE },
    { "T024 a member twice, spelled with an escape",
        "{\"method\":1,\"m\\u0065thod\":2}", 0, ERR_JSON_DUPLICATE },
    { "T024 the empty member twice", "{\"\":1,\"\":2}", 0, ERR_JSON_DUPLICATE },
    { "T024 a member twice around an object", "{\"a\":{\"x\":1},\"a\":2}", 0,
        ERR_JSON_DUPLICATE },
    { "T026 U+0000 by escape in a value", "{\"a\":\"x\\u0000y\"}", 0,
        ERR_JSON_INVALID },
    { "T027 U+0000 by escape in a name", "{\"a\\u0000\":1}", 0,
        ERR_JSON_INVALID },
    { "T028 a raw NUL in a string", "{\"a\":\"x\0y\"}", 11, ERR_JSON_INVALID },
    { "T028 a raw NUL between tokens", "{\"a\":\0 1}", 9, ERR_JSON_INVALID },
    { "T028 a raw NUL at the end", "{\"a\":1}\0", 8, ERR_JSON_TRAILING },
    { "T029 a line end in a string", "{\"a\":\"x\ny\"}", 0, ERR_JSON_INVALID },
    { "T029 0x01 in a string", "{\"a\":\"\x01\"}", 0, ERR_JSON_INVALID },
    { "T029 0x1F in a name", "{\"\x1f\":1}", 0, ERR_JSON_INVALID },
    { "T029 a form feed as white space", "{\f\"a\":1}", 0, ERR_JSON_INVALID },
    { "T029 0x01 as white space", "{\"a\":\x01 1}", 0, ERR_JSON_INVALID },
    { "T029 a no-break space as white space", "{\xc2\xa0\"a\":1}", 0,
        ERR_JSON_INVALID },
    { "T030 C0 80", "{\"a\":\"\xc0\x80\"}", 0, ERR_JSON_UTF8 },
    { "T030 FF", "{\"a\":\"\xff\"}", 0, ERR_JSON_UTF8 },
    { "T030 F5 80 80 80", "{\"a\":\"\xf5\x80\x80\x80\"}", 0, ERR_JSON_UTF8 },
    { "T030 an encoded surrogate", "{\"a\":\"\xed\xa0\x80\"}", 0,
        ERR_JSON_UTF8 },
    { "T030 overlong E0 80 80", "{\"a\":\"\xe0\x80\x80\"}", 0, ERR_JSON_UTF8 },
    { "T030 a sequence cut by the end", "{\"a\":\"\xed\x95", 0, ERR_JSON_UTF8 },
    { "T030 a bad byte in a name", "{\"\xff\":1}", 0, ERR_JSON_UTF8 },
    { "T031 \\u without hex digits", "{\"a\":\"\\uZZZZ\"}", 0,
        ERR_JSON_INVALID },
    { "T031 \\u with three digits", "{\"a\":\"\\u12\"}", 0, ERR_JSON_INVALID },
    { "T031 \\u cut by the end", "{\"a\":\"\\u1", 0, ERR_JSON_INVALID },
    { "T031 \\u with a sign", "{\"a\":\"\\u+123\"}", 0, ERR_JSON_INVALID },
    { "T031 a high surrogate alone", "{\"a\":\"\\ud83d\"}", 0,
        ERR_JSON_INVALID },
    { "T031 a low surrogate alone", "{\"a\":\"\\ude00\"}", 0,
        ERR_JSON_INVALID },
    { "T031 a pair the wrong way round", "{\"a\":\"\\ude00\\ud83d\"}", 0,
        ERR_JSON_INVALID },
    { "T031 a high surrogate before a letter", "{\"a\":\"\\ud83dx\"}", 0,
        ERR_JSON_INVALID },
    { "T031 a high surrogate before another", "{\"a\":\"\\ud83d\\ud83d\"}", 0,
        ERR_JSON_INVALID },
    { "an unknown escape", "{\"a\":\"\\x41\"}", 0, ERR_JSON_INVALID },
    { "an escaped line end", "{\"a\":\"\\\n\"}", 0, ERR_JSON_INVALID },
    { "T033 1e999", "{\"a\":1e999}", 0, ERR_JSON_RANGE },
    { "T033 -1e999", "{\"a\":-1e999}", 0, ERR_JSON_RANGE },
    { "T034 2^53", "{\"a\":9007199254740992}", 0, ERR_JSON_RANGE },
    { "T034 2^53+1", "{\"a\":9007199254740993}", 0, ERR_JSON_RANGE },
    { "T034 -2^53", "{\"a\":-9007199254740992}", 0, ERR_JSON_RANGE },
    { "T035 -0", "{\"a\":-0}", 0, ERR_JSON_INVALID },
    { "T035 -0.0", "{\"a\":-0.0}", 0, ERR_JSON_INVALID },
    { "T035 01", "{\"a\":01}", 0, ERR_JSON_INVALID },
    { "T035 -01", "{\"a\":-01}", 0, ERR_JSON_INVALID },
    { "T035 1.", "{\"a\":1.}", 0, ERR_JSON_INVALID },
    { "T035 +1", "{\"a\":+1}", 0, ERR_JSON_INVALID },
    { "T035 .5", "{\"a\":.5}", 0, ERR_JSON_INVALID },
    { "T035 1e", "{\"a\":1e}", 0, ERR_JSON_INVALID },
    { "T035 1e+", "{\"a\":1e+}", 0, ERR_JSON_INVALID },
    { "T035 1e+-2", "{\"a\":1e+-2}", 0, ERR_JSON_INVALID },
    { "T035 -", "{\"a\":-}", 0, ERR_JSON_INVALID },
    { "T035 0x10", "{\"a\":0x10}", 0, ERR_JSON_INVALID },
    { "T035 NaN", "{\"a\":NaN}", 0, ERR_JSON_INVALID },
    { "T035 Infinity", "{\"a\":Infinity}", 0, ERR_JSON_INVALID },
    { "T035 -Infinity", "{\"a\":-Infinity}", 0, ERR_JSON_INVALID },
    { "T035 1_000", "{\"a\":1_000}", 0, ERR_JSON_INVALID },
    { "T037 a byte order mark", "\xef\xbb\xbf{\"a\":1}", 0, ERR_JSON_INVALID },
    { "T037 UTF-16, little end first", "{\0\"\0a\0\"\0:\0001\0}\0", 14,
        ERR_JSON_INVALID },
    { "T037 UTF-16 with a mark", "\xff\xfe{\0}\0", 6, ERR_JSON_UTF8 },
    { "T038 nothing", "", 0, ERR_JSON_INVALID },
    { "T038 white space only", " \n ", 0, ERR_JSON_INVALID },
    { "T038 an array", "[]", 0, ERR_MESSAGE_INVALID },
    { "T038 a string", "\"a\"", 0, ERR_MESSAGE_INVALID },
    { "T038 a number", "1", 0, ERR_MESSAGE_INVALID },
    { "T038 null", "null", 0, ERR_MESSAGE_INVALID },
    { "T038 true", "true", 0, ERR_MESSAGE_INVALID },
    { "a word in capitals", "{\"a\":True}", 0, ERR_JSON_INVALID },
    { "a word cut by the end", "{\"a\":tru", 0, ERR_JSON_INVALID },
    { "a word that goes on", "{\"a\":nullx}", 0, ERR_JSON_INVALID },
    { "a comma before the end of an object", "{\"a\":1,}", 0,
        ERR_JSON_INVALID },
    { "a comma before the end of an array", "{\"a\":[1,]}", 0,
        ERR_JSON_INVALID },
    { "a comma first", "{,\"a\":1}", 0, ERR_JSON_INVALID },
    { "two commas", "{\"a\":1,,\"b\":2}", 0, ERR_JSON_INVALID },
    { "no comma", "{\"a\":1 \"b\":2}", 0, ERR_JSON_INVALID },
    { "no colon", "{\"a\" 1}", 0, ERR_JSON_INVALID },
    { "no value", "{\"a\":}", 0, ERR_JSON_INVALID },
    { "a name without quotes", "{a:1}", 0, ERR_JSON_INVALID },
    { "single quotes", "{'a':1}", 0, ERR_JSON_INVALID },
    { "a number as a name", "{1:1}", 0, ERR_JSON_INVALID },
    { "a comment", "{/*x*/\"a\":1}", 0, ERR_JSON_INVALID },
    { "brackets that do not match", "{\"a\":[1}}", 0, ERR_JSON_INVALID },
    { "a member in an array", "{\"a\":[\"b\":1]}", 0, ERR_JSON_INVALID },
    { "an object left open", "{\"a\":1", 0, ERR_JSON_INVALID },
    { "a string left open", "{\"a", 0, ERR_JSON_INVALID },
};

static enum err
parse_exactly(const char *text, size_t len)
{
    char *exact = malloc(len == 0 ? 1 : len);
    cJSON *tree = NULL;
    enum err r;

    assert_non_null(exact);
    memcpy(exact, text, len);
    r = json_parse(exact, len, &tree);
    assert_int_equal(tree != NULL, r == OK);
    cJSON_Delete(tree);
    free(exact);
    return r;
}

static void
judges(void **state)
{
    const struct row *row = *state;
    size_t len = row->len != 0 ? row->len : strlen(row->text);

    assert_int_equal(parse_exactly(row->text, len), row->want);
}

/* T047: no prefix of any row is read past its end. */
static void
every_prefix_is_read_within_its_bounds(void **state)
{
    size_t i, len, n;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        len = rows[i].len != 0 ? rows[i].len : strlen(rows[i].text);
        for (n = 0; n < len; n++)
            (void)parse_exactly(rows[i].text, n);
    }
}

/* {"a": open^n close^n } */
static enum err
parse_nested(const char *open, const char *close, size_t n)
{
    size_t size = n * (strlen(open) + strlen(close)) + 16, i;
    char *text = calloc(1, size), *p = text;
    enum err r;

    assert_non_null(text);
    p += snprintf(p, size, "{\"a\":");
    for (i = 0; i < n; i++, p += strlen(open))
        memcpy(p, open, strlen(open));
    *p++ = '1';
    for (i = 0; i < n; i++, p += strlen(close))
        memcpy(p, close, strlen(close));
    *p++ = '}';
    r = parse_exactly(text, (size_t)(p - text));
    free(text);
    return r;
}

static void
T039_depth_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(parse_nested("[", "]", JSON_DEPTH_MAX - 1), OK);
    assert_int_equal(parse_nested("{\"a\":", "}", JSON_DEPTH_MAX - 1), OK);
    assert_int_equal(parse_nested("[", "]", JSON_DEPTH_MAX), ERR_JSON_TOO_DEEP);
    assert_int_equal(
        parse_nested("{\"a\":", "}", JSON_DEPTH_MAX), ERR_JSON_TOO_DEEP);
    assert_int_equal(parse_nested("[", "]", 1000), ERR_JSON_TOO_DEEP);
    assert_int_equal(parse_nested("[", "]", 500000), ERR_JSON_TOO_DEEP);
}

/* An object of n members, or an array of n elements. */
static enum err
parse_many(size_t n, const char *format, const char *before, const char *after)
{
    char *text = calloc(n + 2, 16), *p = text;
    enum err r;
    size_t i;

    assert_non_null(text);
    p += snprintf(p, 16, "%s", before);
    for (i = 0; i < n; i++) {
        if (i > 0)
            *p++ = ',';
        if (format == NULL)
            p += snprintf(p, 16, "\"%zu\":1", i);
        else
            p += snprintf(p, 16, "%s", format);
    }
    p += snprintf(p, 16, "%s", after);
    r = parse_exactly(text, (size_t)(p - text));
    free(text);
    return r;
}

static void
T040_members_are_counted(void **state)
{
    (void)state;
    assert_int_equal(parse_many(JSON_NODES_MAX, NULL, "{", "}"), OK);
    assert_int_equal(
        parse_many(JSON_NODES_MAX + 1, NULL, "{", "}"), ERR_JSON_TOO_MANY);
    assert_int_equal(parse_many(JSON_NODES_MAX - 1, "1", "{\"a\":[", "]}"), OK);
    assert_int_equal(
        parse_many(JSON_NODES_MAX, "1", "{\"a\":[", "]}"), ERR_JSON_TOO_MANY);
    assert_int_equal(
        parse_many(100000, "{}", "{\"a\":[", "]}"), ERR_JSON_TOO_MANY);
}

static void
T036_a_number_of_a_million_digits_is_out_of_range(void **state)
{
    size_t len = 1000000;
    char *text = malloc(len + 8);

    (void)state;
    assert_non_null(text);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '7', len);
    text[5 + len] = '}';
    assert_int_equal(parse_exactly(text, len + 6), ERR_JSON_RANGE);
    free(text);
}

static void
T041_long_empty_and_odd_names_are_json(void **state)
{
    size_t len = 64u << 10;
    char *text = malloc(len + 16);

    (void)state;
    assert_non_null(text);
    memcpy(text, "{\"", 2);
    memset(text + 2, 'n', len);
    memcpy(text + 2 + len, "\":1}", 4);
    assert_int_equal(parse_exactly(text, len + 6), OK);
    free(text);
    assert_int_equal(parse_exactly("{\"\":1,\"__proto__\":2}", 20), OK);
}

static void
values_arrive_unchanged(void **state)
{
    static const char text[] =
        "{\"s\":\"\\ud83d\\ude00\\u00e9\\n\",\"n\":-12.5,"
        "\"b\":true,\"o\":{\"z\":null}}";
    struct buf printed = { 0 };
    cJSON *tree = NULL;

    (void)state;
    assert_int_equal(json_parse(text, sizeof(text) - 1, &tree), OK);
    assert_string_equal(
        cJSON_GetObjectItemCaseSensitive(tree, "s")->valuestring,
        "\xf0\x9f\x98\x80\xc3\xa9\n");
    assert_int_equal(json_print(tree, &printed), OK);
    assert_string_equal(buf_text(&printed),
        "{\"s\":\"\xf0\x9f\x98\x80\xc3\xa9\\n\",\"n\":-12.5,\"b\":true,"
        "\"o\":{\"z\":null}}");
    buf_free(&printed);
    cJSON_Delete(tree);
}

/* Eight bytes are looked at at once: each byte in each place of a value. */
static void
every_byte_is_seen_in_every_place(void **state)
{
    char text[] = "{\"a\":\"0123456789abcdefghij\"}";
    size_t first = 6, last = sizeof(text) - 4;
    cJSON *tree = NULL;
    char was;

    (void)state;
    for (size_t at = first; at <= last; at++) {
        was = text[at];
        for (int byte = 0; byte < 256; byte++) {
            enum err want = byte >= 0x80                 ? ERR_JSON_UTF8
                            : byte < 0x20 || byte == '"' ? ERR_JSON_INVALID
                                                         : OK;

            if (byte == '\\')
                continue; /* what it means depends on what follows */
            text[at] = (char)byte;
            assert_int_equal(json_parse(text, sizeof(text) - 1, &tree), want);
            if (want == OK)
                assert_int_equal(
                    tree->child->valuestring[at - first], (char)byte);
            cJSON_Delete(tree);
            tree = NULL;
        }
        text[at] = was;
    }
}

/* A long text does not go through cJSON: wherever it stands, the tree is the
 * same. '@' stands for 5,000 characters, '%' for 4,096. */
static void
a_long_text_arrives_wherever_it_stands(void **state)
{
    static const char *const shapes[] = {
        "{\"a\":\"@\"}",
        "{\"a\":1,\"b\":{\"c\":[\"x\",\"@\",\"y\"],\"d\":\"z\"},\"e\":\"t\"}",
        "{\"a\":[[],{},[\"@\"]],\"b\":\"\"}",
        "{\"a\":\"%\",\"b\":\"@\",\"c\":\"@\",\"d\":\"%\"}",
        "{\"a\":\"x\\n@\",\"b\":\"%\"}",
        "{\"@\":\"%\",\"b\":true}",
        "{\"@\":{\"@\":\"short\"}}",
        "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[{\"f\":\"@\"}]}}}},\"z\":-1}",
    };
    struct buf text = { 0 }, want = { 0 }, again = { 0 };
    cJSON *tree = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        for (const char *p = shapes[i]; *p != '\0'; p++) {
            size_t many = *p == '@' ? 5000 : *p == '%' ? 4096 : 1;

            for (size_t n = 0; n < many; n++)
                assert_int_equal(
                    buf_put_byte(&text,
                        (uint8_t)(many == 1 ? *p : 'a' + (char)(n % 26))),
                    OK);
        }
        assert_int_equal(buf_set(&want, text.data, text.len), OK);
        assert_int_equal(json_parse_within(&text, &tree), OK);
        assert_int_equal(json_print(tree, &again), OK);
        assert_string_equal(buf_text(&again), buf_text(&want));
        cJSON_Delete(tree);
        buf_free(&text);
        buf_free(&want);
        buf_free(&again);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_read_within_its_bounds),
        cmocka_unit_test(T039_depth_is_bounded),
        cmocka_unit_test(T040_members_are_counted),
        cmocka_unit_test(T036_a_number_of_a_million_digits_is_out_of_range),
        cmocka_unit_test(T041_long_empty_and_odd_names_are_json),
        cmocka_unit_test(values_arrive_unchanged),
        cmocka_unit_test(every_byte_is_seen_in_every_place),
        cmocka_unit_test(a_long_text_arrives_wherever_it_stands),
    };

    return RUN_ROWS("json", rows, judges) +
           cmocka_run_group_tests_name("json bounds", tests, NULL, NULL);
}
