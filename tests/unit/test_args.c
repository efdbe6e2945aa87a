/* Parameters against a command's rows, and what the rows say of it. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/json.h"

static const struct param params[] = {
    { "text", PARAM_TEXT, 5, PARAM_REQUIRED, NULL, "a text" },
    { "secret", PARAM_SECRET, 5, 0, NULL, "a secret" },
    { "bytes", PARAM_BASE64, 3, 0, NULL, "bytes" },
    { "id", PARAM_CERT_ID, 64, 0, NULL, "an id" },
    { "name", PARAM_NAME, 4, 0, NULL, "a name" },
    { "choice", PARAM_CHOICE, 0, 0, "one|two|three", "a choice" },
    { "flag", PARAM_BOOL, 0, 0, NULL, "a flag" },
    { "number", PARAM_INTEGER, 100, 0, NULL, "a number" },
    { NULL, PARAM_TEXT, 0, 0, NULL, NULL },
};

static const struct command command = { .name = "test.args", .params = params };

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static struct row {
    const char *name;
    const char *json; /* members beside "text" */
    enum err want;
    const char *param; /* the one that is named */
} rows[] = {
    { "the required one alone", "", OK, NULL },
    { "a secret at its bound", ",\"secret\":\"12345\"", OK, NULL },
    { "a text of five bytes in two letters",
        ",\"secret\":\"\xed\x95\x9c\xc3"
        "\xa9\"",
        OK, NULL },
    { "bytes at their bound", ",\"bytes\":\"Zm9v\"", OK, NULL },
    { "no bytes", ",\"bytes\":\"\"", OK, NULL },
    { "an id", ",\"id\":\"" ID "f\"", OK, NULL },
    { "a name", ",\"name\":\"a-1\"", OK, NULL },
    { "the first, a middle and the last choice", ",\"choice\":\"three\"", OK,
        NULL },
    { "a flag", ",\"flag\":false", OK, NULL },
    { "the largest number", ",\"number\":100", OK, NULL },
    { "the smallest number", ",\"number\":0", OK, NULL },
    { "T041 an unknown name", ",\"other\":1", ERR_PARAM_UNKNOWN, NULL },
    { "T041 the empty name", ",\"\":1", ERR_PARAM_UNKNOWN, NULL },
    { "T041 __proto__", ",\"__proto__\":{}", ERR_PARAM_UNKNOWN, NULL },
    { "T025 a name in another case", ",\"Secret\":\"a\"", ERR_PARAM_UNKNOWN,
        NULL },
    { "T044 a secret above its bound", ",\"secret\":\"123456\"",
        ERR_PARAM_RANGE, "secret" },
    { "T044 bytes above their bound", ",\"bytes\":\"Zm9vYg==\"",
        ERR_PARAM_RANGE, "bytes" },
    { "T043 bytes with a space", ",\"bytes\":\"Zm9 \"", ERR_PARAM_TYPE,
        "bytes" },
    { "T043 bytes with spare bits", ",\"bytes\":\"Zm9=\"", ERR_PARAM_TYPE,
        "bytes" },
    { "T044 an id of 63 digits", ",\"id\":\"" ID "\"", ERR_PARAM_TYPE, "id" },
    { "T044 an id of 65 digits", ",\"id\":\"" ID "ff\"", ERR_PARAM_TYPE, "id" },
    { "an id in capitals", ",\"id\":\"" ID "F\"", ERR_PARAM_TYPE, "id" },
    { "T044 a name above its bound", ",\"name\":\"abcde\"", ERR_PARAM_RANGE,
        "name" },
    { "an empty name", ",\"name\":\"\"", ERR_PARAM_TYPE, "name" },
    { "a name with a capital", ",\"name\":\"Ab\"", ERR_PARAM_TYPE, "name" },
    { "a name with a slash", ",\"name\":\"a/b\"", ERR_PARAM_TYPE, "name" },
    { "an unknown choice", ",\"choice\":\"four\"", ERR_PARAM_RANGE, "choice" },
    { "half a choice", ",\"choice\":\"on\"", ERR_PARAM_RANGE, "choice" },
    { "two choices", ",\"choice\":\"one|two\"", ERR_PARAM_RANGE, "choice" },
    { "an empty choice", ",\"choice\":\"\"", ERR_PARAM_RANGE, "choice" },
    { "T034 a number above its bound", ",\"number\":101", ERR_PARAM_RANGE,
        "number" },
    { "T034 2^31", ",\"number\":2147483648", ERR_PARAM_RANGE, "number" },
    { "T034 below -2^31", ",\"number\":-2147483649", ERR_PARAM_RANGE,
        "number" },
    { "a number below zero", ",\"number\":-1", ERR_PARAM_RANGE, "number" },
    { "a fraction", ",\"number\":1.5", ERR_PARAM_TYPE, "number" },
};

