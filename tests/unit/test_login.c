/* What a login token says, against what a site expects. */
#include "support.h"

#include "cmd/verify_login.h"

#define AT 1795521600 /* 2026-11-24T12:00:00Z */

#define TOKEN(issued, expires, nonce, origin, type)                            \
    "{\"expires\":\"2026-11-24T" expires "Z\",\"issued\":\"2026-11-24T" issued \
    "Z\",\"nonce\":\"" nonce "\",\"origin\":\"" origin "\",\"type\":\"" type   \
    "\"}"
#define GOOD TOKEN("12:00:00", "12:05:00", "n", "https://bank.example", "login")

static struct row {
    const char *name;
    const char *token;
    int64_t after;      /* seconds after AT */
    const char *reason; /* NULL: good */
} rows[] = {
    { "at once", GOOD, 0, NULL },
    { "a minute before", GOOD, -60, NULL },
    { "six minutes after", GOOD, 360, NULL },
    { "more than a minute before", GOOD, -61, "token_not_yet_valid" },
    { "more than six minutes after", GOOD, 361, "token_expired" },
    { "another origin",
        TOKEN("12:00:00", "12:05:00", "n", "https://bank.example:1", "login"),
        0, "origin_differs" },
    { "another nonce",
        TOKEN("12:00:00", "12:05:00", "m", "https://bank.example", "login"), 0,
        "nonce_differs" },
    { "another type",
        TOKEN("12:00:00", "12:05:00", "n", "https://bank.example", "transfer"),
        0, "token_malformed" },
    { "R's envelope",
        TOKEN("12:00:00", "12:05:00", "n", "https://bank.example", "login-r"),
        0, "token_malformed" },
    { "a longer life",
        TOKEN("12:00:00", "12:05:01", "n", "https://bank.example", "login"), 0,
        "token_malformed" },
    { "no life",
        TOKEN("12:00:00", "12:00:00", "n", "https://bank.example", "login"), 0,
        "token_malformed" },
    { "an end before the beginning",
        TOKEN("12:00:00", "11:59:59", "n", "https://bank.example", "login"), 0,
        "token_malformed" },
    { "no time of day",
        TOKEN("12:00", "12:05:00", "n", "https://bank.example", "login"), 0,
        "token_malformed" },
    { "a member more",
        "{\"a\":1,\"expires\":\"2026-11-24T12:05:00Z\",\"issued\":"
        "\"2026-11-24T12:00:00Z\",\"nonce\":\"n\",\"origin\":"
        "\"https://bank.example\",\"type\":\"login\"}",
        0, "token_malformed" },
    { "white space",
        "{ \"expires\":\"2026-11-24T12:05:00Z\",\"issued\":"
        "\"2026-11-24T12:00:00Z\",\"nonce\":\"n\",\"origin\":"
        "\"https://bank.example\",\"type\":\"login\"}",
        0, "token_malformed" },
    { "another order",
        "{\"issued\":\"2026-11-24T12:00:00Z\",\"expires\":"
        "\"2026-11-24T12:05:00Z\",\"nonce\":\"n\",\"origin\":"
        "\"https://bank.example\",\"type\":\"login\"}",
        0, "token_malformed" },
    { "a member less",
        "{\"expires\":\"2026-11-24T12:05:00Z\",\"issued\":"
        "\"2026-11-24T12:00:00Z\",\"nonce\":\"n\",\"type\":\"login\"}",
        0, "token_malformed" },
    { "a nonce that is a number",
        "{\"expires\":\"2026-11-24T12:05:00Z\",\"issued\":"
        "\"2026-11-24T12:00:00Z\",\"nonce\":1,\"origin\":"
        "\"https://bank.example\",\"type\":\"login\"}",
        0, "token_malformed" },
    { "text", "hello", 0, "token_malformed" },
    { "nothing", "", 0, "token_malformed" },
};

static void
checks_row(void **state)
{
    const struct row *row = *state;
    const char *reason = NULL;
    struct buf token = { 0 };

    assert_int_equal(buf_put_text(&token, row->token), OK);
    assert_int_equal(verify_login(&token, "https://bank.example", "n",
                         AT + row->after, &reason),
        OK);
    if (row->reason == NULL)
        assert_null(reason);
    else
        assert_string_equal(reason, row->reason);
    buf_free(&token);
}

int
main(void)
{
    return RUN_ROWS("login", rows, checks_row);
}
