#include "issue.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "status.h"
#include "twist.h"
#include "vid.h"

static void
read_applicant(sqlite3_stmt *stmt, struct applicant *ret)
{
    *ret = (struct applicant){
        .code = sqlite3_column_int64(stmt, 0),
        .person = sqlite3_column_int64(stmt, 1),
        .expires = sqlite3_column_int64(stmt, 2),
        .attempts = sqlite3_column_int64(stmt, 3),
        .not_after = sqlite3_column_int64(stmt, 4),
        .reference = db_text(stmt, 5),
        .secret = db_text(stmt, 6),
        .kind = db_text(stmt, 7),
        .name = db_text(stmt, 8),
        .idn = db_text(stmt, 9),
        .policy = db_text(stmt, 10),
    };
    db_bytes(stmt, 11, &ret->subject);
}

bool
applicant_load(sqlite3 *db, struct span reference, struct applicant *ret)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT code.id, person.id, expires, attempts, not_after, reference,"
        " secret, kind, name, idn, policy, subject FROM code JOIN person"
        " ON person.id = code.person WHERE reference = CAST(? AS TEXT)",
        "b", reference);

    if (!db_row(&stmt))
        return false;
    read_applicant(stmt, ret);
    db_done(&stmt);
    return true;
}

void
applicant_person(sqlite3 *db, int64_t person, struct applicant *ret)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT 0, id, 0, 0, 0, '', '', 'renew', name, idn, policy, subject"
        " FROM person WHERE id = ?",
        "i", person);

    if (!db_row(&stmt))
        die("registry: no person %lld", (long long)person);
    read_applicant(stmt, ret);
    db_done(&stmt);
}

void
applicant_free(struct applicant *who)
{
    free(who->reference);
    free(who->secret);
    free(who->kind);
    free(who->name);
    free(who->idn);
    free(who->policy);
    out_free(&who->subject);
    *who = (struct applicant){ 0 };
}

void
applicant_failed(sqlite3 *db, const struct applicant *who)
{
    db_run(db, "UPDATE code SET attempts = attempts + 1 WHERE id = ?", "i",
        who->code);
}

void
issue_revoke(sqlite3 *db, int64_t serial, int reason)
{
    db_run(db,
        "UPDATE certificate SET state = 'revoked', revoked_at = ?, reason = ?"
        " WHERE serial = ? AND state != 'revoked'",
        "iii", (int64_t)time(NULL), (int64_t)reason, serial);
}

void
issue_confirm(sqlite3 *db, int64_t serial, bool accepted)
{
    if (!accepted) {
        issue_revoke(db, serial, REASON_CESSATION);
        return;
    }
    db_run(db, "UPDATE certificate SET state = 'valid' WHERE serial = ?", "i",
        serial);
    db_run(db,
        "UPDATE certificate SET state = 'revoked', revoked_at = ?, reason = ?"
        " WHERE state != 'revoked' AND serial ="
        " (SELECT renews FROM certificate WHERE serial = ?)",
        "iii", (int64_t)time(NULL), (int64_t)REASON_SUPERSEDED, serial);
}

void
issue_refuse(struct outcome *ret, int fail_info, const char *text)
{
    ret->status = STATUS_REJECTION;
    ret->fail_info = fail_info;
    ret->text = text;
}

void
issue_grant(struct outcome *ret, const struct applicant *who,
    const struct cert_request *request)
{
    bool same = request->has_subject &&
                span_equal(request->subject, span_of(&who->subject));

    ret->status = same ? STATUS_ACCEPTED : STATUS_GRANTED_WITH_MODS;
    ret->fail_info = FAIL_NONE;
    ret->text = same ? NULL : "등록된 이름으로 발급하였습니다";
}

/* Answer from what this code has already brought; false when nothing. */
static bool
issued_before(sqlite3 *db, const struct applicant *who,
    const struct cert_request *request, struct span transaction_id,
    struct outcome *ret)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT serial, state, spki, der FROM certificate"
        " WHERE code = ? AND kind = ?",
        "it", who->code, request->km ? "km" : "sign");
    struct out spki = { 0 };
    char *state;

    if (!db_row(&stmt))
        return false;
    ret->serial = sqlite3_column_int64(stmt, 0);
    state = db_text(stmt, 1);
    db_bytes(stmt, 2, &spki);
    if (!span_equal(span_of(&spki), request->spki)) {
        issue_refuse(
            ret, FAIL_DUPLICATE_CERT_REQ, "이미 사용한 인가코드입니다");
    } else if (strcmp(state, "valid") == 0) {
        issue_refuse(ret, FAIL_CERT_CONFIRMED, "이미 발급이 끝난 인증서입니다");
    } else if (strcmp(state, "revoked") == 0) {
        issue_refuse(ret, FAIL_CERT_REVOKED, "폐지된 인증서입니다");
    } else {
        db_bytes(stmt, 3, &ret->cert);
        issue_grant(ret, who, request);
    }
    db_done(&stmt);
    if (ret->cert.len > 0)
        db_run(db, "UPDATE certificate SET transaction_id = ? WHERE serial = ?",
            "bi", transaction_id, ret->serial);
    out_free(&spki);
    free(state);
    return true;
}

/*
 * When the new certificate ends. A re-issue keeps the old one's end and
 * revokes everything the person had; 0 when there was nothing.
 */
