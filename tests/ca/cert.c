#include "cert.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#define OID_SHA256_RSA   "1.2.840.113549.1.1.11"
#define OID_SHA1_RSA     "1.2.840.113549.1.1.5"
#define OID_SHA256_ECDSA "1.2.840.10045.4.3.2"
#define OID_SHA256       "2.16.840.1.101.3.4.2.1"
#define OID_IDENTIFY     "1.2.410.200004.10.1.1"
#define OID_VID          "1.2.410.200004.10.1.1.1"
#define OID_CPS          "1.3.6.1.5.5.7.2.1"
#define OID_NOTICE       "1.3.6.1.5.5.7.2.2"
#define OID_OCSP         "1.3.6.1.5.5.7.48.1"
#define OID_UNKNOWN      "2.25.1926" /* UUID arc; nobody reads it */
#define CPS              "http://127.0.0.1/ingam-test/cps.html"
#define NOTICE           "이 인증서는 시험용입니다" /* fits 200 characters */

void
cert_serial(struct out *o, int64_t serial)
{
    uint8_t bytes[9];
    size_t skip = 0;

    for (size_t i = sizeof bytes; i-- > 0; serial >>= 8)
        bytes[i] = (uint8_t)(serial & 0xff);
    while (
        skip < sizeof bytes - 1 && bytes[skip] == 0 && bytes[skip + 1] < 0x80)
        skip++;
    out_bytes(o, bytes + skip, sizeof bytes - skip);
}

void
cert_key_id(struct span spki, uint8_t id[static 20])
{
    struct tlv outer, algorithm, bits;
    struct span in = spki;

    if (!der_take(&in, DER_SEQUENCE, &outer) ||
        !der_take(&outer.value, DER_SEQUENCE, &algorithm) ||
        !der_take(&outer.value, DER_BIT_STRING, &bits) || bits.value.len < 1)
        die("not a public key");
    SHA1(bits.value.data + 1, bits.value.len - 1, id);
}

void
cert_name(struct out *o, const char *text)
{
    size_t name = der_begin(o, DER_SEQUENCE), set, pair;
    char *copy = copy_text(text), *rest = copy, *part, *value;
    ASN1_OBJECT *type;

    while ((part = strsep(&rest, ",")) != NULL) {
        if ((value = strchr(part, '=')) == NULL || value[1] == '\0')
            die("a name needs TYPE=value: %s", text);
        *value++ = '\0';
        if ((type = OBJ_txt2obj(part, 0)) == NULL)
            die("no such name attribute: %s", part);
        set = der_begin(o, DER_SET);
        pair = der_begin(o, DER_SEQUENCE);
        der_element(o, DER_OID, OBJ_get0_data(type), OBJ_length(type));
        der_text(o, strcmp(part, "C") == 0 ? DER_PRINTABLE : DER_UTF8, value);
        der_end(o, pair);
        der_end(o, set);
        ASN1_OBJECT_free(type);
    }
    der_end(o, name);
    free(copy);
}

char *
cert_folder(const X509_NAME *name)
{
    struct out o = { 0 };
    X509_NAME_ENTRY *entry;
    const char *type;

    for (int i = X509_NAME_entry_count(name); i-- > 0;) {
        entry = X509_NAME_get_entry(name, i);
        type = OBJ_nid2sn(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)));
        if (o.len > 0)
            out_text(&o, ",");
        for (; *type != '\0'; type++)
            out_printf(&o, "%c", tolower((unsigned char)*type));
        out_text(&o, "=");
        out_bytes(&o, ASN1_STRING_get0_data(X509_NAME_ENTRY_get_data(entry)),
            (size_t)ASN1_STRING_length(X509_NAME_ENTRY_get_data(entry)));
    }
    out_bytes(&o, "", 1);
    return (char *)o.data;
}

void
cert_signature_algorithm(struct out *o, EVP_PKEY *key, bool sha1)
{
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
        der_algorithm(o, OID_SHA256_ECDSA, false);
    else
        der_algorithm(o, sha1 ? OID_SHA1_RSA : OID_SHA256_RSA, true);
}

void
cert_sign(struct out *o, struct span data, EVP_PKEY *key, bool sha1, bool wrong)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    uint8_t signature[1024];
    size_t len = sizeof signature;

    if (md == NULL ||
        EVP_DigestSignInit_ex(
            md, NULL, sha1 ? "SHA1" : "SHA256", NULL, NULL, key, NULL) != 1 ||
        EVP_DigestSign(md, signature, &len, data.data, data.len) != 1)
        die("cannot sign");
    EVP_MD_CTX_free(md);
    if (wrong)
        signature[len / 2] ^= 1;
    cert_signature_algorithm(o, key, sha1);
    der_bit_string(o, signature, len);
}

/* One extension; its value is closed by end_extension(). */
struct extension {
    size_t sequence, octets;
};

static struct extension
extension(struct out *o, const char *oid, bool critical)
{
    struct extension at;

