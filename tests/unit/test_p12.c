/* PKCS #12 files: written and read back, every bound, every damage. */
#include "support.h"

#include <string.h>

#include <openssl/objects.h>
#include <openssl/pkcs12.h>

#include "make_p12.h"
#include "pairs.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/p12.h"
#include "pki/p12_bags.h"
#include "pki/p8.h"

#define PASSWORD "Vector!2026"

/* a: a person's, c: the same person's to encrypt, b: another person's, d: a
 * CA's, e: another certificate of a's key. */
enum { A, B, C, D, E, PAIRS };

static struct crypto *crypto;
static struct crypto *maker; /* the other program's */

static bool
same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static enum err
read_with(const struct buf *file, const char *password, struct p12 *ret_p12)
{
    struct buf pass = support_text(password);
    enum err r = p12_read(crypto, file, &pass, ret_p12);

    buf_free(&pass);
    return r;
}

/* --- written and read back ------------------------------------------------ */

static struct written {
    const char *name;
    enum p12_form form;
    bool km;
    const char *password;
} writtens[] = {
    { "npki", P12_NPKI, false, PASSWORD },
    { "npki with the second pair", P12_NPKI, true, PASSWORD },
    { "modern", P12_MODERN, false, PASSWORD },
    { "modern with the second pair", P12_MODERN, true, PASSWORD },
    { "npki, a password in Hangul", P12_NPKI, false, "비밀번호 2026!" },
    { "modern, a password in Hangul", P12_MODERN, false, "비밀번호 2026!" },
    { "npki, every printable character", P12_NPKI, false,
        " !#$%&()*+,-./09:;<=>?@AZ[]^_`az{}~" },
};

static void
written_row(void **state)
{
    const struct written *row = *state;
    struct p12 in = { .sign_cert = ders[A], .sign_key = infos[A] }, out = { 0 };
    struct buf password = support_text(row->password), file = { 0 };
    uint8_t r[VID_R_LEN];

    if (row->km) {
        in.km_cert = ders[C];
        in.km_key = infos[C];
    }
    assert_int_equal(p12_write(crypto, row->form, &in, &password, &file), OK);
    assert_int_equal(p12_read(crypto, &file, &password, &out), OK);
    assert_true(same(&out.sign_cert, &in.sign_cert));
    assert_true(same(&out.sign_key, &in.sign_key)); /* to the last byte */
    assert_true(same(&out.km_cert, &in.km_cert));
    assert_true(same(&out.km_key, &in.km_key));
    assert_int_equal(p8_random(&out.sign_key, r), OK);
    assert_memory_equal(r, random_a, VID_R_LEN);
    p12_free(&out);
    assert_int_equal(read_with(&file, "Vector!2027", &out), ERR_PASSWORD_WRONG);
    buf_free(&file);
    buf_free(&password);
}

static void
a_korean_program_s_file_brings_its_r(void **state)
{
    struct buf file = { 0 }, password = { 0 }, r = { 0 }, cert = { 0 };
    uint8_t got[VID_R_LEN];
    struct p12 p12 = { 0 };

    (void)state;
    support_vector("pypinksign/export.pfx", &file);
    support_vector("pypinksign/password.txt", &password);
    support_vector("pypinksign/R.bin", &r);
    support_vector("pypinksign/signCert.der", &cert);
    assert_int_equal(p12_read(crypto, &file, &password, &p12), OK);
    assert_true(same(&p12.sign_cert, &cert));
    assert_int_equal(p8_random(&p12.sign_key, got), OK);
    assert_int_equal(r.len, VID_R_LEN);
    assert_memory_equal(got, r.data, VID_R_LEN);
    p12_free(&p12);
    buf_free(&file);
    buf_free(&password);
    buf_free(&r);
    buf_free(&cert);
}

static struct form {
    const char *name;
    enum err want;
    enum p12_form form;
} forms[] = {
    { "npki", OK, P12_NPKI },
    { "modern", OK, P12_MODERN },
    { "NPKI", ERR_PARAM_RANGE, P12_NPKI },
    { "", ERR_PARAM_RANGE, P12_NPKI },
    { "modern2", ERR_PARAM_RANGE, P12_NPKI },
};

