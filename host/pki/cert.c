#include "pki/cert.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "pki/vid.h"

#define OID_TEXT_MAX 128      /* bytes of a dotted identifier */
#define DAY          86400    /* seconds */
#define KST          9 * 3600 /* seconds east of UTC, all year */
#define DIGIT_RUN    10       /* so many digits in a CN are not the name */

/* What OpenSSL could not read; only lack of memory is another reason. */
static enum err
damaged(const char *where)
{
    enum err r = err_openssl(where, ERR_CERTIFICATE_DAMAGED);

    return r == ERR_NO_MEMORY ? r : ERR_CERTIFICATE_DAMAGED;
}

static enum err
parse(OSSL_LIB_CTX *libctx, const struct buf *der, X509 **ret_x)
{
    X509 *x = X509_new_ex(libctx, NULL);
    const unsigned char *p = der->data;
    struct buf again = { 0 };
    enum err r = ERR_CERTIFICATE_DAMAGED;

    if (x == NULL)
        return ERR_NO_MEMORY;
    if (der->len == 0 || der->len > CERT_FILE_MAX)
        goto out;
    /* on failure x is freed and NULL */
    if (d2i_X509(&x, &p, (long)der->len) == NULL) {
        r = damaged(__func__);
        goto out;
    }
    /* the id is a hash of the file, so there must be one encoding only */
    if ((r = cert_der(x, &again)) != OK)
        goto out;
    if (again.len != der->len || memcmp(again.data, der->data, der->len) != 0) {
        r = ERR_CERTIFICATE_DAMAGED;
        goto out;
    }
    *ret_x = x;
    x = NULL;
out:
    buf_free(&again);
    X509_free(x);
    return r;
}

enum err
cert_parse(const struct crypto *crypto, const struct buf *der, X509 **ret_x)
{
    X509 *x = NULL;
    enum err r = parse(crypto_libctx(crypto), der, &x);

    if (r == OK && X509_get0_pubkey(x) == NULL) {
        X509_free(x);
        return damaged(__func__);
    }
    if (r == OK)
        *ret_x = x;
    return r;
}

enum err
cert_parse_to_show(struct crypto *crypto, const struct buf *der, X509 **ret_x)
{
    OSSL_LIB_CTX *bare = NULL;
    X509 *x = NULL;
    enum err r;

    if ((r = crypto_bare(crypto, &bare)) != OK)
        return r;
    if ((r = parse(bare, der, &x)) != OK)
        return r;
    if (cert_rsa_bits(x) == 0) { /* only the whole way tells what it is */
        X509_free(x);
        return cert_parse(crypto, der, ret_x);
    }
    *ret_x = x;
    return OK;
}

enum err
cert_der(const X509 *x, struct buf *ret_der)
{
    unsigned char *der = NULL;
    int len = i2d_X509(x, &der);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_INTERNAL);
    r = buf_set(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return r;
}

static enum err
put_id(const unsigned char hash[static SHA256_DIGEST_LENGTH],
    char ret_id[static CERT_ID_LEN + 1])
{
    struct buf text = { 0 };
    enum err r = hex_encode(hash, SHA256_DIGEST_LENGTH, &text);

    if (r == OK)
        memcpy(ret_id, text.data, CERT_ID_LEN + 1);
    buf_free(&text);
    return r;
}

