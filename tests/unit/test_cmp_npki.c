/*
 * Enrolment in dialect npki against a CA in this process: every switch of the
 * profile, and everything a CA may do wrong at each step of the dialogue.
 */
#include "npki_peer.h"

#include <string.h>

#include <openssl/crmf.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"

#define REFERENCE "834120"
#define CODE      "s3cret-code"
#define OID_PROT  "1.3.6.1.5.5.7.4.1"

/* What this CA does not do as it should. */
enum {
    /* the frame */
    FLAG = PEER_FAULTS,
    EMPTY,
    CUT,
    MORE,
    TEXT,
    POLL_ONCE,
    POLL_LONG,
    POLL_SHORT, /* too few bytes */
    /* the message before it is protected */
    BODY_OTHER,
    /* ... and after */
    MAC_WRONG,
    MAC_CUT,
    MAC_NONE,
    CODE_OTHER, /* protected by another code */
    HASH_OTHER,
    ROUNDS,
    /* genp */
    NO_ITEMS,
    ENC_STRANGER,
    ENC_NO_USAGE,
    ENC_PERSON,
    /* ip */
    USAGE_WRONG,
    VID_OTHER,
    VID_NONE,
    IS_CA,
    ENCRYPTED,
    NO_CERT,
    ID_TWICE,
    NO_RESPONSE,
    KM_REJECTED,
    KM_WRONG,
    KM_ABSENT,
};

/* --- certificates ------------------------------------------------------------ */

static void
put_text_der(struct buf *b, unsigned tag, const char *text)
{
    assert_int_equal(der_put(b, tag, text, strlen(text)), OK);
}

/* identifyData as a subjectAltName (npki.md 3.1). */
static X509_EXTENSION *
identify_data(const char *name, const uint8_t *random)
{
    struct buf vid = { 0 }, inner = { 0 }, san = { 0 };
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *ext;

    assert_int_equal(
        vid_compute(peer.host.crypto, "SHA256", "9001011234567", random, &vid),
        OK);
    assert_int_equal(der_wrap(&vid, DER_OCTETS), OK);
    assert_int_equal(der_wrap(&vid, DER_EXPLICIT(0)), OK);
    assert_int_equal(oid_put(&inner, OID_SHA256), OK);
    assert_int_equal(der_wrap(&inner, DER_SEQUENCE), OK);
    assert_int_equal(buf_put(&inner, vid.data, vid.len), OK);
    assert_int_equal(der_wrap(&inner, DER_SEQUENCE), OK);
    buf_free(&vid);
    assert_int_equal(oid_put(&vid, OID_VID), OK);
    assert_int_equal(buf_put(&vid, inner.data, inner.len), OK);
    assert_int_equal(der_wrap(&vid, DER_SEQUENCE), OK);
    assert_int_equal(der_wrap(&vid, DER_SEQUENCE), OK);
    buf_free(&inner);
    put_text_der(&inner, DER_UTF8, name);
    assert_int_equal(buf_put(&inner, vid.data, vid.len), OK);
    assert_int_equal(der_wrap(&inner, DER_SEQUENCE), OK);
    assert_int_equal(der_wrap(&inner, DER_EXPLICIT(0)), OK);
    assert_int_equal(oid_put(&san, OID_IDENTIFY_DATA), OK);
    assert_int_equal(buf_put(&san, inner.data, inner.len), OK);
    assert_int_equal(der_wrap(&san, DER_EXPLICIT(0)), OK);
    assert_int_equal(der_wrap(&san, DER_SEQUENCE), OK);
    assert_int_equal(ASN1_OCTET_STRING_set(value, san.data, (int)san.len), 1);
    ext = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, value);
    assert_non_null(ext);
    ASN1_OCTET_STRING_free(value);
    buf_free(&vid);
    buf_free(&inner);
    buf_free(&san);
    return ext;
}

static void
add(X509 *x, X509_EXTENSION *ext)
{
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(x, ext, -1), 1);
    X509_EXTENSION_free(ext);
}