static void
form_row(void **state)
{
    const struct form *row = *state;
    enum p12_form form = P12_NPKI;

    assert_int_equal(p12_form_parse(row->name, &form), row->want);
    assert_int_equal(form, row->form);
}

/* --- files of others ------------------------------------------------------ */

#define HUGE_ROUNDS INT64_C(2147483647)

static struct read_case {
    const char *name;
    struct p12_plan plan;
    enum err want;
    bool km;
} cases[] = {
    { "one pair", { .keys = "a", .certs = "a" }, OK, false },
    { "a pair and its CA", { .keys = "a", .certs = "da" }, OK, false },
    { "a certificate twice", { .keys = "a", .certs = "aa" }, OK, false },
    { "a key twice", { .keys = "aa", .certs = "a" }, OK, false },
    { "both pairs of a person", { .keys = "ac", .certs = "ac" }, OK, true },
    { "both pairs, the other way round", { .keys = "ca", .certs = "ac" }, OK,
        true },
    { "a key in the open",
        { .keys = "a", .certs = "a", .key_lock = LOCK_PLAIN }, OK, false },
    { "RC2, as Windows wrote it",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_3DES,
            .cert_lock = LOCK_RC2 },
        OK, false },
    { "AES",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_AES,
            .cert_lock = LOCK_AES },
        OK, false },
    { "SEED, as in key files",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_SEED,
            .cert_lock = LOCK_PLAIN },
        OK, false },
    { "SEED, the password in two bytes a character",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_SEED_BMP,
            .cert_lock = LOCK_PLAIN },
        OK, false },
    { "SEED by PBES2",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_SEED_PBES2,
            .cert_lock = LOCK_PLAIN },
        OK, false },
    { "SEED around the certificates too",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_SEED_BMP,
            .cert_lock = LOCK_SEED_BMP },
        OK, false },
    { "SEED by PBES2 around the certificates too",
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_SEED_PBES2,
            .cert_lock = LOCK_SEED_PBES2 },
        OK, false },
    { "SHA-256 in the MAC",
        { .keys = "a", .certs = "a", .mac_nid = NID_sha256 }, OK, false },
    { "SHA-512 in the MAC",
        { .keys = "a", .certs = "a", .mac_nid = NID_sha512 }, OK, false },
    { "two certificates of a key, one named",
        { .keys = "a", .certs = "ae", .ids = true }, OK, false },
    { "two certificates of a key, none named", { .keys = "a", .certs = "ae" },
        ERR_IMPORT_AMBIGUOUS, false },
    { "keys of two people", { .keys = "ab", .certs = "ab" },
        ERR_IMPORT_AMBIGUOUS, false },
    { "two keys, a certificate for one", { .keys = "ab", .certs = "a" },
        ERR_IMPORT_AMBIGUOUS, false },
    { "three keys", { .keys = "abc", .certs = "abc" }, ERR_IMPORT_AMBIGUOUS,
        false },
    { "a key of another certificate", { .keys = "b", .certs = "a" },
        ERR_KEY_MISMATCH, false },
    { "a key of the CA that is there", { .keys = "b", .certs = "d" },
        ERR_KEY_MISMATCH, false },
    { "no key", { .keys = "", .certs = "a" }, ERR_KEY_FILE_MISSING, false },
    { "no certificate", { .keys = "a", .certs = "" }, ERR_IMPORT_INVALID,
        false },
    { "nothing at all", { .keys = "", .certs = "" }, ERR_IMPORT_INVALID,
        false },
    { "no MAC", { .keys = "a", .certs = "a", .mac_nid = NO_MAC },
        ERR_IMPORT_INVALID, false },
    { "MD5 in the MAC", { .keys = "a", .certs = "a", .mac_nid = NID_md5 },
        ERR_KEY_SCHEME_UNSUPPORTED, false },
    { "2^31-1 rounds in the MAC",
        { .keys = "a", .certs = "a", .mac_rounds = HUGE_ROUNDS },
        ERR_IMPORT_COSTLY, false },
    { "one round too many in the MAC",
        { .keys = "a", .certs = "a", .mac_rounds = P12_ROUNDS_MAX + 1 },
        ERR_IMPORT_COSTLY, false },
    { "2^62 rounds in the MAC",
        { .keys = "a", .certs = "a", .mac_rounds = INT64_C(1) << 62 },
        ERR_IMPORT_COSTLY, false },
    { "no rounds in the MAC, but it says so",
        { .keys = "a", .certs = "a", .mac_rounds = -1 }, ERR_IMPORT_INVALID,
        false },
    { "2^31-1 rounds around the key",
        { .keys = "a", .certs = "a", .key_rounds = HUGE_ROUNDS },
        ERR_IMPORT_COSTLY, false },
    { "rounds below zero around the key",
        { .keys = "a", .certs = "a", .key_rounds = -5 }, ERR_IMPORT_INVALID,
        false },
    { "other rounds around the key than it had",
        { .keys = "a", .certs = "a", .key_rounds = 3 }, ERR_PASSWORD_WRONG,
        false },
    { "single DES", { .keys = "a", .certs = "a", .key_lock = LOCK_DES },
        ERR_KEY_SCHEME_UNSUPPORTED, false },
    { "scrypt", { .keys = "a", .certs = "a", .key_lock = LOCK_SCRYPT },
        ERR_KEY_SCHEME_UNSUPPORTED, false },
    { "an algorithm of nobody",
        { .keys = "a", .certs = "a", .key_lock = LOCK_UNKNOWN },
        ERR_KEY_SCHEME_UNSUPPORTED, false },
};

