#include "renewal.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

#define OID_REASON_CODE "2.5.29.21"
#define DER_ENUMERATED  0x0a
#define REASON_MAX      10 /* CRLReason */
#define REASON_UNUSED   7
#define REASON_HOLD     6
#define REASON_RESTORE  8

static void
read_signer(sqlite3_stmt *stmt, struct signer *ret)
{
    struct out spki = { 0 };
    char *kind = db_text(stmt, 3), *state = db_text(stmt, 4);
    const unsigned char *p;

    db_bytes(stmt, 5, &spki);
    p = spki.data;
    *ret = (struct signer){
        .serial = sqlite3_column_int64(stmt, 0),
        .person = sqlite3_column_int64(stmt, 1),
        .not_after = sqlite3_column_int64(stmt, 2),
        .sign = strcmp(kind, "sign") == 0,
        .valid = strcmp(state, "valid") == 0,
        .revoked = strcmp(state, "revoked") == 0,
        .key = d2i_PUBKEY(NULL, &p, (long)spki.len),
    };
    if (ret->key == NULL)
        die("registry: no key");
    free(kind);
    free(state);
    out_free(&spki);
}

#define SIGNER_COLUMNS "SELECT serial, person, not_after, kind, state, spki "

/* The row whose key has this identifier; NULL when there is none. */
static sqlite3_stmt *
find_key_id(sqlite3 *db, struct span wanted)
{
    sqlite3_stmt *stmt = db_query(db,
        SIGNER_COLUMNS "FROM certificate ORDER BY kind DESC, serial DESC", "");
    struct out spki = { 0 };
    uint8_t id[20];
    bool found = false;

    while (!found && db_row(&stmt)) {
        spki.len = 0;
        db_bytes(stmt, 5, &spki);
        cert_key_id(span_of(&spki), id);
        found = span_equal(wanted, (struct span){ id, sizeof id });
    }
    out_free(&spki);
    return stmt;
}

bool
signer_load(sqlite3 *db, const struct message *m, bool hex, struct signer *ret)
{
    struct span in = m->extra_certs;
    sqlite3_stmt *stmt;
    struct tlv cert;

    if (in.len > 0) {
        if (!der_take(&in, DER_SEQUENCE, &cert))
            return false;
        stmt = db_query(db, SIGNER_COLUMNS "FROM certificate WHERE der = ?",
            "b", cert.whole);
        if (!db_row(&stmt))
            return false;
    } else if ((stmt = find_key_id(db, m->reference)) == NULL) {
        stmt = db_query(db,
            hex ? SIGNER_COLUMNS "FROM certificate WHERE CAST(?1 AS TEXT) IN"
                                 " (printf('%x', serial),"
                                 " printf('%X', serial))"
                : SIGNER_COLUMNS "FROM certificate WHERE CAST(?1 AS TEXT) = "
                                 "CAST(serial AS TEXT)",
            "b", m->reference);
        if (!db_row(&stmt))
            return false;
    }
    read_signer(stmt, ret);
    db_done(&stmt);
    return true;
}

void
signer_free(struct signer *signer)
{
    EVP_PKEY_free(signer->key);
    *signer = (struct signer){ 0 };
}

/* One certificate of the registry, as far as the rules need it. */
struct row {
    int64_t serial, not_after;
    char *kind, *state;
};

static void
row_free(struct row *row)
{
    free(row->kind);
    free(row->state);
}

/*
 * The certificate that is meant, if it is this CA's and the signer's person
 * has it; without an issuer it is taken as ours. row_free() if true.
 */
static bool
find_certificate(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    const struct cert_id *id, struct row *ret)
{
    struct out ours = { 0 };
    sqlite3_stmt *stmt;
    bool other;

    der_name(&ours, X509_get_subject_name(ca->cert[CA_ISSUING]));
    other = id->issuer.len > 0 && !span_equal(id->issuer, span_of(&ours));
    out_free(&ours);
    if (other)
        return false;
    stmt = db_query(db,
        "SELECT serial, not_after, kind, state FROM certificate"
        " WHERE serial = ? AND person = ?",
        "ii",
        id->serial.len > 0 ? (int64_t)der_small_integer(id->serial)
                           : signer->serial,
        signer->person);
    if (!db_row(&stmt))
        return false;
    *ret = (struct row){
        .serial = sqlite3_column_int64(stmt, 0),
        .not_after = sqlite3_column_int64(stmt, 1),
        .kind = db_text(stmt, 2),
        .state = db_text(stmt, 3),
    };
    db_done(&stmt);
    return true;
}