/* A person's certificate, with the fault of the row in it. */
static X509 *
issue(int fault, enum cmp_kind kind)
{
    const uint8_t none[VID_R_LEN] = { 0 };
    const char *name = fault == SUBJECT_OTHER ? "Kim" : "Hong";
    bool km = (kind == CMP_KM) != (fault == USAGE_WRONG);
    struct cert_spec spec = {
        .cn = name,
        .key = fault == KEY_OTHER ? peer.other_key : peer.keys[kind],
        .issuer = fault == ISSUER_OTHER ? peer.stranger : peer.ca_cert,
        .issuer_key = fault == ISSUER_OTHER ? peer.other_key : peer.ca_key,
        .ca = fault == IS_CA,
        .usage = km ? "critical,keyEncipherment,dataEncipherment"
                    : "critical,digitalSignature,nonRepudiation",
        .until = fault == EXPIRED ? TEST_NOW - 10 : 0,
    };
    X509 *x = make_cert(&spec);

    peer_extend(x, NID_certificate_policies, "1.2.410.200005.1.1.4");
    if (fault != VID_NONE)
        add(x, identify_data(name, fault == VID_OTHER ? none : peer.random));
    assert_true(X509_sign(x, spec.issuer_key, EVP_sha256()) > 0);
    return x;
}

/* --- what the CA finds in requests ------------------------------------------- */

static void
check_pop(const NPKI_REQUEST *q, EVP_PKEY *key)
{
    const NPKI_POP_KEY *pop = q->pop->value.signature;
    struct buf der = { 0 };

    /* the signature, over the form with the SEQUENCE's tag */
    assert_int_equal(q->pop->type, 1);
    assert_int_equal(
        npki_write(pop->input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &der), OK);
    assert_int_equal(der.data[0], 0x30);
    check_signed(key, pop->signature, &der);
    assert_true(vouched_by(pop->input, CODE));
    buf_free(&der);
}

/* R comes back out of regInfo. */
static void
check_vid(const NPKI_REQUEST *q)
{
    const ASN1_STRING *value;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(peer.enc_key, NULL);
    unsigned char clear[512];
    size_t len = sizeof(clear);

    assert_int_equal(sk_NPKI_ITEM_num(q->info), 1);
    value = sk_NPKI_ITEM_value(q->info, 0)->value->value.sequence;
    assert_true(ASN1_STRING_length(value) > 256);
    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(
        EVP_PKEY_decrypt(ctx, clear, &len,
            ASN1_STRING_get0_data(value) + ASN1_STRING_length(value) - 256,
            256),
        1);
    assert_true(len > VID_R_LEN);
    assert_memory_equal(clear + len - VID_R_LEN, peer.random, VID_R_LEN);
    EVP_PKEY_CTX_free(ctx);
}

static void
check_requests(const struct peer_world *w, const NPKI_MESSAGE *m)
{
    const STACK_OF(NPKI_REQUEST) *list = m->body->value.requests;
    const NPKI_REQUEST *q;
    int i;

    assert_int_equal(npki_body_of(m->body),
        w->row->reissue && w->row->profile.krr ? NPKI_KRR : NPKI_IR);
    assert_int_equal(sk_NPKI_REQUEST_num(list), w->row->km ? 2 : 1);
    for (i = 0; i < sk_NPKI_REQUEST_num(list); i++) {
        q = sk_NPKI_REQUEST_value(list, i);
        assert_int_equal(ASN1_INTEGER_get(q->request->id), i);
        check_pop(q, peer.keys[i]);
        if (w->row->no_vid)
            assert_null(q->info);
        else
            check_vid(q);
    }
}

static void
check_header(const struct peer_world *w, const NPKI_HEADER *h)
{
    const struct ca_npki *p = &w->row->profile;

    peer_check_header(w, h);
    assert_int_equal(h->sender->type,
        w->step == GENM && !p->sender_directory ? GEN_EMAIL : GEN_DIRNAME);
    assert_int_equal(h->recipient_kid == NULL, w->step == GENM);
    assert_int_equal(h->recipient_nonce == NULL, w->step == GENM);
    assert_memory_equal(
        ASN1_STRING_get0_data(h->sender_kid), REFERENCE, strlen(REFERENCE));
}

/* --- answers ----------------------------------------------------------------- */