static void
case_row(void **state)
{
    const struct read_case *row = *state;
    struct p12_plan plan = row->plan;
    struct p12 p12 = { 0 };
    struct buf file = { 0 };

    if (plan.cert_lock == LOCK_3DES && plan.key_lock == LOCK_3DES)
        plan.cert_lock = LOCK_PLAIN; /* as Korean programs write it */
    make_p12(maker, &plan, pairs, PASSWORD, &file);
    assert_int_equal(read_with(&file, PASSWORD, &p12), row->want);
    if (row->want == OK) {
        assert_true(same(&p12.sign_cert, &ders[A]));
        assert_true(same(&p12.sign_key, &infos[A]));
        assert_int_equal(p12.km_cert.len > 0, row->km);
        if (row->km) {
            assert_true(same(&p12.km_cert, &ders[C]));
            assert_true(same(&p12.km_key, &infos[C]));
        }
        p12_free(&p12);
    }
    assert_int_equal(p12.sign_cert.len, 0);
    buf_free(&file);
}

static struct password_case {
    const char *name, *written, *typed;
    enum err want;
} passwords[] = {
    { "right", PASSWORD, PASSWORD, OK },
    { "empty, and so it was", "", "", OK },
    { "one letter other", PASSWORD, "vector!2026", ERR_PASSWORD_WRONG },
    { "one letter more", PASSWORD, PASSWORD "x", ERR_PASSWORD_WRONG },
    { "one letter less", PASSWORD, "Vector!202", ERR_PASSWORD_WRONG },
    { "empty", PASSWORD, "", ERR_PASSWORD_WRONG },
    { "there was none", "", PASSWORD, ERR_PASSWORD_WRONG },
};

static void
password_row(void **state)
{
    const struct password_case *row = *state;
    const struct p12_plan plan = { .keys = "a",
        .certs = "a",
        .key_lock = LOCK_3DES,
        .cert_lock = LOCK_PLAIN };
    struct p12 p12 = { 0 };
    struct buf file = { 0 };

    make_p12(maker, &plan, pairs, row->written, &file);
    assert_int_equal(read_with(&file, row->typed, &p12), row->want);
    p12_free(&p12);
    buf_free(&file);
}

/* --- bounds --------------------------------------------------------------- */

static void
a_password_without_end_is_wrong(void **state)
{
    const struct p12_plan plan = { .keys = "a",
        .certs = "a",
        .key_lock = LOCK_3DES,
        .cert_lock = LOCK_PLAIN };
    char text[P8_PASSWORD_MAX + 2] = { 0 };
    struct buf file = { 0 };
    struct p12 p12 = { 0 };

    (void)state;
    memset(text, 'x', P8_PASSWORD_MAX + 1);
    make_p12(maker, &plan, pairs, text, &file);
    assert_int_equal(read_with(&file, text, &p12), ERR_PASSWORD_WRONG);
    buf_free(&file);
}

