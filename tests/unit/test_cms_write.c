/* Signatures in DER of our own: the bytes are those of libcrypto, and reading
 * them back notices whatever is not as it must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pki/cms_write.h"
#include "pki/der.h"
#include "signers.h"
#include "support.h"

#define LENGTH 1000 /* bytes of content, where nothing else is said */
#define YEAR   (365 * TEST_DAY)

/* What Kim signed before, where another joins. */
enum joined {
    ALONE,
    KIM,
    KIM_SHA512,      /* by another digest */
    KIM_NULL,        /* its digest named as with parameters, but none */
    KIM_CERTIFICATES /* with the other's certificate already in it */
};

/* A row is the form, and what is signed. */
static struct row {
    const char *name;
    bool detached, attributes, display;
    enum joined joined;
    const char *type;
    size_t length;
    int64_t years; /* from TEST_NOW to signingTime */
} rows[] = {
    { "attached with attributes", .attributes = true, .length = LENGTH },
    { "attached without attributes", .length = LENGTH },
    { "detached with attributes", true, true, .length = LENGTH },
    { "detached without attributes", true, .length = LENGTH },
    { "no byte, attached", .attributes = true },
    { "no byte, detached", true, true, .length = 0 },
    { "as long as it may be", .attributes = true, .length = CMS_CONTENT_MAX },
    { "with what was shown", .attributes = true, .display = true,
        .length = LENGTH },
    { "detached, with what was shown", true, true, true, .length = LENGTH },
    { "a login", .attributes = true, .type = CMS_LOGIN_OID, .length = LENGTH },
    { "a login without attributes", .type = CMS_LOGIN_OID, .length = LENGTH },
    { "after 2049", .attributes = true, .years = 40, .length = LENGTH },
    { "joined", .attributes = true, .joined = KIM, .length = LENGTH },
    { "joined, with what was shown", .attributes = true, .display = true,
        .joined = KIM, .length = LENGTH },
    { "joined, detached", true, true, .joined = KIM, .length = LENGTH },
    { "joined to SHA-512", .attributes = true, .joined = KIM_SHA512,
        .length = LENGTH },
    { "joined to SHA-256 with NULL", .attributes = true, .joined = KIM_NULL,
        .length = LENGTH },
    { "joined where the certificate is", .attributes = true,
        .joined = KIM_CERTIFICATES, .length = LENGTH },
};

/* What a row is signed with, and by whom. */
struct signing {
    enum joined joined;
    X509 *x;
    EVP_PKEY *by;
    struct buf content, before; /* by Kim, where it is joined */
    struct cms_display display;
    struct cms_form form;
    uint8_t digest[CMS_SHA256_LEN];
};

/* The one digest gets parameters, NULL: two bytes more in all around it. */
static void
put_null(struct buf *der)
{
    static const uint8_t null[] = { 5, 0 };
    static const size_t lengths[] = { 3, 18, 22, 27, 29 }, end = 41;
    struct buf whole = { 0 };

    assert_memory_equal(der->data + 26, "\x31\x0d\x30\x0b\x06\x09", 6);
    signers_put(&whole, der->data, end);
    assert_int_equal(buf_put(&whole, null, sizeof(null)), OK);
    assert_int_equal(buf_put(&whole, der->data + end, der->len - end), OK);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        assert_in_range(whole.data[lengths[i]], 1, 253);
        whole.data[lengths[i]] = (uint8_t)(whole.data[lengths[i]] + 2);
    }
    buf_move(der, &whole);
}

