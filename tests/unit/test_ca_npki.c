/* What a definition says of dialect npki, and who switches a CA on. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cmd/ca_enabled.h"
#include "support.h"

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct {
    char home[256];
    struct host host;
} it;

static struct row {
    const char *name;
    const char *npki; /* the member's value */
    enum err want;
    struct ca_npki is;
} rows[] = {
    { "nothing: yessign's form", "{}", OK, { .pvno_0 = false } },
    { "the usual words",
        "{\"pvno\":1,\"sender\":\"mail\",\"recipient\":\"directory\","
        "\"transactionId\":true,\"mac\":\"des-mac\",\"secret\":\"salt-first\","
        "\"pad\":\"always\",\"reissue\":\"ir\",\"genm\":\"empty\","
        "\"vidCertificate\":\"caCert\",\"renewProof\":\"poposkInput\","
        "\"serial\":\"decimal\","
        "\"revoke\":\"reasonFlags\",\"revokeGenm\":false}",
        OK, { .pvno_0 = false } },
    { "pvno 0", "{\"pvno\":0}", OK, { .pvno_0 = true } },
    { "a sender of no name", "{\"sender\":\"directory\"}", OK,
        { .sender_directory = true } },
    { "a recipient by mail", "{\"recipient\":\"mail\"}", OK,
        { .recipient_mail = true } },
    { "no transaction", "{\"transactionId\":false}", OK,
        { .no_transaction = true } },
    { "HMAC-SHA1", "{\"mac\":\"hmac-sha1\"}", OK, { .hmac = true } },
    { "the secret first", "{\"secret\":\"secret-first\"}", OK,
        { .secret_first = true } },
    { "padding where needed", "{\"pad\":\"needed\"}", OK,
        { .pad_needed = true } },
    { "krr", "{\"reissue\":\"krr\"}", OK, { .krr = true } },
    { "genm that asks", "{\"genm\":\"caProtEncCert\"}", OK,
        { .genm_asks = true } },
    { "R for caProtEncCert", "{\"vidCertificate\":\"caProtEncCert\"}", OK,
        { .vid_prot_enc = true } },
    { "a serial number in hex", "{\"serial\":\"hex\"}", OK,
        { .serial_hex = true } },
    { "renewal over certReq", "{\"renewProof\":\"certReq\"}", OK,
        { .renew_plain = true } },
    { "revocation by entry", "{\"revoke\":\"crlEntryDetails\"}", OK,
        { .revoke_entry = true } },
    { "genm before a revocation", "{\"revokeGenm\":true}", OK,
        { .revoke_genm = true } },
    { "no object", "[]", ERR_PARAM_TYPE, { 0 } },
    { "an unknown switch", "{\"salt\":\"x\"}", ERR_PARAM_UNKNOWN, { 0 } },
    { "a switch twice", "{\"pvno\":1,\"pvno\":1}", ERR_JSON_DUPLICATE, { 0 } },
    { "pvno 2", "{\"pvno\":2}", ERR_PARAM_RANGE, { 0 } },
    { "pvno -1", "{\"pvno\":-1}", ERR_PARAM_RANGE, { 0 } },
    { "half a pvno", "{\"pvno\":0.5}", ERR_PARAM_RANGE, { 0 } },
    { "pvno as text", "{\"pvno\":\"1\"}", ERR_PARAM_TYPE, { 0 } },
    { "an unknown sender", "{\"sender\":\"dns\"}", ERR_PARAM_RANGE, { 0 } },
    { "a sender of no text", "{\"sender\":1}", ERR_PARAM_TYPE, { 0 } },
    { "an unknown recipient", "{\"recipient\":\"\"}", ERR_PARAM_RANGE, { 0 } },
    { "a mail name with Hangul", "{\"mail\":\"가\"}", ERR_PARAM_RANGE, { 0 } },
    { "an empty mail name", "{\"mail\":\"\"}", ERR_PARAM_RANGE, { 0 } },
    { "a transaction by word", "{\"transactionId\":\"no\"}", ERR_PARAM_TYPE,
        { 0 } },
    { "an unknown MAC", "{\"mac\":\"hmac-sha256\"}", ERR_PARAM_RANGE, { 0 } },
    { "an unknown order", "{\"secret\":\"only\"}", ERR_PARAM_RANGE, { 0 } },
    { "an unknown padding", "{\"pad\":\"never\"}", ERR_PARAM_RANGE, { 0 } },
    { "re-issue by kur", "{\"reissue\":\"kur\"}", ERR_PARAM_RANGE, { 0 } },
    { "an unknown genm", "{\"genm\":\"full\"}", ERR_PARAM_RANGE, { 0 } },
    { "R for anybody", "{\"vidCertificate\":\"any\"}", ERR_PARAM_RANGE, { 0 } },
    { "a serial number in octal", "{\"serial\":\"octal\"}", ERR_PARAM_RANGE,
        { 0 } },
    { "an unknown proof", "{\"renewProof\":\"none\"}", ERR_PARAM_RANGE, { 0 } },
    { "an unknown revocation", "{\"revoke\":\"both\"}", ERR_PARAM_RANGE,
        { 0 } },
    { "a genm that is a number", "{\"revokeGenm\":1}", ERR_PARAM_TYPE, { 0 } },
};

