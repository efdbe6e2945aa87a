/* libingam-verify through its header: options, outcomes, threads, and bytes
 * that were damaged on the way. */
#include <pthread.h>
#include <string.h>

#include <ingam/verify.h>

#include "make_cert.h"
#include "pki/cert.h"
#include "pki/cms.h"
#include "pki/cms_envelope.h"
#include "support.h"

#define ORIGIN "https://bank.example"
#define AT     "2026-11-18T14:26:40Z" /* TEST_NOW */

static struct crypto *crypto;
static EVP_PKEY *key;
static X509 *root, *mine;
static struct buf anchor, signer, text, attached, bare;
static ingam_verifier *verifier;

static void
sign(bool attributes, struct buf *ret)
{
    struct cms_display display = { .displayed = { 1 } };
    struct cms_form form = { .attributes = attributes, .now = TEST_NOW };
    struct cms_seal *seal = NULL;

    display.kind = support_text("text");
    display.origin = support_text(ORIGIN);
    display.language = support_text("ko");
    form.display = attributes ? &display : NULL;
    assert_int_equal(cms_seal_new(crypto, mine, key, &seal), OK);
    assert_int_equal(cms_sign(seal, &text, &form, ret), OK);
    cms_seal_free(seal);
    cms_display_free(&display);
}

static int
setup(void **state)
{
    EVP_PKEY *root_key = make_key("rsa2048");
    struct cert_spec s = { .cn = "Root", .key = root_key, .ca = true };

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    key = make_key("rsa2048");
    root = make_cert(&s);
    s = (struct cert_spec){
        .cn = "Hong", .key = key, .issuer = root, .issuer_key = root_key
    };
    mine = make_cert(&s);
    EVP_PKEY_free(root_key);
    text = support_text("pay 1,000 won");
    assert_int_equal(cert_der(root, &anchor), OK);
    assert_int_equal(cert_der(mine, &signer), OK);
    sign(true, &attached);
    sign(false, &bare);
    verifier = ingam_verifier_new();
    assert_non_null(verifier);
    assert_int_equal(
        ingam_verifier_set(verifier, INGAM_TRUST, anchor.data, anchor.len),
        INGAM_GOOD);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    ingam_verifier_free(verifier);
    X509_free(root);
    X509_free(mine);
    EVP_PKEY_free(key);
    buf_free(&anchor);
    buf_free(&signer);
    buf_free(&text);
    buf_free(&attached);
    buf_free(&bare);
    crypto_free(crypto);
    return 0;
}

static ingam_question *
ask(void)
{
    ingam_question *q = ingam_question_new();

    assert_non_null(q);
    assert_int_equal(
        ingam_question_set(q, INGAM_AT, AT, strlen(AT)), INGAM_GOOD);
    return q;
}

/* --- options ---------------------------------------------------------------*/

