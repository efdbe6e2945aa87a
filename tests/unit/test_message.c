/* JSON-RPC shapes and web origins. */
#include "support.h"

#include <string.h>

#include "cmd/json.h"
#include "wire/message.h"
#include "wire/origin.h"

static struct row {
    const char *name;
    const char *text;
    enum err want;
    double id;
} rows[] = {
    { "a request", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}", OK, 1 },
    { "a request with params",
        "{\"params\":{},\"method\":\"m\",\"id\":2,\"jsonrpc\":\"2.0\"}", OK,
        2 },
    { "the largest id",
        "{\"jsonrpc\":\"2.0\",\"id\":2147483647,\"method\":\"m\"}", OK,
        2147483647 },
    { "cancel",
        "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":7}}", OK,
        7 },
    { "T055 no jsonrpc", "{\"id\":3,\"method\":\"m\"}", ERR_VERSION_UNSUPPORTED,
        3 },
    { "T055 jsonrpc 1.0", "{\"jsonrpc\":\"1.0\",\"id\":3,\"method\":\"m\"}",
        ERR_VERSION_UNSUPPORTED, 3 },
    { "T055 jsonrpc as a number", "{\"jsonrpc\":2.0,\"id\":3,\"method\":\"m\"}",
        ERR_VERSION_UNSUPPORTED, 3 },
    { "T055 jsonrpc with a space",
        "{\"jsonrpc\":\"2.0 \",\"id\":3,\"method\":\"m\"}",
        ERR_VERSION_UNSUPPORTED, 3 },
    { "T058 no id", "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}", ERR_ID_INVALID,
        0 },
    { "T058 an id of null",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"}", ERR_ID_INVALID,
        0 },
    { "T058 an id of 0", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"m\"}",
        ERR_ID_INVALID, 0 },
    { "T058 a negative id", "{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"m\"}",
        ERR_ID_INVALID, 0 },
    { "T058 an id above the largest",
        "{\"jsonrpc\":\"2.0\",\"id\":2147483648,\"method\":\"m\"}",
        ERR_ID_INVALID, 0 },
    { "T058 a fraction as id",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"}", ERR_ID_INVALID,
        0 },
    { "T058 a text as id",
        "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"m\"}", ERR_ID_INVALID,
        0 },
    { "T025 a member in another case",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"Method\":\"m\",\"method\":\"m\"}",
        ERR_MESSAGE_INVALID, 4 },
    { "T041 an unknown member",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\",\"__proto__\":{}}",
        ERR_MESSAGE_INVALID, 4 },
    { "T041 an empty member",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\",\"\":1}",
        ERR_MESSAGE_INVALID, 4 },
    { "T056 a member of another time",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"command\":\"m\"}", ERR_MESSAGE_INVALID,
        4 },
    { "no method", "{\"jsonrpc\":\"2.0\",\"id\":4}", ERR_MESSAGE_INVALID, 4 },
    { "a method that is no text", "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":1}",
        ERR_MESSAGE_INVALID, 4 },
    { "params that are an array",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\",\"params\":[]}",
        ERR_MESSAGE_INVALID, 4 },
    { "params that are null",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\",\"params\":null}",
        ERR_MESSAGE_INVALID, 4 },
    { "an answer instead of a request",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}", ERR_MESSAGE_INVALID,
        4 },
    { "T038 an empty object", "{}", ERR_MESSAGE_INVALID, 0 },
    { "a batch", "[{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\"}]",
        ERR_MESSAGE_INVALID, 0 },
    { "cancel without params", "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\"}",
        ERR_PARAM_MISSING, 0 },
    { "cancel of a text",
        "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":\"7\"}}",
        ERR_PARAM_TYPE, 0 },
    { "cancel with more",
        "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":7,"
        "\"x\":1}}",
        ERR_PARAM_UNKNOWN, 0 },
    { "another notification",
        "{\"jsonrpc\":\"2.0\",\"method\":\"progress\",\"params\":{}}",
        ERR_ID_INVALID, 0 },
};

static void
judges(void **state)
{
    const struct row *row = *state;
    struct message message;
    struct buf body = { 0 };

    assert_int_equal(buf_put_text(&body, row->text), OK);
    assert_int_equal(message_parse(&body, &message), row->want);
    assert_null(body.data);
    assert_true(message.id == row->id);
    if (row->want != OK)
        assert_null(message.method);
    message_free(&message);
    buf_free(&body);
}

/* The longest text of a message stays in its frame, whatever it is. */
static void
a_long_text_lives_as_long_as_its_message(void **state)
{
    static const struct {
        const char *before, *after;
        enum err want;
    } shapes[] = {
        { "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"m\",\"params\":{"
          "\"p\":\"",
            "\",\"q\":\"y\"}}", OK },
        { "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"", "\"}", OK },
        { "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"", "\",\"x\":1}",
            ERR_MESSAGE_INVALID },
        { "{\"jsonrpc\":\"2.0\",\"id\":4,\"params\":{\"p\":\"", "\"}}",
            ERR_MESSAGE_INVALID },
        { "[\"", "\"]", ERR_MESSAGE_INVALID },
        { "{\"p\":\"", "\"", ERR_JSON_INVALID },
    };
    char text[5001];
    struct message message;
    struct buf body = { 0 };

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        assert_int_equal(buf_put_text(&body, shapes[i].before), OK);
        assert_int_equal(buf_put_text(&body, text), OK);
        assert_int_equal(buf_put_text(&body, shapes[i].after), OK);
        assert_int_equal(message_parse(&body, &message), shapes[i].want);
        assert_null(body.data);
        if (message.params != NULL)
            assert_string_equal(
                cJSON_GetObjectItem(message.params, "p")->valuestring, text);
        else if (message.method != NULL)
            assert_string_equal(message.method, text);
        message_free(&message);
    }
}