    at.sequence = der_begin(o, DER_SEQUENCE);
    der_oid(o, oid);
    if (critical)
        der_element(o, DER_BOOLEAN, "\xff", 1);
    at.octets = der_begin(o, DER_OCTET_STRING);
    return at;
}

static void
end_extension(struct out *o, struct extension at)
{
    der_end(o, at.octets);
    der_end(o, at.sequence);
}

static void
authority_key_id(struct out *o, const struct cert_order *order)
{
    struct extension at = extension(o, "2.5.29.35", false);
    size_t sequence = der_begin(o, DER_SEQUENCE), names, name;
    const ASN1_OCTET_STRING *ski;
    const ASN1_INTEGER *serial;
    uint8_t id[20];

    if (order->issuer == NULL) {
        cert_key_id(order->spki, id);
        der_element(o, DER_PRIMITIVE(0), id, sizeof id);
    } else {
        ski = X509_get0_subject_key_id(order->issuer);
        serial = X509_get0_serialNumber(order->issuer);
        der_element(o, DER_PRIMITIVE(0), ASN1_STRING_get0_data(ski),
            (size_t)ASN1_STRING_length(ski));
        names = der_begin(o, DER_CONTEXT(1));
        name = der_begin(o, DER_CONTEXT(4));
        der_name(o, X509_get_issuer_name(order->issuer));
        der_end(o, name);
        der_end(o, names);
        der_element(o, DER_PRIMITIVE(2), ASN1_STRING_get0_data(serial),
            (size_t)ASN1_STRING_length(serial));
    }
    der_end(o, sequence);
    end_extension(o, at);
}

static void
key_usage(struct out *o, int bits)
{
    struct extension at = extension(o, "2.5.29.15", true);
    uint8_t value[2] = { 0, (uint8_t)bits };

    while (value[0] < 7 && (bits >> value[0] & 1) == 0)
        value[0]++;
    der_element(o, DER_BIT_STRING, value, sizeof value);
    end_extension(o, at);
}

static void
policies(struct out *o, const char *policy)
{
    struct extension at = extension(o, "2.5.29.32", true);
    size_t list = der_begin(o, DER_SEQUENCE), info, qualifiers, one, notice;
    ASN1_STRING *bmp = NULL;

    if (ASN1_mbstring_copy(&bmp, (const unsigned char *)NOTICE,
            (int)strlen(NOTICE), MBSTRING_UTF8, B_ASN1_BMPSTRING) < 0)
        die("cannot convert the notice");
    info = der_begin(o, DER_SEQUENCE);
    der_oid(o, policy);
    qualifiers = der_begin(o, DER_SEQUENCE);
    one = der_begin(o, DER_SEQUENCE);
    der_oid(o, OID_CPS);
    der_text(o, DER_IA5, CPS);
    der_end(o, one);
    one = der_begin(o, DER_SEQUENCE);
    der_oid(o, OID_NOTICE);
    notice = der_begin(o, DER_SEQUENCE);
    der_element(o, DER_BMP, ASN1_STRING_get0_data(bmp),
        (size_t)ASN1_STRING_length(bmp));
    der_end(o, notice);
    der_end(o, one);
    der_end(o, qualifiers);
    der_end(o, info);
    der_end(o, list);
    end_extension(o, at);
    ASN1_STRING_free(bmp);
}

/* KCAC.TS.SIVID: who it is, and the virtual ID that proves it. */
static void
identify_data(struct out *o, const char *real_name, struct span vid)
{
    struct extension at = extension(o, "2.5.29.17", false);
    size_t names = der_begin(o, DER_SEQUENCE), other = 0, value, data, set;
    size_t info, hash, octets;

    other = der_begin(o, DER_CONTEXT(0));
    der_oid(o, OID_IDENTIFY);
    value = der_begin(o, DER_CONTEXT(0));
    data = der_begin(o, DER_SEQUENCE);
    der_text(o, DER_UTF8, real_name);
    if (vid.len > 0) {
        set = der_begin(o, DER_SEQUENCE);
        info = der_begin(o, DER_SEQUENCE);
        der_oid(o, OID_VID);
        hash = der_begin(o, DER_SEQUENCE);
        der_algorithm(o, OID_SHA256, false);
        octets = der_begin(o, DER_CONTEXT(0));
        der_span(o, DER_OCTET_STRING, vid);
        der_end(o, octets);
        der_end(o, hash);
        der_end(o, info);
        der_end(o, set);
    }
    der_end(o, data);
    der_end(o, value);
    der_end(o, other);
    der_end(o, names);
    end_extension(o, at);
}