static int64_t
renewal_seconds(sqlite3 *db)
{
    char *text = db_setting(db, SETTING_RENEWAL);
    int64_t days = text != NULL ? strtoll(text, NULL, 10) : RENEWAL_DAYS;

    free(text);
    return days * DAY_SECONDS;
}

/*
 * What became of an earlier renewal of the same certificate: the same key
 * gets the same certificate again; a confirmed one is the last word; one that
 * was never confirmed makes way. False when there is nothing to say.
 */
static bool
renewed_before(sqlite3 *db, const struct row *old, const struct applicant *who,
    const struct cert_request *request, struct span transaction_id,
    struct outcome *ret)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT serial, state = 'valid', spki, der FROM certificate"
        " WHERE renews = ? AND state != 'revoked'",
        "i", old->serial);
    struct out spki = { 0 };
    bool confirmed, same;

    if (!db_row(&stmt))
        return false;
    ret->serial = sqlite3_column_int64(stmt, 0);
    confirmed = sqlite3_column_int(stmt, 1) != 0;
    db_bytes(stmt, 2, &spki);
    same = span_equal(span_of(&spki), request->spki);
    if (same)
        db_bytes(stmt, 3, &ret->cert);
    db_done(&stmt);
    out_free(&spki);
    if (!confirmed && !same) {
        issue_revoke(db, ret->serial, REASON_CESSATION);
        return false;
    }
    if (same)
        db_run(db, "UPDATE certificate SET transaction_id = ? WHERE serial = ?",
            "bi", transaction_id, ret->serial);
    issue_grant(ret, who, request);
    if (confirmed) {
        ret->status = STATUS_UPDATE_WARNING;
        ret->text = "이미 갱신한 인증서입니다";
    }
    return true;
}

/* Whether the old certificate may be renewed now; a refusal if not. */
static bool
is_renewable(sqlite3 *db, const struct signer *signer, const struct row *old,
    struct outcome *ret)
{
    int64_t now = time(NULL);

    if (strcmp(old->state, "revoked") == 0 || signer->revoked)
        issue_refuse(ret, FAIL_CERT_REVOKED, "폐지된 인증서입니다");
    else if (!signer->sign || !signer->valid)
        issue_refuse(ret, FAIL_SIGNER_NOT_TRUSTED,
            "이 인증서로는 갱신을 신청할 수 없습니다");
    else if (strcmp(old->state, "valid") != 0)
        issue_refuse(ret, FAIL_BAD_CERT_ID, "확인되지 않은 인증서입니다");
    else if (old->not_after <= now || signer->not_after <= now)
        issue_refuse(ret, FAIL_BAD_TIME, "유효기간이 지난 인증서입니다");
    else if (old->not_after - now > renewal_seconds(db))
        issue_refuse(ret, FAIL_BAD_TIME, "아직 갱신할 수 없습니다");
    else
        return true;
    return false;
}

/* A key that any certificate has or had cannot be the new one. */
static bool
is_known_key(sqlite3 *db, struct span spki)
{
    sqlite3_stmt *stmt =
        db_query(db, "SELECT 1 FROM certificate WHERE spki = ?", "b", spki);
    bool known = db_row(&stmt);

    db_done(&stmt);
    return known;
}

void
renew(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    const struct applicant *who, struct cert_request *request,
    struct span transaction_id, int body, const struct plan *plan,
    struct outcome *ret)
{
    struct row old = { 0 };

    if (!find_certificate(ca, db, signer, &request->old, &old) ||
        (strcmp(old.kind, "km") == 0) != request->km) {
        issue_refuse(ret, FAIL_BAD_CERT_ID, "갱신할 인증서를 찾을 수 없습니다");
        goto out;
    }
    issue_asked(db, who, request, old.serial);
    if (renewed_before(db, &old, who, request, transaction_id, ret) ||
        !is_renewable(db, signer, &old, ret))
        goto out;
    if (is_known_key(db, request->spki)) {
        issue_refuse(ret, FAIL_BAD_CERT_TEMPLATE, "새 키가 아닙니다");
        goto out;
    }
    if (issue_open_vid(ca, request, ret))
        issue_certificate(ca, db, who, request, transaction_id, body, plan,
            end_of_korean_day(old.not_after, 1), old.serial, ret);
out:
    row_free(&old);
}

