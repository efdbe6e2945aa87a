/* Time-stamps (RFC 3161) as timestamp.h judges them: tokens made by OpenSSL's
 * own authority in this process, whole, cut, changed and at the wrong time. */
#include "support.h"

#include <string.h>

#include <ingam/verify.h>

#include "pki/cert.h"
#include "pki/cms.h"
#include "signers.h"
#include "tsa_peer.h"

static struct chain_set *tsa_anchors;
static struct buf signature; /* CMS by Hong, without a time-stamp */

static enum err
refuse(void *ctx, const struct buf *request, const struct watch *watch,
    struct buf *ret_answer)
{
    (void)request;
    (void)watch;
    (void)ret_answer;
    return *(enum err *)ctx;
}

/* One answer to a question about these bytes. */
static void
ask(const struct buf *bytes, const uint8_t *nonce, struct buf *ret_answer)
{
    struct buf request = { 0 };

    assert_int_equal(timestamp_ask(crypto, bytes, NULL, nonce, &request), OK);
    assert_int_equal(tsa_peer_answer(NULL, &request, NULL, ret_answer), OK);
    buf_free(&request);
}

static int
setup(void **state)
{
    const struct cms_form form = { .attributes = true, .now = TEST_NOW };
    struct buf content = support_text("content");
    int r = signers_setup(state);

    tsa_peer_setup();
    assert_int_equal(chain_add(&tsa_anchors, tsa_root), OK);
    assert_int_equal(
        signers_sign(crypto, mine, key, &content, &form, &signature), OK);
    buf_free(&content);
    return r;
}

static int
teardown(void **state)
{
    tsa_peer_teardown();
    chain_free(tsa_anchors);
    buf_free(&signature);
    return signers_teardown(state);
}

/* --- a token ---------------------------------------------------------------*/

static const uint8_t nonce[TIMESTAMP_NONCE_LEN] = { 0x80, 1, 2, 3 };

static struct timestamp
check(const struct buf *token, const struct buf *bytes, int64_t at,
    const struct chain_set *of)
{
    const struct timestamp_question question = {
        .stamped = bytes, .anchors = of, .at = at, .nonce = nonce
    };
    struct timestamp t = { 0 };

    assert_int_equal(timestamp_check(crypto, token, &question, &t), OK);
    return t;
}

static struct at_row {
    const char *name;
    int64_t at; /* seconds after the token's time; 1: by its own */
    const char *problem;
} at_rows[] = {
    { "at its own time", 1, NULL },
    { "a hundred days later", 100 * TEST_DAY, NULL },
    { "as far before as clocks may differ", -TIMESTAMP_SKEW, NULL },
    { "a second earlier", -TIMESTAMP_SKEW - 1, "tsa_time" },
    { "before the TSA's certificates", -181 * TEST_DAY, "tsa_untrusted" },
    { "after them", 181 * TEST_DAY, "tsa_untrusted" },
};

static void
judged_at(void **state)
{
    const struct at_row *row = *state;
    struct buf bytes = support_text("x"), full = { 0 }, token = { 0 };
    int64_t at = row->at == 1 ? 0 : TEST_NOW + row->at;
    struct timestamp t;

    ask(&bytes, nonce, &full);
    assert_null(timestamp_token(&full, &token));
    t = check(&token, &bytes, at, tsa_anchors);
    if (row->problem == NULL) {
        assert_null(t.problem);
        assert_int_equal(t.state, TIMESTAMP_GOOD);
    } else {
        assert_string_equal(t.problem, row->problem);
        assert_int_equal(t.state, TIMESTAMP_UNTRUSTED);
    }
    assert_int_equal(t.time, TEST_NOW);
    timestamp_free(&t);
    t = check(&token, &full, at, tsa_anchors);
    assert_string_equal(t.problem, "tsa_other_signature");
    timestamp_free(&t);
    t = check(&token, &bytes, at, NULL);
    assert_int_equal(t.state, TIMESTAMP_UNTRUSTED);
    timestamp_free(&t);
    buf_free(&bytes);
    buf_free(&full);
    buf_free(&token);
}