static X509 *
enc_of(const struct peer_world *w)
{
    struct cert_spec spec = { .cn = "Enc",
        .key = peer.enc_key,
        .issuer = peer.ca_cert,
        .issuer_key = peer.ca_key,
        .usage = "critical,keyEncipherment" };
    X509 *x;

    if (is_fault(w, ENC_STRANGER)) {
        spec.issuer = peer.stranger;
        spec.issuer_key = peer.other_key;
    }
    if (is_fault(w, ENC_NO_USAGE))
        spec.usage = "critical,digitalSignature";
    x = make_cert(&spec);
    if (is_fault(w, ENC_PERSON)) {
        add(x, identify_data("Kim", peer.random));
        assert_true(X509_sign(x, peer.ca_key, EVP_sha256()) > 0);
    }
    return x;
}

static void
fill_genp(struct peer_world *w, NPKI_MESSAGE *m)
{
    X509 *x = enc_of(w);

    m->body->value.items = sk_NPKI_ITEM_new_null();
    if (!is_fault(w, NO_ITEMS)) {
        add_item(m->body->value.items, OID_CA, x);
        add_item(m->body->value.items, OID_PROT, x);
    }
    if (!is_fault(w, NO_PIN)) {
        m->extra = sk_ASN1_TYPE_new_null();
        assert_true(sk_ASN1_TYPE_push(m->extra, any_of(peer.ca_cert)) > 0);
    }
    X509_free(x);
}

static NPKI_PAIR *
issue_pair(const struct peer_world *w, int fault, enum cmp_kind kind)
{
    X509 *x = issue(fault, kind);
    NPKI_PAIR *pair = pair_of(x);

    pair->certificate->type = is_fault(w, ENCRYPTED) ? 1 : 0;
    X509_free(x);
    return pair;
}

static NPKI_RESPONSE *
response_of(const struct peer_world *w, enum cmp_kind kind)
{
    NPKI_RESPONSE *response = NPKI_RESPONSE_new();
    int fault = w->row->at == w->step ? w->row->fault : NONE;

    if (kind == CMP_KM)
        fault = fault == KM_WRONG      ? KEY_OTHER
                : fault == KM_REJECTED ? fault
                                       : NONE;
    assert_int_equal(
        ASN1_INTEGER_set(response->id, is_fault(w, ID_OTHER) ? 5 : (int)kind),
        1);
    set_status(response->status,
        fault == KM_REJECTED && kind == CMP_KM ? 2 : status_of(w));
    if (fault != NO_CERT && fault != STATUS_NO_CERT &&
        !(fault == KM_REJECTED && kind == CMP_KM))
        response->pair = issue_pair(w, fault, kind);
    return response;
}

static void
fill_ip(struct peer_world *w, NPKI_MESSAGE *m)
{
    NPKI_RESPONSES *r = m->body->value.responses = NPKI_RESPONSES_new();

    if (is_fault(w, NO_RESPONSE))
        return;
    assert_true(
        sk_NPKI_RESPONSE_push(r->responses, response_of(w, CMP_SIGN)) > 0);
    if (is_fault(w, ID_TWICE))
        assert_true(
            sk_NPKI_RESPONSE_push(r->responses, response_of(w, CMP_SIGN)) > 0);
    if (w->row->km && !is_fault(w, KM_ABSENT))
        assert_true(
            sk_NPKI_RESPONSE_push(r->responses, response_of(w, CMP_KM)) > 0);
}

static void
fill_krp(struct peer_world *w, NPKI_MESSAGE *m)
{
    NPKI_RECOVERY *r = m->body->value.recovery = NPKI_RECOVERY_new();
    int fault = w->row->at == w->step ? w->row->fault : NONE;
    X509 *x = issue(fault, CMP_SIGN);

    set_status(r->status, status_of(w));
    if (fault != NO_CERT && fault != STATUS_NO_CERT)
        r->certificate = any_of(x);
    if (w->row->km) {
        r->history = sk_NPKI_PAIR_new_null();
        assert_true(
            sk_NPKI_PAIR_push(r->history, issue_pair(w, NONE, CMP_KM)) > 0);
    }
    X509_free(x);
}

static void
fill_error(NPKI_MESSAGE *m, int bits)
{
    m->body->value.error = NPKI_ERROR_new();
    set_status(m->body->value.error->status, S(2, bits));
}