static struct size_case {
    const char *name;
    size_t len;
    enum err want;
} sizes[] = {
    { "nothing", 0, ERR_IMPORT_INVALID },
    { "one byte", 1, ERR_IMPORT_INVALID },
    { "as much as there may be", P12_FILE_MAX, ERR_IMPORT_INVALID },
    { "one byte more", P12_FILE_MAX + 1, ERR_IMPORT_TOO_LARGE },
    { "20 MB", 20u << 20, ERR_IMPORT_TOO_LARGE },
};

static void
size_row(void **state)
{
    const struct size_case *row = *state;
    struct buf file = { 0 };
    struct p12 p12 = { 0 };

    if (row->len > 0)
        assert_int_equal(buf_extend(&file, row->len), OK);
    assert_int_equal(read_with(&file, PASSWORD, &p12), row->want);
    buf_free(&file);
}

static void
the_rounds_of_a_file_are_counted_together(void **state)
{
    struct p12_opener opener = { .crypto = crypto, .rounds = P12_ROUNDS_MAX };
    ASN1_INTEGER *n = ASN1_INTEGER_new();

    (void)state;
    ASN1_INTEGER_set_int64(n, P12_ROUNDS_MAX - 1);
    assert_int_equal(p12_take_rounds(&opener, n), OK);
    ASN1_INTEGER_set_int64(n, 2);
    assert_int_equal(p12_take_rounds(&opener, n), ERR_IMPORT_COSTLY);
    ASN1_INTEGER_set_int64(n, 1);
    assert_int_equal(p12_take_rounds(&opener, n), OK);
    assert_int_equal(p12_take_rounds(&opener, n), ERR_IMPORT_COSTLY);
    ASN1_INTEGER_set_int64(n, 0);
    assert_int_equal(p12_take_rounds(&opener, n), ERR_IMPORT_INVALID);
    assert_int_equal(p12_take_rounds(&opener, NULL), ERR_IMPORT_INVALID);
    ASN1_INTEGER_free(n);
}

static void
more_bags_than_anybody_has_are_refused(void **state)
{
    char certs[P12_BAGS_MAX + 2] = { 0 };
    struct p12_plan plan = {
        .keys = "a", .certs = certs, .cert_lock = LOCK_PLAIN
    };
    struct buf file = { 0 };
    struct p12 p12 = { 0 };

    (void)state;
    memset(certs, 'a', P12_BAGS_MAX - 1); /* and the key's */
    make_p12(maker, &plan, pairs, PASSWORD, &file);
    assert_int_equal(read_with(&file, PASSWORD, &p12), OK);
    p12_free(&p12);
    buf_free(&file);
    certs[P12_BAGS_MAX - 1] = 'a';
    make_p12(maker, &plan, pairs, PASSWORD, &file);
    assert_int_equal(read_with(&file, PASSWORD, &p12), ERR_IMPORT_INVALID);
    buf_free(&file);
}

/* The pair in the open, in so many bags around one another. */
static void
nest(unsigned depth, struct buf *ret_file)
{
    static const uint8_t bag[] = { 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7,
        0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x06 }; /* safeContentsBag */
    static const uint8_t data[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
        0x0D, 0x01, 0x07, 0x01 };
    const struct p12_plan plan = { .keys = "", .certs = "" };
    STACK_OF(PKCS12_SAFEBAG) *bags = sk_PKCS12_SAFEBAG_new_null();
    const unsigned char *p = infos[A].data;
    unsigned char *der = NULL;
    struct buf contents = { 0 }, outer = { 0 };
    int len;

    sk_PKCS12_SAFEBAG_push(bags, PKCS12_SAFEBAG_create_cert(pairs[A].x));
    sk_PKCS12_SAFEBAG_push(
        bags, PKCS12_SAFEBAG_create0_p8inf(
                  d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)infos[A].len)));
    len = ASN1_item_i2d(
        (ASN1_VALUE *)bags, &der, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
    assert_true(len > 0);
    assert_int_equal(buf_put(&contents, der, (size_t)len), OK);
    for (; depth > 0; depth--) {
        assert_int_equal(buf_put(&outer, bag, sizeof(bag)), OK);
        assert_int_equal(
            der_put(&outer, DER_EXPLICIT(0), contents.data, contents.len), OK);
        assert_int_equal(der_wrap(&outer, DER_SEQUENCE), OK);
        assert_int_equal(der_wrap(&outer, DER_SEQUENCE), OK);
        buf_move(&contents, &outer);
    }
    assert_int_equal(der_wrap(&contents, DER_OCTETS), OK);
    assert_int_equal(buf_put(&outer, data, sizeof(data)), OK);
    assert_int_equal(
        der_put(&outer, DER_EXPLICIT(0), contents.data, contents.len), OK);
    assert_int_equal(der_wrap(&outer, DER_SEQUENCE), OK);
    assert_int_equal(der_wrap(&outer, DER_SEQUENCE), OK);
    make_p12_around(&plan, &outer, PASSWORD, ret_file);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    OPENSSL_free(der);
    buf_free(&contents);
    buf_free(&outer);
}