static struct option_row {
    const char *name;
    int option;
    const char *value; /* NULL with len > 0: that many zeros */
    size_t len;        /* 0: that of the text */
    ingam_status want;
} option_rows[] = {
    { "format cms", INGAM_FORMAT, "cms", 0, INGAM_GOOD },
    { "format pkcs1", INGAM_FORMAT, "pkcs1", 0, INGAM_GOOD },
    { "type login", INGAM_TYPE, "login", 0, INGAM_GOOD },
    { "kind document", INGAM_KIND, "document", 0, INGAM_GOOD },
    { "an origin", INGAM_ORIGIN, ORIGIN, 0, INGAM_GOOD },
    { "a digest", INGAM_SHA256, NULL, 32, INGAM_GOOD },
    { "content with zeros", INGAM_CONTENT, NULL, 10, INGAM_GOOD },
    { "no content", INGAM_CONTENT, "", 0, INGAM_GOOD },
    { "no option", 0, "cms", 0, INGAM_OPTION },
    { "a negative option", -1, "cms", 0, INGAM_OPTION },
    { "an option to come", INGAM_VID + 1, "cms", 0, INGAM_OPTION },
    { "an unknown format", INGAM_FORMAT, "xml", 0, INGAM_VALUE },
    { "two formats", INGAM_FORMAT, "ms|pkcs", 0, INGAM_VALUE },
    { "half a format", INGAM_FORMAT, "cm", 0, INGAM_VALUE },
    { "an empty format", INGAM_FORMAT, "", 0, INGAM_VALUE },
    { "a format with its 0", INGAM_FORMAT, "cms", 4, INGAM_VALUE },
    { "a long format", INGAM_FORMAT, "cms-detached", 0, INGAM_TOO_LARGE },
    { "an unknown type", INGAM_TYPE, "logout", 0, INGAM_VALUE },
    { "an unknown kind", INGAM_KIND, "picture", 0, INGAM_VALUE },
    { "a digest too short", INGAM_SHA256, NULL, 31, INGAM_VALUE },
    { "a digest too long", INGAM_SHA256, NULL, 33, INGAM_TOO_LARGE },
    { "an origin of nothing", INGAM_ORIGIN, "", 0, INGAM_VALUE },
    { "an origin with a 0", INGAM_ORIGIN, NULL, 9, INGAM_VALUE },
    { "an origin too long", INGAM_ORIGIN, NULL, 301, INGAM_TOO_LARGE },
    { "a nonce too long", INGAM_NONCE, NULL, 257, INGAM_TOO_LARGE },
    { "a day without its time", INGAM_AT, "2026-11-18", 0, INGAM_VALUE },
    { "a day that is none", INGAM_AT, "2026-13-18T14:26:40Z", 0, INGAM_VALUE },
    { "a local time", INGAM_AT, "2026-11-18T14:26:40+", 0, INGAM_VALUE },
    { "a number of nine digits", INGAM_IDN, "123456789", 0, INGAM_VALUE },
    { "R of 19 bytes", INGAM_R, NULL, 19, INGAM_VALUE },
    { "R of 21 bytes", INGAM_R, NULL, 21, INGAM_TOO_LARGE },
};

static void
sets_row(void **state)
{
    static const char zeros[512];
    const struct option_row *row = *state;
    ingam_question *q = ask();
    size_t len = row->len != 0 ? row->len : strlen(row->value);

    assert_int_equal(ingam_question_set(q, (ingam_question_option)row->option,
                         row->value == NULL ? zeros : row->value, len),
        row->want);
    ingam_question_free(q);
}

static struct verifier_row {
    const char *name;
    int option;
    const char *value;
    ingam_status want;
} verifier_rows[] = {
    { "no option", 0, "x", INGAM_OPTION },
    { "an option to come", INGAM_TRUST_TSA + 1, "x", INGAM_OPTION },
    { "a time-stamp authority that is none", INGAM_TRUST_TSA, "x",
        INGAM_VALUE },
    { "trust in nothing", INGAM_TRUST, "", INGAM_VALUE },
    { "trust in a word", INGAM_TRUST, "anybody", INGAM_VALUE },
    { "trust in half a certificate", INGAM_TRUST,
        "-----BEGIN CERTIFICATE-----\nMIIB\n", INGAM_VALUE },
    { "evidence of nothing", INGAM_REVOCATION, "", INGAM_VALUE },
    { "evidence cut short", INGAM_REVOCATION, "0\x05x", INGAM_VALUE },
    { "a key that is none", INGAM_SERVER_KEY, "secret", INGAM_VALUE },
    { "an encrypted key", INGAM_SERVER_KEY,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n"
        "-----END ENCRYPTED PRIVATE KEY-----\n",
        INGAM_VALUE },
    { "no key", INGAM_SERVER_KEY, "", INGAM_VALUE },
};

static void
sets_verifier_row(void **state)
{
    const struct verifier_row *row = *state;
    ingam_verifier *v = ingam_verifier_new();

    assert_int_equal(ingam_verifier_set(v, (ingam_verifier_option)row->option,
                         row->value, strlen(row->value)),
        row->want);
    ingam_verifier_free(v);
}

/* Numbers that programs were built with. */
static void
keeps_its_numbers(void **state)
{
    (void)state;
    assert_int_equal(INGAM_VERIFY_ABI, 0);
    assert_int_equal(INGAM_GOOD, 0);
    assert_int_equal(INGAM_CRYPTO, 8);
    assert_int_equal(INGAM_SERVER_KEY, 3);
    assert_int_equal(INGAM_TRUST_TSA, 4);
    assert_int_equal(INGAM_FORMAT, 1);
    assert_int_equal(INGAM_VID, 13);
    assert_string_equal(ingam_verify_version(), INGAM_VERSION);
}

/* --- outcomes --------------------------------------------------------------*/

