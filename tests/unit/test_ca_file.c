/* CA definitions: one good text, and each way of spoiling it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "base/b64.h"
#include "base/hex.h"
#include "cmd/ca_file.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "support.h"

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define T50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define T200 T50 T50 T50 T50

static const char good[] =
    "{\"name\":\"test\",\"title\":{\"ko\":\"시험\",\"en\":\"Test\"},"
    "\"folder\":\"IngamTest\",\"dialect\":\"rfc9483\","
    "\"endpoint\":\"https://ca.example/cmp\",\"loopback\":true,"
    "\"issuers\":[\"cn=Test CA,o=IngamTest,c=kr\"],"
    "\"anchors\":[{\"sha256\":\"" HASH "\"}],"
    "\"profile\":{\"subject\":\"reference\",\"vid\":\"none\",\"km\":false},"
    "\"enabled\":true,\"contact\":{\"ko\":\"1\",\"en\":\"1\"}}";

static struct {
    struct host host;
    struct buf der, der64, hash;
} it;

static struct row {
    const char *name;
    const char *from; /* this part of the good text ... */
    const char *to;   /* ... becomes this */
    enum err want;
} rows[] = {
    { "the good text", "", "", OK },
    { "without what may be absent",
        ",\"profile\":{\"subject\":\"reference\",\"vid\":\"none\",\"km\":false}"
        ","
        "\"enabled\":true,\"contact\":{\"ko\":\"1\",\"en\":\"1\"}",
        "", OK },
    { "an empty profile",
        "{\"subject\":\"reference\",\"vid\":\"none\",\"km\":false}", "{}", OK },
    { "plain http", "https://", "http://", OK },
    { "a title at its bound", "\"Test\"", "\"" T200 "\"", OK },
    { "no name", "\"name\":\"test\",", "", ERR_PARAM_MISSING },
    { "another name than the file's", "\"test\"", "\"other\"",
        ERR_PARAM_RANGE },
    { "a name with capitals", "\"test\"", "\"Test\"", ERR_PARAM_RANGE },
    { "a name with a path", "\"test\"", "\"../x\"", ERR_PARAM_RANGE },
    { "a name that is a number", "\"test\"", "7", ERR_PARAM_TYPE },
    { "a name above its bound", "\"test\"",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", ERR_PARAM_RANGE },
    { "an unknown member", "\"enabled\"", "\"proxy\":1,\"enabled\"",
        ERR_PARAM_UNKNOWN },
    { "a member twice", "\"enabled\"", "\"enabled\":true,\"enabled\"",
        ERR_JSON_DUPLICATE },
    { "no title", "\"title\":{\"ko\":\"시험\",\"en\":\"Test\"},", "",
        ERR_PARAM_MISSING },
    { "a title in one language", ",\"en\":\"Test\"", "", ERR_PARAM_MISSING },
    { "a title in a third", "\"en\":\"Test\"",
        "\"en\":\"Test\",\"fr\":\"Essai\"", ERR_PARAM_UNKNOWN },
    { "an empty title", "\"Test\"", "\"\"", ERR_PARAM_RANGE },
    { "a title above its bound", "\"Test\"", "\"" T200 "x\"", ERR_PARAM_RANGE },
    { "no folder", "\"folder\":\"IngamTest\",", "", ERR_PARAM_MISSING },
    { "a folder that is a path", "\"IngamTest\"", "\"a/b\"", ERR_PARAM_RANGE },
    { "a hidden folder", "\"IngamTest\"", "\".x\"", ERR_PARAM_RANGE },
    { "a folder above", "\"IngamTest\"", "\"..\"", ERR_PARAM_RANGE },
    { "a folder above its bound", "\"IngamTest\"", "\"" T50 T50 "\"",
        ERR_PARAM_RANGE },
    { "an unknown dialect", "rfc9483", "rfc2510", ERR_PARAM_RANGE },
    { "dialect npki over http", "rfc9483", "npki", ERR_PARAM_RANGE },
    { "dialect rfc9483 over tcp", "https://ca.example/cmp",
        "tcp://ca.example:9", ERR_PARAM_RANGE },
    { "dialect npki over tcp",
        "rfc9483\",\"endpoint\":\"https://ca.example/cmp",
        "npki\",\"endpoint\":\"tcp://ca.example:9", OK },
    { "no endpoint, but enabled", "\"endpoint\":\"https://ca.example/cmp\",",
        "", ERR_PARAM_MISSING },
    { "no endpoint", "\"endpoint\":\"https://ca.example/cmp\",", "",
        ERR_PARAM_MISSING },
    { "an endpoint by ftp", "https://", "ftp://", ERR_PARAM_RANGE },
    { "an endpoint that is a file", "https://ca.example", "file:///etc",
        ERR_PARAM_RANGE },
    { "an endpoint with a user", "ca.example", "a:b@ca.example",
        ERR_PARAM_RANGE },
    { "an endpoint with a fragment", "/cmp", "/cmp#x", ERR_PARAM_RANGE },
    { "an endpoint with a blank", "/cmp", "/c mp", ERR_PARAM_RANGE },
    { "an endpoint with a line break", "/cmp", "/c\\r\\nmp", ERR_PARAM_RANGE },
    { "an endpoint above its bound", "/cmp", "/" T200 T200 T200,
        ERR_PARAM_RANGE },
    { "a switch that is a word", "\"loopback\":true", "\"loopback\":\"yes\"",
        ERR_PARAM_TYPE },
    { "no issuers", "\"issuers\":[\"cn=Test CA,o=IngamTest,c=kr\"],", "",
        ERR_PARAM_MISSING },
    { "an empty list of issuers", "[\"cn=Test CA,o=IngamTest,c=kr\"]", "[]",
        ERR_PARAM_RANGE },
    { "an issuer that is no text", "[\"cn=Test CA,o=IngamTest,c=kr\"]",
        "[null]", ERR_PARAM_TYPE },
    { "17 issuers", "[\"cn=Test CA,o=IngamTest,c=kr\"]",
        "[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\","
        "\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"]",
        ERR_PARAM_RANGE },
    { "no anchors", "\"anchors\":[{\"sha256\":\"" HASH "\"}],", "",
        ERR_PARAM_MISSING },
    { "an empty list of anchors", "[{\"sha256\":\"" HASH "\"}]", "[]",
        ERR_PARAM_RANGE },
    { "9 anchors", "[{\"sha256\":\"" HASH "\"}]",
        "[{\"sha256\":\"" HASH "\"},{\"sha256\":\"" HASH
        "\"},{\"sha256\":\"" HASH "\"},{\"sha256\":\"" HASH
        "\"},{\"sha256\":\"" HASH "\"},{\"sha256\":\"" HASH
        "\"},{\"sha256\":\"" HASH "\"},{\"sha256\":\"" HASH
        "\"},{\"sha256\":\"" HASH "\"}]",
        ERR_PARAM_RANGE },
    { "an anchor without its hash", "{\"sha256\":\"" HASH "\"}", "{}",
        ERR_PARAM_MISSING },
    { "a short hash", HASH, "00", ERR_PARAM_RANGE },
    { "a hash in capitals", HASH, "AA", ERR_PARAM_TYPE },
    { "an anchor of another hash", "\"}],", "\",\"certificate\":\"%CERT%\"}],",
        ERR_PARAM_RANGE },
    { "an anchor of its hash", HASH, "%HASH%\",\"certificate\":\"%CERT%", OK },
    { "an anchor that is no base64", HASH, HASH "\",\"certificate\":\"???",
        ERR_PARAM_TYPE },
    { "an anchor with a byte behind it", HASH,
        "%HASH%\",\"certificate\":\"%CERT%AA==", ERR_PARAM_TYPE },
    { "an unknown subject", "\"reference\"", "\"mine\"", ERR_PARAM_RANGE },
    { "an unknown way for R", "\"none\"", "\"clear\"", ERR_PARAM_RANGE },
    { "R for nobody", "\"none\"", "\"encrypted\"", ERR_PARAM_MISSING },
    { "R for somebody", "\"vid\":\"none\",\"km\":false},",
        "\"vid\":\"encrypted\"},\"encryption\":\"%CERT%\",", OK },
    { "R for something else", "\"vid\":\"none\",\"km\":false},",
        "\"vid\":\"encrypted\"},\"encryption\":\"AAAA\",", ERR_PARAM_TYPE },
    { "an empty TLS anchor", "\"loopback\":true",
        "\"loopback\":true,\"tls\":\"\"", ERR_PARAM_RANGE },
    { "a comment", "{\"name\"", "/* x */{\"name\"", ERR_JSON_INVALID },
    { "something behind it", "\"en\":\"1\"}}", "\"en\":\"1\"}} {}",
        ERR_JSON_TRAILING },
    { "a list instead", good, "[]", ERR_MESSAGE_INVALID },
    { "nothing at all", good, "", ERR_JSON_INVALID },
};