static enum npki_body
body_of(const struct peer_world *w, enum npki_body asked)
{
    if (is_fault(w, FAIL) || is_fault(w, BARE_FAIL))
        return NPKI_ERROR_MSG;
    if (is_fault(w, BODY_OTHER))
        return asked == NPKI_GENM ? NPKI_IP : NPKI_GENP;
    return asked == NPKI_GENM  ? NPKI_GENP
           : asked == NPKI_IR  ? NPKI_IP
           : asked == NPKI_KRR ? NPKI_KRP
                               : NPKI_CONF;
}

static void
fill(struct peer_world *w, NPKI_MESSAGE *m)
{
    switch (npki_body_of(m->body)) {
    case NPKI_GENP:
        fill_genp(w, m);
        break;
    case NPKI_IP:
        fill_ip(w, m);
        break;
    case NPKI_KRP:
        fill_krp(w, m);
        break;
    case NPKI_ERROR_MSG:
        fill_error(m, w->row->value);
        break;
    default:
        m->body->value.conf = ASN1_NULL_new();
    }
}

/* The PBM's parameters, changed. */
static void
change_pbm(NPKI_HEADER *h, int fault, int value)
{
    const void *sequence = NULL;
    ASN1_STRING *packed = NULL;
    NPKI_PBM *pbm;
    int type;

    X509_ALGOR_get0(NULL, &type, &sequence, h->protection);
    pbm = ASN1_item_unpack(sequence, ASN1_ITEM_rptr(NPKI_PBM));
    assert_non_null(pbm);
    if (fault == ROUNDS)
        assert_int_equal(ASN1_INTEGER_set(pbm->iterations, value), 1);
    else
        X509_ALGOR_set_md(pbm->owf, EVP_sha256());
    packed = ASN1_item_pack(pbm, ASN1_ITEM_rptr(NPKI_PBM), NULL);
    X509_ALGOR_set0(h->protection, OBJ_txt2obj("1.2.840.113533.7.66.13", 1),
        V_ASN1_SEQUENCE, packed);
    NPKI_PBM_free(pbm);
}

/* What is wrong before the message is protected. */
static void
spoil(const struct peer_world *w, const NPKI_MESSAGE *asked, NPKI_MESSAGE *m)
{
    spoil_header(w, asked, m);
    if (is_fault(w, HASH_OTHER) || is_fault(w, ROUNDS))
        change_pbm(m->header, w->row->fault, w->row->value);
}

/* ... and after. */
static void
spoil_protection(const struct peer_world *w, NPKI_MESSAGE *m)
{
    int fault = w->row->at == w->step ? w->row->fault : NONE;

    if (fault == MAC_WRONG)
        turn(m->protection);
    if (fault == MAC_CUT)
        assert_int_equal(npki_set_bits(m->protection, "1234567", 7), OK);
    if (fault == MAC_NONE || fault == BARE || fault == BARE_FAIL)
        drop_protection(m);
    if (fault == BARE || fault == BARE_FAIL)
        drop_algorithm(m);
}

static void
spoil_frame(struct peer_world *w, struct buf *frame)
{
    int fault = w->row->at == w->step ? w->row->fault : NONE;

    if (fault == FLAG)
        frame->data[0] = (uint8_t)w->row->value;
    else if (fault == EMPTY)
        frame->len = (size_t)w->row->value;
    else if (fault == CUT)
        frame->len -= (size_t)w->row->value;
    else if (fault == MORE)
        assert_int_equal(buf_put_byte(frame, 0), OK);
    else if (fault == TEXT)
        assert_int_equal(buf_set(frame, "\6\xC0\xCE\xC1\xF5", 5), OK);
    else if (fault == POLL_ONCE && !w->polled)
        assert_int_equal(buf_set(frame, "\1ABCD\0\0\0\2", 9), OK);
    else if (fault == POLL_LONG)
        assert_int_equal(buf_set(frame, "\1ABCD\1\0\0\2", 9), OK);
    else if (fault == POLL_SHORT)
        assert_int_equal(buf_set(frame, "\1ABCD\0\0\0", 8), OK);
}

static void
answer(struct peer_world *w, const NPKI_MESSAGE *asked, struct buf *ret_frame)
{
    const struct buf other = { (uint8_t *)(uintptr_t) "other", 5, 5 };
    NPKI_MESSAGE *m;

    w->talk.code = is_fault(w, CODE_OTHER) ? &other : &peer.code;
    m = peer_answer(w, asked, body_of(w, npki_body_of(asked->body)));
    fill(w, m);
    spoil(w, asked, m);
    peer_protect(w, m);
    spoil_protection(w, m);
    peer_send(m, w->step == DONE ? 5 : 0, ret_frame);
}

