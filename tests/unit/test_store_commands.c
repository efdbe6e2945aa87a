/* store.list and store.show: pages, bounds, what a Certificate object says. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/certificate.h"
#include "cmd/store.h"
#include "pki/key.h"
#include "pki/p8.h"

#define YEAR (SUPPORT_NOW + 300 * 86400)

static char home[256];
static struct host host;
static struct crypto *crypto;
static EVP_PKEY *key;
static struct buf key_file;

/* --- a store of n certificates -------------------------------------------- */

static void
write_in(const char *folder, const char *name, const struct buf *data)
{
    char path[900];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    support_write(path, data->data, data->len);
}

static void
make_folder(char folder[static 700], const char *root, const char *name)
{
    static const char *const steps[] = { "", "/NPKI", "/NPKI/IngamTest",
        "/NPKI/IngamTest/USER" };
    size_t i;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        snprintf(folder, 700, "%s%s%s", home, root, steps[i]);
        mkdir(folder, 0700);
    }
    snprintf(folder, 700, "%s%s/NPKI/IngamTest/USER/%s", home, root, name);
    assert_int_equal(mkdir(folder, 0700), 0);
}

static void
put(const char *root, const char *name, const char *dn, uint32_t serial)
{
    X509 *x = support_certificate(crypto, key, dn, serial, YEAR);
    struct buf der = { 0 };
    char folder[700];

    make_folder(folder, root, name);
    assert_int_equal(cert_der(x, &der), OK);
    write_in(folder, "signCert.der", &der);
    write_in(folder, "signPri.key", &key_file);
    buf_free(&der);
    X509_free(x);
}

static void
put_many(int n)
{
    char name[32];
    int i;

    for (i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "cn=person%03d", i);
        put("", name, "C=kr/CN=홍길동(Hong)0001", (uint32_t)i + 1);
    }
}

/* --- calling -------------------------------------------------------------- */

static enum err
call(const struct command *command, const char *json, cJSON **ret_result)
{
    struct value values[COMMAND_PARAMS_MAX];
    cJSON *params = cJSON_Parse(json);
    const char *bad = NULL;
    struct call c = { .host = &host, .command = command, .values = values };
    enum err r;

    memset(values, 0, sizeof(values));
    c.result = cJSON_CreateObject();
    c.detail = cJSON_CreateObject();
    if ((r = args_parse(command, params, values, &bad)) == OK)
        r = command->run(&c);
    args_free(values);
    cJSON_Delete(params);
    cJSON_Delete(c.detail);
    *ret_result = c.result;
    return r;
}

static const cJSON *
member(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (item == NULL)
        fail_msg("no member %s", name);
    return item;
}

static const char *
text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(member(object, name));
}

static struct page {
    const char *name, *params;
    int stored;
    enum err want;
    int count, total;
} pages[] = {
    { "nothing stored", "{}", 0, OK, 0, 0 },
    { "all on one page", "{}", 3, OK, 3, 3 },
    { "first of two pages", "{\"limit\":2}", 3, OK, 2, 3 },
    { "second of two pages", "{\"offset\":2,\"limit\":2}", 3, OK, 1, 3 },
    { "behind the end", "{\"offset\":3}", 3, OK, 0, 3 },
    { "far behind the end", "{\"offset\":1000000}", 3, OK, 0, 3 },
    { "none asked for", "{\"limit\":0}", 3, OK, 0, 3 },
    { "more than a page", "{}", 101, OK, 100, 101 },
    { "a limit above the usual", "{\"limit\":101}", 102, OK, 101, 102 },
    { "the largest limit", "{\"limit\":500}", 3, OK, 3, 3 },
    { "limit too large", "{\"limit\":501}", 0, ERR_PARAM_RANGE, 0, 0 },
    { "offset too large", "{\"offset\":1000001}", 0, ERR_PARAM_RANGE, 0, 0 },
    { "negative offset", "{\"offset\":-1}", 0, ERR_PARAM_RANGE, 0, 0 },
    { "limit as text", "{\"limit\":\"2\"}", 0, ERR_PARAM_TYPE, 0, 0 },
    { "removable as a number", "{\"removable\":1}", 0, ERR_PARAM_TYPE, 0, 0 },
    { "an unknown parameter", "{\"all\":true}", 0, ERR_PARAM_UNKNOWN, 0, 0 },
};

