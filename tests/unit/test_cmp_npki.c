/*
 * Enrolment in dialect npki against a CA in this process: every switch of the
 * profile, and everything a CA may do wrong at each step of the dialogue.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/cmp.h>
#include <openssl/conf.h>
#include <openssl/crmf.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "pki/cmp_npki.h"
#include "pki/cmp_npki_message.h"
#include "support.h"

#define REFERENCE "834120"
#define CODE      "s3cret-code"
#define OID_CA    "1.2.410.200005.1.10.1"
#define OID_PROT  "1.3.6.1.5.5.7.4.1"

enum { GENM, ASK, DONE }; /* steps of a dialogue */

/* What the CA does not do as it should. */
enum fault {
    NONE,
    /* the frame */
    FLAG,
    EMPTY,
    CUT,
    MORE,
    TEXT,
    POLL_ONCE,
    POLL_LONG,
    POLL_SHORT, /* too few bytes */
    /* the message before it is protected */
    PVNO_2,
    NONCE_OTHER,
    NONCE_NONE,
    NONCE_OURS, /* the CA's own nonce is ours */
    TRANSACTION_OTHER,
    TRANSACTION_NONE,
    BODY_OTHER,
    FAIL, /* an error message with these bits */
    /* ... and after */
    MAC_WRONG,
    MAC_CUT,
    MAC_NONE,
    BARE, /* no protectionAlg either */
    BARE_FAIL,
    CODE_OTHER, /* protected by another code */
    HASH_OTHER,
    ROUNDS,
    /* genp */
    NO_ITEMS,
    ENC_STRANGER,
    ENC_NO_USAGE,
    ENC_PERSON,
    NO_PIN,
    /* ip */
    KEY_OTHER,
    SUBJECT_OTHER,
    ISSUER_OTHER,
    EXPIRED,
    USAGE_WRONG,
    VID_OTHER,
    VID_NONE,
    IS_CA,
    ENCRYPTED,
    NO_CERT,
    ID_OTHER,
    ID_TWICE,
    NO_RESPONSE,
    STATUS,
    STATUS_NO_CERT,
    KM_REJECTED,
    KM_WRONG,
    KM_ABSENT,
    /* the connection */
    LOST,
};

static struct {
    struct host host;
    int64_t now_ms;
    EVP_PKEY *ca_key, *enc_key, *other_key, *keys[2];
    X509 *ca_cert, *enc_cert, *stranger;
    struct buf code;
    uint8_t random[VID_R_LEN];
} it;

struct row {
    const char *name;
    int at;
    enum fault fault;
    int value; /* flag, bits, status, bytes */
    enum err want;
    const char *what;
    struct ca_npki profile;
    bool km, reissue, no_vid;
};

/* One dialogue. */
struct world {
    const struct row *row;
    struct ca ca;
    struct cmp_order orders[2];
    struct buf requests[2];
    int step, sendings, prepared, received[2];
    bool said_no; /* the client refused the certificate */
    bool polled;
    struct npki_talk peer;
    uint8_t transaction[CMP_TRANSACTION_LEN];
};

static int64_t
wall(void *ctx)
{
    (void)ctx;
    return TEST_NOW + it.now_ms / 1000;
}

static int64_t
monotonic(void *ctx)
{
    (void)ctx;
    return it.now_ms;
}

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
        vid_compute(it.host.crypto, "SHA256", "9001011234567", random, &vid),
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

static X509_EXTENSION *
policy(void)
{
    CONF *none = NCONF_new(NULL);
    X509_EXTENSION *ext;
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, NULL, NULL, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, none);
    ext = X509V3_EXT_conf_nid(
        NULL, &ctx, NID_certificate_policies, "1.2.410.200005.1.1.4");
    NCONF_free(none);
    return ext;
}