/* Kim's signature, by libcrypto. */
static void
sign_before(enum joined how, bool detached, const struct buf *content,
    struct buf *ret_der)
{
    unsigned flags = CMS_BINARY | CMS_PARTIAL | (detached ? CMS_DETACHED : 0u);
    const EVP_MD *md = how == KIM_SHA512 ? EVP_sha512() : EVP_sha256();
    BIO *in = BIO_new_mem_buf(buf_text(content), (int)content->len);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);

    assert_non_null(CMS_add1_signer(cms, other, other_key, md, flags));
    if (how == KIM_CERTIFICATES)
        assert_int_equal(CMS_add1_cert(cms, mine), 1);
    assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
    assert_int_equal(cms_encode(cms, ret_der), OK);
    if (how == KIM_NULL)
        put_null(ret_der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

static void
make(const struct row *row, struct signing *s)
{
    memset(s, 0, sizeof(*s));
    s->joined = row->joined;
    s->x = mine;
    s->by = key;
    for (size_t i = 0; i < row->length; i++)
        assert_int_equal(buf_put_byte(&s->content, (uint8_t)(i * 7)), OK);
    assert_int_equal(cms_sha256(crypto, &s->content, s->digest), OK);
    s->display.kind = support_text("text");
    s->display.origin = support_text("https://bank.example");
    s->display.language = support_text("ko");
    memset(s->display.displayed, 7, CMS_DISPLAY_LEN);
    s->form = (struct cms_form){ .detached = row->detached,
        .attributes = row->attributes,
        .now = TEST_NOW + row->years * YEAR,
        .type = row->type,
        .content = &s->content,
        .display = row->display ? &s->display : NULL };
    if (row->joined == ALONE)
        return;
    sign_before(row->joined, row->detached, &s->content, &s->before);
    s->form.to = &s->before;
}

static void
drop(struct signing *s)
{
    buf_free(&s->content);
    buf_free(&s->before);
    cms_display_free(&s->display);
}

static void
write_ours(const struct signing *s, struct buf *ret)
{
    assert_int_equal(
        signers_sign_digest(crypto, s->x, s->by, s->digest, &s->form, ret), OK);
}

/* --- as libcrypto writes them ---------------------------------------------- */

static void
add_attributes(
    CMS_ContentInfo *cms, CMS_SignerInfo *si, const struct signing *s)
{
    static const char shown[] =
        "\x02\x01\x00\x13\x04text"
        "\x0c\x14https://bank.example\x13\x02ko\x04\x20";
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)s->form.now);
    ASN1_OBJECT *oid = OBJ_txt2obj(CMS_DISPLAY_OID, 1);
    struct buf value = { 0 };

    assert_int_equal(CMS_signed_add1_attr_by_NID(
                         si, NID_pkcs9_signingTime, time->type, time, -1),
        1);
    if (s->form.display != NULL) {
        signers_put(&value, shown, sizeof(shown) - 1);
        assert_int_equal(
            buf_put(&value, s->display.displayed, CMS_DISPLAY_LEN), OK);
        assert_int_equal(der_wrap(&value, DER_SEQUENCE), OK);
        assert_int_equal(CMS_signed_add1_attr_by_OBJ(si, oid, V_ASN1_SEQUENCE,
                             value.data, (int)value.len),
            1);
    }
    if (s->form.to != NULL) { /* CMS_final would sign for Kim again */
        assert_int_equal(CMS_signed_add1_attr_by_NID(si, NID_pkcs9_contentType,
                             V_ASN1_OBJECT, CMS_get0_eContentType(cms), -1),
            1);
        assert_int_equal(
            CMS_signed_add1_attr_by_NID(si, NID_pkcs9_messageDigest,
                V_ASN1_OCTET_STRING, s->digest, CMS_SHA256_LEN),
            1);
    }
    ASN1_TIME_free(time);
    ASN1_OBJECT_free(oid);
    buf_free(&value);
}

