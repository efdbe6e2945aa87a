#include "npki_peer.h"

#include <string.h>

#include <openssl/conf.h>
#include <openssl/crmf.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/cert.h"

struct peer peer;

static int64_t
wall(void *ctx)
{
    (void)ctx;
    return TEST_NOW + peer.now_ms / 1000;
}

static int64_t
monotonic(void *ctx)
{
    (void)ctx;
    return peer.now_ms;
}

void
peer_setup(const char *reference, const char *code)
{
    struct cert_spec spec = { .cn = "Test CA", .ca = true };

    assert_int_equal(crypto_new(&peer.host.crypto), OK);
    peer.host.clock = (struct clock){ wall, monotonic, NULL };
    peer.host.paths.npki = mem_strdup("/nonexistent/NPKI");
    peer.now_ms = 1000;
    peer.ca_key = make_key("rsa2048");
    peer.enc_key = make_key("rsa2048");
    peer.other_key = make_key("rsa2048");
    peer.keys[0] = make_key("rsa2048");
    peer.keys[1] = make_key("rsa2048");
    spec.key = peer.ca_key;
    peer.ca_cert = make_cert(&spec);
    spec =
        (struct cert_spec){ .cn = "Other", .ca = true, .key = peer.other_key };
    peer.stranger = make_cert(&spec);
    assert_int_equal(
        cert_dn(X509_get_subject_name(peer.ca_cert), &peer.dn), OK);
    peer.reference = reference;
    peer.code = support_text(code);
}

void
peer_teardown(void)
{
    X509_free(peer.ca_cert);
    X509_free(peer.stranger);
    EVP_PKEY_free(peer.ca_key);
    EVP_PKEY_free(peer.enc_key);
    EVP_PKEY_free(peer.other_key);
    EVP_PKEY_free(peer.keys[0]);
    EVP_PKEY_free(peer.keys[1]);
    mem_free(peer.host.paths.npki);
    buf_free(&peer.dn);
    buf_free(&peer.code);
    crypto_free(peer.host.crypto);
}

void
peer_begin(struct peer_world *w, const struct peer_row *row)
{
    unsigned len = 0;
    int i;

    *w = (struct peer_world){ .row = row };
    w->issuers[0] = (char *)peer.dn.data;
    w->ca = (struct ca){ .dialect = CA_NPKI,
        .folder = (char *)(uintptr_t) "Test",
        .issuers = w->issuers,
        .anchor_count = 1,
        .npki = row->profile };
    assert_int_equal(
        X509_digest(peer.ca_cert, EVP_sha256(), w->ca.anchors[0].sha256, &len),
        1);
    if (row->known)
        assert_int_equal(cert_der(peer.ca_cert, &w->ca.anchors[0].der), OK);
    for (i = 0; i < 2; i++) {
        w->orders[i] = (struct cmp_order){ .ca = &w->ca,
            .kind = (enum cmp_kind)i,
            .reference = peer.reference,
            .code = &peer.code,
            .key = peer.keys[i],
            .random = peer.random,
            .request = &w->requests[i] };
        memset(w->orders[i].transaction_id, 7, CMP_TRANSACTION_LEN);
    }
    memset(w->transaction, 7, sizeof(w->transaction));
    w->talk = (struct npki_talk){ .host = &peer.host,
        .ca = &w->ca,
        .reference = "ca",
        .code = &peer.code,
        .transaction_id = w->transaction };
}

void
peer_end(struct peer_world *w)
{
    buf_free(&w->requests[0]);
    buf_free(&w->requests[1]);
    buf_free(&w->ca.anchors[0].der);
    npki_talk_free(&w->talk);
    X509_free(w->responder);
}

bool
is_fault(const struct peer_world *w, int fault)
{
    return w->row->fault == fault && w->row->at == w->step;
}

int
status_of(const struct peer_world *w)
{
    return is_fault(w, STATUS) || is_fault(w, STATUS_NO_CERT) ? w->row->value
                                                              : 0;
}

/* --- parts of messages -------------------------------------------------------- */

