#include "cmp.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "answer.h"
#include "issue.h"
#include "message.h"
#include "renewal.h"
#include "template.h"

#define PVNO 2

static unsigned
stage_of(int body)
{
    switch (body) {
    case BODY_CERTCONF:
        return STAGE_CONFIRM;
    case BODY_POLLREQ:
        return STAGE_POLL;
    default:
        return STAGE_REQUEST;
    }
}

static void
fail(struct answer *answer, int fail_info, const char *text)
{
    answer->body = BODY_ERROR;
    answer->status = STATUS_REJECTION;
    answer->fail_info = fail_info;
    answer->text = text;
}

/* The plan is to refuse, so nothing is issued and the code stays unused. */
static bool
is_refused(const struct plan *plan)
{
    return plan->error_message ||
           (plan->status == STATUS_REJECTION && !plan->keep_certificate);
}

/* ir, cr, and kur when `signer` is not NULL */
static void
request(const struct ca *ca, sqlite3 *db, const struct applicant *who,
    const struct signer *signer, const struct message *m, struct plan *plan,
    struct answer *answer, struct outcome *outcome)
{
    struct cert_request wanted;

    answer->body = m->body + 1; /* ip, cp, kup */
    outcome->status = STATUS_REJECTION;
    if (template_parse(m->content, signer == NULL ? who->secret : NULL, &wanted,
            &outcome->fail_info, &outcome->text)) {
        outcome->fail_info = FAIL_NONE;
        outcome->text = NULL;
        if (!is_refused(plan) && signer != NULL)
            renew(ca, db, signer, who, &wanted, m->transaction_id, answer->body,
                plan, outcome);
        else if (!is_refused(plan))
            issue(ca, db, who, &wanted, m->transaction_id, answer->body, plan,
                outcome);
    }
    answer->request_id = wanted.id;
    template_free(&wanted);
    answer->status = outcome->status;
    answer->fail_info = outcome->fail_info;
    answer->text = outcome->text;
    answer->cert = span_of(&outcome->cert);
    if (plan->waits > 0 && outcome->status < STATUS_REJECTION) {
        db_run(db, "UPDATE certificate SET polls = 0 WHERE serial = ?", "i",
            outcome->serial);
        answer->status = STATUS_WAITING;
        answer->text = "심사 중입니다";
    }
}

/* The certificate a transaction is about; 0 when there is none. */
static int64_t
find(sqlite3 *db, const struct applicant *who, const struct message *m,
    struct out *der, int *ret_body, int64_t *ret_polls, bool *ret_revoked)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT serial, der, answer, polls, state = 'revoked'"
        " FROM certificate WHERE person = ? AND IFNULL(code, 0) = ?"
        " AND transaction_id = ?",
        "iib", who->person, who->code, m->transaction_id);
    int64_t serial;

    if (!db_row(&stmt))
        return 0;
    serial = sqlite3_column_int64(stmt, 0);
    db_bytes(stmt, 1, der);
    *ret_body = sqlite3_column_int(stmt, 2);
    *ret_polls = sqlite3_column_int64(stmt, 3);
    *ret_revoked = sqlite3_column_int(stmt, 4) != 0;
    db_done(&stmt);
    return serial;
}

static void
poll(sqlite3 *db, const struct applicant *who, const struct message *m,
    const struct plan *plan, struct answer *answer, struct outcome *outcome)
{
    int64_t polls = 0, serial;
    int body = BODY_IP;
    bool revoked = false;

    serial = find(db, who, m, &outcome->cert, &body, &polls, &revoked);
    if (serial == 0 || revoked) {
        fail(answer, FAIL_BAD_REQUEST, "기다리는 신청이 없습니다");
        return;
    }
    if (polls < plan->waits) {
        db_run(db, "UPDATE certificate SET polls = polls + 1 WHERE serial = ?",
            "i", serial);
        answer->body = BODY_POLLREP;
        return;
    }
    answer->body = body;
    answer->status = STATUS_GRANTED_WITH_MODS;
    answer->cert = span_of(&outcome->cert);
}