static void
addresses(struct out *o, const struct cert_order *order)
{
    struct out uri = { 0 };
    struct extension at = extension(o, "2.5.29.31", false);
    size_t a = der_begin(o, DER_SEQUENCE), b = der_begin(o, DER_SEQUENCE);
    size_t c = der_begin(o, DER_CONTEXT(0)), d = der_begin(o, DER_CONTEXT(0));

    if (order->crl != NULL)
        out_text(&uri, order->crl);
    else
        out_printf(&uri, "%s/crl", order->base);
    der_span(o, DER_PRIMITIVE(6), span_of(&uri));
    der_end(o, d);
    der_end(o, c);
    der_end(o, b);
    der_end(o, a);
    end_extension(o, at);

    at = extension(o, "1.3.6.1.5.5.7.1.1", false);
    a = der_begin(o, DER_SEQUENCE);
    b = der_begin(o, DER_SEQUENCE);
    der_oid(o, OID_OCSP);
    uri.len = 0;
    if (order->ocsp != NULL)
        out_text(&uri, order->ocsp);
    else
        out_printf(&uri, "%s/ocsp", order->base);
    der_span(o, DER_PRIMITIVE(6), span_of(&uri));
    der_end(o, b);
    der_end(o, a);
    end_extension(o, at);
    out_free(&uri);
}

static void
localhost(struct out *o)
{
    static const uint8_t v4[] = { 127, 0, 0, 1 };
    static const uint8_t v6[16] = { [15] = 1 };
    struct extension at = extension(o, "2.5.29.17", false);
    size_t names = der_begin(o, DER_SEQUENCE);

    der_text(o, DER_PRIMITIVE(2), "localhost");
    der_element(o, DER_PRIMITIVE(7), v4, sizeof v4);
    der_element(o, DER_PRIMITIVE(7), v6, sizeof v6);
    der_end(o, names);
    end_extension(o, at);
}

static void
constraints(struct out *o, const struct cert_order *order)
{
    struct extension at = extension(o, "2.5.29.19", true);
    size_t sequence = der_begin(o, DER_SEQUENCE);

    der_element(o, DER_BOOLEAN, "\xff", 1);
    if (order->path_length >= 0)
        der_integer(o, order->path_length);
    der_end(o, sequence);
    end_extension(o, at);
    if (!order->explicit_policy)
        return;
    at = extension(o, "2.5.29.36", true);
    sequence = der_begin(o, DER_SEQUENCE);
    der_element(o, DER_PRIMITIVE(0), "\0", 1);
    der_end(o, sequence);
    end_extension(o, at);
}

static void
extensions(struct out *o, const struct cert_order *order)
{
    size_t tagged = der_begin(o, DER_CONTEXT(3));
    size_t list = der_begin(o, DER_SEQUENCE), sequence;
    struct extension at;
    uint8_t id[20];

    authority_key_id(o, order);
    cert_key_id(order->spki, id);
    at = extension(o, "2.5.29.14", false);
    der_element(o, DER_OCTET_STRING, id, sizeof id);
    end_extension(o, at);
    if (order->key_usage != 0)
        key_usage(o, order->key_usage);
    if (order->policy != NULL)
        policies(o, order->policy);
    if (order->real_name != NULL)
        identify_data(o, order->real_name, order->vid);
    if (order->localhost)
        localhost(o);
    if (order->ca)
        constraints(o, order);
    if (order->purpose != NULL) {
        at = extension(o, "2.5.29.37", order->purpose_critical);
        sequence = der_begin(o, DER_SEQUENCE);
        der_oid(o, order->purpose);
        if (order->purpose_too != NULL)
            der_oid(o, order->purpose_too);
        der_end(o, sequence);
        end_extension(o, at);
    }
    if (order->base != NULL)
        addresses(o, order);
    if (order->unknown_critical) {
        at = extension(o, OID_UNKNOWN, true);
        der_element(o, DER_NULL, NULL, 0);
        end_extension(o, at);
    }
    der_end(o, list);
    der_end(o, tagged);
}

void
cert_write(struct out *o, const struct cert_order *order)
{
    struct out tbs = { 0 };
    size_t whole = der_begin(&tbs, DER_SEQUENCE), at;

    at = der_begin(&tbs, DER_CONTEXT(0));
    der_integer(&tbs, 2);
    der_end(&tbs, at);
    der_span(&tbs, DER_INTEGER, order->serial);
    cert_signature_algorithm(&tbs, order->issuer_key, order->sha1);
    if (order->issuer_name.len > 0)
        out_bytes(&tbs, order->issuer_name.data, order->issuer_name.len);
    else if (order->issuer != NULL)
        der_name(&tbs, X509_get_subject_name(order->issuer));
    else
        out_bytes(&tbs, order->subject.data, order->subject.len);
    at = der_begin(&tbs, DER_SEQUENCE);
    der_time(&tbs, order->not_before, true);
    der_time(&tbs, order->not_after, true);
    der_end(&tbs, at);
    out_bytes(&tbs, order->subject.data, order->subject.len);
    out_bytes(&tbs, order->spki.data, order->spki.len);
    extensions(&tbs, order);
    der_end(&tbs, whole);

    whole = der_begin(o, DER_SEQUENCE);
    out_bytes(o, tbs.data, tbs.len);
    cert_sign(
        o, span_of(&tbs), order->issuer_key, order->sha1, order->bad_signature);
    der_end(o, whole);
    out_free(&tbs);
}