static void
put_changed(struct buf *out, const char *text)
{
    const char *p;

    for (p = text; *p != '\0'; p++) {
        if (strncmp(p, "%CERT%", 6) == 0) {
            assert_int_equal(buf_put_text(out, buf_text(&it.der64)), OK);
            p += 5;
        } else if (strncmp(p, "%HASH%", 6) == 0) {
            assert_int_equal(buf_put_text(out, buf_text(&it.hash)), OK);
            p += 5;
        } else {
            assert_int_equal(buf_put_byte(out, (uint8_t)*p), OK);
        }
    }
}

static void
definition_is_judged(void **state)
{
    const struct row *row = *state;
    const char *at = strstr(good, row->from);
    struct buf text = { 0 };
    struct ca *ca = NULL;

    assert_non_null(at);
    assert_int_equal(buf_put(&text, good, (size_t)(at - good)), OK);
    put_changed(&text, row->to);
    assert_int_equal(buf_put_text(&text, at + strlen(row->from)), OK);
    assert_string_equal(err_reason(ca_file_parse(&it.host, &text, "test", &ca)),
        err_reason(row->want));
    if (row->want == OK) {
        assert_string_equal(ca->name, "test");
        assert_string_equal(ca->folder, "IngamTest");
        assert_true(ca->enabled);
    } else {
        assert_null(ca);
    }
    ca_free(ca);
    buf_free(&text);
}

static int
setup(void **state)
{
    EVP_PKEY *key = make_key("rsa2048");
    struct cert_spec spec = { .cn = "Root", .key = key, .ca = true };
    X509 *x = make_cert(&spec);
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    (void)state;
    assert_int_equal(crypto_new(&it.host.crypto), OK);
    assert_int_equal(cert_der(x, &it.der), OK);
    assert_int_equal(b64_encode(it.der.data, it.der.len, &it.der64), OK);
    assert_int_equal(
        EVP_Digest(it.der.data, it.der.len, md, &len, EVP_sha256(), NULL), 1);
    assert_int_equal(hex_encode(md, len, &it.hash), OK);
    X509_free(x);
    EVP_PKEY_free(key);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    buf_free(&it.der);
    buf_free(&it.der64);
    buf_free(&it.hash);
    crypto_free(it.host.crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, definition_is_judged, rows);
    return support_run("ca file", &tests, setup, teardown);
}