/* CRLReason among crlEntryDetails. */
static bool
reason_of_extensions(struct span in, int *ret_reason)
{
    struct tlv extension, oid, critical, value, reason;

    while (in.len > 0) {
        if (!der_take(&in, DER_SEQUENCE, &extension) ||
            !der_take(&extension.value, DER_OID, &oid) ||
            !der_optional(&extension.value, DER_BOOLEAN, &critical) ||
            !der_take(&extension.value, DER_OCTET_STRING, &value))
            return false;
        if (!der_is_oid(oid.value, OID_REASON_CODE))
            continue;
        if (!der_take(&value.value, DER_ENUMERATED, &reason) ||
            value.value.len != 0 || reason.value.len != 1)
            return false;
        *ret_reason = reason.value.data[0];
    }
    return *ret_reason <= REASON_MAX && *ret_reason != REASON_UNUSED &&
           *ret_reason != REASON_HOLD && *ret_reason != REASON_RESTORE;
}

/* ReasonFlags (RFC 2510): the first bit set is the CRLReason's number. */
static bool
reason_of_flags(struct span bits, int *ret_reason)
{
    if (bits.len < 2 || bits.len > 3 || bits.data[0] > 7)
        return false;
    for (int i = 0; i < 8 * (int)(bits.len - 1); i++)
        if ((bits.data[1 + i / 8] & (0x80 >> i % 8)) != 0) {
            *ret_reason = i;
            return i != REASON_HOLD && i < REASON_UNUSED;
        }
    return true;
}

static bool
parse_template(struct span in, struct cert_id *ret)
{
    struct tlv field, name;
    int last = -1;

    while (in.len > 0) {
        if (!der_next(&in, &field) || (field.tag & 0xc0) != 0x80 ||
            (field.tag & 0x1f) <= last)
            return false;
        last = field.tag & 0x1f;
        if (last == 1) {
            ret->serial = field.value;
        } else if (last == 3) {
            if (!der_take(&field.value, DER_SEQUENCE, &name))
                return false;
            ret->issuer = name.whole;
        }
    }
    return ret->serial.len > 0;
}

/* One RevDetails in either of its forms. */
static bool
parse_details(struct span in, struct cert_id *ret, int *ret_reason)
{
    struct tlv list, one, template, flags, since, details;

    *ret_reason = 0;
    return der_take(&in, DER_SEQUENCE, &list) && in.len == 0 &&
           der_take(&list.value, DER_SEQUENCE, &one) && list.value.len == 0 &&
           der_take(&one.value, DER_SEQUENCE, &template) &&
           der_optional(&one.value, DER_BIT_STRING, &flags) &&
           der_optional(&one.value, DER_TIME, &since) &&
           der_optional(&one.value, DER_SEQUENCE, &details) &&
           one.value.len == 0 && parse_template(template.value, ret) &&
           (flags.whole.len == 0 || reason_of_flags(flags.value, ret_reason)) &&
           reason_of_extensions(details.value, ret_reason);
}

void
revoke(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    struct span body, struct outcome *ret)
{
    struct cert_id id = { 0 };
    struct row row = { 0 };
    int reason;

    if (!parse_details(body, &id, &reason))
        issue_refuse(
            ret, FAIL_BAD_DATA_FORMAT, "폐지 요청 형식이 올바르지 않습니다");
    else if (!signer->sign)
        issue_refuse(ret, FAIL_SIGNER_NOT_TRUSTED,
            "이 인증서로는 폐지를 신청할 수 없습니다");
    else if (!find_certificate(ca, db, signer, &id, &row))
        issue_refuse(ret, FAIL_BAD_CERT_ID, "폐지할 인증서를 찾을 수 없습니다");
    else if (strcmp(row.state, "revoked") == 0 || signer->revoked)
        issue_refuse(ret, FAIL_CERT_REVOKED, "이미 폐지된 인증서입니다");
    else {
        issue_revoke(db, row.serial, reason);
        ret->status = STATUS_ACCEPTED;
        ret->fail_info = FAIL_NONE;
    }
    row_free(&row);
}
