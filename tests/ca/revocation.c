#include "revocation.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ocsp.h>

#define CRL_LIFE_SECONDS DAY_SECONDS

static ASN1_TIME *
asn1_time(int64_t when)
{
    ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)when);

    if (t == NULL)
        die("out of memory");
    return t;
}

/* Add what the registry says about one certificate. */
static void
add_status(const struct ca *ca, sqlite3 *db, OCSP_BASICRESP *basic,
    OCSP_CERTID *id, ASN1_TIME *now, ASN1_TIME *next)
{
    OCSP_CERTID *ours = OCSP_cert_to_id(NULL, NULL, ca->cert[CA_ISSUING]);
    ASN1_INTEGER *number = NULL;
    ASN1_OBJECT *hash = NULL;
    sqlite3_stmt *stmt;
    ASN1_TIME *revoked = NULL;
    int64_t serial = -1;
    int status = V_OCSP_CERTSTATUS_UNKNOWN, reason = 0;

    OCSP_id_get0_info(NULL, &hash, NULL, &number, id);
    OCSP_CERTID_free(ours);
    ours = OCSP_cert_id_new(EVP_get_digestbyobj(hash),
        X509_get_subject_name(ca->cert[CA_ISSUING]),
        X509_get0_pubkey_bitstr(ca->cert[CA_ISSUING]), number);
    if (ours != NULL && OCSP_id_issuer_cmp(ours, id) == 0 &&
        ASN1_INTEGER_get_int64(&serial, number) == 1) {
        stmt = db_query(db,
            "SELECT state, revoked_at, reason FROM certificate"
            " WHERE serial = ?",
            "i", serial);
        if (db_row(&stmt)) {
            char *state = db_text(stmt, 0);

            status = V_OCSP_CERTSTATUS_GOOD;
            if (strcmp(state, "revoked") == 0) {
                status = V_OCSP_CERTSTATUS_REVOKED;
                revoked = asn1_time(sqlite3_column_int64(stmt, 1));
                reason = sqlite3_column_int(stmt, 2);
            }
            free(state);
            db_done(&stmt);
        }
    }
    if (OCSP_basic_add1_status(basic, id, status, reason, revoked, now, next) ==
        NULL)
        die("cannot write an OCSP answer");
    OCSP_CERTID_free(ours);
    ASN1_TIME_free(revoked);
}

static OCSP_RESPONSE *
respond(const struct ca *ca, sqlite3 *db, OCSP_REQUEST *request)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    ASN1_TIME *now = asn1_time(time(NULL));
    ASN1_TIME *next = asn1_time(time(NULL) + CRL_LIFE_SECONDS);
    OCSP_RESPONSE *response;

    for (int i = 0; i < OCSP_request_onereq_count(request); i++)
        add_status(ca, db, basic,
            OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i)), now,
            next);
    OCSP_copy_nonce(basic, request);
    if (OCSP_basic_sign(basic, ca->cert[CA_RESPONDER], ca->key[CA_RESPONDER],
            EVP_sha256(), NULL, 0) != 1)
        die("cannot sign an OCSP answer");
    response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    OCSP_BASICRESP_free(basic);
    ASN1_TIME_free(now);
    ASN1_TIME_free(next);
    return response;
}

void
ocsp_answer(const struct ca *ca, sqlite3 *db, struct span in, struct out *ret)
{
    const unsigned char *p = in.data;
    OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &p, (long)in.len);
    OCSP_RESPONSE *response =
        request != NULL
            ? respond(ca, db, request)
            : OCSP_response_create(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL);
    unsigned char *der = NULL;
    int len = i2d_OCSP_RESPONSE(response, &der);

    if (len < 0)
        die("cannot write an OCSP answer");
    out_bytes(ret, der, (size_t)len);
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_REQUEST_free(request);
}

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

static void
crl_extensions(const struct ca *ca, struct out *o, int64_t number)
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
    der_end(o, list);
    der_end(o, tagged);
}

void
crl_write(const struct ca *ca, sqlite3 *db, struct out *ret)
{
    struct out tbs = { 0 }, list = { 0 };
    size_t whole = der_begin(&tbs, DER_SEQUENCE);
    int64_t now = time(NULL);

    der_integer(&tbs, 1);
    cert_signature_algorithm(&tbs, ca->key[CA_ISSUING], false);
    der_name(&tbs, X509_get_subject_name(ca->cert[CA_ISSUING]));
    der_time(&tbs, now, true);
    der_time(&tbs, now + CRL_LIFE_SECONDS, true);
    revoked_list(db, &list);
    if (list.len > 0) /* RFC 5280 5.1.2.6: absent when empty */
        der_span(&tbs, DER_SEQUENCE, span_of(&list));
    crl_extensions(ca, &tbs, (long)now);
    der_end(&tbs, whole);
    whole = der_begin(ret, DER_SEQUENCE);
    out_bytes(ret, tbs.data, tbs.len);
    cert_sign(ret, span_of(&tbs), ca->key[CA_ISSUING], false, false);
    der_end(ret, whole);
    out_free(&tbs);
    out_free(&list);
}