/* Whatever its first bytes are, no part of an answer is one. */
static void
cut_anywhere(void **state)
{
    struct buf bytes = support_text("x"), full = { 0 }, token = { 0 }, cut;

    (void)state;
    ask(&bytes, nonce, &full);
    for (size_t len = 0; len < full.len; len++) {
        cut = (struct buf){ .data = full.data, .len = len };
        assert_string_equal(timestamp_token(&cut, &token), "tsa_malformed");
        assert_int_equal(token.len, 0);
    }
    assert_int_equal(buf_put_byte(&full, 0), OK);
    assert_string_equal(timestamp_token(&full, &token), "tsa_malformed");
    full.len--;
    assert_null(timestamp_token(&full, &token));
    for (size_t len = 0; len < token.len; len++) {
        struct timestamp t;

        cut = (struct buf){ .data = token.data, .len = len };
        t = check(&cut, &bytes, 0, tsa_anchors);
        assert_int_equal(t.state, TIMESTAMP_BAD);
        timestamp_free(&t);
    }
    buf_free(&bytes);
    buf_free(&full);
    buf_free(&token);
}

/* A changed byte leaves nothing good but what it does not touch. */
static void
changed_anywhere(void **state)
{
    struct buf bytes = support_text("x"), full = { 0 }, token = { 0 };
    size_t good = 0;

    (void)state;
    ask(&bytes, nonce, &full);
    assert_null(timestamp_token(&full, &token));
    for (size_t i = 0; i < token.len; i++) {
        struct timestamp t;

        token.data[i] ^= 1;
        t = check(&token, &bytes, 0, tsa_anchors);
        if (t.state == TIMESTAMP_GOOD) {
            good++; /* versions and names of algorithms are not signed */
            assert_int_equal(t.time, TEST_NOW);
        }
        timestamp_free(&t);
        token.data[i] ^= 1;
    }
    assert_true(good <= 16);
    buf_free(&bytes);
    buf_free(&full);
    buf_free(&token);
}

/* --- into a signature ------------------------------------------------------*/

static struct add_row {
    const char *name;
    int64_t off; /* the TSA's clock, seconds ahead of ours */
    const char *policy;
    enum err fetch; /* what the network says; OK: an answer */
    enum err want;
    const char *problem;
} add_rows[] = {
    { "the same time", 0, NULL, OK, OK, NULL },
    { "the policy that is asked for", 0, TSA_PEER_POLICY, OK, OK, NULL },
    { "as far ahead as clocks may differ", TIMESTAMP_SKEW, NULL, OK, OK, NULL },
    { "as far behind", -TIMESTAMP_SKEW, NULL, OK, OK, NULL },
    { "a second further ahead", TIMESTAMP_SKEW + 1, NULL, OK, ERR_CLOCK_WRONG,
        NULL },
    { "a second further behind", -TIMESTAMP_SKEW - 1, NULL, OK, ERR_CLOCK_WRONG,
        NULL },
    { "a policy that it does not have", 0, "1.2.3.5", OK, ERR_TIMESTAMP_FAILED,
        "tsa_unaccepted_policy" },
    { "nobody there", 0, NULL, ERR_CA_UNREACHABLE, ERR_TIMESTAMP_FAILED,
        "ca_unreachable" },
    { "no network", 0, NULL, ERR_OFFLINE, ERR_TIMESTAMP_FAILED, "offline" },
    { "cancelled", 0, NULL, ERR_CANCELLED, ERR_CANCELLED, NULL },
    { "no memory", 0, NULL, ERR_NO_MEMORY, ERR_NO_MEMORY, NULL },
};