static void
page_row(void **state)
{
    const struct page *row = *state;
    cJSON *result = NULL;

    put_many(row->stored);
    assert_int_equal(call(&cmd_store_list, row->params, &result), row->want);
    if (row->want == OK) {
        assert_int_equal(
            cJSON_GetArraySize(member(result, "certificates")), row->count);
        assert_int_equal(member(result, "total")->valueint, row->total);
        assert_int_equal(cJSON_GetArraySize(member(result, "roots")), 1);
    }
    cJSON_Delete(result);
}

/* Pages are in one order and miss nobody. */
static void
pages_follow_each_other(void **state)
{
    const cJSON *certificate;
    cJSON *result = NULL;
    char params[64], want[32];
    int i;

    (void)state;
    put_many(7);
    for (i = 0; i < 7; i++) {
        snprintf(params, sizeof(params), "{\"offset\":%d,\"limit\":1}", i);
        assert_int_equal(call(&cmd_store_list, params, &result), OK);
        certificate = cJSON_GetArrayItem(member(result, "certificates"), 0);
        snprintf(want, sizeof(want), "%x", i + 1);
        assert_string_equal(text(certificate, "serial"), want);
        cJSON_Delete(result);
    }
}

static void
a_certificate_says_what_the_protocol_wants(void **state)
{
    const cJSON *c, *policy;
    cJSON *result = NULL;

    (void)state;
    put_many(1);
    assert_int_equal(call(&cmd_store_list, "{}", &result), OK);
    c = cJSON_GetArrayItem(member(result, "certificates"), 0);
    assert_int_equal(strlen(text(c, "id")), 64);
    assert_string_equal(text(c, "name"), "홍길동");
    assert_string_equal(text(member(c, "subject"), "cn"), "홍길동(Hong)0001");
    assert_string_equal(
        text(member(c, "subject"), "dn"), "cn=홍길동(Hong)0001,c=kr");
    assert_string_equal(text(member(c, "issuer"), "o"), "IngamTest");
    assert_string_equal(text(c, "ca"), "IngamTest");
    assert_string_equal(text(c, "notAfter"), "2027-09-14T11:06:40Z");
    policy = member(c, "policy");
    assert_string_equal(text(policy, "oid"), "");
    assert_string_equal(text(member(policy, "usage"), "ko"), "");
    assert_true(cJSON_IsArray(member(c, "keyUsage")));
    assert_true(cJSON_IsFalse(member(c, "hasKm")));
    assert_true(cJSON_IsFalse(member(c, "hasVid")));
    assert_true(cJSON_IsTrue(member(c, "hasKey")));
    assert_string_equal(text(c, "keyScheme"), "seed-sha1");
    assert_string_equal(text(c, "algorithm"), "rsa-2048");
    assert_string_equal(text(member(c, "location"), "medium"), "disk");
    assert_string_equal(text(member(c, "location"), "root"), host.paths.npki);
    cJSON_Delete(result);
}

static void
broken_folders_are_named_and_hide_nothing(void **state)
{
    const cJSON *broken;
    cJSON *result = NULL;
    char folder[700];

    (void)state;
    put_many(2);
    make_folder(folder, "", "cn=\xb0\xa1"); /* CP949, as old archives have */
    write_in(folder, "signCert.der", &key_file);
    assert_int_equal(call(&cmd_store_list, "{}", &result), OK);
    assert_int_equal(cJSON_GetArraySize(member(result, "certificates")), 2);
    assert_int_equal(cJSON_GetArraySize(member(result, "broken")), 1);
    broken = cJSON_GetArrayItem(member(result, "broken"), 0);
    assert_string_equal(text(broken, "reason"), "certificate_damaged");
    assert_string_equal(text(broken, "medium"), "disk");
    assert_non_null(strstr(text(broken, "path"), "cn=\uFFFD"));
    cJSON_Delete(result);
}

static void
an_answer_is_bounded(void **state)
{
    char folder[700], name[32], *printed;
    cJSON *result = NULL;
    int i;

    (void)state;
    put_many(100);
    for (i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "cn=broken%d", i);
        make_folder(folder, "", name);
    }
    assert_int_equal(call(&cmd_store_list, "{}", &result), OK);
    printed = cJSON_PrintUnformatted(result);
    assert_in_range(strlen(printed), 1000, 1000000);
    assert_in_range(cJSON_GetArraySize(member(result, "broken")), 1, 100);
    assert_int_equal(cJSON_GetArraySize(member(result, "certificates")), 100);
    cJSON_free(printed);
    cJSON_Delete(result);
}