static enum err
parse(const char *text, struct value *values, const char **ret_param)
{
    cJSON *tree = NULL;
    enum err r;

    assert_int_equal(json_parse(text, strlen(text), &tree), OK);
    r = args_parse(&command, tree, values, ret_param);
    cJSON_Delete(tree);
    return r;
}

static void
judges(void **state)
{
    const struct row *row = *state;
    struct value values[COMMAND_PARAMS_MAX];
    struct buf text = { 0 };
    const char *param = "unset";

    assert_int_equal(buf_put_text(&text, "{\"text\":\"t\""), OK);
    assert_int_equal(buf_put_text(&text, row->json), OK);
    assert_int_equal(buf_put_text(&text, "}"), OK);
    assert_int_equal(parse(buf_text(&text), values, &param), row->want);
    if (row->param == NULL)
        assert_null(param);
    else
        assert_string_equal(param, row->param);
    if (row->want == OK)
        args_free(values);
    buf_free(&text);
}

/* T042: each row with each other type is the same error. */
static void
T042_each_parameter_refuses_each_other_type(void **state)
{
    static const struct {
        const char *json;
        bool for_text, for_flag, for_number;
    } kinds[] = {
        { "\"Zm9v\"", true, false, false },
        { "1", false, false, true },
        { "true", false, true, false },
        { "null", false, false, false },
        { "{}", false, false, false },
        { "[]", false, false, false },
        { "[\"Zm9v\"]", false, false, false },
    };
    struct value values[COMMAND_PARAMS_MAX];
    const struct param *p;
    char text[200];
    const char *param;
    bool fits;
    size_t k;

    (void)state;
    for (p = params; p->name != NULL; p++) {
        for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            fits = p->type == PARAM_BOOL      ? kinds[k].for_flag
                   : p->type == PARAM_INTEGER ? kinds[k].for_number
                                              : kinds[k].for_text;
            if (fits)
                continue;
            snprintf(text, sizeof(text), "{\"%s\":%s}", p->name, kinds[k].json);
            assert_int_equal(parse(text, values, &param), ERR_PARAM_TYPE);
            assert_string_equal(param, p->name);
        }
    }
}

static void
what_is_required_is_missed(void **state)
{
    struct value values[COMMAND_PARAMS_MAX];
    const char *param;

    (void)state;
    assert_int_equal(
        parse("{\"flag\":true}", values, &param), ERR_PARAM_MISSING);
    assert_string_equal(param, "text");
    assert_int_equal(
        args_parse(&command, NULL, values, &param), ERR_PARAM_MISSING);
    assert_string_equal(param, "text");
}

static void
values_are_found_by_name(void **state)
{
    struct value values[COMMAND_PARAMS_MAX];
    struct call call = { .command = &command, .values = values };
    const char *param;

    (void)state;
    assert_int_equal(parse("{\"text\":\"t\",\"bytes\":\"AAE=\",\"flag\":true,"
                           "\"number\":42}",
                         values, &param),
        OK);
    assert_string_equal(args_text(&call, "text"), "t");
    assert_null(args_text(&call, "secret"));
    assert_int_equal(args_get(&call, "bytes")->bytes.len, 2);
    assert_int_equal(args_get(&call, "bytes")->bytes.data[1], 1);
    assert_true(args_get(&call, "flag")->flag);
    assert_int_equal(args_get(&call, "number")->integer, 42);
    assert_false(args_get(&call, "nothing")->given);
    args_free(values);
}

/* Every row of the product's own table is one that args and --describe can
 * work with. */
static void
every_command_is_a_whole_row(void **state)
{
    const struct command *c;
    const struct param *p;
    const char *const *next;
    size_t i, n;

    (void)state;
    for (i = 0; (c = command_table[i]) != NULL; i++) {
        assert_non_null(c->run);
        assert_true(strlen(c->help) > 0);
        assert_ptr_equal(command_find(c->name), c);
        for (p = c->params, n = 0; p != NULL && p->name != NULL; p++, n++) {
            assert_true(n < COMMAND_PARAMS_MAX);
            assert_non_null(p->help);
            assert_string_not_equal(p->name, "origin");
            assert_int_equal(p->type == PARAM_CHOICE, p->choices != NULL);
            if (p->type != PARAM_BOOL && p->type != PARAM_CHOICE)
                assert_true(p->max > 0);
        }
        for (next = c->next; next != NULL && *next != NULL; next++) {
            assert_non_null(command_find(*next));
            assert_int_equal(command_flags(c) & command_find(*next)->flags,
                command_find(*next)->flags);
        }
    }
    assert_null(command_find(""));
    assert_null(command_find("store.list "));
    assert_null(command_find("STORE.LIST"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T042_each_parameter_refuses_each_other_type),
        cmocka_unit_test(what_is_required_is_missed),
        cmocka_unit_test(values_are_found_by_name),
        cmocka_unit_test(every_command_is_a_whole_row),
    };

    return RUN_ROWS("args", rows, judges) +
           cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
