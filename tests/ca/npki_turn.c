#include "npki_turn.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

static void
fail(struct turn *t, int fail_info, const char *text)
{
    t->answer.body = BODY_ERROR;
    t->answer.count = 1;
    issue_refuse(&t->outcome[0], fail_info, text);
}

static bool
is_refused(const struct plan *plan)
{
    return plan->error_message ||
           (plan->status == STATUS_REJECTION && !plan->keep_certificate);
}

/* genm: empty, or with the one item that the family asks for. */
static void
greet(struct dialogue *d, struct turn *t)
{
    struct span in = t->m.content;
    struct tlv list, item, oid;
    bool good = der_take(&in, DER_SEQUENCE, &list) && in.len == 0;

    if (good && d->family->genm_item)
        good = der_take(&list.value, DER_SEQUENCE, &item) &&
               der_take(&item.value, DER_OID, &oid) &&
               der_is_oid(oid.value, "1.3.6.1.5.5.7.4.1");
    good = good && list.value.len == 0;
    if (good && !t->is_signed)
        good = t->m.sender.data[0] ==
               (d->family->directory ? DER_CONTEXT(4) : DER_PRIMITIVE(1));
    if (d->greeted || !good) {
        fail(t, d->greeted ? FAIL_BAD_REQUEST : FAIL_BAD_DATA_FORMAT,
            "genm 형식이 올바르지 않습니다");
        return;
    }
    d->greeted = true;
    t->answer.body = BODY_GENP;
}

/* One CertReqMsg of ir, krr or kur. */
static void
request(
    struct dialogue *d, sqlite3 *db, struct turn *t, size_t i, struct span msg)
{
    struct outcome *outcome = &t->outcome[i];
    struct cert_request wanted;
    enum possession how = !t->is_signed              ? POP_INPUT_MAC
                          : d->family->renew_request ? POP_REQUEST
                                                     : POP_INPUT;
    struct span id = { d->transaction, sizeof d->transaction };

    outcome->status = STATUS_REJECTION;
    if (template_parse_one(msg, t->answer.secret, how, &wanted,
            &outcome->fail_info, &outcome->text)) {
        wanted.km = i == 1;
        outcome->fail_info = FAIL_NONE;
        outcome->text = NULL;
        if (i == 1 && t->plan.second_rejected)
            issue_refuse(outcome, FAIL_BAD_CERT_TEMPLATE,
                "암호용 인증서는 발급할 수 없습니다");
        else if (!is_refused(&t->plan) && t->is_signed)
            renew(d->ca, db, &t->signer, &t->who, &wanted, id, t->answer.body,
                &t->plan, outcome);
        else if (!is_refused(&t->plan))
            issue(d->ca, db, &t->who, &wanted, id, t->answer.body, &t->plan,
                outcome);
    }
    t->answer.id[i] = wanted.id;
    template_free(&wanted);
}

/* The code's row changes with the first certificate of two. */
static void
refresh(sqlite3 *db, struct turn *t)
{
    if (t->is_signed)
        return;
    applicant_free(&t->who);
    if (!applicant_load(db, t->m.reference, &t->who))
        die("registry: the code is gone");
    t->answer.secret = t->who.secret;
}

static void
enrol(struct dialogue *d, sqlite3 *db, struct turn *t)
{
    struct span in = t->m.content;
    struct tlv list, msg;

    if (!der_take(&in, DER_SEQUENCE, &list) || in.len != 0 ||
        list.value.len == 0) {
        fail(t, FAIL_BAD_DATA_FORMAT, "요청 형식이 올바르지 않습니다");
        return;
    }
    t->answer.body = t->m.body + 1;
    t->answer.count = 0;
    while (list.value.len > 0) {
        if (t->answer.count == NPKI_REQUESTS_MAX ||
            !der_take(&list.value, DER_SEQUENCE, &msg)) {
            fail(t, FAIL_BAD_REQUEST, "신청이 너무 많습니다");
            return;
        }
        if (t->answer.count > 0)
            refresh(db, t);
        request(d, db, t, t->answer.count++, msg.value);
    }
    d->enrolled = true;
}

/* The reason stands where the family has it; there may be none. */
static bool
is_revocation_form(const struct family *family, struct span in)
{
    struct tlv list, one, template;
    int wanted = family->revoke_details ? DER_SEQUENCE : DER_BIT_STRING;

    return der_take(&in, DER_SEQUENCE, &list) &&
           der_take(&list.value, DER_SEQUENCE, &one) &&
           der_take(&one.value, DER_SEQUENCE, &template) &&
           (one.value.len == 0 || one.value.data[0] == wanted);
}

static void
revocation(struct dialogue *d, sqlite3 *db, struct turn *t)
{
    if (d->greeted != d->family->revoke_genm) {
        fail(t, FAIL_BAD_REQUEST, "폐지 요청의 순서가 올바르지 않습니다");
        return;
    }
    if (!is_revocation_form(d->family, t->m.content))
        issue_refuse(&t->outcome[0], FAIL_BAD_DATA_FORMAT,
            "폐지 요청 형식이 올바르지 않습니다");
    else if (!is_refused(&t->plan))
        revoke(d->ca, db, &t->signer, t->m.content, &t->outcome[0]);
    t->answer.body = BODY_RP;
}