static void
added(void **state)
{
    const struct add_row *row = *state;
    char policy[] = "1.2.3.4";
    struct tsa tsa = { .anchors = tsa_anchors };
    enum err fetch = row->fetch;
    const struct timestamp_io io = { &fetch,
        fetch == OK ? tsa_peer_answer : refuse };
    struct buf der = { 0 };
    struct timestamp t = { 0 };

    if (row->policy != NULL) {
        memcpy(policy, row->policy, sizeof(policy));
        tsa.policy = policy;
    }
    tsa_peer_clock = TEST_NOW + row->off;
    signers_put(&der, signature.data, signature.len);
    assert_int_equal(
        timestamp_add(crypto, mine, &tsa, &io, NULL, TEST_NOW, &der, &t),
        row->want);
    tsa_peer_clock = TEST_NOW;
    if (row->problem != NULL)
        assert_string_equal(t.problem, row->problem);
    if (row->want == OK)
        assert_true(der.len > signature.len);
    else
        assert_int_equal(der.len, signature.len);
    if (row->want == ERR_CLOCK_WRONG)
        assert_int_equal(t.time, TEST_NOW + row->off);
    timestamp_free(&t);
    buf_free(&der);
}

/* The verdict about a signature, judged long after its certificate's end. */
static void
judge(const struct buf *der, bool needed, struct cms_verdict *ret)
{
    const struct cms_question question = { .signature = der,
        .anchors = anchors,
        .at = TEST_NOW + 179 * TEST_DAY,
        .tsa_anchors = tsa_anchors,
        .timestamp = needed };

    assert_int_equal(cms_verify(crypto, &question, ret), OK);
}

/* Hang a token onto the only signer. */
static void
hang(struct buf *der, const struct buf *token)
{
    CMS_ContentInfo *cms = signers_parse(der);
    CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);

    assert_int_equal(
        CMS_unsigned_add1_attr_by_NID(si, NID_id_smime_aa_timeStampToken,
            V_ASN1_SEQUENCE, token->data, (int)token->len),
        1);
    buf_free(der);
    assert_int_equal(cms_encode(cms, der), OK);
    CMS_ContentInfo_free(cms);
}

static void
good_after_bad(void **state)
{
    struct tsa tsa = { .anchors = tsa_anchors };
    const struct timestamp_io io = { NULL, tsa_peer_answer };
    struct buf bytes = support_text("x"), full = { 0 }, token = { 0 };
    struct buf der = { 0 };
    struct cms_verdict v = { 0 };
    struct timestamp t = { 0 };

    (void)state;
    signers_put(&der, signature.data, signature.len);
    judge(&der, true, &v);
    assert_int_equal(v.signers[0].timestamp.state, TIMESTAMP_NONE);
    assert_false(cms_verdict_valid(&v));
    cms_verdict_free(&v);
    ask(&bytes, nonce, &full);
    assert_null(timestamp_token(&full, &token));
    hang(&der, &token); /* about something else */
    judge(&der, false, &v);
    assert_string_equal(v.signers[0].timestamp.problem, "tsa_other_signature");
    assert_false(cms_verdict_valid(&v));
    cms_verdict_free(&v);
    assert_int_equal(
        timestamp_add(crypto, mine, &tsa, &io, NULL, TEST_NOW, &der, &t), OK);
    timestamp_free(&t);
    judge(&der, true, &v);
    assert_int_equal(v.signers[0].timestamp.state, TIMESTAMP_GOOD);
    assert_true(cms_verdict_valid(&v));
    cms_verdict_free(&v);
    buf_free(&bytes);
    buf_free(&full);
    buf_free(&token);
    buf_free(&der);
}