/* certHash is the hash of the certificate's own signature algorithm. */
static bool
hash_matches(struct span hash, struct span cert)
{
    uint8_t sha256[SHA256_DIGEST_LENGTH], sha1[SHA_DIGEST_LENGTH];

    SHA256(cert.data, cert.len, sha256);
    SHA1(cert.data, cert.len, sha1);
    return span_equal(hash, (struct span){ sha256, sizeof sha256 }) ||
           span_equal(hash, (struct span){ sha1, sizeof sha1 });
}

static void
confirm(sqlite3 *db, const struct applicant *who, const struct message *m,
    struct answer *answer, struct outcome *outcome)
{
    struct span in = m->content;
    struct tlv list, one, hash, id, info = { 0 }, status = { 0 };
    int64_t polls, serial;
    bool revoked = false;
    int body;

    serial = find(db, who, m, &outcome->cert, &body, &polls, &revoked);
    if (serial == 0) {
        fail(answer, FAIL_BAD_REQUEST, "확인할 인증서가 없습니다");
        return;
    }
    if (!der_take(&in, DER_SEQUENCE, &list) || in.len != 0 ||
        !der_take(&list.value, DER_SEQUENCE, &one) || list.value.len != 0 ||
        !der_take(&one.value, DER_OCTET_STRING, &hash) ||
        !der_take(&one.value, DER_INTEGER, &id) ||
        !der_optional(&one.value, DER_SEQUENCE, &info) ||
        (info.whole.len > 0 && !der_take(&info.value, DER_INTEGER, &status))) {
        fail(answer, FAIL_BAD_DATA_FORMAT, "확인 형식이 올바르지 않습니다");
        return;
    }
    if (!hash_matches(hash.value, span_of(&outcome->cert))) {
        fail(answer, FAIL_BAD_CERT_ID, "다른 인증서의 확인입니다");
        return;
    }
    if (info.whole.len > 0 &&
        der_small_integer(status.value) == STATUS_REJECTION) {
        issue_confirm(db, serial, false);
    } else if (revoked) {
        fail(answer, FAIL_CERT_REVOKED, "폐지된 인증서입니다");
        return;
    } else {
        issue_confirm(db, serial, true);
    }
    answer->body = BODY_PKICONF;
}

/* What every header must have; false with an answer if it has not. */
static bool
check_header(const struct message *m, struct answer *answer)
{
    if (m->pvno != PVNO)
        fail(answer, FAIL_UNSUPPORTED_VERSION, "지원하지 않는 버전입니다");
    else if (m->transaction_id.len == 0 || m->sender_nonce.len == 0)
        fail(answer, FAIL_BAD_DATA_FORMAT, "머리부에 빠진 항목이 있습니다");
    else
        return true;
    return false;
}

/* What is the same for a MAC by a code and a signature. */
static void
serve_common(sqlite3 *db, const struct applicant *who, const struct message *m,
    struct plan *plan, struct answer *answer, struct outcome *outcome)
{
    switch (m->body) {
    case BODY_POLLREQ:
        poll(db, who, m, plan, answer, outcome);
        break;
    case BODY_CERTCONF:
        confirm(db, who, m, answer, outcome);
        break;
    case BODY_ERROR:
        answer->body = BODY_PKICONF;
        break;
    default:
        fail(answer, FAIL_BAD_REQUEST, "지원하지 않는 요청입니다");
    }
}

/* The code's MAC was right: do what the message asks for. */
static void
serve(const struct ca *ca, sqlite3 *db, const struct applicant *who,
    const struct message *m, struct plan *plan, struct answer *answer,
    struct outcome *outcome)
{
    answer->secret = who->secret;
    if (who->attempts >= ATTEMPTS_MAX)
        fail(answer, FAIL_NOT_AUTHORIZED,
            "인가코드를 여러 번 잘못 입력하여 잠겼습니다");
    else if (!check_header(m, answer))
        return;
    else if (m->body == BODY_IR || m->body == BODY_CR)
        request(ca, db, who, NULL, m, plan, answer, outcome);
    else
        serve_common(db, who, m, plan, answer, outcome);
}