static void
write_theirs(const struct signing *s, struct buf *ret)
{
    unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL |
                     (s->form.detached ? CMS_DETACHED : 0u);
    BIO *in = BIO_new_mem_buf(buf_text(&s->content), (int)s->content.len);
    CMS_ContentInfo *cms = s->form.to != NULL
                               ? signers_parse(s->form.to)
                               : CMS_sign(NULL, NULL, NULL, NULL, flags);
    ASN1_OBJECT *type = OBJ_txt2obj(CMS_LOGIN_OID, 1);
    CMS_SignerInfo *si;

    if (s->joined == KIM_CERTIFICATES)
        flags |= CMS_NOCERTS; /* it refuses to put one in twice */
    if (s->form.type != NULL)
        assert_int_equal(CMS_set1_eContentType(cms, type), 1);
    si = CMS_add1_signer(cms, s->x, s->by, EVP_sha256(),
        flags | (s->form.attributes ? CMS_CADES : CMS_NOATTR));
    assert_non_null(si);
    if (s->form.attributes)
        add_attributes(cms, si, s);
    if (s->form.to != NULL)
        assert_int_equal(CMS_SignerInfo_sign(si), 1);
    else
        assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
    assert_int_equal(cms_encode(cms, ret), OK);
    ASN1_OBJECT_free(type);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

/* Returns how long both are. */
static size_t
assert_same(const struct signing *s)
{
    struct buf ours = { 0 }, theirs = { 0 };
    size_t len;

    write_ours(s, &ours);
    write_theirs(s, &theirs);
    len = ours.len;
    assert_int_equal(len, theirs.len);
    assert_memory_equal(ours.data, theirs.data, len);
    buf_free(&ours);
    buf_free(&theirs);
    return len;
}

static void
same_row(void **state)
{
    struct signing s;

    make(*state, &s);
    assert_same(&s);
    drop(&s);
}

/* --- lengths and names ------------------------------------------------------- */

static struct {
    EVP_PKEY *key; /* a short one: what is asked here is not how safe it is */
    X509 *x;
} quick;

static int
setup(void **state)
{
    struct cert_spec spec = { .cn = "Quick" };
    int r = signers_setup(state);

    quick.key = spec.key = make_key("rsa1024");
    quick.x = make_cert(&spec);
    return r;
}

static int
teardown(void **state)
{
    EVP_PKEY_free(quick.key);
    X509_free(quick.x);
    return signers_teardown(state);
}

static size_t
same_length(size_t length)
{
    const struct row row = { .attributes = true, .length = length };
    struct signing s;
    size_t len;

    make(&row, &s);
    s.x = quick.x;
    s.by = quick.key;
    len = assert_same(&s);
    drop(&s);
    return len;
}

/* Where one of the elements around the content gets a length of one byte more:
 * those of the content just below, all of it when that is so long. */
static void
every_length_about_a_boundary(void **state)
{
    static const size_t ends[] = { 128, 256, 65536 };
    size_t around = same_length(1000) - 1000, length;

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        for (length = ends[i] - 24; length <= ends[i] + 1; length++)
            same_length(length);
    for (length = 65536 - around - 8; length <= 65536 - around + 32; length++)
        same_length(length);
}

/* The same for who issued the certificate, whose name is in three places. */
static void
every_length_of_an_issuer(void **state)
{
    const struct row row = { .attributes = true, .length = 1 };
    static unsigned char text[270];
    struct signing s;
    X509_NAME *name;

    (void)state;
    memset(text, 'x', sizeof(text));
    for (int n = 1; n <= (int)sizeof(text); n++) {
        make(&row, &s);
        s.x = X509_dup(quick.x);
        s.by = quick.key;
        name = X509_NAME_new();
        assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_organizationName,
                             V_ASN1_UTF8STRING, text, n, -1, 0),
            1);
        assert_int_equal(X509_set_issuer_name(s.x, name), 1);
        assert_true(X509_sign(s.x, quick.key, EVP_sha256()) > 0);
        assert_same(&s);
        X509_NAME_free(name);
        X509_free(s.x);
        drop(&s);
    }
}

