/* Pinned certificates: all of them count, however many definitions there are,
 * and definitions that pin by hash alone are read once. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#include "base/b64.h"
#include "base/hex.h"
#include "cmd/sign.h"
#include "cmd/store.h"
#include "cmd/verdict.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "pki/cms.h"

#define CAS  9u
#define PINS (CAS * CA_ANCHORS_MAX)

static char home[256];
static struct host host;
static EVP_PKEY *key;

/* --- definitions and a store ------------------------------------------------*/

/* One anchor of a definition: its hash, and itself where that is wanted. */
static void
put_anchor(struct buf *json, const X509 *x, bool whole)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    struct buf der = { 0 }, text = { 0 };
    unsigned len = 0;

    assert_int_equal(cert_der(x, &der), OK);
    assert_int_equal(
        EVP_Digest(der.data, der.len, md, &len, EVP_sha256(), NULL), 1);
    assert_int_equal(hex_encode(md, len, &text), OK);
    assert_int_equal(buf_put_text(json, "{\"sha256\":\""), OK);
    assert_int_equal(buf_put(json, text.data, text.len), OK);
    buf_free(&text);
    assert_int_equal(b64_encode(der.data, der.len, &text), OK);
    if (whole) {
        assert_int_equal(buf_put_text(json, "\",\"certificate\":\""), OK);
        assert_int_equal(buf_put(json, text.data, text.len), OK);
    }
    assert_int_equal(buf_put_text(json, "\"}"), OK);
    buf_free(&der);
    buf_free(&text);
}

/* The n-th definition, of these roots. */
static void
define(unsigned n, X509 *const roots[static CA_ANCHORS_MAX], bool whole)
{
    struct buf json = { 0 };
    char text[300];

    snprintf(text, sizeof(text), "%s/.config/ingam/ca.d/ca%u.json", home, n);
    assert_int_equal(buf_put_text(&json, "{\"name\":\"ca"), OK);
    assert_int_equal(buf_put_byte(&json, (uint8_t)('0' + n)), OK);
    assert_int_equal(
        buf_put_text(&json,
            "\",\"title\":{\"ko\":\"시험\",\"en\":\"Test\"},\"folder\":\"Test\""
            ",\"dialect\":\"rfc9483\",\"endpoint\":\"https://ca.example/cmp\","
            "\"issuers\":[\"cn=Test\"],\"anchors\":["),
        OK);
    for (unsigned i = 0; i < CA_ANCHORS_MAX; i++) {
        if (i > 0)
            assert_int_equal(buf_put_byte(&json, ','), OK);
        put_anchor(&json, roots[i], whole);
    }
    assert_int_equal(buf_put_text(&json, "]}"), OK);
    support_write(text, json.data, json.len);
    buf_free(&json);
}

static X509 *
issue(const char *cn, X509 *issuer)
{
    const struct cert_spec s = { .cn = cn,
        .key = key,
        .issuer = issuer,
        .issuer_key = issuer == NULL ? NULL : key,
        .ca = issuer == NULL };

    return make_cert(&s);
}

static void
make_roots(X509 *roots[static PINS])
{
    char cn[32];

    for (unsigned i = 0; i < PINS; i++) {
        snprintf(cn, sizeof(cn), "Root %u", i);
        roots[i] = issue(cn, NULL);
    }
}

static void
free_roots(X509 *roots[static PINS])
{
    for (unsigned i = 0; i < PINS; i++)
        X509_free(roots[i]);
}

/* Into the store, with an answer about it that is kept. */
static void
put_revocable(const char *name)
{
    static const char *const steps[] = { "", "/IngamTest", "/IngamTest/USER" };
    X509 *x = support_certificate(host.crypto, key, "C=kr/O=Test/CN=kim",
        1 + (uint32_t)name[0], TEST_NOW * 2);
    struct buf der = { 0 }, answer = support_text("no CRL");
    char path[700];

    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s%s", host.paths.npki, steps[i]);
        mkdir(path, 0700);
    }
    snprintf(path, sizeof(path), "%s/IngamTest/USER/%s", host.paths.npki, name);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/signCert.der");
    assert_int_equal(cert_der(x, &der), OK);
    support_write(path, der.data, der.len);
    revocation_keep(&host, x, REVOCATION_CRL, &answer);
    buf_free(&der);
    buf_free(&answer);
    X509_free(x);
}