/* --- the host's side --------------------------------------------------------- */

static struct buf kept; /* an answer that is polled for */

static enum err
on_talk(void *ctx, enum cmp_npki_turn place, const struct buf *frame,
    int timeout_ms, struct buf *ret_frame)
{
    struct peer_world *w = ctx;
    struct buf der = { 0 }, part = { 0 };
    NPKI_MESSAGE *m = NULL;

    assert_true(timeout_ms > 0);
    if (frame->data[0] == 2) { /* pollReq */
        assert_memory_equal(frame->data, "\2ABCD", frame->len);
        if (is_fault(w, POLL_LONG))
            return buf_set(ret_frame, "\1ABCD\1\0\0\2", 9);
        assert_false(w->polled);
        w->polled = true;
        buf_move(ret_frame, &kept);
        w->step++;
        return OK;
    }
    peer_hear(frame, &der, &m);
    assert_int_equal(npki_protected_part(&der, &part), OK);
    assert_int_equal(
        npki_mac_check(peer.host.crypto, m, &peer.code, &part), OK);
    buf_free(&der);
    buf_free(&part);
    if (npki_body_of(m->body) == NPKI_ERROR_MSG) {
        w->said_no = true;
        assert_int_equal(place, CMP_NPKI_LAST);
        NPKI_MESSAGE_free(m);
        return OK;
    }
    assert_int_equal(place, w->step);
    check_header(w, m->header);
    if (w->step == ASK)
        check_requests(w, m);
    if (is_fault(w, LOST)) {
        NPKI_MESSAGE_free(m);
        return ERR_CA_TIMEOUT;
    }
    answer(w, m, ret_frame);
    NPKI_MESSAGE_free(m);
    if (is_fault(w, POLL_ONCE))
        assert_int_equal(buf_set(&kept, ret_frame->data, ret_frame->len), OK);
    spoil_frame(w, ret_frame);
    if (!is_fault(w, POLL_ONCE) && !is_fault(w, POLL_LONG))
        w->step++;
    return OK;
}

static enum err
on_prepared(void *ctx, enum cmp_kind kind, const struct buf *request)
{
    struct peer_world *w = ctx;

    assert_int_equal(w->step, ASK);
    w->prepared++;
    return buf_set(&w->requests[kind], request->data, request->len);
}

static void
begin(struct peer_world *w, const struct peer_row *row)
{
    int i;

    peer_begin(w, row);
    w->ca.vid = row->no_vid ? CA_VID_NONE : CA_VID_ENCRYPTED;
    for (i = 0; i < 2; i++) {
        w->orders[i].person.name = "Hong";
        w->orders[i].person.idn = "9001011234567";
        assert_int_equal(
            cmp_npki_request(&peer.host, &w->orders[i], &w->requests[i]), OK);
    }
}

static void
end(struct peer_world *w)
{
    peer_end(w);
    buf_free(&kept);
}

static enum err
enrol(struct peer_world *w, struct cmp_result *result)
{
    const struct cmp_npki_io io = { w, on_sending, on_talk, on_prepared,
        on_received, on_pause };
    const struct cmp_npki_order order = {
        { &w->orders[0], w->row->km ? &w->orders[1] : NULL }, w->row->reissue
    };

    return cmp_npki_enrol(&peer.host, &order, &io, NULL, result);
}