static struct cert_row {
    const char *name, *serial; /* in hexadecimal */
    int type;                  /* of the issuer's text; 0: no name at all */
    const char *text;
    int set; /* -1: the second part of the same RDN */
} cert_rows[] = {
    { "serial 0", "00", V_ASN1_UTF8STRING, "CA", 0 },
    { "serial 127", "7F", V_ASN1_UTF8STRING, "CA", 0 },
    { "serial 128", "80", V_ASN1_UTF8STRING, "CA", 0 },
    { "serial below 0", "-80", V_ASN1_UTF8STRING, "CA", 0 },
    { "a serial of twenty bytes", "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        V_ASN1_UTF8STRING, "CA", 0 },
    { "a serial of too many",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        V_ASN1_UTF8STRING, "CA", 0 },
    { "an issuer without a name", "01", 0, "", 0 },
    { "an issuer in Korean", "01", V_ASN1_UTF8STRING, "인증기관", 0 },
    { "an issuer in BMPString", "01", V_ASN1_BMPSTRING, "\xc7\x78\xc9\x9d", 0 },
    { "an issuer in T61String", "01", V_ASN1_T61STRING, "\xc0\xce\xc1\xf5", 0 },
    { "an issuer in PrintableString", "01", V_ASN1_PRINTABLESTRING, "CA", 0 },
    { "two attributes in one RDN", "01", V_ASN1_UTF8STRING, "CA", -1 },
};

static void
cert_row(void **state)
{
    const struct row plain_row = { .attributes = true, .length = LENGTH };
    const struct cert_row *row = *state;
    X509_NAME *name = X509_NAME_new();
    ASN1_INTEGER *serial = NULL;
    BIGNUM *number = NULL;
    struct signing s;

    make(&plain_row, &s);
    s.x = X509_dup(quick.x);
    s.by = quick.key;
    assert_true(BN_hex2bn(&number, row->serial) > 0);
    serial = BN_to_ASN1_INTEGER(number, NULL);
    assert_int_equal(X509_set_serialNumber(s.x, serial), 1);
    if (row->type != 0) {
        assert_int_equal(
            X509_NAME_add_entry_by_txt(name, "C", V_ASN1_PRINTABLESTRING,
                (const unsigned char *)"KR", -1, -1, 0),
            1);
        assert_int_equal(
            X509_NAME_add_entry_by_txt(name, "O", row->type,
                (const unsigned char *)row->text, -1, -1, row->set),
            1);
    }
    assert_int_equal(X509_set_issuer_name(s.x, name), 1);
    assert_true(X509_sign(s.x, quick.key, EVP_sha256()) > 0);
    assert_same(&s);
    X509_NAME_free(name);
    ASN1_INTEGER_free(serial);
    BN_free(number);
    X509_free(s.x);
    drop(&s);
}

/* No two signatures by a curve are the same; libcrypto takes them. */
static void
signs_with_a_curve(void **state)
{
    EVP_PKEY *ec = make_key("p256");
    struct cert_spec spec = { .cn = "Curve", .key = ec };
    X509 *x = make_cert(&spec);
    struct buf der = { 0 };
    CMS_ContentInfo *cms;
    struct signing s;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        make(&rows[i], &s);
        assert_int_equal(
            signers_sign_digest(crypto, x, ec, s.digest, &s.form, &der), OK);
        cms = signers_parse(&der);
        assert_int_equal(CMS_verify(cms, NULL, NULL, NULL, NULL,
                             CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY),
            1);
        CMS_ContentInfo_free(cms);
        drop(&s);
    }
    buf_free(&der);
    X509_free(x);
    EVP_PKEY_free(ec);
}

/* --- read back ------------------------------------------------------------- */

static struct cms_seal *
seal_of(X509 *x, EVP_PKEY *by)
{
    struct cms_seal *seal = NULL;

    assert_int_equal(cms_seal_new(crypto, x, by, &seal), OK);
    return seal;
}

/* Changes to what was signed, or to what is asked of it. */
#define TRAILING   1u
#define DIGEST     2u
#define CONTENT    4u
#define OTHER      8u  /* another's seal */
#define ATTRIBUTES 16u /* there when they must not be, or the other way */
#define DETACHED   32u
#define TYPE       64u
#define OLD        128u /* another certificate with the same key */

static struct wrong_row {
    const char *name;
    size_t row;
    unsigned how;
} wrong_rows[] = {
    { "a byte after the end", 0, TRAILING },
    { "another digest", 0, DIGEST },
    { "another digest, detached", 2, DIGEST },
    { "another digest, no attributes", 3, DIGEST },
    { "other content", 0, CONTENT },
    { "other content, no attributes", 1, CONTENT },
    { "another signer", 0, OTHER },
    { "another certificate with that key", 0, OLD },
    { "attributes too many", 0, ATTRIBUTES },
    { "attributes missing", 1, ATTRIBUTES },
    { "content is missing", 2, DETACHED },
    { "content too many", 0, DETACHED },
    { "a login for data", 9, TYPE },
    { "data for a login", 0, TYPE },
    { "two signers", 12, 0 },
};

static void
wrong_row(void **state)
{
    const struct wrong_row *row = *state;
    struct cms_seal *seal = (row->how & OTHER) != 0 ? seal_of(other, other_key)
                            : (row->how & OLD) != 0 ? seal_of(old, key)
                                                    : seal_of(mine, key);
    struct buf der = { 0 };
    struct signing s;

    make(&rows[row->row], &s);
    write_ours(&s, &der);
    if ((row->how & TRAILING) != 0)
        assert_int_equal(buf_put_byte(&der, 0), OK);
    if ((row->how & DIGEST) != 0)
        s.digest[0] ^= 1;
    if ((row->how & CONTENT) != 0)
        s.content.data[0] ^= 1;
    if ((row->how & ATTRIBUTES) != 0)
        s.form.attributes = !s.form.attributes;
    if ((row->how & DETACHED) != 0)
        s.form.detached = !s.form.detached;
    if ((row->how & TYPE) != 0)
        s.form.type = s.form.type == NULL ? CMS_LOGIN_OID : NULL;
    assert_int_equal(cms_check(seal, &der, s.digest, &s.form), ERR_INTERNAL);
    cms_seal_free(seal);
    drop(&s);
    buf_free(&der);
}

