/*
 * Enrolment against OpenSSL's own CMP server, in this process: its answers are
 * cut, turned and lengthened at every byte, it lets wait, it goes away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/cmp.h>
#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "pki/cmp.h"
#include "support.h"

#define REFERENCE "834120"
#define CODE      "s3cret-code"

static struct {
    struct host host;
    int64_t now_ms; /* of the test's clock */
    EVP_PKEY *ca_key, *key;
    X509 *ca_cert, *cert;
    struct ca *ca;
    struct buf code, request;
    uint8_t random[VID_R_LEN];
} it;

/* What happens to the messages of one enrolment. */
struct world {
    OSSL_CMP_SRV_CTX *server;
    int posts;
    /* what to do to the answer of message `at` */
    int at;
    enum { NOTHING, CUT, TURN, ADD, REPLACE } change;
    size_t offset;
    uint8_t bits;
    enum err fail;     /* instead of that answer */
    size_t answer_len; /* of the answer at `at` as it was */
    int sendings, receptions, pauses;
    enum err sending_fails, reception_fails;
    X509 *received;
    bool vouched;
    /* polling */
    int waits;     /* answers "waiting" this often; -1: for ever */
    int64_t after; /* checkAfter */
    int polls;
    int64_t cancel_at; /* ms; 0: never */
};

static int64_t
wall(void *ctx)
{
    (void)ctx;
    return TEST_NOW + it.now_ms / 1000;
}

static int64_t
monotonic(void *ctx)
{
    (void)ctx;
    return it.now_ms;
}

/* --- the CA ------------------------------------------------------------------ */

static void
extend(X509 *x, X509 *issuer, int nid, const char *value)
{
    CONF *none = NCONF_new(NULL);
    X509V3_CTX ctx;
    X509_EXTENSION *ext;

    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, none);
    ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(x, ext, -1), 1);
    X509_EXTENSION_free(ext);
    NCONF_free(none);
}

static X509 *
issue_cert(const char *cn, EVP_PKEY *key, bool ca)
{
    X509 *x = X509_new(), *issuer = ca ? x : it.ca_cert;
    X509_NAME *name = X509_get_subject_name(x);

    assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
    assert_int_equal(
        ASN1_INTEGER_set(X509_get_serialNumber(x), ca ? 1 : 4711), 1);
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                         (const unsigned char *)cn, -1, -1, 0),
        1);
    assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(issuer)), 1);
    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(TEST_NOW - TEST_DAY));
    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(TEST_NOW + 365 * TEST_DAY));
    assert_int_equal(X509_set_pubkey(x, key), 1);
    extend(x, issuer, NID_key_usage,
        ca ? "critical,keyCertSign,cRLSign"
           : "critical,digitalSignature,nonRepudiation");
    if (ca)
        extend(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
    else
        extend(x, issuer, NID_certificate_policies, "1.2.410.200005.1.1.4");
    assert_true(X509_sign(x, it.ca_key, EVP_sha256()) > 0);
    return x;
}

static OSSL_CMP_PKISI *
on_request(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, int id,
    const OSSL_CRMF_MSG *crm, const X509_REQ *p10, X509 **ret_cert,
    STACK_OF(X509) * *chain, STACK_OF(X509) * *ca_pubs)
{
    struct world *w = OSSL_CMP_SRV_CTX_get0_custom_ctx(srv);

    (void)m, (void)id, (void)crm, (void)p10;
    *chain = *ca_pubs = NULL;
    *ret_cert = NULL;
    if (w->waits != 0)
        return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_waiting, 0, NULL);
    *ret_cert = X509_dup(it.cert);
    return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_accepted, 0, "ok");
}

static int
on_confirm(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, int id,
    const ASN1_OCTET_STRING *hash, const OSSL_CMP_PKISI *si)
{
    (void)srv, (void)m, (void)id, (void)hash, (void)si;
    return 1;
}

static OSSL_CMP_MSG *first_request;

