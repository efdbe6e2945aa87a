/* revocation.c - the OCSP responder, good or as a mode spoils it. */
#include "revocation.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ocsp.h>

#include "rogue.h"

#define HUGE_BYTES  100000
#define OID_UNKNOWN "1.3.6.1.4.1.55555.1"

void
revocation_pad(struct out *o, size_t len)
{
    static const uint8_t zeros[4096] = { 0 };

    for (; len > 0; len -= len < sizeof zeros ? len : sizeof zeros)
        out_bytes(o, zeros, len < sizeof zeros ? len : sizeof zeros);
}

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
    OCSP_CERTID *id, ASN1_TIME *now, ASN1_TIME *next, enum ocsp_fault fault)
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
    if (fault == OCSP_NOT_KNOWN)
        status = V_OCSP_CERTSTATUS_UNKNOWN;
    if (fault == OCSP_OTHER_CERTIFICATE)
        ASN1_INTEGER_set_int64(number, serial + 1);
    if (OCSP_basic_add1_status(basic, id, status, reason, revoked, now, next) ==
        NULL)
        die("cannot write an OCSP answer");
    OCSP_CERTID_free(ours);
    ASN1_TIME_free(revoked);
}

/* thisUpdate and nextUpdate, the latter NULL when there is none. */
static void
times(enum ocsp_fault fault, ASN1_TIME **ret_now, ASN1_TIME **ret_next)
{
    int64_t now = time(NULL);

    if (fault == OCSP_EXPIRED || fault == OCSP_OLD_NO_NEXT)
        now -= 3 * DAY_SECONDS;
    if (fault == OCSP_FUTURE)
        now += DAY_SECONDS;
    *ret_now = asn1_time(now);
    *ret_next = fault == OCSP_NO_NEXT || fault == OCSP_OLD_NO_NEXT ||
                        fault == OCSP_NONCE_MISSING_NO_NEXT
                    ? NULL
                    : asn1_time(now + CRL_LIFE_SECONDS);
}

/* A responder's certificate that is not what it should be. */
static void
spoiled_signer(
    const struct ca *ca, enum ocsp_fault fault, struct answer_signer *ret)
{
    bool rogue = fault == OCSP_BY_ROGUE;
    struct out subject = { 0 }, spki = { 0 }, der = { 0 };
    int64_t now = time(NULL);

    ret->key = EVP_RSA_gen(2048);
    if (ret->key == NULL)
        die("cannot make a key");
    cert_name(&subject, "C=KR,O=IngamTest,CN=Other Responder");
    der_public_key(&spki, ret->key);
    cert_write(
        &der, &(struct cert_order){ .issuer = ca->cert[CA_ISSUING],
                  .issuer_key = rogue ? ret->key : ca->key[CA_ISSUING],
                  .serial = { (const uint8_t *)"\x7c", 1 },
                  .subject = span_of(&subject),
                  .spki = span_of(&spki),
                  .not_before = now - 9 * DAY_SECONDS,
                  .not_after = rogue ? now + DAY_SECONDS : now - DAY_SECONDS,
                  .key_usage = USE_SIGN,
                  .purpose = "1.3.6.1.5.5.7.3.9" });
    ret->cert = ca_parse(span_of(&der));
    out_free(&subject);
    out_free(&spki);
    out_free(&der);
}

/* Who signs; the caller frees both. */
static void
signer(const struct ca *ca, enum ocsp_fault fault, struct answer_signer *ret)
{
    enum ca_identity who = CA_RESPONDER;

    if (fault == OCSP_BY_SUBSCRIBER || fault == OCSP_BY_STRANGER) {
        answer_signer(ret, ca, true,
            fault == OCSP_BY_STRANGER ? PROTECT_BY_STRANGER
                                      : PROTECT_BY_SUBSCRIBER);
        return;
    }
    if (fault == OCSP_BY_ROGUE || fault == OCSP_BY_EXPIRED) {
        spoiled_signer(ca, fault, ret);
        return;
    }
    if (fault == OCSP_BY_ISSUER || fault == OCSP_BAD_SIGNATURE)
        who = CA_ISSUING;
    if (fault == OCSP_BY_CMP)
        who = CA_CMP;
    ret->cert = ca->cert[who];
    ret->key = ca->key[who];
    X509_up_ref(ret->cert);
    EVP_PKEY_up_ref(ret->key);
}