static struct nested {
    const char *name;
    unsigned depth;
    enum err want;
} nests[] = {
    { "bags in no bag", 0, OK },
    { "bags in a bag", 1, OK },
    { "bags as deep as they may be", P12_DEPTH_MAX, OK },
    { "one bag deeper", P12_DEPTH_MAX + 1, ERR_IMPORT_INVALID },
    { "bags deeper than a parser goes", 500, ERR_IMPORT_INVALID },
};

static void
nest_row(void **state)
{
    const struct nested *row = *state;
    struct p12 p12 = { 0 };
    struct buf file = { 0 };

    nest(row->depth, &file);
    assert_int_equal(read_with(&file, PASSWORD, &p12), row->want);
    if (row->want == OK)
        assert_true(same(&p12.sign_key, &infos[A]));
    p12_free(&p12);
    buf_free(&file);
}

/* --- damage --------------------------------------------------------------- */

static void
a_file_cut_anywhere_is_no_file(void **state)
{
    const struct p12_plan plan = { .keys = "a",
        .certs = "a",
        .key_lock = LOCK_3DES,
        .cert_lock = LOCK_PLAIN };
    struct buf file = { 0 }, cut = { 0 };
    struct p12 p12 = { 0 };
    size_t len;

    (void)state;
    make_p12(maker, &plan, pairs, PASSWORD, &file);
    for (len = 0; len < file.len; len++) {
        assert_int_equal(buf_set(&cut, file.data, len), OK);
        assert_int_equal(read_with(&cut, PASSWORD, &p12), ERR_IMPORT_INVALID);
        buf_free(&cut);
    }
    assert_int_equal(buf_put_byte(&file, 0), OK);
    assert_int_equal(read_with(&file, PASSWORD, &p12), ERR_IMPORT_INVALID);
    buf_free(&file);
}

/* What may be said about a file that somebody tampered with. */
static bool
is_honest(enum err r)
{
    return r == ERR_IMPORT_INVALID || r == ERR_PASSWORD_WRONG ||
           r == ERR_KEY_SCHEME_UNSUPPORTED || r == ERR_IMPORT_COSTLY ||
           r == ERR_KEY_MISMATCH || r == ERR_KEY_FILE_MISSING ||
           r == ERR_IMPORT_AMBIGUOUS;
}

/* Every byte changed: the MAC, or the parser before it, sees it. */
static void
no_changed_byte_is_accepted(void **state)
{
    const struct p12_plan plan = { .keys = "a",
        .certs = "a",
        .key_lock = LOCK_3DES,
        .cert_lock = LOCK_PLAIN };
    static const uint8_t changes[] = { 0x01, 0x80, 0xFF };
    struct buf file = { 0 };
    struct p12 p12 = { 0 };
    size_t i, k;
    enum err r;

    (void)state;
    make_p12(maker, &plan, pairs, PASSWORD, &file);
    for (i = 0; i < file.len; i++)
        for (k = 0; k < sizeof(changes); k++) {
            file.data[i] ^= changes[k];
            r = read_with(&file, PASSWORD, &p12);
            if (r == OK && same(&p12.sign_key, &infos[A]) &&
                same(&p12.sign_cert, &ders[A]))
                r = ERR_IMPORT_INVALID; /* a byte that says nothing */
            p12_free(&p12);
            if (!is_honest(r))
                fail_msg("byte %zu ^ %02x: %s", i, changes[k], err_reason(r));
            file.data[i] ^= changes[k];
        }
    buf_free(&file);
}