static int
on_poll(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, int id,
    OSSL_CMP_MSG **ret_request, int64_t *ret_after)
{
    struct world *w = OSSL_CMP_SRV_CTX_get0_custom_ctx(srv);

    (void)m, (void)id;
    *ret_after = w->after;
    *ret_request = NULL;
    w->polls++;
    if (w->waits > 0)
        w->waits--;
    if (w->waits == 0)
        *ret_request = OSSL_CMP_MSG_dup(first_request);
    return 1;
}

static int
quiet(const char *func, const char *file, int line, OSSL_CMP_severity level,
    const char *msg)
{
    (void)func, (void)file, (void)line, (void)level, (void)msg;
    return 1;
}

static OSSL_CMP_SRV_CTX *
make_server(struct world *w)
{
    OSSL_CMP_SRV_CTX *srv =
        OSSL_CMP_SRV_CTX_new(crypto_libctx(it.host.crypto), NULL);
    OSSL_CMP_CTX *ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);

    assert_int_equal(OSSL_CMP_SRV_CTX_init(srv, w, on_request, NULL, NULL, NULL,
                         on_confirm, on_poll),
        1);
    assert_int_equal(OSSL_CMP_CTX_set1_referenceValue(
                         ctx, (const unsigned char *)REFERENCE, 6),
        1);
    assert_int_equal(OSSL_CMP_CTX_set1_secretValue(
                         ctx, (const unsigned char *)CODE, sizeof(CODE) - 1),
        1);
    assert_int_equal(OSSL_CMP_CTX_set_option(
                         ctx, OSSL_CMP_OPT_MAC_ALGNID, NID_hmacWithSHA256),
        1);
    OSSL_CMP_CTX_set_log_cb(ctx, quiet);
    return srv;
}

/* --- the host's side --------------------------------------------------------- */

static void
spoil(struct world *w, struct buf *answer)
{
    w->answer_len = answer->len;
    switch (w->change) {
    case CUT:
        answer->len = w->offset;
        break;
    case TURN:
        answer->data[w->offset] ^= w->bits;
        break;
    case ADD:
        assert_int_equal(buf_put_byte(answer, w->bits), OK);
        break;
    case REPLACE:
        assert_int_equal(buf_set(answer, &w->bits, 1), OK);
        break;
    case NOTHING:
        break;
    }
}

static enum err
on_post(void *ctx, const struct buf *request, int timeout_ms,
    struct buf *ret_answer)
{
    struct world *w = ctx;
    const unsigned char *p = request->data;
    OSSL_CMP_MSG *in = d2i_OSSL_CMP_MSG(NULL, &p, (long)request->len), *out;
    unsigned char *der = NULL;
    int len, n = w->posts++;

    assert_true(timeout_ms > 0 && timeout_ms <= CMP_MESSAGE_S * 1000);
    assert_non_null(in);
    if (n == 0) {
        OSSL_CMP_MSG_free(first_request);
        first_request = OSSL_CMP_MSG_dup(in);
    }
    if (w->fail != OK && n == w->at) {
        OSSL_CMP_MSG_free(in);
        return w->fail;
    }
    out = OSSL_CMP_SRV_process_request(w->server, in);
    (void)err_openssl(__func__, OK);
    assert_non_null(out);
    len = i2d_OSSL_CMP_MSG(out, &der);
    assert_int_equal(buf_put(ret_answer, der, (size_t)len), OK);
    if (n == w->at)
        spoil(w, ret_answer);
    OPENSSL_free(der);
    OSSL_CMP_MSG_free(in);
    OSSL_CMP_MSG_free(out);
    return OK;
}

static enum err
on_sending(void *ctx)
{
    struct world *w = ctx;

    w->sendings++;
    return w->sending_fails;
}

static enum err
on_received(void *ctx, X509 *x, bool vouched)
{
    struct world *w = ctx;

    w->receptions++;
    w->vouched = vouched;
    if (w->reception_fails == OK && X509_up_ref(x) == 1)
        w->received = x;
    return w->reception_fails;
}

static void
on_pause(void *ctx, int ms)
{
    struct world *w = ctx;

    w->pauses++;
    it.now_ms += ms;
}

static bool
is_cancelled(void *ctx)
{
    const struct world *w = ctx;

    return w->cancel_at != 0 && it.now_ms >= w->cancel_at;
}