static struct outcome_row {
    const char *name;
    struct buf *signature;
    int option; /* 0: none beside the time */
    const char *value;
    ingam_status want;
    const char *said; /* in the verdict; NULL: there is none */
} outcome_rows[] = {
    { "a good signature", &attached, 0, NULL, INGAM_GOOD, "{\"ok\":true" },
    { "one without attributes", &bare, 0, NULL, INGAM_GOOD, "{\"ok\":true" },
    { "from this origin", &attached, INGAM_ORIGIN, ORIGIN, INGAM_GOOD,
        "{\"ok\":true" },
    { "from another origin", &attached, INGAM_ORIGIN, "https://bank.example:1",
        INGAM_BAD, "\"reason\":\"origin_differs\"" },
    { "from nobody", &bare, INGAM_ORIGIN, ORIGIN, INGAM_BAD,
        "\"reason\":\"display_missing\"" },
    { "of another kind", &attached, INGAM_KIND, "file", INGAM_BAD,
        "\"reason\":\"kind_differs\"" },
    { "over other content", &attached, INGAM_CONTENT, "pay 1,001 won",
        INGAM_BAD, "\"reason\":\"content_differs\"" },
    { "over content with another digest", &attached, INGAM_SHA256,
        "0123456789abcdef0123456789abcdef", INGAM_BAD,
        "\"reason\":\"content_differs\"" },
    { "too early", &attached, INGAM_AT, "2020-01-01T00:00:00Z", INGAM_BAD,
        "\"reason\":\"certificate_not_yet_valid\"" },
    { "too late", &attached, INGAM_AT, "2040-01-01T00:00:00Z", INGAM_BAD,
        "\"reason\":\"certificate_expired\"" },
    { "for a login", &attached, INGAM_TYPE, "login", INGAM_BAD,
        "\"reason\":\"content_type\"" },
    { "for a transaction", &attached, INGAM_TRANSACTION, "{}", INGAM_BAD,
        "\"reason\":\"transaction_malformed\"" },
    { "certificate for a signature", &signer, 0, NULL, INGAM_BAD,
        "\"reason\":\"not_signed_data\"" },
    { "a number without R", &attached, INGAM_IDN, "9001011234567",
        INGAM_INCOMPLETE, NULL },
    { "R without a number", &attached, INGAM_R, "0123456789abcdefghij",
        INGAM_INCOMPLETE, NULL },
    { "vid without a key", &attached, INGAM_VID, "0", INGAM_INCOMPLETE, NULL },
    { "a signer who is none", &attached, INGAM_CERTIFICATE, "0", INGAM_VALUE,
        NULL },
    { "an expected transaction that is none", &attached, INGAM_TRANSACTION,
        "[]", INGAM_VALUE, NULL },
};

static void
answers_row(void **state)
{
    const struct outcome_row *row = *state;
    ingam_verdict *verdict = NULL;
    ingam_question *q = ask();
    const void *content;
    size_t len;

    if (row->option != 0)
        assert_int_equal(
            ingam_question_set(q, (ingam_question_option)row->option,
                row->value, strlen(row->value)),
            INGAM_GOOD);
    assert_int_equal(ingam_verify(verifier, q, row->signature->data,
                         row->signature->len, &verdict),
        row->want);
    assert_int_equal(verdict != NULL, row->said != NULL);
    if (row->said != NULL)
        assert_non_null(strstr(ingam_verdict_json(verdict), row->said));
    content = ingam_verdict_content(verdict, &len);
    assert_int_equal(content != NULL, row->want == INGAM_GOOD);
    assert_int_equal(len, row->want == INGAM_GOOD ? text.len : 0);
    if (content != NULL)
        assert_memory_equal(content, text.data, len);
    ingam_verdict_free(verdict);
    ingam_question_free(q);
}

static void
trusts_nobody_by_itself(void **state)
{
    ingam_verifier *v = ingam_verifier_new();
    ingam_verdict *verdict = NULL;
    ingam_question *q = ask();

    (void)state;
    assert_int_equal(
        ingam_verify(v, q, attached.data, attached.len, &verdict), INGAM_BAD);
    assert_non_null(
        strstr(ingam_verdict_json(verdict), "\"reason\":\"chain_untrusted\""));
    ingam_verdict_free(verdict);
    ingam_question_free(q);
    ingam_verifier_free(v);
}