static struct peer_row rows[] = {
    /* what works: every switch both ways */
    { .name = "yessign's form" },
    { .name = "pvno 0", .profile = { .pvno_0 = true } },
    { .name = "no mail names", .profile = { .sender_directory = true } },
    { .name = "mail names", .profile = { .recipient_mail = true } },
    { .name = "no transactionID", .profile = { .no_transaction = true } },
    { .name = "HMAC-SHA1", .profile = { .hmac = true } },
    { .name = "the secret first", .profile = { .secret_first = true } },
    { .name = "HMAC-SHA1 and the secret first",
        .profile = { .hmac = true, .secret_first = true } },
    { .name = "padding where needed", .profile = { .pad_needed = true } },
    { .name = "genm that asks", .profile = { .genm_asks = true } },
    { .name = "R for caProtEncCert", .profile = { .vid_prot_enc = true } },
    { .name = "R is not wanted", .no_vid = true },
    { .name = "re-issue by ir", .reissue = true },
    { .name = "re-issue by krr", .reissue = true, .profile = { .krr = true } },
    { .name = "a first issue where re-issue is krr",
        .profile = { .krr = true } },
    { .name = "two certificates", .km = true },
    { .name = "two certificates by krr",
        .km = true,
        .reissue = true,
        .profile = { .krr = true } },
    { .name = "a bare genp", GENM, BARE, 0, OK },
    { .name = "no recipNonce", ASK, NONCE_NONE, 0, OK },
    { .name = "a final frame", ASK, FLAG, 5, OK },
    { .name = "an answer to be polled for", ASK, POLL_ONCE, 0, OK },
    { .name = "a genp to be polled for", GENM, POLL_ONCE, 0, OK },
    { .name = "modified", ASK, STATUS, 1, OK },
    { .name = "renewed already, with a certificate", ASK, STATUS, 6, OK },
    { .name = "nothing after pkiconf", DONE, EMPTY, 0, OK },
    { .name = "no further answers", DONE, FLAG, 3, OK },
    { .name = "the second is refused", ASK, KM_REJECTED, 0, OK, .km = true },
    { .name = "the second is wrong", ASK, KM_WRONG, 0, OK, .km = true },
    { .name = "the second is missing", ASK, KM_ABSENT, 0, OK, .km = true },
    /* frames */
    { .name = "genp: an empty frame", GENM, EMPTY, 0, ERR_CA_ANSWER_INVALID },
    { .name = "genp: a flag alone", GENM, EMPTY, 1, ERR_CA_ANSWER_INVALID },
    { .name = "genp: a poll request", GENM, FLAG, 2, ERR_CA_ANSWER_INVALID },
    { .name = "genp: no further answers",
        GENM,
        FLAG,
        3,
        ERR_CA_ANSWER_INVALID },
    { .name = "genp: an unknown flag", GENM, FLAG, 7, ERR_CA_ANSWER_INVALID },
    { .name = "genp: flag 255", GENM, FLAG, 255, ERR_CA_ANSWER_INVALID },
    { .name = "genp: words", GENM, TEXT, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: words", ASK, TEXT, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: an unknown flag", ASK, FLAG, 9, ERR_CA_ANSWER_INVALID },
    { .name = "ip: no further answers", ASK, FLAG, 3, ERR_CA_ANSWER_INVALID },
    { .name = "ip: one byte less", ASK, CUT, 1, ERR_CA_ANSWER_INVALID },
    { .name = "ip: one byte more", ASK, MORE, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: come back in half a year",
        ASK,
        POLL_LONG,
        0,
        ERR_CA_WAITING },
    { .name = "ip: come back, without a time",
        ASK,
        POLL_SHORT,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: the connection is lost", ASK, LOST, 0, ERR_CA_TIMEOUT },
    { .name = "genp: the connection is lost", GENM, LOST, 0, ERR_CA_TIMEOUT },
    { .name = "pkiconf: the connection is lost",
        DONE,
        LOST,
        0,
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: words", DONE, TEXT, 0, ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: a poll request",
        DONE,
        FLAG,
        2,
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: an unknown flag",
        DONE,
        FLAG,
        8,
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: an objection",
        DONE,
        FAIL,
        BIT(badRequest),
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: an unproved objection",
        DONE,
        BARE_FAIL,
        BIT(badMessageCheck),
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: half a message",
        DONE,
        CUT,
        9,
        ERR_CERTIFICATE_UNCONFIRMED },
    /* protection */
    { .name = "genp: another MAC",
        GENM,
        MAC_WRONG,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: another code",
        GENM,
        CODE_OTHER,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: half bare", GENM, MAC_NONE, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: another MAC", ASK, MAC_WRONG, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: another MAC by HMAC-SHA1",
        ASK,
        MAC_WRONG,
        0,
        ERR_CA_ANSWER_UNTRUSTED,
        .profile = { .hmac = true } },
    { .name = "ip: a shorter MAC", ASK, MAC_CUT, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: another code", ASK, CODE_OTHER, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: no MAC", ASK, MAC_NONE, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: bare", ASK, BARE, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: a hash nobody named",
        ASK,
        HASH_OTHER,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: no iterations", ASK, ROUNDS, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: minus one iteration",
        ASK,
        ROUNDS,
        -1,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ip: a million iterations",
        ASK,
        ROUNDS,
        1000000,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "krp: bare",
        ASK,
        BARE,
        0,
        ERR_CA_ANSWER_UNTRUSTED,
        .reissue = true,
        .profile = { .krr = true } },
    /* headers */
    { .name = "genp: another transaction",
        GENM,
        TRANSACTION_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "genp: another nonce",
        GENM,
        NONCE_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "genp: our own nonce",
        GENM,
        NONCE_OURS,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "genp: pvno 2", GENM, PVNO_2, 0, ERR_CA_ANSWER_INVALID },
    { .name = "genp: an ip", GENM, BODY_OTHER, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: another transaction",
        ASK,
        TRANSACTION_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: no transaction",
        ASK,
        TRANSACTION_NONE,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: another nonce", ASK, NONCE_OTHER, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: our own nonce", ASK, NONCE_OURS, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: pvno 2", ASK, PVNO_2, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: a genp", ASK, BODY_OTHER, 0, ERR_CA_ANSWER_INVALID },
    { .name = "ip: neither transaction nor nonce",
        ASK,
        NONCE_NONE,
        0,
        ERR_CA_ANSWER_INVALID,
        .profile = { .no_transaction = true } },
    /* refusals */
    { .name = "genm: the code is wrong, unproved",
        GENM,
        BARE_FAIL,
        BIT(badMessageCheck),
        ERR_CODE_WRONG },
    { .name = "ir: the code is wrong, unproved",
        ASK,
        BARE_FAIL,
        BIT(badMessageCheck),
        ERR_CODE_WRONG },
    { .name = "genm: refused, unproved",
        GENM,
        BARE_FAIL,
        BIT(badRequest),
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "ir: used, unproved",
        ASK,
        BARE_FAIL,
        BIT(duplicateCertReq),
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genm: refused", GENM, FAIL, BIT(badRequest), ERR_CA_REJECTED },
    { .name = "ir: refused", ASK, FAIL, BIT(notAuthorized), ERR_CA_REJECTED },
    { .name = "ir: the time is wrong",
        ASK,
        FAIL,
        BIT(badTime),
        ERR_CLOCK_WRONG },
    { .name = "ir: the CA is down",
        ASK,
        FAIL,
        BIT(systemUnavail),
        ERR_CA_BUSY },
    { .name = "ip: used",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(duplicateCertReq)),
        ERR_CODE_USED },
    { .name = "ip: expired",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badTime)),
        ERR_CODE_EXPIRED },
    { .name = "ip: refused",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badPOP)),
        ERR_CA_REJECTED },
    { .name = "ip: refused without a reason",
        ASK,
        STATUS_NO_CERT,
        2,
        ERR_CA_REJECTED },
    { .name = "ip: refused, with a certificate",
        ASK,
        STATUS,
        2,
        ERR_CA_REJECTED },
    { .name = "krp: refused",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badPOP)),
        ERR_CA_REJECTED,
        .reissue = true,
        .profile = { .krr = true } },
    { .name = "ip: waiting", ASK, STATUS_NO_CERT, 3, ERR_CA_WAITING },
    { .name = "ip: a revocation warning",
        ASK,
        STATUS,
        4,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: renewed already",
        ASK,
        STATUS_NO_CERT,
        6,
        ERR_ALREADY_RENEWED },
    { .name = "ip: status 7", ASK, STATUS, 7, ERR_CA_ANSWER_INVALID },
    /* contents */
    { .name = "genp: nothing in it", GENM, NO_ITEMS, 0, ERR_CHAIN_UNTRUSTED },
    { .name = "genp: a stranger's encryption certificate",
        GENM,
        ENC_STRANGER,
        0,
        ERR_CHAIN_UNTRUSTED },
    { .name = "genp: one that may not encrypt",
        GENM,
        ENC_NO_USAGE,
        0,
        ERR_CHAIN_UNTRUSTED },
    { .name = "genp: a person's certificate",
        GENM,
        ENC_PERSON,
        0,
        ERR_CHAIN_UNTRUSTED },
    { .name = "genp: no pinned certificate",
        GENM,
        NO_PIN,
        0,
        ERR_CHAIN_UNTRUSTED },
    { .name = "genp: no pinned certificate, R not wanted",
        GENM,
        NO_PIN,
        0,
        ERR_CHAIN_UNTRUSTED,
        .no_vid = true },
    { .name = "ip: no certificate", ASK, NO_CERT, 0, ERR_CA_ANSWER_INVALID },
    { .name = "krp: no certificate",
        ASK,
        NO_CERT,
        0,
        ERR_CA_ANSWER_INVALID,
        .reissue = true,
        .profile = { .krr = true } },
    { .name = "ip: an encrypted certificate",
        ASK,
        ENCRYPTED,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: another request's number",
        ASK,
        ID_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: the same number twice",
        ASK,
        ID_TWICE,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "ip: no response", ASK, NO_RESPONSE, 0, ERR_CA_ANSWER_INVALID },
    { .name = "another key",
        ASK,
        KEY_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "key" },
    { .name = "another subject",
        ASK,
        SUBJECT_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "subject" },
    { .name = "another issuer",
        ASK,
        ISSUER_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "issuer" },
    { .name = "expired",
        ASK,
        EXPIRED,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "validity" },
    { .name = "another usage",
        ASK,
        USAGE_WRONG,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "usage" },
    { .name = "another VID",
        ASK,
        VID_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "vid" },
    { .name = "no VID", ASK, VID_NONE, 0, ERR_CERTIFICATE_UNEXPECTED, "vid" },
    { .name = "a CA's certificate",
        ASK,
        IS_CA,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "ca" },
    { .name = "krp: another key",
        ASK,
        KEY_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "key",
        .reissue = true,
        .profile = { .krr = true } },
};

