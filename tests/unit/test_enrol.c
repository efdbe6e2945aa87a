/* What is decided before a byte leaves, with a clock and a CA of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "pki/enrol.h"
#include "support.h"

static struct {
    char home[256];
    struct host host;
    struct ca *ca;
    EVP_PKEY *key;
    int posts;
} it;

static enum err
never(void *ctx, const struct ca *ca, enum enrol_turn turn,
    const struct buf *request, int timeout_ms, const struct watch *watch,
    struct buf *ret_answer, const char **ret_sent)
{
    (void)turn;
    (void)ctx, (void)ca, (void)request, (void)timeout_ms, (void)watch;
    (void)ret_answer;
    it.posts++;
    *ret_sent = "no";
    return ERR_OFFLINE;
}

static int
setup(void **state)
{
    struct cert_spec spec = { .cn = "Hong" };
    struct buf dn = { 0 };
    X509 *x;

    (void)state;
    support_folder(it.home);
    support_host(it.home, &it.host);
    it.key = make_key("rsa2048");
    it.ca = mem_alloc(sizeof(*it.ca));
    it.ca->name = mem_strdup("test");
    it.ca->folder = mem_strdup("Test");
    it.ca->enabled = true;
    it.ca->issuers = mem_alloc(2 * sizeof(char *));
    spec.key = it.key;
    x = make_cert(&spec);
    assert_int_equal(cert_dn(X509_get_issuer_name(x), &dn), OK);
    it.ca->issuers[0] = mem_strdup(buf_text(&dn));
    X509_free(x);
    buf_free(&dn);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    ca_free(it.ca);
    EVP_PKEY_free(it.key);
    support_host_free(&it.host);
    support_remove(it.home);
    return 0;
}

static struct row {
    const char *name;
    const char *old; /* CN of the certificate replaced, NULL: none */
    int from_days, until_days;
    bool reissue, disabled;
    const char *password;
    enum err want;
    int posts;
} rows[] = {
    { "all is well", "Hong", -9, 9, true, 0, 0, ERR_OFFLINE, 1 },
    { "nothing is replaced", 0, 0, 0, true, 0, 0, ERR_OFFLINE, 1 },
    { "the old one has expired, a new one is asked", "Hong", -9, -1, 0, 0, 0,
        ERR_OFFLINE, 1 },
    { "the old one has expired", "Hong", -9, -1, true, 0, 0,
        ERR_CERTIFICATE_EXPIRED, 0 },
    { "the old one is another CA's", "Kim", -9, 9, true, 0, 0,
        ERR_NO_MATCHING_CERTIFICATE, 0 },
    { "the CA is switched off", "Hong", -9, 9, true, true, 0, ERR_CA_DISABLED,
        0 },
    { "the password is weak", "Hong", -9, 9, true, 0, "password",
        ERR_PASSWORD_TOO_WEAK, 0 },
    { "the password is empty", "Hong", -9, 9, true, 0, "",
        ERR_PASSWORD_TOO_WEAK, 0 },
};

static void
it_is_decided_before_sending(void **state)
{
    const struct row *row = *state;
    const struct enrol_io io = { NULL, never };
    const int64_t now = clock_wall(&it.host.clock);
    struct cert_spec spec = { .cn = row->old,
        .key = it.key,
        .from = now + row->from_days * TEST_DAY,
        .until = now + row->until_days * TEST_DAY };
    struct buf code = support_text("code"), old = { 0 };
    struct buf password =
        support_text(row->password == NULL ? "Seal-stone-42!" : row->password);
    struct enrol_result result = { 0 };
    struct enrol_order order = { .ca = it.ca,
        .kind = row->reissue ? JOURNAL_REISSUE : JOURNAL_ISSUE,
        .reference = row->name,
        .code = &code,
        .password = &password,
        .scheme = P8_LEGACY,
        .root = it.host.paths.npki };
    X509 *x = NULL;

    if (row->old != NULL) {
        x = make_cert(&spec);
        assert_int_equal(cert_der(x, &old), OK);
        order.old = &old;
    }
    it.ca->enabled = !row->disabled;
    it.posts = 0;
    assert_string_equal(
        err_reason(enrol_start(&it.host, &order, &io, NULL, &result)),
        err_reason(row->want));
    assert_int_equal(it.posts, row->posts);
    assert_string_equal(result.sent, "no");
    assert_int_equal(result.pending, row->posts > 0);
    if (row->want == ERR_CERTIFICATE_EXPIRED)
        assert_true(result.old_not_after == spec.until);
    enrol_result_free(&result);
    X509_free(x);
    buf_free(&code);
    buf_free(&old);
    buf_free(&password);
}

static struct again {
    const char *name;
    bool refused; /* the code, without proof */
    bool held;    /* by a program that resumes it */
    enum err want;
    int posts; /* of the second try */
} agains[] = {
    { "a code that was refused is typed anew", true, false, ERR_OFFLINE, 1 },
    { "while another program resumes it", true, true, ERR_ENROLMENT_PENDING,
        0 },
    { "a code that may be on its way", false, false, ERR_ENROLMENT_PENDING, 0 },
};

static void
an_entry_makes_room(void **state)
{
    const struct again *row = *state;
    const struct enrol_io io = { NULL, never };
    struct buf code = support_text("code"), other = support_text("edoc");
    struct buf password = support_text("Seal-stone-42!");
    struct enrol_result result = { 0 };
    struct enrol_order order = { .ca = it.ca,
        .reference = row->name,
        .code = &code,
        .password = &password,
        .scheme = P8_LEGACY,
        .root = it.host.paths.npki };
    char id[JOURNAL_ID_LEN + 1];
    int turn = -1;

    assert_int_equal(
        enrol_start(&it.host, &order, &io, NULL, &result), ERR_OFFLINE);
    memcpy(id, result.id, sizeof(id));
    if (row->refused)
        assert_int_equal(
            journal_set_mark(&it.host, id, JOURNAL_MARK_REFUSED), OK);
    if (row->held)
        assert_int_equal(journal_lock(&it.host, id, &turn), OK);
    order.code = &other;
    it.posts = 0;
    assert_string_equal(
        err_reason(enrol_start(&it.host, &order, &io, NULL, &result)),
        err_reason(row->want));
    assert_int_equal(it.posts, row->posts);
    assert_string_equal(result.id, id);
    assert_true(result.pending);
    journal_unlock(&turn);
    enrol_result_free(&result);
    buf_free(&code);
    buf_free(&other);
    buf_free(&password);
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, it_is_decided_before_sending, rows);
    SUPPORT_ROWS(&tests, an_entry_makes_room, agains);
    return support_run("enrol", &tests, setup, teardown);
}
