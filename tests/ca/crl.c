/* crl.c - the CRL, good or as a mode spoils it. */
#include "revocation.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#define OID_UNKNOWN "1.3.6.1.4.1.55555.1"
#define HUGE_BYTES  (5 << 20)

static void
revoked_list(sqlite3 *db, struct out *o)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT serial, revoked_at, reason FROM certificate"
        " WHERE state = 'revoked' ORDER BY serial",
        "");
    size_t one, list, extension, octets;
    struct out serial = { 0 };
    uint8_t reason;

    while (db_row(&stmt)) {
        one = der_begin(o, DER_SEQUENCE);
        serial.len = 0;
        cert_serial(&serial, sqlite3_column_int64(stmt, 0));
        der_span(o, DER_INTEGER, span_of(&serial));
        der_time(o, sqlite3_column_int64(stmt, 1), true);
        reason = (uint8_t)sqlite3_column_int(stmt, 2);
        list = der_begin(o, DER_SEQUENCE);
        extension = der_begin(o, DER_SEQUENCE);
        der_oid(o, "2.5.29.21");
        octets = der_begin(o, DER_OCTET_STRING);
        der_element(o, 0x0a, &reason, 1);
        der_end(o, octets);
        der_end(o, extension);
        der_end(o, list);
        der_end(o, one);
    }
    out_free(&serial);
}

/* A critical extension with a SEQUENCE or INTEGER that is written between. */
static void
critical(struct out *o, const char *oid, const struct out *value)
{
    size_t one = der_begin(o, DER_SEQUENCE);

    der_oid(o, oid);
    der_element(o, DER_BOOLEAN, "\xff", 1);
    der_span(o, DER_OCTET_STRING, span_of(value));
    der_end(o, one);
}

/* issuingDistributionPoint: for whom the list is. */
static void
scope(const struct ca *ca, struct out *o, enum crl_fault fault)
{
    struct out value = { 0 }, uri = { 0 };
    size_t all = der_begin(&value, DER_SEQUENCE), point, name;

    if (fault == CRL_POINT_OURS || fault == CRL_POINT_OTHER) {
        if (fault == CRL_POINT_OURS && ca->crl != NULL)
            out_text(&uri, ca->crl);
        else
            out_printf(
                &uri, "%s/crl%s", ca->base, fault == CRL_POINT_OURS ? "" : "2");
        point = der_begin(&value, DER_CONTEXT(0));
        name = der_begin(&value, DER_CONTEXT(0));
        der_span(&value, DER_PRIMITIVE(6), span_of(&uri));
        der_end(&value, name);
        der_end(&value, point);
    }
    if (fault == CRL_ONLY_CAS)
        der_element(&value, DER_PRIMITIVE(2), "\xff", 1);
    if (fault == CRL_ONLY_REASONS)
        der_element(&value, DER_PRIMITIVE(3), "\x06\x40", 2);
    if (fault == CRL_INDIRECT)
        der_element(&value, DER_PRIMITIVE(4), "\xff", 1);
    der_end(&value, all);
    critical(o, "2.5.29.28", &value);
    out_free(&value);
    out_free(&uri);
}

static void
crl_fault_extensions(const struct ca *ca, struct out *o, enum crl_fault fault)
{
    struct out value = { 0 };

    if (fault == CRL_POINT_OURS || fault == CRL_POINT_OTHER ||
        fault == CRL_ONLY_CAS || fault == CRL_ONLY_REASONS ||
        fault == CRL_INDIRECT)
        scope(ca, o, fault);
    if (fault == CRL_DELTA) {
        der_integer(&value, 1);
        critical(o, "2.5.29.27", &value);
    }
    if (fault == CRL_UNKNOWN_CRITICAL) {
        der_element(&value, DER_NULL, NULL, 0);
        critical(o, OID_UNKNOWN, &value);
    }
    out_free(&value);
}

static void
crl_extensions(
    const struct ca *ca, struct out *o, int64_t number, enum crl_fault fault)
{
    const ASN1_OCTET_STRING *ski =
        X509_get0_subject_key_id(ca->cert[CA_ISSUING]);
    size_t tagged = der_begin(o, DER_CONTEXT(0));
    size_t list = der_begin(o, DER_SEQUENCE), one, octets, key;

    one = der_begin(o, DER_SEQUENCE);
    der_oid(o, "2.5.29.35");
    octets = der_begin(o, DER_OCTET_STRING);
    key = der_begin(o, DER_SEQUENCE);
    der_element(o, DER_PRIMITIVE(0), ASN1_STRING_get0_data(ski),
        (size_t)ASN1_STRING_length(ski));
    der_end(o, key);
    der_end(o, octets);
    der_end(o, one);
    one = der_begin(o, DER_SEQUENCE);
    der_oid(o, "2.5.29.20");
    octets = der_begin(o, DER_OCTET_STRING);
    der_integer(o, number);
    der_end(o, octets);
    der_end(o, one);
    crl_fault_extensions(ca, o, fault);
    der_end(o, list);
    der_end(o, tagged);
}

/* When the list was made, as the fault has it. */
static int64_t
made_at(enum crl_fault fault)
{
    int64_t now = time(NULL);

    if (fault == CRL_STALE)
        return now - 3 * DAY_SECONDS;
    return fault == CRL_FUTURE ? now + DAY_SECONDS : now;
}

void
crl_write(
    const struct ca *ca, sqlite3 *db, const struct plan *plan, struct out *ret)
{
    enum crl_fault fault = plan->crl;
    struct out tbs = { 0 }, list = { 0 };
    size_t whole = der_begin(&tbs, DER_SEQUENCE);
    int64_t now = made_at(fault);
    bool sha1 = fault == CRL_SHA1;
    EVP_PKEY *key =
        fault == CRL_OTHER_KEY ? ca->key[CA_CMP] : ca->key[CA_ISSUING];

    der_integer(&tbs, 1);
    cert_signature_algorithm(&tbs, key, sha1);
    der_name(
        &tbs, X509_get_subject_name(
                  ca->cert[fault == CRL_OTHER_ISSUER ? CA_ROOT : CA_ISSUING]));
    der_time(&tbs, now, true);
    if (fault != CRL_NO_NEXT)
        der_time(&tbs, now + CRL_LIFE_SECONDS, true);
    revoked_list(db, &list);
    if (list.len > 0) /* RFC 5280 5.1.2.6: absent when empty */
        der_span(&tbs, DER_SEQUENCE, span_of(&list));
    crl_extensions(ca, &tbs, (long)now, fault);
    der_end(&tbs, whole);
    whole = der_begin(ret, DER_SEQUENCE);
    out_bytes(ret, tbs.data, tbs.len);
    cert_sign(ret, span_of(&tbs), key, sha1, fault == CRL_BAD_SIGNATURE);
    der_end(ret, whole);
    out_free(&tbs);
    out_free(&list);
    revocation_pad(ret, fault == CRL_HUGE ? HUGE_BYTES : 0);
}