static void
an_error_carries_reason_and_detail(void **state)
{
    cJSON *detail = cJSON_CreateObject();
    struct buf body = { 0 };

    (void)state;
    assert_non_null(cJSON_AddStringToObject(detail, "sent", "no"));
    assert_int_equal(message_error(7, ERR_PASSWORD_WRONG, detail, &body), OK);
    assert_string_equal(buf_text(&body),
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":2001,\"message\":"
        "\"The password is wrong or the key file is damaged.\",\"data\":{"
        "\"reason\":\"password_wrong\",\"retryable\":true,\"sent\":\"no\"}}}");
    buf_free(&body);
    assert_int_equal(message_error(0, ERR_FRAME_EMPTY, NULL, &body), OK);
    assert_non_null(strstr(buf_text(&body), "\"id\":null,"));
    buf_free(&body);
    cJSON_Delete(detail);
}

static void
a_large_id_comes_back_exactly(void **state)
{
    cJSON *result = cJSON_CreateObject();
    struct buf body = { 0 };

    (void)state;
    assert_int_equal(message_result(2147483647, result, &body), OK);
    assert_string_equal(buf_text(&body),
        "{\"jsonrpc\":\"2.0\",\"id\":2147483647,\"result\":{}}");
    buf_free(&body);
    cJSON_Delete(result);
}

static struct origin_row {
    const char *name; /* the origin itself */
    bool valid;
} origin_rows[] = {
    { "https://bank.example", true },
    { "https://bank.example:8443", true },
    { "https://bank.example:1", true },
    { "https://bank.example:65535", true },
    { "https://intranet", true },
    { "https://10.0.0.1", true },
    { "https://a-b.c1.example", true },
    { "https://xn--3e0b707e", true },
    { "https://xn--bcher-kva.example", true },
    { "http://localhost", true },
    { "http://localhost:3000", true },
    { "", false },
    { "null", false },
    { "https://", false },
    { "https:///", false },
    { "https://bank.example/", false },
    { "https://bank.example/path", false },
    { "https://bank.example?q", false },
    { "https://bank.example#f", false },
    { "https://user@bank.example", false },
    { "https://user:pw@bank.example", false },
    { "https://BANK.example", false },
    { "HTTPS://bank.example", false },
    { "https://b\xc3\xa4nk.example", false },
    { "https://\xec\x9d\x80\xed\x96\x89.kr", false },
    { "https://bank.example.", false },
    { "https://.bank.example", false },
    { "https://bank..example", false },
    { "https://-bank.example", false },
    { "https://bank-.example", false },
    { "https://ba_nk.example", false },
    { "https://bank example", false },
    { " https://bank.example", false },
    { "https://bank.example ", false },
    { "https://bank.example:", false },
    { "https://bank.example:0", false },
    { "https://bank.example:443", false },
    { "https://bank.example:0443", false },
    { "https://bank.example:65536", false },
    { "https://bank.example:4294967297", false },
    { "https://bank.example:8443/", false },
    { "https://bank.example:84a", false },
    { "https://bank.example:+84", false },
    { "https://[::1]", false },
    { "https://[::1]:8443", false },
    { "https://xn--", false },
    { "https://xn--0", false },
    { "https://xn--bcher-.example", false },
    { "https://xn--abc-99999999", false },
    { "https://ab--cd.example", false },
    { "http://bank.example", false },
    { "http://localhost/", false },
    { "http://localhost:80", false },
    { "http://localhost.example", false },
    { "http://127.0.0.1", false },
    { "https//bank.example", false },
    { "file:///", false },
    { "ftp://bank.example", false },
    { "data:text/html,x", false },
    { "chrome-extension://anciiapdellcbblagdlmkikafgidpipn", false },
    { "moz-extension://x", false },
    { "about:blank", false },
    { "blob:https://bank.example", false },
};

static void
T050_origin(void **state)
{
    const struct origin_row *row = *state;

    assert_int_equal(origin_valid(row->name), row->valid);
}

static void
T050_origin_lengths(void **state)
{
    char text[300] = "https://";
    size_t i;

    (void)state;
    for (i = 0; i < 253; i++)
        text[8 + i] = i % 64 == 63 ? '.' : 'a';
    assert_true(origin_valid(text));
    text[8 + 253] = 'a';
    assert_false(origin_valid(text));
    memset(text + 8, 'a', 64);
    text[8 + 63] = '\0';
    assert_true(origin_valid(text));
    text[8 + 63] = 'a';
    text[8 + 64] = '\0';
    assert_false(origin_valid(text));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_text_lives_as_long_as_its_message),
        cmocka_unit_test(an_error_carries_reason_and_detail),
        cmocka_unit_test(a_large_id_comes_back_exactly),
        cmocka_unit_test(T050_origin_lengths),
    };

    return RUN_ROWS("message", rows, judges) +
           RUN_ROWS("T050 origin", origin_rows, T050_origin) +
           cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