/* The signature was right. */
static void
serve_signer(const struct ca *ca, sqlite3 *db, const struct signer *signer,
    const struct applicant *who, const struct message *m, struct plan *plan,
    struct answer *answer, struct outcome *outcome)
{
    if (!check_header(m, answer))
        return;
    if (m->body == BODY_KUR) {
        request(ca, db, who, signer, m, plan, answer, outcome);
    } else if (m->body == BODY_RR) {
        if (!is_refused(plan))
            revoke(ca, db, signer, m->content, outcome);
        answer->body = BODY_RP;
        answer->status = outcome->status;
        answer->fail_info = outcome->fail_info;
        answer->text = outcome->text;
    } else {
        serve_common(db, who, m, plan, answer, outcome);
    }
}

/* Signed messages get signed answers, whoever sent them. */
static void
authenticate_signer(const struct ca *ca, sqlite3 *db, const struct message *m,
    struct applicant *who, struct plan *plan, struct answer *answer,
    struct outcome *outcome)
{
    struct signer signer = { 0 };

    answer->sign = true;
    fail(answer, FAIL_SIGNER_NOT_TRUSTED, "모르는 인증서로 서명하였습니다");
    if (!signer_load(db, m, false, &signer))
        return;
    switch (message_verify(m, signer.key)) {
    case MAC_RIGHT:
        applicant_person(db, signer.person, who);
        serve_signer(ca, db, &signer, who, m, plan, answer, outcome);
        break;
    case MAC_WRONG:
        fail(answer, FAIL_BAD_MESSAGE_CHECK, "서명이 올바르지 않습니다");
        break;
    case MAC_UNSUPPORTED:
        fail(answer, FAIL_BAD_ALG, "지원하지 않는 보호 방식입니다");
    }
    signer_free(&signer);
}

/* Find the code, check the MAC. Strangers learn one thing only: no. */
static void
authenticate(const struct ca *ca, sqlite3 *db, const struct message *m,
    struct applicant *who, struct plan *plan, struct answer *answer,
    struct outcome *outcome)
{
    fail(answer, FAIL_BAD_MESSAGE_CHECK,
        "참조번호 또는 인가코드가 올바르지 않습니다");
    if (m->reference.len == 0 || !applicant_load(db, m->reference, who))
        return;
    switch (message_check(m, who->secret)) {
    case MAC_RIGHT:
        serve(ca, db, who, m, plan, answer, outcome);
        break;
    case MAC_WRONG:
        applicant_failed(db, who);
        break;
    case MAC_UNSUPPORTED:
        fail(answer, FAIL_BAD_ALG, "지원하지 않는 보호 방식입니다");
    }
}

void
cmp_answer(const struct ca *ca, sqlite3 *db, struct span in,
    struct plan *ret_plan, struct out *ret)
{
    struct message m = { 0 };
    struct applicant who = { 0 };
    struct outcome outcome = { .fail_info = FAIL_NONE };
    struct answer answer = { .to = &m };
    char *mode;

    plan_init(ret_plan);
    fail(&answer, FAIL_BAD_DATA_FORMAT, "CMP 메시지가 아닙니다");
    if (message_parse(in, &m)) {
        db_begin(db);
        mode = db_setting(db, "mode");
        if (mode != NULL)
            plan_apply(ret_plan, mode, stage_of(m.body));
        free(mode);
        if (!ret_plan->unprocessed && message_is_signed(&m))
            authenticate_signer(ca, db, &m, &who, ret_plan, &answer, &outcome);
        else if (!ret_plan->unprocessed)
            authenticate(ca, db, &m, &who, ret_plan, &answer, &outcome);
        db_commit(db);
    }
    answer_write(ret, ca, &answer, ret_plan);
    plan_spoil(ret, ret_plan->bytes);
    applicant_free(&who);
    out_free(&outcome.cert);
}
