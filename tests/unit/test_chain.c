/* Paths to pinned certificates: the good ones, and all that must break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "make_cert.h"
#include "pki/chain.h"
#include "support.h"

/* root > inter > leaf, and what stands beside them */
enum who {
    ROOT,
    INTER,
    LEAF,
    OTHER_ROOT,   /* another CA of the same name */
    OLD_INTER,    /* as INTER, expired 30 days ago */
    FALSE_INTER,  /* as INTER, but no CA */
    SHA1_INTER,   /* as INTER, signed with SHA-1 */
    OLD_LEAF,     /* expired 10 days ago */
    FUTURE_LEAF,  /* valid in 10 days */
    FORGED_LEAF,  /* names INTER, signed by somebody else */
    WEAK_LEAF,    /* RSA-1024 */
    SHA1_LEAF,    /* signed with SHA-1 */
    STRANGE_LEAF, /* self-signed */
    WHO,
    NOBODY
};

static struct crypto *crypto;
static X509 *certs[WHO];

static int
setup(void **state)
{
    EVP_PKEY *root = make_key("rsa2048"), *inter = make_key("rsa2048");
    EVP_PKEY *leaf = make_key("rsa2048"), *weak = make_key("rsa1024");
    const int64_t day = TEST_DAY, now = TEST_NOW;
    struct cert_spec s;

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    s = (struct cert_spec){ .cn = "Root", .key = root, .ca = true };
    certs[ROOT] = make_cert(&s);
    s.key = leaf;
    certs[OTHER_ROOT] = make_cert(&s);
    s = (struct cert_spec){ "Inter", inter, certs[ROOT], root, .ca = true };
    certs[INTER] = make_cert(&s);
    s.from = now - 90 * day, s.until = now - 30 * day;
    certs[OLD_INTER] = make_cert(&s);
    s.from = s.until = 0, s.digest = "SHA1";
    certs[SHA1_INTER] = make_cert(&s);
    s.digest = NULL, s.ca = false;
    certs[FALSE_INTER] = make_cert(&s);
    s = (struct cert_spec){ "Leaf", leaf, certs[INTER], inter, .ca = false };
    certs[LEAF] = make_cert(&s);
    s.from = now - 90 * day, s.until = now - 10 * day;
    certs[OLD_LEAF] = make_cert(&s);
    s.from = now + 10 * day, s.until = now + 90 * day;
    certs[FUTURE_LEAF] = make_cert(&s);
    s.from = s.until = 0, s.issuer_key = leaf;
    certs[FORGED_LEAF] = make_cert(&s);
    s.issuer_key = inter, s.digest = "SHA1";
    certs[SHA1_LEAF] = make_cert(&s);
    s.digest = NULL, s.key = weak;
    certs[WEAK_LEAF] = make_cert(&s);
    s = (struct cert_spec){ .cn = "Leaf", .key = leaf };
    certs[STRANGE_LEAF] = make_cert(&s);
    EVP_PKEY_free(root);
    EVP_PKEY_free(inter);
    EVP_PKEY_free(leaf);
    EVP_PKEY_free(weak);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    for (int i = 0; i < WHO; i++)
        X509_free(certs[i]);
    crypto_free(crypto);
    return 0;
}

static struct row {
    const char *name;
    enum who leaf, helper, anchor, anchor2;
    int64_t days; /* from TEST_NOW */
    enum err want;
} rows[] = {
    { "up to the root", LEAF, INTER, ROOT, NOBODY, 0, OK },
    { "to a pinned intermediate", LEAF, NOBODY, INTER, NOBODY, 0, OK },
    { "one good anchor among others", LEAF, NOBODY, OTHER_ROOT, INTER, 0, OK },
    { "the leaf among the anchors does no harm", LEAF, NOBODY, LEAF, INTER, 0,
        OK },
    { "an intermediate to its root", INTER, NOBODY, ROOT, NOBODY, 0, OK },
    { "no anchor at all", LEAF, INTER, NOBODY, NOBODY, 0, ERR_CHAIN_UNTRUSTED },
    { "the intermediate is missing", LEAF, NOBODY, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "the helper is no anchor", LEAF, INTER, OTHER_ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "a root of the same name", LEAF, INTER, OTHER_ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "a pinned leaf vouches for itself", LEAF, NOBODY, LEAF, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "self-signed", STRANGE_LEAF, NOBODY, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "self-signed and pinned", STRANGE_LEAF, NOBODY, STRANGE_LEAF, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "forged under the right name", FORGED_LEAF, INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "the helper is no CA", LEAF, FALSE_INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "the helper expired", LEAF, OLD_INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "the helper was signed with SHA-1", LEAF, SHA1_INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "the leaf was signed with SHA-1", SHA1_LEAF, INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "RSA of 1024 bits", WEAK_LEAF, INTER, ROOT, NOBODY, 0,
        ERR_CHAIN_UNTRUSTED },
    { "expired, otherwise good", OLD_LEAF, INTER, ROOT, NOBODY, 0,
        ERR_CERTIFICATE_EXPIRED },
    { "expired under a pinned intermediate", OLD_LEAF, NOBODY, INTER, NOBODY, 0,
        ERR_CERTIFICATE_EXPIRED },
    { "expired and untrusted is untrusted", OLD_LEAF, INTER, OTHER_ROOT, NOBODY,
        0, ERR_CHAIN_UNTRUSTED },
    { "not yet expired eleven days ago", OLD_LEAF, INTER, ROOT, NOBODY, -11,
        OK },
    { "not valid yet", FUTURE_LEAF, INTER, ROOT, NOBODY, 0,
        ERR_CERTIFICATE_NOT_YET_VALID },
    { "valid in eleven days", FUTURE_LEAF, INTER, ROOT, NOBODY, 11, OK },
    { "everything expired", LEAF, INTER, ROOT, NOBODY, 400,
        ERR_CHAIN_UNTRUSTED },
};