static bool
km_fails(const struct peer_row *row)
{
    return row->fault == KM_REJECTED || row->fault == KM_WRONG ||
           row->fault == KM_ABSENT;
}

static void
dialogue(void **state)
{
    const struct peer_row *row = *state;
    struct cmp_result result = { 0 };
    struct peer_world w;
    bool confirmed;
    enum err r;

    begin(&w, row);
    r = enrol(&w, &result);
    peer_judge(&w, r, &result);
    confirmed = r == OK || r == ERR_CERTIFICATE_UNCONFIRMED;
    assert_int_equal(w.received[CMP_SIGN], confirmed ? 1 : 0);
    assert_int_equal(
        w.received[CMP_KM], confirmed && row->km && !km_fails(row) ? 1 : 0);
    if (row->fault == TEXT)
        assert_string_equal(buf_text(&result.status.texts[0]), "인증");
    if (row->fault == BARE_FAIL || row->fault == TEXT)
        assert_false(result.status.authenticated);
    if (r == ERR_CHAIN_UNTRUSTED)
        assert_int_equal(w.step, ASK); /* nothing was asked for */
    assert_int_equal(
        w.prepared, row->no_vid || (row->at == GENM && row->want != OK) ? 0
                    : row->km                                           ? 2
                                                                        : 1);
    cmp_result_free(&result);
    end(&w);
}