static void
definition(struct buf *ret, const char *name, const char *npki,
    const char *anchors, const char *endpoint, bool enabled)
{
    char text[2048];

    snprintf(text, sizeof(text),
        "{\"name\":\"%s\",\"title\":{\"ko\":\"시험\",\"en\":\"Test\"},"
        "\"folder\":\"T\",\"dialect\":\"npki\",%s\"issuers\":[\"cn=x\"],"
        "\"anchors\":%s,\"profile\":{\"vid\":\"encrypted\",\"npki\":%s},"
        "\"verified\":false,\"enabled\":%s}",
        name, endpoint, anchors, npki, enabled ? "true" : "false");
    assert_int_equal(buf_set(ret, text, strlen(text)), OK);
}

static void
switches_are_read(void **state)
{
    const struct row *row = *state;
    struct buf text = { 0 };
    struct ca *ca = NULL;

    definition(&text, "test", row->npki, "[{\"sha256\":\"" HASH "\"}]",
        "\"endpoint\":\"tcp://127.0.0.1:9\",", false);
    assert_string_equal(err_reason(ca_file_parse(&it.host, &text, "test", &ca)),
        err_reason(row->want));
    if (row->want == OK) {
        assert_false(ca->verified);
        assert_memory_equal(&ca->npki, &row->is, sizeof(row->is));
    }
    ca_free(ca);
    buf_free(&text);
}

/* --- on and off -------------------------------------------------------------- */

static void
put_file(const char *folder, const char *name, const struct buf *text)
{
    char path[1024];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    support_write(path, text->data, text->len);
    assert_int_equal(chmod(path, 0600), 0);
}

static void
put_definition(const char *name, const char *anchors, const char *endpoint)
{
    struct buf text = { 0 };
    char folder[512], file[64];

    snprintf(folder, sizeof(folder), "%s/ca.d", it.host.paths.share);
    snprintf(file, sizeof(file), "%s.json", name);
    definition(&text, name, "{}", anchors, endpoint, false);
    put_file(folder, file, &text);
    buf_free(&text);
}

static const char *
state_of(const char *name)
{
    struct ca *ca = NULL;
    const char *state;

    if (ca_file_find(&it.host, name, &ca) != OK)
        return "absent";
    state = ca->enabled ? "on" : "off";
    ca_free(ca);
    return state;
}

static struct switch_row {
    const char *name;
    const char *admin, *user; /* texts of the files; NULL: none */
    const char *want;         /* of "good" */
    const char *bare;         /* of "bare", which has no anchor */
} switch_rows[] = {
    { "nobody says anything", NULL, NULL, "off", "off" },
    { "the person switches it on", NULL, "good\n", "on", "off" },
    { "without the last line's end", NULL, "good", "on", "off" },
    { "with blanks and a comment", NULL, "# mine\n  good \t# yes\r\n", "on",
        "off" },
    { "the administrator switches it on", "good\n", NULL, "on", "off" },
    { "the person's word is the last", "good\n", "!good\n", "off", "off" },
    { "both ways", "!good\n", "good\n", "on", "off" },
    { "the last line counts", NULL, "good\n!good\n", "off", "off" },
    { "another CA", NULL, "goods\n", "off", "off" },
    { "a part of its name", NULL, "goo\n", "off", "off" },
    { "a comment", NULL, "#good\n", "off", "off" },
    { "JSON", NULL, "{\"good\":true}\n", "off", "off" },
    { "two words on a line", NULL, "good on\n", "off", "off" },
    { "one that has no anchor", "bare\n", "bare\n", "off", "off" },
};