static void
trusts_a_folder(void **state)
{
    char folder[256], path[300];
    ingam_verifier *v = ingam_verifier_new();
    ingam_verdict *verdict = NULL;
    ingam_question *q = ask();

    (void)state;
    support_folder(folder);
    assert_int_equal(ingam_verifier_trust_path(v, folder), INGAM_VALUE);
    (void)snprintf(path, sizeof(path), "%s/none.pem", folder);
    assert_int_equal(ingam_verifier_trust_path(v, path), INGAM_FILE);
    (void)snprintf(path, sizeof(path), "%s/root.der", folder);
    support_write(path, anchor.data, anchor.len);
    assert_int_equal(ingam_verifier_trust_path(v, folder), INGAM_GOOD);
    assert_int_equal(
        ingam_verify(v, q, attached.data, attached.len, &verdict), INGAM_GOOD);
    ingam_verdict_free(verdict);
    ingam_question_free(q);
    ingam_verifier_free(v);
    support_remove(folder);
}

/* --- two at a time ---------------------------------------------------------*/

#define ROUNDS 25

struct turn {
    ingam_question *question;
    int good, bad;
};

static void *
verifies_many(void *ctx)
{
    struct turn *turn = ctx;
    ingam_verdict *verdict;
    ingam_status status;

    for (int i = 0; i < ROUNDS; i++) {
        status = ingam_verify(verifier, turn->question, attached.data,
            attached.len - (size_t)(i % 2), &verdict);
        turn->good += status == INGAM_GOOD;
        turn->bad += status == INGAM_BAD;
        ingam_verdict_free(verdict);
    }
    return NULL;
}

static void
serves_two_threads(void **state)
{
    struct turn turns[2] = { { ask(), 0, 0 }, { NULL, 0, 0 } };
    pthread_t threads[2];

    (void)state;
    turns[1].question = turns[0].question;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, verifies_many, &turns[i]), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(turns[i].good, (ROUNDS + 1) / 2);
        assert_int_equal(turns[i].bad, ROUNDS / 2);
    }
    ingam_question_free(turns[0].question);
}

/* --- damage ----------------------------------------------------------------*/

static struct damage_row {
    const char *name;
    struct buf *signature;
    size_t step; /* bytes from one place to the next */
    bool cut;    /* else a bit is turned */
} damage_rows[] = {
    { "cut at every byte", &attached, 1, true },
    { "without attributes, cut at every byte", &bare, 1, true },
    { "a bit turned in every third byte", &attached, 3, false },
    { "without attributes, a bit turned in every third byte", &bare, 3, false },
};

/* Bytes of the message that nothing signs, and that change nothing when they
 * do: a turned bit there may leave a good signature over the same content. */
static void
survives_row(void **state)
{
    const struct damage_row *row = *state;
    struct buf *s = row->signature, copy = { 0 };
    ingam_verdict *verdict;
    ingam_question *q = ask();
    ingam_status status;
    const void *content;
    size_t len, good = 0;

    for (size_t i = 0; i < s->len; i += row->step) {
        assert_int_equal(buf_set(&copy, s->data, row->cut ? i : s->len), OK);
        if (!row->cut)
            copy.data[i] ^= (uint8_t)(1 << i % 8);
        status = ingam_verify(verifier, q, copy.data, copy.len, &verdict);
        assert_true(status == INGAM_GOOD || status == INGAM_BAD);
        assert_false(row->cut && status == INGAM_GOOD);
        content = ingam_verdict_content(verdict, &len);
        if (status == INGAM_GOOD) {
            assert_int_equal(len, text.len);
            assert_memory_equal(content, text.data, len);
            good++;
        }
        ingam_verdict_free(verdict);
    }
    assert_true(good * 20 < s->len / row->step);
    buf_free(&copy);
    ingam_question_free(q);
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, sets_row, option_rows);
    SUPPORT_ROWS(&tests, sets_verifier_row, verifier_rows);
    SUPPORT_ROWS(&tests, answers_row, outcome_rows);
    SUPPORT_ROWS(&tests, survives_row, damage_rows);
    support_test(&tests, "numbers of options never change", keeps_its_numbers);
    support_test(&tests, "nobody is trusted unasked", trusts_nobody_by_itself);
    support_test(&tests, "trust from a folder", trusts_a_folder);
    support_test(&tests, "two threads share a verifier", serves_two_threads);
    return support_run("verify_lib", &tests, setup, teardown);
}