/* Resuming sends what was sent, byte for byte. */
static void
same_request_again(void **state)
{
    static const struct peer_row row = {
        .name = "again", .at = ASK, .fault = LOST
    };
    struct cmp_result result = { 0 };
    struct buf before = { 0 };
    struct peer_world w;

    (void)state;
    begin(&w, &row);
    assert_int_equal(enrol(&w, &result), ERR_CA_TIMEOUT);
    assert_int_equal(w.prepared, 1);
    assert_int_equal(
        buf_set(&before, w.requests[0].data, w.requests[0].len), OK);
    w.step = GENM;
    assert_int_equal(enrol(&w, &result), ERR_CA_TIMEOUT);
    assert_int_equal(w.prepared, 1); /* it is complete already */
    assert_int_equal(before.len, w.requests[0].len);
    assert_memory_equal(before.data, w.requests[0].data, before.len);
    cmp_result_free(&result);
    buf_free(&before);
    end(&w);
}

static int
setup(void **state)
{
    (void)state;
    peer_setup(REFERENCE, CODE);
    memset(peer.random, 0x5A, sizeof(peer.random));
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    peer_teardown();
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, dialogue, rows);
    support_test(&tests, "the same request again", same_request_again);
    return support_run("cmp npki", &tests, setup, teardown);
}