/* A small generator of numbers; the same ones in every run. */
static uint32_t
next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void
mutate(struct buf *safe, uint32_t *state)
{
    size_t at = next(state) % safe->len;
    uint32_t kind = next(state) % 4;

    if (kind == 0)
        safe->data[at] = (uint8_t)next(state);
    else if (kind == 1)
        safe->data[at] ^= (uint8_t)(1u << next(state) % 8);
    else if (kind == 2 && safe->len > 2)
        safe->len -= next(state) % (safe->len - 1);
    else
        memset(safe->data + at, (int)(next(state) & 0xFF),
            next(state) % (safe->len - at));
}

/*
 * The parser behind the MAC: a hostile file has a right one, since whoever
 * wrote it chose the password. Run under the sanitizers too.
 */
static void
hostile_contents_do_no_harm(void **state)
{
    static const struct p12_plan plans[] = {
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_3DES,
            .cert_lock = LOCK_PLAIN },
        { .keys = "ac",
            .certs = "ac",
            .key_lock = LOCK_AES,
            .cert_lock = LOCK_AES,
            .ids = true },
        { .keys = "a",
            .certs = "da",
            .key_lock = LOCK_SEED_BMP,
            .cert_lock = LOCK_SEED },
        { .keys = "a",
            .certs = "a",
            .key_lock = LOCK_PLAIN,
            .cert_lock = LOCK_RC2 },
    };
    struct buf safe = { 0 }, bad = { 0 }, file = { 0 };
    struct p12 p12 = { 0 };
    uint32_t seed = 2026;
    size_t i, n, k;
    enum err r;

    (void)state;
    for (i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        make_p12_safe(maker, &plans[i], pairs, PASSWORD, &safe);
        for (n = 0; n < 800; n++) {
            assert_int_equal(buf_set(&bad, safe.data, safe.len), OK);
            for (k = 0; k <= n % 3; k++)
                mutate(&bad, &seed);
            make_p12_around(&plans[i], &bad, PASSWORD, &file);
            r = read_with(&file, PASSWORD, &p12);
            if (r != OK && !is_honest(r))
                fail_msg("plan %zu, %zu: %s", i, n, err_reason(r));
            p12_free(&p12);
            buf_free(&file);
            buf_free(&bad);
        }
        buf_free(&safe);
    }
}

/* --- scaffolding ---------------------------------------------------------- */

static int
setup(void **state)
{
    static const struct pair_spec specs[PAIRS] = {
        [A] = { .key = 0, .cn = "홍길동()0001", .random = true },
        [B] = { .key = 1, .cn = "김철수()0002" },
        [C] = { .key = 2, .cn = "홍길동()0001", .usage = "keyEncipherment" },
        [D] = { .key = 3, .cn = "A CA", .ca = true },
        [E] = { .key = 0, .cn = "홍길동()0001", .random = true },
    };

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(crypto_new(&maker), OK);
    assert_int_equal(crypto_need_legacy(maker), OK);
    pairs_make(crypto, specs, PAIRS);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    pairs_free();
    crypto_free(crypto);
    crypto_free(maker);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, written_row, writtens);
    SUPPORT_ROWS(&t, form_row, forms);
    SUPPORT_ROWS(&t, case_row, cases);
    SUPPORT_ROWS(&t, password_row, passwords);
    SUPPORT_ROWS(&t, size_row, sizes);
    SUPPORT_ROWS(&t, nest_row, nests);
#define T(f) support_test(&t, #f, f)
    T(a_korean_program_s_file_brings_its_r);
    T(a_password_without_end_is_wrong);
    T(the_rounds_of_a_file_are_counted_together);
    T(more_bags_than_anybody_has_are_refused);
    T(a_file_cut_anywhere_is_no_file);
    T(no_changed_byte_is_accepted);
    T(hostile_contents_do_no_harm);
    return support_run("PKCS #12", &t, setup, teardown);
}