static int64_t
take_over(sqlite3 *db, const struct applicant *who, int64_t now)
{
    int64_t end = who->not_after;
    sqlite3_stmt *stmt;

    if (end != 0)
        return end; /* the pair's other half was issued before */
    if (strcmp(who->kind, "issue") == 0) {
        end = end_of_korean_day(now, 1);
    } else {
        stmt = db_query(db,
            "SELECT MAX(not_after) FROM certificate WHERE person = ? AND"
            " kind = 'sign' AND state != 'revoked' AND not_after > ?",
            "ii", who->person, now);
        if (db_row(&stmt)) {
            end = sqlite3_column_int64(stmt, 0);
            db_done(&stmt);
        }
        if (end == 0)
            return 0;
        db_run(db,
            "UPDATE certificate SET state = 'revoked', revoked_at = ?,"
            " reason = ? WHERE person = ? AND state != 'revoked'",
            "iii", now, (int64_t)REASON_SUPERSEDED, who->person);
    }
    db_run(
        db, "UPDATE code SET not_after = ? WHERE id = ?", "ii", end, who->code);
    return end;
}

static int64_t
next_serial(sqlite3 *db)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'certificate'", "");
    int64_t serial = 0;

    if (db_row(&stmt)) {
        serial = sqlite3_column_int64(stmt, 0);
        db_done(&stmt);
    }
    return serial;
}

static void
write_certificate(const struct ca *ca, const struct applicant *who,
    const struct cert_request *request, const struct plan *plan, int64_t now,
    int64_t end, struct outcome *ret)
{
    struct out serial = { 0 };
    uint8_t vid[VID_LEN];
    struct cert_order order = {
        .issuer = ca->cert[CA_ISSUING],
        .issuer_key = ca->key[CA_ISSUING],
        .subject = span_of(&who->subject),
        .spki = request->spki,
        .not_before = now,
        .not_after = end,
        .key_usage = request->km ? USE_KEY_ENCIPHERMENT | USE_DATA_ENCIPHERMENT
                                 : USE_SIGN | USE_NON_REPUDIATION,
        .policy = who->policy,
        .real_name = who->name,
        .base = ca->base,
        .ocsp = ca->ocsp,
        .crl = ca->crl,
    };

    if (request->r.len > 0) {
        vid_compute(who->idn, span_of(&request->r), vid);
        order.vid = (struct span){ vid, sizeof vid };
    }
    cert_serial(&serial, ret->serial);
    order.serial = span_of(&serial);
    twist_certificate(&ret->cert, &order, plan->cert);
    out_free(&serial);
}

bool
issue_open_vid(
    const struct ca *ca, struct cert_request *request, struct outcome *ret)
{
    const char *reason;

    if (request->vid.len == 0 ||
        vid_open(ca, request->vid, &request->r, &reason))
        return true;
    issue_refuse(ret, FAIL_BAD_DATA_FORMAT, reason);
    return false;
}

void
issue_certificate(const struct ca *ca, sqlite3 *db, const struct applicant *who,
    const struct cert_request *request, struct span transaction_id, int body,
    const struct plan *plan, int64_t end, int64_t renews, struct outcome *ret)
{
    int64_t now = time(NULL);

    ret->serial = next_serial(db);
    write_certificate(ca, who, request, plan, now, end, ret);
    db_run(db,
        "INSERT INTO certificate(serial, person, code, renews, kind, state,"
        " transaction_id, spki, der, answer, not_before, not_after)"
        " VALUES(?, ?, NULLIF(?, 0), NULLIF(?, 0), ?, 'unconfirmed', ?, ?, ?,"
        " ?, ?, ?)",
        "iiiitbbbiii", ret->serial, who->person, who->code, renews,
        request->km ? "km" : "sign", transaction_id, request->spki,
        span_of(&ret->cert), (int64_t)body, now, end);
    issue_grant(ret, who, request);
}

void
issue_asked(sqlite3 *db, const struct applicant *who,
    const struct cert_request *request, int64_t renews)
{
    db_run(db, "INSERT OR IGNORE INTO asked VALUES(?, ?, ?, ?)", "iitb",
        who->code, renews, request->km ? "km" : "sign", request->spki);
}

void
issue(const struct ca *ca, sqlite3 *db, const struct applicant *who,
    struct cert_request *request, struct span transaction_id, int body,
    const struct plan *plan, struct outcome *ret)
{
    int64_t now = time(NULL), end;

    issue_asked(db, who, request, 0);
    if (issued_before(db, who, request, transaction_id, ret))
        return;
    if (who->expires <= now) {
        issue_refuse(ret, FAIL_BAD_TIME, "인가코드의 유효기간이 지났습니다");
        return;
    }
    if (request->km && !ca->km) {
        issue_refuse(ret, FAIL_BAD_CERT_TEMPLATE,
            "이 인증기관은 암호용 인증서를 발급하지 않습니다");
        return;
    }
    if (!issue_open_vid(ca, request, ret))
        return;
    end = take_over(db, who, now);
    if (end == 0) {
        issue_refuse(
            ret, FAIL_BAD_CERT_ID, "재발급할 수 있는 인증서가 없습니다");
        return;
    }
    issue_certificate(
        ca, db, who, request, transaction_id, body, plan, end, 0, ret);
}