/* A person's certificate, with the fault of the row in it. */
static X509 *
issue(enum fault fault, enum cmp_kind kind)
{
    const uint8_t none[VID_R_LEN] = { 0 };
    const char *name = fault == SUBJECT_OTHER ? "Kim" : "Hong";
    bool km = (kind == CMP_KM) != (fault == USAGE_WRONG);
    struct cert_spec spec = {
        .cn = name,
        .key = fault == KEY_OTHER ? it.other_key : it.keys[kind],
        .issuer = fault == ISSUER_OTHER ? it.stranger : it.ca_cert,
        .issuer_key = fault == ISSUER_OTHER ? it.other_key : it.ca_key,
        .ca = fault == IS_CA,
        .usage = km ? "critical,keyEncipherment,dataEncipherment"
                    : "critical,digitalSignature,nonRepudiation",
        .until = fault == EXPIRED ? TEST_NOW - 10 : 0,
    };
    X509 *x = make_cert(&spec);

    add(x, policy());
    if (fault != VID_NONE)
        add(x, identify_data(name, fault == VID_OTHER ? none : it.random));
    assert_true(X509_sign(x, spec.issuer_key, EVP_sha256()) > 0);
    return x;
}

static ASN1_TYPE *
any_of(X509 *x)
{
    ASN1_TYPE *any = ASN1_TYPE_new();
    ASN1_STRING *der = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
    struct buf b = { 0 };

    assert_int_equal(cert_der(x, &b), OK);
    assert_int_equal(ASN1_STRING_set(der, b.data, (int)b.len), 1);
    ASN1_TYPE_set(any, V_ASN1_SEQUENCE, der);
    buf_free(&b);
    return any;
}

/* --- what the CA finds in requests ------------------------------------------- */

static bool
is_fault(const struct world *w, enum fault fault)
{
    return w->row->fault == fault && w->row->at == w->step;
}

static void
check_pop(const NPKI_REQUEST *q, EVP_PKEY *key)
{
    const NPKI_POP_KEY *pop = q->pop->value.signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    OSSL_CRMF_PBMPARAMETER *pbm;
    const void *value = NULL;
    unsigned char *mac = NULL;
    struct buf der = { 0 };
    size_t len = 0;
    int type;

    /* the signature, over the form with the SEQUENCE's tag */
    assert_int_equal(q->pop->type, 1);
    assert_int_equal(
        npki_write(pop->input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &der), OK);
    assert_int_equal(der.data[0], 0x30);
    assert_int_equal(
        EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(
        EVP_DigestVerify(ctx, ASN1_STRING_get0_data(pop->signature),
            (size_t)ASN1_STRING_length(pop->signature), der.data, der.len),
        1);
    /* publicKeyMAC, by OpenSSL's own reading of RFC 4211 */
    X509_ALGOR_get0(NULL, &type, &value, pop->input->mac->algorithm);
    assert_int_equal(type, V_ASN1_SEQUENCE);
    pbm = ASN1_item_unpack(value, ASN1_ITEM_rptr(OSSL_CRMF_PBMPARAMETER));
    assert_non_null(pbm);
    assert_int_equal(
        npki_write(pop->input->key, ASN1_ITEM_rptr(X509_PUBKEY), &der), OK);
    assert_int_equal(OSSL_CRMF_pbm_new(NULL, NULL, pbm, der.data, der.len,
                         (const unsigned char *)CODE, strlen(CODE), &mac, &len),
        1);
    assert_int_equal(ASN1_STRING_length(pop->input->mac->value), len);
    assert_memory_equal(
        ASN1_STRING_get0_data(pop->input->mac->value), mac, len);
    OPENSSL_free(mac);
    OSSL_CRMF_PBMPARAMETER_free(pbm);
    EVP_MD_CTX_free(ctx);
    buf_free(&der);
}

/* R comes back out of regInfo. */
static void
check_vid(const NPKI_REQUEST *q)
{
    const ASN1_STRING *value;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(it.enc_key, NULL);
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
    assert_memory_equal(clear + len - VID_R_LEN, it.random, VID_R_LEN);
    EVP_PKEY_CTX_free(ctx);
}

static void
check_requests(const struct world *w, const NPKI_MESSAGE *m)
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
        check_pop(q, it.keys[i]);
        if (w->row->no_vid)
            assert_null(q->info);
        else
            check_vid(q);
    }
}