enum err
cert_id(const X509 *x, char ret_id[static CERT_ID_LEN + 1])
{
    unsigned char hash[SHA256_DIGEST_LENGTH];

    /* in the library context that the certificate was read with */
    if (X509_digest(x, EVP_sha256(), hash, NULL) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return put_id(hash, ret_id);
}

enum err
cert_id_of(const struct crypto *crypto, const struct buf *der,
    char ret_id[static CERT_ID_LEN + 1])
{
    unsigned char hash[SHA256_DIGEST_LENGTH];

    if (EVP_Q_digest(crypto_libctx(crypto), "SHA256", NULL, der->data, der->len,
            hash, NULL) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    return put_id(hash, ret_id);
}

/* A value as UTF-8; what would break a line or end a string becomes U+FFFD. */
static enum err
put_value(struct buf *out, const ASN1_STRING *value)
{
    unsigned char *text = NULL;
    int i, from, len = ASN1_STRING_to_UTF8(&text, value);
    enum err r = OK;

    if (len < 0)
        return damaged(__func__);
    if (!utf8_valid(text, (size_t)len)) {
        OPENSSL_free(text);
        return ERR_CERTIFICATE_DAMAGED;
    }
    for (i = 0; r == OK && i < len; i++) {
        for (from = i; i < len && text[i] >= 0x20 && text[i] != 0x7F;)
            i++;
        r = buf_put(out, text + from, (size_t)(i - from));
        if (r == OK && i < len)
            r = buf_put_text(out, "\uFFFD");
    }
    OPENSSL_free(text);
    return r;
}

/* The short name in lower case, "e" for e-mail, dotted when unknown. */
static enum err
put_type(struct buf *out, const ASN1_OBJECT *type)
{
    char oid[OID_TEXT_MAX];
    const char *name = oid;
    int nid = OBJ_obj2nid(type);
    enum err r = OK;

    if (nid == NID_pkcs9_emailAddress)
        name = "e";
    else if (nid != NID_undef)
        name = OBJ_nid2sn(nid);
    else if (OBJ_obj2txt(oid, sizeof(oid), type, 1) <= 0)
        return damaged(__func__);
    for (; r == OK && *name != '\0'; name++)
        r = buf_put_byte(out, (uint8_t)tolower((unsigned char)*name));
    return r;
}

enum err
cert_dn(const X509_NAME *name, struct buf *ret_text)
{
    struct buf text = { 0 };
    const X509_NAME_ENTRY *entry;
    enum err r = OK;
    int i;

    for (i = X509_NAME_entry_count(name) - 1; r == OK && i >= 0; i--) {
        entry = X509_NAME_get_entry(name, i);
        if (text.len > 0)
            r = buf_put_byte(&text, ',');
        if (r == OK &&
            (r = put_type(&text, X509_NAME_ENTRY_get_object(entry))) == OK &&
            (r = buf_put_byte(&text, '=')) == OK)
            r = put_value(&text, X509_NAME_ENTRY_get_data(entry));
    }
    if (r == OK)
        buf_move(ret_text, &text);
    buf_free(&text);
    return r;
}

enum err
cert_name_part(const X509_NAME *name, const char *part, struct buf *ret_text)
{
    struct buf text = { 0 };
    int nid = OBJ_txt2nid(part), at = -1, next = -1;
    enum err r = OK;

    while ((next = X509_NAME_get_index_by_NID(name, nid, next)) >= 0)
        at = next;
    if (at >= 0)
        r = put_value(
            &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (r == OK)
        buf_move(ret_text, &text);
    buf_free(&text);
    return r;
}

/* Cut a CN before "(" or a long run of digits, and the blanks before that. */
static void
cut_name(struct buf *cn)
{
    const char *text = buf_text(cn);
    size_t i, run = 0, len = strcspn(text, "(");

    for (i = 0; i < len; i++) {
        run = isdigit((unsigned char)text[i]) ? run + 1 : 0;
        if (run == DIGIT_RUN)
            len = i + 1 - run;
    }
    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (len > 0) {
        cn->len = len;
        cn->data[len] = 0;
    }
}

enum err
cert_display_name(const X509 *x, struct buf *ret_text)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    struct buf name = { 0 };
    enum err r;

    r = vid_of_certificate(x, &name, NULL, NULL);
    if (r == ERR_NO_MEMORY)
        return r;
    if (r == OK && name.len > 0 && strlen(buf_text(&name)) == name.len) {
        buf_move(ret_text, &name);
        return OK;
    }
    buf_free(&name);
    if ((r = cert_name_part(subject, "CN", &name)) == OK && name.len > 0)
        cut_name(&name);
    else if (r == OK)
        r = cert_dn(subject, &name);
    if (r == OK)
        buf_move(ret_text, &name);
    buf_free(&name);
    return r;
}

const char *
cert_state_name(enum cert_state state)
{
    static const char *const names[] = { "valid", "expiring", "expired",
        "not_yet", "revoked", "unknown" };

    return (size_t)state <= CERT_UNKNOWN ? names[state] : "unknown";
}

int64_t
cert_time(const ASN1_TIME *t)
{
    const struct tm epoch = { .tm_year = 70, .tm_mday = 1 };
    struct tm tm = { 0 };
    int days = 0, seconds = 0;

    /* t NULL would be now; nothing here needs memory */
    if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1 ||
        OPENSSL_gmtime_diff(&days, &seconds, &epoch, &tm) != 1)
        days = seconds = 0;
    return (int64_t)days * DAY + seconds;
}

int64_t
cert_not_before(const X509 *x)
{
    return cert_time(X509_get0_notBefore(x));
}

int64_t
cert_not_after(const X509 *x)
{
    return cert_time(X509_get0_notAfter(x));
}

/* Number of the Korean calendar day; times before 1970 do not come here. */
static int64_t
korean_day(int64_t seconds)
{
    return (seconds + KST) / DAY;
}

enum cert_state
cert_state_at(const X509 *x, int64_t now)
{
    int64_t end = cert_not_after(x);

    if (now < cert_not_before(x))
        return CERT_NOT_YET;
    if (now > end)
        return CERT_EXPIRED;
    if (korean_day(end) - korean_day(now) <= CERT_EXPIRING_DAYS)
        return CERT_EXPIRING;
    return CERT_VALID;
}

enum err
cert_extension(const X509 *x, int nid, void **ret_extension)
{
    int critical = -1;

    *ret_extension = X509_get_ext_d2i(x, nid, &critical, NULL);
    return *ret_extension == NULL && critical >= 0 &&
                   damaged(__func__) == ERR_NO_MEMORY
               ? ERR_NO_MEMORY
               : OK;
}

enum err
cert_policy(const X509 *x, struct buf *ret_oid, struct cert_usage *ret_usage)
{
    CERTIFICATEPOLICIES *policies = NULL;
    char oid[OID_TEXT_MAX] = "";
    void *extension;
    enum err r = cert_extension(x, NID_certificate_policies, &extension);

    if (r != OK)
        return r;
    policies = extension;
    if (sk_POLICYINFO_num(policies) > 0 &&
        OBJ_obj2txt(oid, sizeof(oid),
            sk_POLICYINFO_value(policies, 0)->policyid, 1) >= (int)sizeof(oid))
        oid[0] = '\0';
    CERTIFICATEPOLICIES_free(policies);
    if ((r = buf_set(ret_oid, oid, strlen(oid))) == OK)
        *ret_usage = cert_usage_of(oid);
    return r;
}