/* pkiconf: everything that this dialogue brought is accepted. */
static void
conclude(struct dialogue *d, sqlite3 *db, struct turn *t)
{
    sqlite3_stmt *stmt;
    int64_t serials[NPKI_REQUESTS_MAX];
    size_t count = 0;

    if (!d->enrolled) {
        fail(t, FAIL_BAD_REQUEST, "확인할 인증서가 없습니다");
        return;
    }
    stmt = db_query(db,
        "SELECT serial FROM certificate WHERE person = ? AND"
        " transaction_id = ? AND state = 'unconfirmed'",
        "ib", t->who.person,
        (struct span){ d->transaction, sizeof d->transaction });
    while (db_row(&stmt))
        if (count < NPKI_REQUESTS_MAX)
            serials[count++] = sqlite3_column_int64(stmt, 0);
    for (size_t i = 0; i < count; i++)
        issue_confirm(db, serials[i], true);
    t->answer.body = BODY_PKICONF;
    t->silent = !t->plan.error_message && t->plan.body < 0 &&
                t->plan.framing == FRAME_WELL;
}

/* Header and order of a message that is proved; false after a refusal. */
static bool
check(struct dialogue *d, struct turn *t)
{
    struct span id = t->m.transaction_id;

    if (t->m.pvno != d->family->pvno)
        fail(t, FAIL_UNSUPPORTED_VERSION, "지원하지 않는 버전입니다");
    else if ((id.len == 0) != d->family->no_transaction ||
             t->m.sender_nonce.len == 0)
        fail(t, FAIL_BAD_DATA_FORMAT, "머리부가 올바르지 않습니다");
    else if (d->begun &&
             (!span_equal(id, span_of(&d->transaction_id)) ||
                 d->code != t->who.code || d->person != t->who.person))
        fail(t, FAIL_BAD_REQUEST, "다른 거래의 메시지입니다");
    else if (t->who.attempts >= ATTEMPTS_MAX)
        fail(t, FAIL_NOT_AUTHORIZED,
            "인가코드를 여러 번 잘못 입력하여 잠겼습니다");
    else
        return true;
    return false;
}

/* The message is proved: do what it asks for. */
static void
serve(struct dialogue *d, sqlite3 *db, struct turn *t)
{
    int wanted = t->is_signed ? BODY_KUR
                 : d->family->krr && strcmp(t->who.kind, "issue") != 0
                     ? BODY_KRR
                     : BODY_IR;

    if (!check(d, t))
        return;
    if (!d->begun) {
        out_bytes(&d->transaction_id, t->m.transaction_id.data,
            t->m.transaction_id.len);
        d->code = t->who.code;
        d->person = t->who.person;
        d->begun = true;
    }
    if (t->m.body == BODY_GENM)
        greet(d, t);
    else if (t->m.body == BODY_RR && t->is_signed)
        revocation(d, db, t);
    else if (t->m.body == BODY_PKICONF)
        conclude(d, db, t);
    else if (t->m.body == wanted && d->greeted && !d->enrolled)
        enrol(d, db, t);
    else
        fail(t, FAIL_BAD_REQUEST, "요청의 종류나 순서가 올바르지 않습니다");
}

static void
authenticate(struct dialogue *d, sqlite3 *db, struct turn *t)
{
    enum mac_result result = MAC_WRONG;

    fail(t, FAIL_BAD_MESSAGE_CHECK,
        "참조번호 또는 인가코드가 올바르지 않습니다");
    t->is_signed = message_is_signed(&t->m);
    if (t->is_signed) {
        t->answer.sign = true;
        if (!signer_load(db, &t->m, d->family->serial_hex, &t->signer)) {
            fail(t, FAIL_SIGNER_NOT_TRUSTED, "모르는 인증서로 서명하였습니다");
            return;
        }
        applicant_person(db, t->signer.person, &t->who);
        result = message_verify(&t->m, t->signer.key);
    } else if (t->m.reference.len > 0 &&
               applicant_load(db, t->m.reference, &t->who)) {
        result = npki_check(d->family, &t->m, t->who.secret, &t->pbm);
        if (result == MAC_WRONG)
            applicant_failed(db, &t->who);
        if (result == MAC_RIGHT)
            t->answer.secret = t->who.secret;
    }
    if (result == MAC_UNSUPPORTED)
        fail(t, FAIL_BAD_ALG, "지원하지 않는 보호 방식입니다");
    if (result == MAC_RIGHT)
        serve(d, db, t);
}

static unsigned
stage_of(int body)
{
    return body == BODY_GENM      ? STAGE_HELLO
           : body == BODY_PKICONF ? STAGE_END
                                  : STAGE_ENROL;
}

void
npki_turn(struct dialogue *d, struct turn *t)
{
    sqlite3 *db = db_open(d->ca->dir);
    char *mode, *text;

    db_begin(db);
    d->family = family_of(db);
    t->answer.family = d->family;
    text = db_setting(db, SETTING_TEXT);
    t->answer.euc_kr = text != NULL && strcmp(text, "euc-kr") == 0;
    free(text);
    mode = db_setting(db, "mode");
    if (mode != NULL)
        plan_apply(&t->plan, mode, stage_of(t->m.body));
    free(mode);
    authenticate(d, db, t);
    db_commit(db);
    sqlite3_close(db);
}