void
peer_extend(X509 *x, int nid, const char *value)
{
    CONF *none = NCONF_new(NULL);
    X509V3_CTX ctx;
    X509_EXTENSION *ext;

    X509V3_set_ctx(&ctx, NULL, NULL, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, none);
    ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(ext);
    assert_int_equal(X509_add_ext(x, ext, -1), 1);
    X509_EXTENSION_free(ext);
    NCONF_free(none);
}

ASN1_TYPE *
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

void
add_item(STACK_OF(NPKI_ITEM) * items, const char *oid, X509 *x)
{
    NPKI_ITEM *item = NPKI_ITEM_new();

    ASN1_OBJECT_free(item->type);
    item->type = OBJ_txt2obj(oid, 1);
    item->value = any_of(x);
    assert_true(sk_NPKI_ITEM_push(items, item) > 0);
}

NPKI_PAIR *
pair_of(X509 *x)
{
    NPKI_PAIR *pair = NPKI_PAIR_new();

    pair->certificate->type = 0;
    pair->certificate->value.certificate = any_of(x);
    return pair;
}

void
set_status(NPKI_STATUS *s, int value)
{
    int i;

    assert_int_equal(ASN1_INTEGER_set(s->status, value & 7), 1);
    if (value >> 3 == 0)
        return;
    s->fail_info = ASN1_BIT_STRING_new();
    for (i = 0; i < 27; i++)
        if ((value >> 3 >> i & 1) != 0)
            assert_int_equal(ASN1_BIT_STRING_set_bit(s->fail_info, i, 1), 1);
}

/* --- what the CA finds -------------------------------------------------------- */

void
peer_hear(
    const struct buf *frame, struct buf *ret_der, NPKI_MESSAGE **ret_message)
{
    assert_int_equal(frame->data[0], 0);
    assert_int_equal(buf_set(ret_der, frame->data + 1, frame->len - 1), OK);
    assert_int_equal(npki_read(ret_der, ret_message), OK);
}

void
peer_check_header(const struct peer_world *w, const NPKI_HEADER *h)
{
    const struct ca_npki *p = &w->row->profile;

    assert_int_equal(ASN1_INTEGER_get(h->pvno), p->pvno_0 ? 0 : 1);
    assert_int_equal(
        h->recipient->type, p->recipient_mail ? GEN_EMAIL : GEN_DIRNAME);
    assert_int_equal(h->transaction == NULL, p->no_transaction);
}

void
check_signed(
    EVP_PKEY *key, const ASN1_BIT_STRING *signature, const struct buf *der)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_int_equal(
        EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(
        EVP_DigestVerify(ctx, ASN1_STRING_get0_data(signature),
            (size_t)ASN1_STRING_length(signature), der->data, der->len),
        1);
    EVP_MD_CTX_free(ctx);
}

bool
vouched_by(const NPKI_POP_INPUT *input, const char *code)
{
    OSSL_CRMF_PBMPARAMETER *pbm;
    const void *value = NULL;
    unsigned char *mac = NULL;
    struct buf der = { 0 };
    size_t len = 0;
    bool is;
    int type;

    X509_ALGOR_get0(NULL, &type, &value, input->mac->algorithm);
    assert_int_equal(type, V_ASN1_SEQUENCE);
    pbm = ASN1_item_unpack(value, ASN1_ITEM_rptr(OSSL_CRMF_PBMPARAMETER));
    assert_non_null(pbm);
    assert_int_equal(
        npki_write(input->key, ASN1_ITEM_rptr(X509_PUBKEY), &der), OK);
    assert_int_equal(OSSL_CRMF_pbm_new(NULL, NULL, pbm, der.data, der.len,
                         (const unsigned char *)code, strlen(code), &mac, &len),
        1);
    assert_int_equal(ASN1_STRING_length(input->mac->value), len);
    is = memcmp(ASN1_STRING_get0_data(input->mac->value), mac, len) == 0;
    OPENSSL_free(mac);
    OSSL_CRMF_PBMPARAMETER_free(pbm);
    buf_free(&der);
    return is;
}

/* --- answers ------------------------------------------------------------------ */

