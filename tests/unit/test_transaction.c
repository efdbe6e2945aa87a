/* Transactions: canonical bytes (RFC 8785) of the restricted form, or not. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "cmd/transaction.h"

#define HANGUL "\xed\x95\x9c"     /* U+D55C */
#define HIGH   "\xee\x80\x80"     /* U+E000: after U+10000 in UTF-16 */
#define PAIR   "\xf0\x90\x80\x80" /* U+10000: D800 DC00 */
#define PAIR2  "\xf0\x90\x80\x81" /* U+10001: D800 DC01 */

static struct row {
    const char *name;
    const char *text;
    const char *problem; /* NULL: good */
} rows[] = {
    { "the least", "{\"type\":\"t\"}", NULL },
    { "a transfer",
        "{\"amount\":{\"currency\":\"KRW\",\"value\":\"1250000\"},"
        "\"expiry\":\"2026-11-24T15:00:00Z\",\"from\":{\"account\":\"1\","
        "\"bank\":\"" HANGUL "\"},\"memo\":\"\",\"type\":\"transfer\"}",
        NULL },
    { "whole numbers to both ends",
        "{\"a\":9007199254740991,\"b\":-9007199254740991,\"c\":0,"
        "\"type\":\"t\"}",
        NULL },
    { "booleans", "{\"a\":true,\"b\":false,\"type\":\"t\"}", NULL },
    { "every short escape",
        "{\"a\":\"\\\"\\\\\\b\\f\\n\\r\\t\",\"type\":\"t\"}", NULL },
    { "the other controls", "{\"a\":\"\\u0001\\u001f\x7f\",\"type\":\"t\"}",
        NULL },
    { "names in the order of UTF-16",
        "{\"a\":1,\"type\":\"t\",\"" PAIR "\":1,\"" PAIR2 "\":1,\"" HIGH
        "\":1}",
        NULL },
    { "a name that begins another", "{\"a\":1,\"aa\":1,\"type\":\"t\"}", NULL },
    { "an empty object within", "{\"from\":{},\"type\":\"t\"}", NULL },
    { "an amount with cents",
        "{\"amount\":{\"currency\":\"USD\",\"value\":\"0.05\"},"
        "\"type\":\"t\"}",
        NULL },

    { "nothing", "", "json" },
    { "no object", "\"t\"", "json" },
    { "cut short", "{\"type\":\"t\"", "json" },
    { "a member twice", "{\"type\":\"t\",\"type\":\"t\"}", "json" },
    { "U+0000", "{\"a\":\"\\u0000\",\"type\":\"t\"}", "json" },
    { "half of a pair", "{\"a\":\"\\ud800\",\"type\":\"t\"}", "json" },
    { "not UTF-8", "{\"a\":\"\xff\",\"type\":\"t\"}", "json" },
    { "above 2^53-1", "{\"a\":9007199254740992,\"type\":\"t\"}", "json" },
    { "minus zero", "{\"a\":-0,\"type\":\"t\"}", "json" },
    { "an array", "{\"a\":[1],\"type\":\"t\"}", "member" },
    { "null", "{\"a\":null,\"type\":\"t\"}", "member" },
    { "a fraction", "{\"a\":1.5,\"type\":\"t\"}", "member" },
    { "a negative fraction", "{\"a\":-1.5,\"type\":\"t\"}", "member" },
    { "an object in an object", "{\"a\":{\"b\":{}},\"type\":\"t\"}", "member" },
    { "a member without a name", "{\"\":1,\"type\":\"t\"}", "member" },
    { "no type", "{\"a\":1}", "type" },
    { "a type within only", "{\"a\":{\"type\":\"t\"}}", "type" },
    { "a type that is a number", "{\"type\":1}", "type" },
    { "an empty type", "{\"type\":\"\"}", "type" },
    { "a type in capitals", "{\"type\":\"T\"}", "type" },
    { "a type of 65",
        "{\"type\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaa\"}",
        "type" },
    { "an amount in a number", "{\"amount\":5,\"type\":\"t\"}", "amount" },
    { "an amount without a currency",
        "{\"amount\":{\"value\":\"1\"},\"type\":\"t\"}", "amount" },
    { "an amount with more",
        "{\"amount\":{\"currency\":\"KRW\",\"tax\":\"1\",\"value\":\"1\"},"
        "\"type\":\"t\"}",
        "amount" },
#define AMOUNT(currency, value)                                                \
    "{\"amount\":{\"currency\":\"" currency "\",\"value\":\"" value            \
    "\"},\"type\":\"t\"}"
    { "a currency of two", AMOUNT("KR", "1"), "amount" },
    { "a currency in small letters", AMOUNT("krw", "1"), "amount" },
    { "an empty amount", AMOUNT("KRW", ""), "amount" },
    { "a sign", AMOUNT("KRW", "-1"), "amount" },
    { "a leading zero", AMOUNT("KRW", "01"), "amount" },
    { "a point at the end", AMOUNT("KRW", "1."), "amount" },
    { "a point at the front", AMOUNT("KRW", ".5"), "amount" },
    { "two points", AMOUNT("KRW", "1.2.3"), "amount" },
    { "separators", AMOUNT("KRW", "1,000"), "amount" },
    { "an exponent", AMOUNT("KRW", "1e3"), "amount" },
    { "nineteen digits", AMOUNT("KRW", "1000000000000000000"), "amount" },
    { "nine decimals", AMOUNT("KRW", "1.000000001"), "amount" },
    { "a space", "{\"type\": \"t\"}", "canonical" },
    { "a line end after it", "{\"type\":\"t\"}\n", "canonical" },
    { "names out of order", "{\"type\":\"t\",\"a\":1}", "canonical" },
    { "names in the order of code points",
        "{\"type\":\"t\",\"" HIGH "\":1,\"" PAIR "\":1}", "canonical" },
    { "names within out of order",
        "{\"from\":{\"b\":1,\"a\":1},\"type\":\"t\"}", "canonical" },
    { "an escape that is not needed", "{\"a\":\"\\u0041\",\"type\":\"t\"}",
        "canonical" },
    { "an escaped slash", "{\"a\":\"\\/\",\"type\":\"t\"}", "canonical" },
    { "an escape in capitals", "{\"a\":\"\\u001F\",\"type\":\"t\"}",
        "canonical" },
    { "a number with an exponent", "{\"a\":1e3,\"type\":\"t\"}", "canonical" },
    { "a number with a point", "{\"a\":1.0,\"type\":\"t\"}", "canonical" },
};