static void
fill_order(struct cmp_order *order)
{
    *order = (struct cmp_order){ .ca = it.ca,
        .kind = CMP_SIGN,
        .reference = REFERENCE,
        .code = &it.code,
        .key = it.key,
        .random = it.random,
        .request = &it.request,
        .person = { .name = "Hong" } };
    memset(order->transaction_id, 7, sizeof(order->transaction_id));
}

static enum err
enrol(struct world *w, const char **ret_what)
{
    const struct cmp_io io = { w, on_sending, on_post, on_received, on_pause };
    const struct watch watch = { w, is_cancelled, NULL };
    struct cmp_result result = { 0 };
    struct cmp_order order;
    enum err r;

    fill_order(&order);
    w->server = make_server(w);
    r = cmp_enrol(&it.host, &order, &io, &watch, &result);
    if (ret_what != NULL)
        *ret_what = result.what;
    cmp_result_free(&result);
    OSSL_CMP_SRV_CTX_free(w->server);
    return r;
}

static int
setup(void **state)
{
    struct cmp_order order;
    unsigned len = 0;

    (void)state;
    assert_int_equal(crypto_new(&it.host.crypto), OK);
    it.host.clock = (struct clock){ wall, monotonic, NULL };
    it.now_ms = 1000;
    it.ca_key = make_key("rsa2048");
    it.key = make_key("rsa2048");
    it.ca_cert = issue_cert("Test CA", it.ca_key, true);
    it.cert = issue_cert("Hong", it.key, false);
    it.code = support_text(CODE);
    it.ca = mem_alloc(sizeof(*it.ca));
    it.ca->issuers = mem_alloc(2 * sizeof(char *));
    it.ca->issuers[0] = mem_strdup("cn=Test CA");
    it.ca->anchor_count = 1;
    assert_int_equal(cert_der(it.ca_cert, &it.ca->anchors[0].der), OK);
    assert_int_equal(
        EVP_Digest(it.ca->anchors[0].der.data, it.ca->anchors[0].der.len,
            it.ca->anchors[0].sha256, &len, EVP_sha256(), NULL),
        1);
    fill_order(&order);
    assert_int_equal(cmp_request(&it.host, &order, &it.request), OK);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    OSSL_CMP_MSG_free(first_request);
    X509_free(it.cert);
    X509_free(it.ca_cert);
    EVP_PKEY_free(it.key);
    EVP_PKEY_free(it.ca_key);
    ca_free(it.ca);
    buf_free(&it.code);
    buf_free(&it.request);
    crypto_free(it.host.crypto);
    return 0;
}

/* --- tests ------------------------------------------------------------------- */

static size_t
good_length(int at)
{
    struct world w = { .at = at };

    assert_int_equal(enrol(&w, NULL), OK);
    X509_free(w.received);
    assert_true(w.answer_len > 100);
    return w.answer_len;
}

static void
a_good_ca_is_believed(void **state)
{
    struct world w = { 0 };

    (void)state;
    assert_int_equal(enrol(&w, NULL), OK);
    assert_int_equal(w.posts, 2);
    assert_int_equal(w.sendings, 1);
    assert_int_equal(w.receptions, 1);
    assert_true(w.vouched);
    assert_int_equal(X509_cmp(w.received, it.cert), 0);
    X509_free(w.received);
}

/* T100 */
static void
an_answer_cut_anywhere_is_refused(void **state)
{
    size_t len = good_length(0), i;
    enum err r;

    (void)state;
    for (i = 0; i < len; i++) {
        struct world w = { .change = CUT, .offset = i };

        r = enrol(&w, NULL);
        assert_int_equal(r, ERR_CA_ANSWER_INVALID);
        assert_int_equal(w.posts, 1);
        assert_int_equal(w.receptions, 0);
    }
}

