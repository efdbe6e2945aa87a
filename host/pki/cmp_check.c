/* Is this the certificate that was ordered (cmp.h)? */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cmp.h"
#include "pki/cmp_pins.h"
#include "pki/key.h"

#define SERIAL_MAX 20 /* bytes (RFC 5280, 4.1.2.2) */
#define YEAR_S     (366 * 24 * 3600)
#define TRIAL_LEN  32u

struct check {
    const struct host *host;
    const struct cmp_order *order;
    X509 *x;
    const STACK_OF(X509) * untrusted;
    bool vouched;
};

/* Each check: OK, ERR_CERTIFICATE_UNEXPECTED, or what keeps it from knowing. */

static enum err
key_is_ours(struct check *c)
{
    return key_matches(c->order->key, c->x) == OK ? OK
                                                  : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
version_is_3(struct check *c)
{
    return X509_get_version(c->x) == X509_VERSION_3
               ? OK
               : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
serial_is_sane(struct check *c)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(c->x);
    int i, len = ASN1_STRING_length(serial), zero = 1;

    for (i = 0; i < len; i++)
        if (ASN1_STRING_get0_data(serial)[i] != 0)
            zero = 0;
    return ASN1_STRING_type(serial) == V_ASN1_INTEGER && !zero &&
                   len <= SERIAL_MAX
               ? OK
               : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
issuer_is_known(struct check *c)
{
    return ca_check_issuer(c->order->ca, c->x, ERR_CERTIFICATE_UNEXPECTED);
}

static bool
is_valid_at(const struct check *c, int64_t at)
{
    int64_t from = cert_not_before(c->x), to = cert_not_after(c->x);

    return from <= at + CMP_SKEW_S && to > at && to > from &&
           to - from <= (int64_t)CMP_YEARS_MAX * YEAR_S;
}

/* A certificate that fits the CA's time and not ours is no fault of the CA's:
 * it is neither taken nor refused, and can be had when the clock is right. */
static enum err
validity_is_sane(struct check *c)
{
    int64_t now = clock_wall(&c->host->clock), said = c->order->ca_time;

    if (is_valid_at(c, now))
        return OK;
    return said != 0 && is_valid_at(c, said) ? ERR_CLOCK_WRONG
                                             : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
leads_to_pin(struct check *c)
{
    struct chain_set *pins = NULL, *others = NULL;
    int64_t at = clock_wall(&c->host->clock);
    int i;
    enum err r;

    /* a clock that is a little behind must not make it "not yet valid" */
    if (cert_not_before(c->x) > at)
        at = cert_not_before(c->x);
    r = cmp_pins(c->host, c->order->ca, c->untrusted, &pins);
    for (i = 0;
         r == OK && c->untrusted != NULL && i < sk_X509_num(c->untrusted); i++)
        r = chain_add(&others, sk_X509_value(c->untrusted, i));
    if (r == OK)
        r = chain_check(c->host->crypto, c->x, others, pins, at);
    chain_free(pins);
    chain_free(others);
    if (r == OK || r == ERR_NO_MEMORY || r == ERR_CRYPTO_UNAVAILABLE)
        return r;
    return ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
usage_is_ours(struct check *c)
{
    uint32_t usage = X509_get_key_usage(c->x), all;
    uint32_t sign = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
             km = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT;

    if ((X509_get_extension_flags(c->x) & EXFLAG_KUSAGE) == 0)
        return ERR_CERTIFICATE_UNEXPECTED;
    all = c->order->kind == CMP_SIGN ? sign : km;
    return (usage & ~all) == 0 && (usage & all) != 0 &&
                   (usage &
                       (c->order->kind == CMP_SIGN ? KU_DIGITAL_SIGNATURE
                                                   : KU_KEY_ENCIPHERMENT)) != 0
               ? OK
               : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
is_no_ca(struct check *c)
{
    uint32_t flags = X509_get_extension_flags(c->x);

    return (flags & (EXFLAG_CA | EXFLAG_INVALID | EXFLAG_CRITICAL)) == 0
               ? OK
               : ERR_CERTIFICATE_UNEXPECTED;
}

static enum err
has_policy(struct check *c)
{
    struct cert_usage usage = { 0 };
    struct buf oid = { 0 };
    enum err r = cert_policy(c->x, &oid, &usage);

    if (r == OK && oid.len == 0)
        r = ERR_CERTIFICATE_UNEXPECTED;
    buf_free(&oid);
    return r == OK || r == ERR_NO_MEMORY ? r : ERR_CERTIFICATE_UNEXPECTED;
}

/* The VID where R was sent; recomputed when the number is known. */
static enum err
vid_is_ours(struct check *c)
{
    struct buf digest = { 0 }, got = { 0 }, want = { 0 };
    const char *idn = c->order->person.idn;
    enum err r;

    if (c->order->ca->vid != CA_VID_ENCRYPTED)
        return OK;
    r = vid_of_certificate(c->x, NULL, &digest, &got);
    if (r == OK && got.len == 0)
        r = ERR_CERTIFICATE_UNEXPECTED;
    if (r == OK && idn != NULL) {
        r = vid_compute(
            c->host->crypto, buf_text(&digest), idn, c->order->random, &want);
        if (r == OK &&
            (want.len != got.len || memcmp(want.data, got.data, got.len) != 0))
            r = ERR_CERTIFICATE_UNEXPECTED;
        c->vouched = c->vouched || r == OK;
    }
    buf_free(&digest);
    buf_free(&got);
    buf_free(&want);
    return r == OK || r == ERR_NO_MEMORY ? r : ERR_CERTIFICATE_UNEXPECTED;
}

/* Display names are equal, blanks aside. */
static bool
same_name(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
        a++, b++;
    }
}

/* The name in a CN: what stands before "(" or the numbers behind it. */
static enum err
name_in_cn(const X509 *x, struct buf *ret)
{
    struct buf cn = { 0 };
    enum err r = cert_name_part(X509_get_subject_name(x), "CN", &cn);

    if (r == OK)
        r = buf_put(ret, buf_text(&cn), strcspn(buf_text(&cn), "(0123456789"));
    buf_free(&cn);
    return r;
}

/* Both names of the certificate, that of the subject and the real name beside
 * the VID, are this one. */
static enum err
is_named(struct check *c, const char *name, bool *ret_same)
{
    struct buf shown = { 0 }, cn = { 0 };
    enum err r;

    if ((r = cert_display_name(c->x, &shown)) == OK &&
        (r = name_in_cn(c->x, &cn)) == OK)
        *ret_same =
            same_name(buf_text(&shown), name) && same_name(buf_text(&cn), name);
    buf_free(&shown);
    buf_free(&cn);
    return r;
}

static enum err
is_named_as(struct check *c, const X509 *other, bool *ret_same)
{
    struct buf name = { 0 };
    enum err r = cert_display_name(other, &name);

    if (r == OK)
        r = is_named(c, buf_text(&name), ret_same);
    buf_free(&name);
    return r;
}

static bool
pair_belongs_together(const struct check *c)
{
    const X509 *sign = c->order->sign;

    return c->order->kind != CMP_KM || sign == NULL ||
           (X509_NAME_cmp(X509_get_subject_name(c->x),
                X509_get_subject_name(sign)) == 0 &&
               X509_cmp(c->x, sign) != 0);
}

/* The subject is somebody, and nobody else than who was asked for. */
static enum err
subject_is_ours(struct check *c)
{
    const struct cmp_person *person = &c->order->person;
    bool same = true;
    enum err r = OK;

    if (X509_NAME_entry_count(X509_get_subject_name(c->x)) == 0 ||
        !pair_belongs_together(c) ||
        (c->order->signer != NULL &&
            X509_NAME_cmp(X509_get_subject_name(c->x),
                X509_get_subject_name(c->order->signer->about)) != 0))
        return ERR_CERTIFICATE_UNEXPECTED;
    if (person->name != NULL)
        r = is_named(c, person->name, &same);
    if (r == OK && same && person->old != NULL)
        r = is_named_as(c, person->old, &same);
    if (r != OK)
        return r == ERR_NO_MEMORY ? r : ERR_CERTIFICATE_UNEXPECTED;
    if (person->name != NULL || person->old != NULL)
        c->vouched = true;
    return same ? OK : ERR_CERTIFICATE_UNEXPECTED;
}

static bool
signs(EVP_MD_CTX *ctx, const struct check *c, const uint8_t *data,
    unsigned char *signature, size_t len)
{
    OSSL_LIB_CTX *lib = crypto_libctx(c->host->crypto);
    EVP_PKEY *public = X509_get0_pubkey(c->x);

    return EVP_DigestSignInit_ex(
               ctx, NULL, "SHA256", lib, NULL, c->order->key, NULL) == 1 &&
           EVP_DigestSign(ctx, signature, &len, data, TRIAL_LEN) == 1 &&
           EVP_MD_CTX_reset(ctx) == 1 &&
           EVP_DigestVerifyInit_ex(
               ctx, NULL, "SHA256", lib, NULL, public, NULL) == 1 &&
           EVP_DigestVerify(ctx, signature, len, data, TRIAL_LEN) == 1;
}

/* A signature made with the key verifies with the certificate. */
static enum err
trial_works(struct check *c)
{
    uint8_t data[TRIAL_LEN];
    int size = EVP_PKEY_get_size(c->order->key);
    unsigned char *signature = size > 0 ? OPENSSL_malloc((size_t)size) : NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    enum err r = ERR_CERTIFICATE_UNEXPECTED;

    if (ctx == NULL || signature == NULL)
        r = ERR_NO_MEMORY;
    else if (RAND_bytes_ex(
                 crypto_libctx(c->host->crypto), data, TRIAL_LEN, 0) == 1 &&
             signs(ctx, c, data, signature, (size_t)size))
        r = OK;
    EVP_MD_CTX_free(ctx);
    OPENSSL_free(signature);
    return r;
}

/* On resuming only the certificate that was received before is taken. */
static enum err
is_the_same(struct check *c)
{
    const struct buf *expected = c->order->expected;
    struct buf der = { 0 };
    enum err r;

    if (expected == NULL || expected->len == 0)
        return OK;
    if ((r = cert_der(c->x, &der)) == OK &&
        (der.len != expected->len ||
            memcmp(der.data, expected->data, der.len) != 0))
        r = ERR_CERTIFICATE_UNEXPECTED;
    buf_free(&der);
    return r;
}

enum err
cmp_certificate_check(const struct host *host, const struct cmp_order *order,
    X509 *x, const STACK_OF(X509) * untrusted, bool *ret_vouched,
    const char **ret_what)
{
    static const struct {
        const char *what;
        enum err (*check)(struct check *c);
    } rows[] = {
        { "key", key_is_ours },
        { "version", version_is_3 },
        { "serial", serial_is_sane },
        { "ca", is_no_ca },
        { "usage", usage_is_ours },
        { "validity", validity_is_sane },
        { "issuer", issuer_is_known },
        { "chain", leads_to_pin },
        { "policy", has_policy },
        { "vid", vid_is_ours },
        { "subject", subject_is_ours },
        { "key", trial_works },
        { "other", is_the_same },
    };
    struct check c = { host, order, x, untrusted, false };
    size_t i;
    enum err r;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((r = rows[i].check(&c)) != OK) {
            /* a certificate is refused for good only by somebody who could
             * look at it */
            if (mem_was_short())
                r = ERR_NO_MEMORY;
            if (r == ERR_CERTIFICATE_UNEXPECTED)
                *ret_what = rows[i].what;
            return r;
        }
    }
    *ret_vouched = c.vouched;
    return OK;
}