static void
checks_row(void **state)
{
    const struct row *row = *state;
    struct buf bytes = { 0 };
    const char *problem = NULL;

    assert_int_equal(buf_put_text(&bytes, row->text), OK);
    assert_int_equal(transaction_check(&bytes, &problem),
        row->problem == NULL ? OK : ERR_INVALID_REQUEST);
    if (row->problem == NULL)
        assert_null(problem);
    else
        assert_string_equal(problem, row->problem);
    buf_free(&bytes);
}

/* Members and bytes at their bounds and one above. */
static void
bounds_hold(void **state)
{
    struct buf bytes = { 0 };
    const char *problem = NULL;
    char member[32];

    (void)state;
    assert_int_equal(buf_put_text(&bytes, "{"), OK);
    for (int i = 0; i < (int)TRANSACTION_MEMBERS_MAX - 1; i++) {
        (void)snprintf(member, sizeof(member), "\"a%02d\":0,", i);
        assert_int_equal(buf_put_text(&bytes, member), OK);
    }
    assert_int_equal(buf_put_text(&bytes, "\"type\":\"t\"}"), OK);
    assert_int_equal(transaction_check(&bytes, &problem), OK);
    bytes.len--;
    assert_int_equal(buf_put_text(&bytes, ",\"u\":0}"), OK);
    assert_int_equal(transaction_check(&bytes, &problem), ERR_INVALID_REQUEST);
    assert_string_equal(problem, "member");
    buf_free(&bytes);
    assert_int_equal(buf_extend(&bytes, TRANSACTION_MAX + 1), OK);
    assert_int_equal(transaction_check(&bytes, &problem), ERR_TOO_LARGE);
    buf_free(&bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(bounds_hold) };

    return RUN_ROWS("transaction", rows, checks_row) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