/* T101: every byte, three ways; nothing here is outside the protection */
static void
an_answer_turned_anywhere_is_refused(void **state)
{
    static const uint8_t bits[] = { 0x01, 0x80, 0xFF };
    size_t len = good_length(0), i, k;
    enum err r;

    (void)state;
    for (i = 0; i < len; i++) {
        for (k = 0; k < sizeof(bits); k++) {
            struct world w = { .change = TURN, .offset = i, .bits = bits[k] };

            r = enrol(&w, NULL);
            if (r != ERR_CA_ANSWER_INVALID && r != ERR_CA_ANSWER_UNTRUSTED)
                fail_msg("byte %zu, bits %02x: %d", i, bits[k], (int)r);
            assert_int_equal(w.receptions, 0);
        }
    }
}

static void
a_confirmation_turned_anywhere_leaves_it_unconfirmed(void **state)
{
    size_t len = good_length(1), i;

    (void)state;
    for (i = 0; i < len; i++) {
        struct world w = { .at = 1, .change = TURN, .offset = i, .bits = 0x04 };

        assert_int_equal(enrol(&w, NULL), ERR_CERTIFICATE_UNCONFIRMED);
        assert_int_equal(w.receptions, 1);
        X509_free(w.received);
    }
}

static void
bytes_behind_an_answer_are_refused(void **state)
{
    struct world zero = { .change = ADD },
                 one = { .change = ADD, .bits = 0x30 },
                 only = { .change = REPLACE, .bits = 0x30 };

    (void)state;
    assert_int_equal(enrol(&zero, NULL), ERR_CA_ANSWER_INVALID);
    assert_int_equal(enrol(&one, NULL), ERR_CA_ANSWER_INVALID);
    assert_int_equal(enrol(&only, NULL), ERR_CA_ANSWER_INVALID);
}

/* What the way to the CA says is handed on; after the certificate it means
 * unconfirmed. */
static struct way {
    const char *name;
    enum err first, second;
} ways[] = {
    { "offline", ERR_OFFLINE, ERR_CERTIFICATE_UNCONFIRMED },
    { "unreachable", ERR_CA_UNREACHABLE, ERR_CERTIFICATE_UNCONFIRMED },
    { "no TLS", ERR_TLS_FAILED, ERR_CERTIFICATE_UNCONFIRMED },
    { "no answer in time", ERR_CA_TIMEOUT, ERR_CERTIFICATE_UNCONFIRMED },
    { "busy", ERR_CA_BUSY, ERR_CERTIFICATE_UNCONFIRMED },
    { "an answer that is none", ERR_CA_ANSWER_INVALID,
        ERR_CERTIFICATE_UNCONFIRMED },
    { "cancelled", ERR_CANCELLED, ERR_CANCELLED },
    { "no memory", ERR_NO_MEMORY, ERR_NO_MEMORY },
    { "a worker that died", ERR_INTERNAL, ERR_CERTIFICATE_UNCONFIRMED },
};

static void
a_failing_way_is_told(void **state)
{
    const struct way *row = *state;
    struct world first = { .fail = row->first },
                 second = { .fail = row->first, .at = 1 };

    assert_int_equal(enrol(&first, NULL), row->first);
    assert_int_equal(first.receptions, 0);
    assert_int_equal(enrol(&second, NULL), row->second);
    assert_int_equal(second.receptions, 1);
    X509_free(second.received);
}

static void
nothing_leaves_before_the_journal_knows(void **state)
{
    struct world w = { .sending_fails = ERR_DISK_FULL };

    (void)state;
    assert_int_equal(enrol(&w, NULL), ERR_DISK_FULL);
    assert_int_equal(w.posts, 0);
}

static void
nothing_is_confirmed_before_the_journal_has_it(void **state)
{
    struct world w = { .reception_fails = ERR_DISK_FULL };

    (void)state;
    assert_int_equal(enrol(&w, NULL), ERR_DISK_FULL);
    assert_int_equal(w.posts, 1);
}