static void
check_header(const struct world *w, const NPKI_HEADER *h)
{
    const struct ca_npki *p = &w->row->profile;

    assert_int_equal(ASN1_INTEGER_get(h->pvno), p->pvno_0 ? 0 : 1);
    assert_int_equal(h->sender->type,
        w->step == GENM && !p->sender_directory ? GEN_EMAIL : GEN_DIRNAME);
    assert_int_equal(
        h->recipient->type, p->recipient_mail ? GEN_EMAIL : GEN_DIRNAME);
    assert_int_equal(h->transaction == NULL, p->no_transaction);
    assert_int_equal(h->recipient_kid == NULL, w->step == GENM);
    assert_int_equal(h->recipient_nonce == NULL, w->step == GENM);
    assert_memory_equal(
        ASN1_STRING_get0_data(h->sender_kid), REFERENCE, strlen(REFERENCE));
}

/* --- answers ----------------------------------------------------------------- */

static void
add_item(STACK_OF(NPKI_ITEM) * items, const char *oid, X509 *x)
{
    NPKI_ITEM *item = NPKI_ITEM_new();

    ASN1_OBJECT_free(item->type);
    item->type = OBJ_txt2obj(oid, 1);
    item->value = any_of(x);
    assert_true(sk_NPKI_ITEM_push(items, item) > 0);
}

static X509 *
enc_of(const struct world *w)
{
    struct cert_spec spec = { .cn = "Enc",
        .key = it.enc_key,
        .issuer = it.ca_cert,
        .issuer_key = it.ca_key,
        .usage = "critical,keyEncipherment" };
    X509 *x;

    if (is_fault(w, ENC_STRANGER)) {
        spec.issuer = it.stranger;
        spec.issuer_key = it.other_key;
    }
    if (is_fault(w, ENC_NO_USAGE))
        spec.usage = "critical,digitalSignature";
    x = make_cert(&spec);
    if (is_fault(w, ENC_PERSON)) {
        add(x, identify_data("Kim", it.random));
        assert_true(X509_sign(x, it.ca_key, EVP_sha256()) > 0);
    }
    return x;
}

static void
fill_genp(struct world *w, NPKI_MESSAGE *m)
{
    X509 *x = enc_of(w);

    m->body->value.items = sk_NPKI_ITEM_new_null();
    if (!is_fault(w, NO_ITEMS)) {
        add_item(m->body->value.items, OID_CA, x);
        add_item(m->body->value.items, OID_PROT, x);
    }
    if (!is_fault(w, NO_PIN)) {
        m->extra = sk_ASN1_TYPE_new_null();
        assert_true(sk_ASN1_TYPE_push(m->extra, any_of(it.ca_cert)) > 0);
    }
    X509_free(x);
}

static void
set_fail(NPKI_STATUS *s, int status, int bits)
{
    int i;

    assert_int_equal(ASN1_INTEGER_set(s->status, status), 1);
    if (bits == 0)
        return;
    s->fail_info = ASN1_BIT_STRING_new();
    for (i = 0; i < 27; i++)
        if ((bits >> i & 1) != 0)
            assert_int_equal(ASN1_BIT_STRING_set_bit(s->fail_info, i, 1), 1);
}

static NPKI_PAIR *
pair_of(const struct world *w, enum fault fault, enum cmp_kind kind)
{
    NPKI_PAIR *pair = NPKI_PAIR_new();
    X509 *x = issue(fault, kind);

    pair->certificate->type = is_fault(w, ENCRYPTED) ? 1 : 0;
    pair->certificate->value.certificate = any_of(x);
    X509_free(x);
    return pair;
}

static NPKI_RESPONSE *
response_of(const struct world *w, enum cmp_kind kind)
{
    NPKI_RESPONSE *response = NPKI_RESPONSE_new();
    enum fault fault = w->row->at == w->step ? w->row->fault : NONE;
    int status =
        fault == STATUS || fault == STATUS_NO_CERT ? w->row->value & 7 : 0;

    if (kind == CMP_KM)
        fault = fault == KM_WRONG      ? KEY_OTHER
                : fault == KM_REJECTED ? fault
                                       : NONE;
    assert_int_equal(
        ASN1_INTEGER_set(response->id, is_fault(w, ID_OTHER) ? 5 : (int)kind),
        1);
    set_fail(response->status,
        fault == KM_REJECTED && kind == CMP_KM ? 2 : status,
        fault == STATUS || fault == STATUS_NO_CERT ? w->row->value >> 3 : 0);
    if (fault != NO_CERT && fault != STATUS_NO_CERT &&
        !(fault == KM_REJECTED && kind == CMP_KM))
        response->pair = pair_of(w, fault, kind);
    return response;
}