NPKI_MESSAGE *
peer_answer(
    struct peer_world *w, const NPKI_MESSAGE *asked, enum npki_body body)
{
    NPKI_MESSAGE *m = NULL;

    assert_int_equal(
        buf_set(&w->talk.peer_nonce,
            ASN1_STRING_get0_data(asked->header->sender_nonce), NPKI_NONCE_LEN),
        OK);
    assert_int_equal(npki_message_new(&w->talk, body, &m), OK);
    return m;
}

void
peer_protect(struct peer_world *w, NPKI_MESSAGE *m)
{
    struct buf der = { 0 };

    assert_int_equal(npki_message_write(&w->talk, m, &der), OK);
    buf_free(&der);
}

void
peer_send(NPKI_MESSAGE *m, uint8_t flag, struct buf *ret_frame)
{
    struct buf der = { 0 };

    assert_int_equal(npki_write(m, ASN1_ITEM_rptr(NPKI_MESSAGE), &der), OK);
    assert_int_equal(buf_put_byte(ret_frame, flag), OK);
    assert_int_equal(buf_put(ret_frame, der.data, der.len), OK);
    NPKI_MESSAGE_free(m);
    buf_free(&der);
}

void
turn(ASN1_STRING *s)
{
    unsigned char copy[512];
    int len = ASN1_STRING_length(s);

    assert_true(len > 0 && len <= (int)sizeof(copy));
    memcpy(copy, ASN1_STRING_get0_data(s), (size_t)len);
    copy[len / 2] ^= 1;
    assert_int_equal(ASN1_STRING_set(s, copy, len), 1);
}

static void
drop(ASN1_OCTET_STRING **o)
{
    ASN1_OCTET_STRING_free(*o);
    *o = NULL;
}

void
drop_protection(NPKI_MESSAGE *m)
{
    ASN1_BIT_STRING_free(m->protection);
    m->protection = NULL;
}

void
drop_algorithm(NPKI_MESSAGE *m)
{
    X509_ALGOR_free(m->header->protection);
    m->header->protection = NULL;
}

void
spoil_header(
    const struct peer_world *w, const NPKI_MESSAGE *asked, NPKI_MESSAGE *m)
{
    NPKI_HEADER *h = m->header;

    if (is_fault(w, PVNO_2))
        assert_int_equal(ASN1_INTEGER_set(h->pvno, 2), 1);
    if (is_fault(w, NONCE_OTHER))
        turn(h->recipient_nonce);
    if (is_fault(w, NONCE_NONE))
        drop(&h->recipient_nonce);
    if (is_fault(w, NONCE_OURS))
        assert_int_equal(
            ASN1_STRING_copy(h->sender_nonce, asked->header->sender_nonce), 1);
    if (is_fault(w, TRANSACTION_OTHER))
        turn(h->transaction);
    if (is_fault(w, TRANSACTION_NONE))
        drop(&h->transaction);
}

/* --- the host's side ---------------------------------------------------------- */

enum err
on_sending(void *ctx)
{
    struct peer_world *w = ctx;

    assert_int_equal(w->step, GENM);
    w->sendings++;
    return OK;
}

enum err
on_received(void *ctx, enum cmp_kind kind, X509 *x, bool vouched)
{
    struct peer_world *w = ctx;

    assert_int_equal(w->step, DONE);
    assert_true(vouched);
    assert_int_equal(X509_check_private_key(x, peer.keys[kind]), 1);
    w->received[kind]++;
    return OK;
}

void
on_pause(void *ctx, int ms)
{
    (void)ctx;
    peer.now_ms += ms;
}

void
peer_judge(
    const struct peer_world *w, enum err r, const struct cmp_result *result)
{
    const struct peer_row *row = w->row;

    assert_string_equal(r == OK ? "ok" : err_reason(r),
        row->want == OK ? "ok" : err_reason(row->want));
    assert_int_equal(w->sendings, 1);
    assert_int_equal(w->said_no, r == ERR_CERTIFICATE_UNEXPECTED);
    if (row->what != NULL)
        assert_string_equal(result->what, row->what);
}