/* A heap of tokens is not looked through; the shortest come first in DER. */
static void
too_many(void **state)
{
    uint8_t empty[] = { 0x30, 0 };
    const struct buf token = { .data = empty, .len = sizeof(empty) };
    struct tsa tsa = { .anchors = tsa_anchors };
    const struct timestamp_io io = { NULL, tsa_peer_answer };
    struct buf der = { 0 };
    struct cms_verdict v = { 0 };
    struct timestamp t = { 0 };

    (void)state;
    signers_put(&der, signature.data, signature.len);
    assert_int_equal(
        timestamp_add(crypto, mine, &tsa, &io, NULL, TEST_NOW, &der, &t), OK);
    timestamp_free(&t);
    for (int i = 1; i < TIMESTAMP_TOKENS_MAX; i++)
        hang(&der, &token);
    judge(&der, false, &v);
    assert_int_equal(v.signers[0].timestamp.state, TIMESTAMP_GOOD);
    cms_verdict_free(&v);
    hang(&der, &token);
    judge(&der, false, &v);
    assert_int_equal(v.signers[0].timestamp.state, TIMESTAMP_BAD);
    cms_verdict_free(&v);
    buf_free(&der);
}

/* The bank's library: who trusts a TSA wants its word, and takes it. */
static void
for_banks(void **state)
{
    struct tsa tsa = { .anchors = tsa_anchors };
    const struct timestamp_io io = { NULL, tsa_peer_answer };
    const char *late = "2027-05-16T14:26:40Z"; /* TEST_NOW and 179 days */
    ingam_verifier *verifier = ingam_verifier_new();
    ingam_question *question = ingam_question_new();
    ingam_verdict *verdict = NULL;
    struct buf der = { 0 }, pin = { 0 };
    struct timestamp t = { 0 };

    (void)state;
    assert_int_equal(cert_der(root, &pin), OK);
    assert_int_equal(
        ingam_verifier_set(verifier, INGAM_TRUST, pin.data, pin.len),
        INGAM_GOOD);
    buf_free(&pin);
    assert_int_equal(cert_der(tsa_root, &pin), OK);
    assert_int_equal(
        ingam_verifier_set(verifier, INGAM_TRUST_TSA, pin.data, pin.len),
        INGAM_GOOD);
    assert_int_equal(
        ingam_question_set(question, INGAM_AT, late, strlen(late)), INGAM_GOOD);
    signers_put(&der, signature.data, signature.len);
    assert_int_equal(
        ingam_verify(verifier, question, der.data, der.len, &verdict),
        INGAM_BAD);
    assert_non_null(strstr(ingam_verdict_json(verdict), "timestamp_missing"));
    ingam_verdict_free(verdict);
    assert_int_equal(
        timestamp_add(crypto, mine, &tsa, &io, NULL, TEST_NOW, &der, &t), OK);
    timestamp_free(&t);
    assert_int_equal(
        ingam_verify(verifier, question, der.data, der.len, &verdict),
        INGAM_GOOD);
    assert_non_null(strstr(ingam_verdict_json(verdict), "\"state\":\"good\""));
    ingam_verdict_free(verdict);
    ingam_question_free(question);
    ingam_verifier_free(verifier);
    buf_free(&der);
    buf_free(&pin);
}

static struct policy_row {
    const char *name, *policy;
    bool ok;
} policy_rows[] = {
    { "an OID", "1.2.410.200005.7.1", true },
    { "a name", "rsaEncryption", false },
    { "nothing", "", false },
    { "one number", "1", false },
    { "a first number above 2", "3.1", false },
    { "a letter", "1.2.x", false },
    { "two points", "1..2", false },
    { "a blank", "1.2 ", false },
};

static void
policy_is(void **state)
{
    const struct policy_row *row = *state;

    assert_int_equal(timestamp_policy_ok(row->policy), row->ok);
}

int
main(void)
{
    struct support_tests tests = { .count = 0 };

    SUPPORT_ROWS(&tests, judged_at, at_rows);
    SUPPORT_ROWS(&tests, added, add_rows);
    SUPPORT_ROWS(&tests, policy_is, policy_rows);
    support_test(&tests, "no part of an answer is one", cut_anywhere);
    support_test(&tests, "a changed byte is seen", changed_anywhere);
    support_test(&tests, "a good token after a bad one", good_after_bad);
    support_test(&tests, "a bank that trusts a TSA", for_banks);
    support_test(&tests, "the ninth token is not looked at", too_many);
    return support_run("timestamp", &tests, setup, teardown);
}