static void
add_nonce(OCSP_BASICRESP *basic, OCSP_REQUEST *request, enum ocsp_fault fault)
{
    uint8_t other[16];

    if (fault == OCSP_NONCE_WRONG) {
        random_bytes(other, sizeof other);
        OCSP_basic_add1_nonce(basic, other, sizeof other);
    } else if (fault != OCSP_NONCE_MISSING &&
               fault != OCSP_NONCE_MISSING_NO_NEXT) {
        OCSP_copy_nonce(basic, request);
    }
}

static void
add_unknown_critical(OCSP_BASICRESP *basic)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(OID_UNKNOWN, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *e = NULL;

    if (value == NULL ||
        ASN1_OCTET_STRING_set(value, (const uint8_t *)"\x05\x00", 2) != 1 ||
        (e = X509_EXTENSION_create_by_OBJ(NULL, oid, 1, value)) == NULL ||
        OCSP_BASICRESP_add_ext(basic, e, -1) != 1)
        die("cannot write an OCSP answer");
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
}

static OCSP_RESPONSE *
respond(const struct ca *ca, sqlite3 *db, OCSP_REQUEST *request,
    enum ocsp_fault fault)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    struct answer_signer by = { 0 };
    ASN1_TIME *now, *next;
    OCSP_RESPONSE *response;

    times(fault, &now, &next);
    signer(ca, fault, &by);
    for (int i = 0;
         fault != OCSP_EMPTY && i < OCSP_request_onereq_count(request); i++)
        add_status(ca, db, basic,
            OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i)), now,
            next, fault);
    add_nonce(basic, request, fault);
    if (fault == OCSP_UNKNOWN_CRITICAL)
        add_unknown_critical(basic);
    if (OCSP_basic_sign(basic, by.cert, by.key,
            fault == OCSP_SHA1 ? EVP_sha1() : EVP_sha256(), NULL,
            fault == OCSP_BAD_SIGNATURE ? OCSP_NOCERTS : 0) != 1)
        die("cannot sign an OCSP answer");
    response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    OCSP_BASICRESP_free(basic);
    ASN1_TIME_free(now);
    ASN1_TIME_free(next);
    X509_free(by.cert);
    EVP_PKEY_free(by.key);
    return response;
}

/* The status alone, when that is all there is; -1 otherwise. */
static int
bare_status(enum ocsp_fault fault)
{
    switch (fault) {
    case OCSP_TRY_LATER:
        return OCSP_RESPONSE_STATUS_TRYLATER;
    case OCSP_INTERNAL:
        return OCSP_RESPONSE_STATUS_INTERNALERROR;
    case OCSP_REFUSED:
        return OCSP_RESPONSE_STATUS_UNAUTHORIZED;
    case OCSP_WANTS_SIGNATURE:
        return OCSP_RESPONSE_STATUS_SIGREQUIRED;
    default:
        return -1;
    }
}

void
ocsp_answer(const struct ca *ca, sqlite3 *db, struct span in,
    const struct plan *plan, struct out *ret)
{
    const unsigned char *p = in.data;
    OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &p, (long)in.len);
    int status = request == NULL ? OCSP_RESPONSE_STATUS_MALFORMEDREQUEST
                                 : bare_status(plan->ocsp);
    OCSP_RESPONSE *response = status >= 0
                                  ? OCSP_response_create(status, NULL)
                                  : respond(ca, db, request, plan->ocsp);
    unsigned char *der = NULL;
    int len = i2d_OCSP_RESPONSE(response, &der);

    if (len < 0)
        die("cannot write an OCSP answer");
    if (plan->ocsp == OCSP_BAD_SIGNATURE)
        der[len - 1] ^= 1; /* its last byte */
    out_bytes(ret, der, (size_t)len);
    revocation_pad(ret, plan->ocsp == OCSP_HUGE ? HUGE_BYTES : 0);
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_REQUEST_free(request);
}