static void
leads_row(void **state)
{
    const struct row *row = *state;
    struct chain_set *helpers = NULL, *anchors = NULL;

    if (row->helper != NOBODY)
        assert_int_equal(chain_add(&helpers, certs[row->helper]), OK);
    if (row->anchor != NOBODY)
        assert_int_equal(chain_add(&anchors, certs[row->anchor]), OK);
    if (row->anchor2 != NOBODY)
        assert_int_equal(chain_add(&anchors, certs[row->anchor2]), OK);
    assert_int_equal(chain_check(crypto, certs[row->leaf], helpers, anchors,
                         TEST_NOW + row->days * TEST_DAY),
        row->want);
    chain_free(helpers);
    chain_free(anchors);
}

static void
put_cert(struct buf *file, X509 *x, bool pem)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long len;

    assert_int_equal(
        pem ? PEM_write_bio_X509(bio, x) : i2d_X509_bio(bio, x), 1);
    len = BIO_get_mem_data(bio, &text);
    assert_int_equal(buf_put(file, text, (size_t)len), OK);
    BIO_free(bio);
}

static void
reads_pem_and_der_in_one_file(void **state)
{
    struct chain_set *set = NULL;
    struct buf file = { 0 };

    (void)state;
    assert_int_equal(buf_put_text(&file, "Subject: something\n"), OK);
    put_cert(&file, certs[ROOT], true);
    put_cert(&file, certs[INTER], false);
    assert_int_equal(buf_put_text(&file, "\n\n"), OK);
    put_cert(&file, certs[LEAF], true);
    assert_int_equal(buf_put_text(&file, "the end\n"), OK);
    assert_int_equal(chain_read(crypto, &file, &set), OK);
    assert_int_equal(chain_count(set), 3);
    chain_free(set);
    buf_free(&file);
}

static void
damaged_files_are_refused(void **state)
{
    static const char *const texts[] = { "", "\n \n", "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIID", "0",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" };
    struct chain_set *set = NULL;
    struct buf file = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        buf_free(&file);
        assert_int_equal(buf_put_text(&file, texts[i]), OK);
        assert_int_equal(
            chain_read(crypto, &file, &set), ERR_CERTIFICATE_DAMAGED);
        assert_int_equal(chain_count(set), 0);
    }
    buf_free(&file);
    put_cert(&file, certs[ROOT], false);
    for (size_t len = 0; len < file.len; len += 37) {
        struct buf cut = { file.data, len, file.cap };

        assert_int_equal(
            chain_read(crypto, &cut, &set), ERR_CERTIFICATE_DAMAGED);
    }
    chain_free(set);
    buf_free(&file);
}

static void
bounds_hold(void **state)
{
    struct chain_set *set = NULL;
    struct buf file = { 0 };

    (void)state;
    for (unsigned i = 0; i < CHAIN_CERTS_MAX; i++)
        assert_int_equal(chain_add(&set, certs[ROOT]), OK);
    assert_int_equal(chain_add(&set, certs[ROOT]), ERR_TOO_LARGE);
    assert_int_equal(chain_count(set), CHAIN_CERTS_MAX);
    chain_free(set);
    set = NULL;
    put_cert(&file, certs[ROOT], true);
    assert_int_equal(buf_extend(&file, CHAIN_FILE_MAX - file.len), OK);
    memset(file.data + file.len - 100, '\n', 100);
    assert_int_equal(chain_read(crypto, &file, &set), OK);
    assert_int_equal(buf_put_byte(&file, '\n'), OK);
    assert_int_equal(chain_read(crypto, &file, &set), ERR_TOO_LARGE);
    chain_free(set);
    buf_free(&file);
}

static void
real_intermediates_are_anchors_of_nobody(void **state)
{
    struct chain_set *set = NULL;
    struct buf file = { 0 };

    (void)state;
    support_vector("ca-real/yessignCA_Class_3.der", &file);
    support_vector("ca-real/signGATE_CA6.der", &file);
    assert_int_equal(chain_read(crypto, &file, &set), OK);
    assert_int_equal(chain_count(set), 2);
    assert_int_equal(chain_check(crypto, certs[LEAF], NULL, set, TEST_NOW),
        ERR_CHAIN_UNTRUSTED);
    chain_free(set);
    buf_free(&file);
}

int
main(void)
{
    enum { ROWS = sizeof(rows) / sizeof(*rows), MORE = 4 };
    static const struct CMUnitTest more[MORE] = {
        cmocka_unit_test(reads_pem_and_der_in_one_file),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(real_intermediates_are_anchors_of_nobody),
    };
    struct CMUnitTest tests[ROWS + MORE];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, leads_row, NULL, NULL,
            &rows[i] };
    memcpy(tests + ROWS, more, sizeof(more));
    return cmocka_run_group_tests_name("chain", tests, setup, teardown);
}