/* As if the RSA operation had gone wrong: that would give the key away. */
static void
a_wrong_value_never_goes_out(void **state)
{
    struct cms_seal *seal = seal_of(mine, key), *by = seal_of(other, other_key);
    EVP_PKEY_CTX *own = seal->signer;
    struct buf out = { 0 };
    struct signing s;
    enum err want;

    (void)state;
    seal->signer = by->signer;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        want = rows[i].joined == ALONE ? ERR_INTERNAL : ERR_INVALID_REQUEST;
        make(&rows[i], &s);
        assert_int_equal(cms_sign_digest(seal, s.digest, &s.form, &out), want);
        assert_int_equal(
            cms_sign_pkcs1_digest(seal, s.digest, &out), ERR_INTERNAL);
        assert_null(out.data);
        drop(&s);
    }
    seal->signer = own;
    cms_seal_free(seal);
    cms_seal_free(by);
}

/* Every form of one signer reads back; with any bit changed, none does. */
static void
every_changed_bit_is_noticed(void **state)
{
    struct cms_seal *seal = seal_of(mine, key);
    struct buf der = { 0 };
    struct signing s;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].joined != ALONE || rows[i].length > LENGTH)
            continue;
        make(&rows[i], &s);
        write_ours(&s, &der);
        assert_int_equal(cms_check(seal, &der, s.digest, &s.form), OK);
        for (size_t bit = 0; bit < 8 * der.len; bit += 5) {
            der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(
                cms_check(seal, &der, s.digest, &s.form), ERR_INTERNAL);
            der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        while (--der.len > 0)
            assert_int_equal(
                cms_check(seal, &der, s.digest, &s.form), ERR_INTERNAL);
        drop(&s);
    }
    cms_seal_free(seal);
    buf_free(&der);
}

/* --- one more of a SET OF ----------------------------------------------------- */

static struct insert_row {
    const char *name, *set, *element, *want;
} insert_rows[] = {
    { "into none", "", "\x02\x01\x05", "\x02\x01\x05" },
    { "before", "\x02\x01\x05", "\x02\x01\x04", "\x02\x01\x04\x02\x01\x05" },
    { "behind", "\x02\x01\x05", "\x02\x01\x06", "\x02\x01\x05\x02\x01\x06" },
    { "between", "\x02\x01\x05\x02\x01\x07", "\x02\x01\x06",
        "\x02\x01\x05\x02\x01\x06\x02\x01\x07" },
    { "the same again", "\x02\x01\x05", "\x02\x01\x05",
        "\x02\x01\x05\x02\x01\x05" },
    { "a longer one goes behind", "\x02\x01\x05", "\x02\x02\x01\x01",
        "\x02\x01\x05\x02\x02\x01\x01" },
    { "another tag", "\x04\x01\x05", "\x02\x01\x07",
        "\x02\x01\x07\x04\x01\x05" },
};

static void
insert_row(void **state)
{
    const struct insert_row *row = *state;
    struct buf set = support_text(row->set);
    struct buf element = support_text(row->element);

    assert_int_equal(der_insert(&set, &element), OK);
    assert_int_equal(set.len, strlen(row->want));
    assert_memory_equal(set.data, row->want, set.len);
    buf_free(&set);
    buf_free(&element);
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, same_row, rows);
    SUPPORT_ROWS(&t, cert_row, cert_rows);
    SUPPORT_ROWS(&t, wrong_row, wrong_rows);
    SUPPORT_ROWS(&t, insert_row, insert_rows);
    support_test(&t, "every length about a boundary is the same",
        every_length_about_a_boundary);
    support_test(&t, "every length of an issuer's name is the same",
        every_length_of_an_issuer);
    support_test(
        &t, "a curve's key signs, and libcrypto takes it", signs_with_a_curve);
    support_test(
        &t, "a wrong value never goes out", a_wrong_value_never_goes_out);
    support_test(&t, "every changed bit is noticed, and every missing byte",
        every_changed_bit_is_noticed);
    return support_run("cms_write", &t, setup, teardown);
}