static void
media_come_when_asked(void **state)
{
    const cJSON *c;
    cJSON *result = NULL;
    char path[300];

    (void)state;
    put_many(1);
    snprintf(path, sizeof(path), "%s/media", home);
    mkdir(path, 0700);
    put("/media/USB", "cn=kim", "C=kr/CN=김철수()", 99);
    assert_int_equal(call(&cmd_store_list, "{}", &result), OK);
    assert_int_equal(member(result, "total")->valueint, 1);
    cJSON_Delete(result);
    assert_int_equal(
        call(&cmd_store_list, "{\"removable\":true}", &result), OK);
    assert_int_equal(member(result, "total")->valueint, 2);
    assert_int_equal(cJSON_GetArraySize(member(result, "roots")), 2);
    c = cJSON_GetArrayItem(member(result, "certificates"), 1);
    assert_string_equal(text(member(c, "location"), "medium"), "removable");
    cJSON_Delete(result);
}

static void
show_says_more(void **state)
{
    const cJSON *details;
    cJSON *list = NULL, *result = NULL;
    char params[128];

    (void)state;
    put_many(2);
    assert_int_equal(call(&cmd_store_list, "{}", &list), OK);
    snprintf(params, sizeof(params), "{\"certificate\":\"%s\"}",
        text(cJSON_GetArrayItem(member(list, "certificates"), 1), "id"));
    assert_int_equal(call(&cmd_store_show, params, &result), OK);
    assert_string_equal(text(member(result, "certificate"), "serial"), "2");
    assert_true(strlen(text(result, "der")) > 500);
    details = member(result, "details");
    assert_int_equal(member(details, "version")->valueint, 3);
    assert_int_equal(member(details, "keyBits")->valueint, 2048);
    assert_string_equal(text(details, "serialDecimal"), "2");
    assert_string_equal(
        text(details, "signatureAlgorithm"), "sha256WithRSAEncryption");
    assert_string_equal(
        text(details, "issuerDn"), "cn=Test CA,o=IngamTest,c=kr");
    assert_null(cJSON_GetObjectItemCaseSensitive(result, "km"));
    assert_null(cJSON_GetObjectItemCaseSensitive(details, "ocsp"));
    cJSON_Delete(list);
    cJSON_Delete(result);
}

#define ID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct show {
    const char *name, *params;
    enum err want;
} shows[] = {
    { "no such certificate", "{\"certificate\":\"" ID "\"}",
        ERR_CERTIFICATE_NOT_FOUND },
    { "no certificate named", "{}", ERR_PARAM_MISSING },
    { "a short id", "{\"certificate\":\"0011\"}", ERR_PARAM_TYPE },
    { "a path", "{\"certificate\":\"../../etc/passwd\"}", ERR_PARAM_TYPE },
};

static void
show_row(void **state)
{
    const struct show *row = *state;
    cJSON *result = NULL;
    enum err r;

    put_many(1);
    r = call(&cmd_store_show, row->params, &result);
    if (row->want == ERR_PARAM_TYPE) /* wrong, by its kind or its length */
        assert_true(r == ERR_PARAM_TYPE || r == ERR_PARAM_RANGE);
    else
        assert_int_equal(r, row->want);
    cJSON_Delete(result);
}

/* --- scaffolding ---------------------------------------------------------- */

static int
setup_test(void **state)
{
    (void)state;
    support_folder(home);
    support_host(home, &host);
    return 0;
}

static int
teardown_test(void **state)
{
    (void)state;
    support_host_free(&host);
    support_remove(home);
    return 0;
}

static int
setup(void **state)
{
    struct buf info = { 0 }, password = support_text("Vector!2026");

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(key_generate(crypto, NULL, &key), OK);
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &info, &password, &key_file), OK);
    buf_free(&info);
    buf_free(&password);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    crypto_free(crypto);
    buf_free(&key_file);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, page_row, pages);
    SUPPORT_ROWS(&t, show_row, shows);
#define T(f) support_test(&t, #f, f)
    T(pages_follow_each_other);
    T(a_certificate_says_what_the_protocol_wants);
    T(broken_folders_are_named_and_hide_nothing);
    T(an_answer_is_bounded);
    T(media_come_when_asked);
    T(show_says_more);
    support_each(&t, setup_test, teardown_test);
    return support_run("store commands", &t, setup, teardown);
}