static void
switch_is_read(void **state)
{
    const struct switch_row *row = *state;
    char path[1024];
    struct buf text = { 0 };

    if (row->admin != NULL) {
        text = support_text(row->admin);
        snprintf(path, sizeof(path), "%s/ca.d", it.host.paths.system);
        put_file(path, "enabled", &text);
        buf_free(&text);
    }
    if (row->user != NULL) {
        text = support_text(row->user);
        snprintf(path, sizeof(path), "%s/ca.d", it.host.paths.config);
        put_file(path, "enabled", &text);
        buf_free(&text);
    }
    assert_string_equal(state_of("good"), row->want);
    assert_string_equal(state_of("bare"), row->bare);
}

/* Only the one line changes. */
static void
set_changes_one_line(void **state)
{
    struct buf text = support_text("# mine\n!other\ngood # so\nlast");
    struct buf after = { 0 };
    char folder[512], path[1024];

    (void)state;
    snprintf(folder, sizeof(folder), "%s/ca.d", it.host.paths.config);
    snprintf(path, sizeof(path), "%s/enabled", folder);
    put_file(folder, "enabled", &text);
    assert_int_equal(ca_enabled_set(&it.host, "good", false), OK);
    assert_true(support_read(path, &after));
    assert_string_equal(buf_text(&after), "# mine\n!other\nlast\n!good\n");
    assert_string_equal(state_of("good"), "off");
    assert_int_equal(ca_enabled_set(&it.host, "good", true), OK);
    assert_string_equal(state_of("good"), "on");
    buf_free(&after);
    buf_free(&text);
}

/* A file that grew beyond its bound is not replaced. */
static void
set_keeps_its_bound(void **state)
{
    struct buf text = { 0 }, after = { 0 };
    char folder[512], path[1024];

    (void)state;
    assert_int_equal(buf_extend(&text, CA_ENABLED_MAX - 2), OK);
    memset(text.data, '#', text.len);
    snprintf(folder, sizeof(folder), "%s/ca.d", it.host.paths.config);
    snprintf(path, sizeof(path), "%s/enabled", folder);
    put_file(folder, "enabled", &text);
    assert_int_equal(ca_enabled_set(&it.host, "good", true), ERR_TOO_LARGE);
    assert_true(support_read(path, &after));
    assert_int_equal(after.len, text.len);
    buf_free(&after);
    buf_free(&text);
}

static void
make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static int
each_setup(void **state)
{
    char path[512];

    (void)state;
    support_folder(it.home);
    support_host(it.home, &it.host);
    mem_free(it.host.paths.system);
    mem_free(it.host.paths.share);
    snprintf(path, sizeof(path), "%s/etc", it.home);
    make_folder(path);
    it.host.paths.system = mem_strdup(path);
    snprintf(path, sizeof(path), "%s/etc/ca.d", it.home);
    make_folder(path);
    snprintf(path, sizeof(path), "%s/share", it.home);
    make_folder(path);
    it.host.paths.share = mem_strdup(path);
    snprintf(path, sizeof(path), "%s/share/ca.d", it.home);
    make_folder(path);
    assert_int_equal(ca_enabled_set(&it.host, "nobody", true), OK);
    put_definition("good", "[{\"sha256\":\"" HASH "\"}]",
        "\"endpoint\":\"tcp://127.0.0.1:9\",");
    put_definition("bare", "[]", "\"endpoint\":\"tcp://127.0.0.1:9\",");
    put_definition("mute", "[{\"sha256\":\"" HASH "\"}]", "");
    return 0;
}

static int
each_teardown(void **state)
{
    (void)state;
    support_host_free(&it.host);
    support_remove(it.home);
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, switches_are_read, rows);
    SUPPORT_ROWS(&tests, switch_is_read, switch_rows);
    support_test(&tests, "only one line changes", set_changes_one_line);
    support_test(&tests, "the file keeps its bound", set_keeps_its_bound);
    support_each(&tests, each_setup, each_teardown);
    return support_run("ca npki", &tests, NULL, NULL);
}