static void
fill_ip(struct world *w, NPKI_MESSAGE *m)
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
fill_krp(struct world *w, NPKI_MESSAGE *m)
{
    NPKI_RECOVERY *r = m->body->value.recovery = NPKI_RECOVERY_new();
    enum fault fault = w->row->at == w->step ? w->row->fault : NONE;
    X509 *x = issue(fault, CMP_SIGN);

    set_fail(r->status, fault == STATUS_NO_CERT ? w->row->value & 7 : 0,
        fault == STATUS_NO_CERT ? w->row->value >> 3 : 0);
    if (fault != NO_CERT && fault != STATUS_NO_CERT)
        r->certificate = any_of(x);
    if (w->row->km) {
        r->history = sk_NPKI_PAIR_new_null();
        assert_true(
            sk_NPKI_PAIR_push(r->history, pair_of(w, NONE, CMP_KM)) > 0);
    }
    X509_free(x);
}

static void
fill_error(NPKI_MESSAGE *m, int bits)
{
    m->body->value.error = NPKI_ERROR_new();
    set_fail(m->body->value.error->status, 2, bits);
}

static enum npki_body
body_of(const struct world *w, enum npki_body asked)
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
fill(struct world *w, NPKI_MESSAGE *m)
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

static void
drop(ASN1_OCTET_STRING **o)
{
    ASN1_OCTET_STRING_free(*o);
    *o = NULL;
}

static void
turn(ASN1_OCTET_STRING *o)
{
    unsigned char byte = (unsigned char)(ASN1_STRING_get0_data(o)[0] ^ 1);
    unsigned char copy[64];
    int len = ASN1_STRING_length(o);

    memcpy(copy, ASN1_STRING_get0_data(o), (size_t)len);
    copy[0] = byte;
    assert_int_equal(ASN1_OCTET_STRING_set(o, copy, len), 1);
}

/* The PBM's parameters, changed. */
static void
change_pbm(NPKI_HEADER *h, enum fault fault, int value)
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
spoil(const struct world *w, const NPKI_MESSAGE *asked, NPKI_MESSAGE *m)
{
    NPKI_HEADER *h = m->header;

    if (w->row->at != w->step)
        return;
    if (w->row->fault == PVNO_2)
        assert_int_equal(ASN1_INTEGER_set(h->pvno, 2), 1);
    else if (w->row->fault == NONCE_OTHER)
        turn(h->recipient_nonce);
    else if (w->row->fault == NONCE_NONE)
        drop(&h->recipient_nonce);
    else if (w->row->fault == NONCE_OURS)
        assert_int_equal(
            ASN1_STRING_copy(h->sender_nonce, asked->header->sender_nonce), 1);
    else if (w->row->fault == TRANSACTION_OTHER)
        turn(h->transaction);
    else if (w->row->fault == TRANSACTION_NONE)
        drop(&h->transaction);
    else if (w->row->fault == HASH_OTHER || w->row->fault == ROUNDS)
        change_pbm(h, w->row->fault, w->row->value);
}

/* ... and after. */
static void
spoil_protection(const struct world *w, NPKI_MESSAGE *m)
{
    enum fault fault = w->row->at == w->step ? w->row->fault : NONE;

    if (fault == MAC_WRONG)
        turn(m->protection);
    if (fault == MAC_CUT)
        assert_int_equal(npki_set_bits(m->protection, "1234567", 7), OK);
    if (fault == MAC_NONE || fault == BARE || fault == BARE_FAIL) {
        ASN1_BIT_STRING_free(m->protection);
        m->protection = NULL;
    }
    if (fault == BARE || fault == BARE_FAIL) {
        X509_ALGOR_free(m->header->protection);
        m->header->protection = NULL;
    }
}