/* T110, T111: the CA's number is only a wish */
static struct pause {
    const char *name;
    int64_t after;
    int waits;
    enum err want;
    int64_t least_ms, most_ms; /* the whole thing */
} pauses[] = {
    { "wait 0 s, once", 0, 2, OK, 1000, 2000 },
    { "wait 1 s, three times", 1, 4, OK, 3000, 4000 },
    { "wait 30 s, twice", 30, 3, OK, 60000, 61000 },
    { "wait 2^31-1 s", INT32_MAX, -1, ERR_CA_WAITING, 0, 61000 },
    { "wait 0 s for ever", 0, -1, ERR_CA_WAITING, 110000, 120000 },
    { "wait 1 s for ever", 1, -1, ERR_CA_WAITING, 110000, 120000 },
    { "wait -1 s", -1, 2, ERR_CA_ANSWER_INVALID, 0, 1000 },
};

static void
waiting_is_ours_to_bound(void **state)
{
    const struct pause *row = *state;
    struct world w = { .at = -1, .waits = row->waits, .after = row->after };
    int64_t start = it.now_ms;

    assert_string_equal(err_reason(enrol(&w, NULL)), err_reason(row->want));
    assert_in_range(it.now_ms - start, row->least_ms, row->most_ms);
    assert_true(w.polls <= CMP_TOTAL_S + 1);
    X509_free(w.received);
}

static void
waiting_can_be_cancelled(void **state)
{
    struct world w = { .at = -1, .waits = -1, .after = 30 };
    int64_t start = it.now_ms;

    (void)state;
    w.cancel_at = start + 500;
    assert_int_equal(enrol(&w, NULL), ERR_CANCELLED);
    assert_in_range(it.now_ms - start, 500, 700);
}

/* The order, not the certificate, is wrong here: each time what came is not
 * what was asked for. */
static struct strange {
    const char *name;
    const char *holder, *issuer;
    bool no_pin, other_key, expected;
    const char *what;
} stranges[] = {
    { "a certificate for somebody else", "Kim", 0, 0, 0, 0, "subject" },
    { "a certificate of another issuer", "Hong", "cn=Other", 0, 0, 0,
        "issuer" },
    { "a certificate that leads to no pin", "Hong", 0, true, 0, 0, "chain" },
    { "a certificate for another key", "Hong", 0, 0, true, 0, "key" },
    { "another certificate than before", "Hong", 0, 0, 0, true, "other" },
};

static void
a_strange_certificate_is_refused(void **state)
{
    const struct strange *row = *state;
    struct cmp_order order;
    struct buf expected = { 0 };
    bool vouched = false;
    const char *what = NULL;
    char *issuer = it.ca->issuers[0];

    fill_order(&order);
    order.person.name = row->holder;
    order.key = row->other_key ? it.ca_key : it.key;
    it.ca->anchor_count = row->no_pin ? 0 : 1;
    if (row->issuer != NULL)
        it.ca->issuers[0] = mem_strdup(row->issuer);
    if (row->expected) {
        assert_int_equal(cert_der(it.ca_cert, &expected), OK);
        order.expected = &expected;
    }
    assert_int_equal(
        cmp_certificate_check(&it.host, &order, it.cert, NULL, &vouched, &what),
        ERR_CERTIFICATE_UNEXPECTED);
    assert_string_equal(what, row->what);
    if (row->issuer != NULL)
        mem_free(it.ca->issuers[0]);
    it.ca->issuers[0] = issuer;
    it.ca->anchor_count = 1;
    buf_free(&expected);
}

int
main(void)
{
    static struct support_tests tests;

#define TEST(function) support_test(&tests, #function, function)
    TEST(a_good_ca_is_believed);
    TEST(an_answer_cut_anywhere_is_refused);
    TEST(an_answer_turned_anywhere_is_refused);
    TEST(a_confirmation_turned_anywhere_leaves_it_unconfirmed);
    TEST(bytes_behind_an_answer_are_refused);
    TEST(nothing_leaves_before_the_journal_knows);
    TEST(nothing_is_confirmed_before_the_journal_has_it);
    TEST(waiting_can_be_cancelled);
    SUPPORT_ROWS(&tests, a_failing_way_is_told, ways);
    SUPPORT_ROWS(&tests, waiting_is_ours_to_bound, pauses);
    SUPPORT_ROWS(&tests, a_strange_certificate_is_refused, stranges);
    return support_run("cmp", &tests, setup, teardown);
}