/* --- calling ----------------------------------------------------------------*/

static enum err
call(const struct command *command, const cJSON *params, cJSON **ret_result)
{
    struct value values[COMMAND_PARAMS_MAX];
    const char *bad = NULL;
    struct call c = { .host = &host, .command = command, .values = values };
    enum err r;

    memset(values, 0, sizeof(values));
    c.result = cJSON_CreateObject();
    c.detail = cJSON_CreateObject();
    if ((r = args_parse(command, params, values, &bad)) == OK)
        r = command->run(&c);
    args_free(values);
    cJSON_Delete(c.detail);
    *ret_result = c.result;
    return r;
}

/* Does verify.signature believe who this root has certified? */
static void
expect_believed(X509 *root)
{
    const struct cms_form form = { .attributes = true, .now = TEST_NOW };
    struct buf content = support_text("pay"), der = { 0 };
    cJSON *params = cJSON_CreateObject(), *result = NULL;
    X509 *x = issue("Hong", root);
    struct cms_seal *seal = NULL;

    assert_int_equal(cms_seal_new(host.crypto, x, key, &seal), OK);
    assert_int_equal(cms_sign(seal, &content, &form, &der), OK);
    cms_seal_free(seal);
    assert_int_equal(reply_bytes(params, "signature", &der), OK);
    assert_int_equal(reply_text(params, "at", "2026-11-18T14:26:40Z"), OK);
    assert_int_equal(call(&cmd_verify_signature, params, &result), OK);
    assert_true(
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "valid")));
    cJSON_Delete(params);
    cJSON_Delete(result);
    buf_free(&content);
    buf_free(&der);
    X509_free(x);
}

static void
all_pins_count(void **state)
{
    X509 *roots[PINS];
    struct verdict_anchors anchors;

    (void)state;
    make_roots(roots);
    for (unsigned i = 0; i < CAS; i++)
        define(i, &roots[i * CA_ANCHORS_MAX], true);
    for (unsigned i = 0; i < CAS; i++)
        expect_believed(roots[i * CA_ANCHORS_MAX + i % CA_ANCHORS_MAX]);
    assert_int_equal(verdict_anchors_load(&host, &anchors), OK);
    assert_int_equal(chain_count(anchors.set), PINS);
    verdict_anchors_free(&anchors);
    free_roots(roots);
}

/* What leaks is for the sanitizers to say. */
static void
definitions_without_a_certificate_are_read_once(void **state)
{
    cJSON *params = cJSON_CreateObject(), *result = NULL;
    X509 *roots[PINS];

    (void)state;
    make_roots(roots);
    define(0, roots, false);
    put_revocable("one");
    put_revocable("two");
    put_revocable("xyz");
    assert_int_equal(call(&cmd_store_list, params, &result), OK);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(
                         result, "certificates")),
        3);
    cJSON_Delete(params);
    cJSON_Delete(result);
    free_roots(roots);
}

/* --- scaffolding ------------------------------------------------------------*/

static int
setup_test(void **state)
{
    static const char *const steps[] = { "", "/ingam", "/ingam/ca.d" };
    char path[300];

    (void)state;
    support_folder(home);
    support_host(home, &host);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/.config%s", home, steps[i]);
        mkdir(path, 0700);
    }
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
    (void)state;
    key = make_key("rsa2048");
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    support_test(&t, "all pins count", all_pins_count);
    support_test(&t, "definitions are read once",
        definitions_without_a_certificate_are_read_once);
    support_each(&t, setup_test, teardown_test);
    return support_run("pins", &t, setup, teardown);
}