static void
spoil_frame(struct world *w, struct buf *frame)
{
    enum fault fault = w->row->at == w->step ? w->row->fault : NONE;

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
answer(struct world *w, const NPKI_MESSAGE *asked, struct buf *ret_frame)
{
    const struct buf other = { (uint8_t *)(uintptr_t) "other", 5, 5 };
    NPKI_MESSAGE *m = NULL;
    struct buf der = { 0 };

    assert_int_equal(
        buf_set(&w->peer.peer_nonce,
            ASN1_STRING_get0_data(asked->header->sender_nonce), NPKI_NONCE_LEN),
        OK);
    w->peer.code = is_fault(w, CODE_OTHER) ? &other : &it.code;
    assert_int_equal(
        npki_message_new(&w->peer, body_of(w, npki_body_of(asked->body)), &m),
        OK);
    fill(w, m);
    spoil(w, asked, m);
    assert_int_equal(npki_message_write(&w->peer, m, &der), OK);
    spoil_protection(w, m);
    assert_int_equal(npki_write(m, ASN1_ITEM_rptr(NPKI_MESSAGE), &der), OK);
    assert_int_equal(buf_put_byte(ret_frame, w->step == DONE ? 5 : 0), OK);
    assert_int_equal(buf_put(ret_frame, der.data, der.len), OK);
    NPKI_MESSAGE_free(m);
    buf_free(&der);
}

/* --- the host's side --------------------------------------------------------- */

static struct buf kept; /* an answer that is polled for */

static enum err
on_talk(void *ctx, enum cmp_npki_turn place, const struct buf *frame,
    int timeout_ms, struct buf *ret_frame)
{
    struct world *w = ctx;
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
    assert_int_equal(frame->data[0], 0);
    assert_int_equal(buf_set(&der, frame->data + 1, frame->len - 1), OK);
    assert_int_equal(npki_read(&der, &m), OK);
    assert_int_equal(npki_protected_part(&der, &part), OK);
    assert_int_equal(npki_mac_check(it.host.crypto, m, &it.code, &part), OK);
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
on_sending(void *ctx)
{
    struct world *w = ctx;

    assert_int_equal(w->step, GENM);
    w->sendings++;
    return OK;
}

static enum err
on_prepared(void *ctx, enum cmp_kind kind, const struct buf *request)
{
    struct world *w = ctx;

    assert_int_equal(w->step, ASK);
    w->prepared++;
    return buf_set(&w->requests[kind], request->data, request->len);
}

static enum err
on_received(void *ctx, enum cmp_kind kind, X509 *x, bool vouched)
{
    struct world *w = ctx;

    assert_int_equal(w->step, DONE);
    assert_true(vouched);
    assert_int_equal(X509_check_private_key(x, it.keys[kind]), 1);
    w->received[kind]++;
    return OK;
}

static void
on_pause(void *ctx, int ms)
{
    (void)ctx;
    it.now_ms += ms;
}

static void
begin(struct world *w, const struct row *row, char **issuers)
{
    unsigned len = 0;
    int i;

    *w = (struct world){ .row = row };
    w->ca = (struct ca){ .dialect = CA_NPKI,
        .folder = (char *)(uintptr_t) "Test",
        .issuers = issuers,
        .anchor_count = 1,
        .vid = row->no_vid ? CA_VID_NONE : CA_VID_ENCRYPTED,
        .npki = row->profile };
    assert_int_equal(
        X509_digest(it.ca_cert, EVP_sha256(), w->ca.anchors[0].sha256, &len),
        1);
    for (i = 0; i < 2; i++) {
        w->orders[i] = (struct cmp_order){ .ca = &w->ca,
            .kind = (enum cmp_kind)i,
            .reference = REFERENCE,
            .code = &it.code,
            .key = it.keys[i],
            .random = it.random,
            .request = &w->requests[i],
            .person = { .name = "Hong", .idn = "9001011234567" } };
        memset(w->orders[i].transaction_id, 7, CMP_TRANSACTION_LEN);
        assert_int_equal(
            cmp_npki_request(&it.host, &w->orders[i], &w->requests[i]), OK);
    }
    memset(w->transaction, 7, sizeof(w->transaction));
    w->peer = (struct npki_talk){ .host = &it.host,
        .ca = &w->ca,
        .reference = "ca",
        .transaction_id = w->transaction };
}

static void
end(struct world *w)
{
    buf_free(&w->requests[0]);
    buf_free(&w->requests[1]);
    npki_talk_free(&w->peer);
    buf_free(&kept);
}

static enum err
enrol(struct world *w, struct cmp_result *result)
{
    const struct cmp_npki_io io = { w, on_sending, on_talk, on_prepared,
        on_received, on_pause };
    const struct cmp_npki_order order = {
        { &w->orders[0], w->row->km ? &w->orders[1] : NULL }, w->row->reissue
    };

    return cmp_npki_enrol(&it.host, &order, &io, NULL, result);
}

#define BIT(n)          (1 << OSSL_CMP_PKIFAILUREINFO_##n)
#define S(status, bits) ((status) | (bits) << 3)

static struct row rows[] = {
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
km_fails(const struct row *row)
{
    return row->fault == KM_REJECTED || row->fault == KM_WRONG ||
           row->fault == KM_ABSENT;
}

static void
dialogue(void **state)
{
    const struct row *row = *state;
    struct cmp_result result = { 0 };
    char *issuers[2] = { NULL, NULL };
    struct buf dn = { 0 };
    struct world w;
    bool confirmed;
    enum err r;

    assert_int_equal(cert_dn(X509_get_subject_name(it.ca_cert), &dn), OK);
    issuers[0] = mem_strdup(buf_text(&dn));
    begin(&w, row, issuers);
    r = enrol(&w, &result);
    assert_string_equal(r == OK ? "ok" : err_reason(r),
        row->want == OK ? "ok" : err_reason(row->want));
    confirmed = r == OK || r == ERR_CERTIFICATE_UNCONFIRMED;
    assert_int_equal(w.sendings, 1);
    assert_int_equal(w.received[CMP_SIGN], confirmed ? 1 : 0);
    assert_int_equal(
        w.received[CMP_KM], confirmed && row->km && !km_fails(row) ? 1 : 0);
    assert_int_equal(w.said_no, r == ERR_CERTIFICATE_UNEXPECTED);
    if (row->what != NULL)
        assert_string_equal(result.what, row->what);
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
    mem_free(issuers[0]);
    buf_free(&dn);
    end(&w);
}

/* Resuming sends what was sent, byte for byte. */
static void
same_request_again(void **state)
{
    static const struct row row = { .name = "again", .at = ASK, .fault = LOST };
    struct cmp_result result = { 0 };
    char *issuers[2] = { NULL, NULL };
    struct buf dn = { 0 }, before = { 0 };
    struct world w;

    (void)state;
    assert_int_equal(cert_dn(X509_get_subject_name(it.ca_cert), &dn), OK);
    issuers[0] = mem_strdup(buf_text(&dn));
    begin(&w, &row, issuers);
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
    mem_free(issuers[0]);
    buf_free(&dn);
    buf_free(&before);
    end(&w);
}

static int
setup(void **state)
{
    struct cert_spec spec = { .cn = "Test CA", .ca = true };

    (void)state;
    assert_int_equal(crypto_new(&it.host.crypto), OK);
    it.host.clock = (struct clock){ wall, monotonic, NULL };
    it.host.paths.npki = mem_strdup("/nonexistent/NPKI");
    it.now_ms = 1000;
    it.ca_key = make_key("rsa2048");
    it.enc_key = make_key("rsa2048");
    it.other_key = make_key("rsa2048");
    it.keys[0] = make_key("rsa2048");
    it.keys[1] = make_key("rsa2048");
    spec.key = it.ca_key;
    it.ca_cert = make_cert(&spec);
    spec = (struct cert_spec){ .cn = "Other", .ca = true, .key = it.other_key };
    it.stranger = make_cert(&spec);
    it.code = support_text(CODE);
    memset(it.random, 0x5A, sizeof(it.random));
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    X509_free(it.ca_cert);
    X509_free(it.stranger);
    EVP_PKEY_free(it.ca_key);
    EVP_PKEY_free(it.enc_key);
    EVP_PKEY_free(it.other_key);
    EVP_PKEY_free(it.keys[0]);
    EVP_PKEY_free(it.keys[1]);
    mem_free(it.host.paths.npki);
    buf_free(&it.code);
    crypto_free(it.host.crypto);
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
