/*
 * Renewal and revocation in dialect npki against a CA in this process: what
 * the holder's key signs, in every form of the profile, and everything that
 * may be wrong with who answers and what.
 */
#include "npki_peer.h"

#include <string.h>

#include <openssl/crmf.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/cmp_npki_sign.h"

#define PASSWORD   "Seal-stone-42!"
#define OID_OLD    "1.3.6.1.5.5.7.5.1.5"
#define OID_CMC_CA "1.3.6.1.5.5.7.3.27"
#define OID_CMC_RA "1.3.6.1.5.5.7.3.28"
#define OID_SERVER "1.3.6.1.5.5.7.3.1"
#define SUPERSEDED 4
#define NO_REASON  0

/* What this CA does not do as it should. */
enum {
    /* who answers */
    RA = PEER_FAULTS, /* as good as a CA's own */
    PINNED,
    P256,
    NO_EKU, /* as any subscriber */
    SERVER,
    STRANGER,
    MAY_NOT_SIGN,
    SELF_SIGNED,
    CA_ITSELF, /* its key is for certificates */
    NOT_SENT,
    BY_CODE,
    /* how it is signed */
    WRONG,
    CUT,
    HALF_BARE,
    NO_ALGORITHM,
    SHA1_USED,
    OTHER_ALGORITHM,
    OTHER_PART, /* of another message */
    /* what is answered */
    BODY,
    STATUS_TWICE,
    STATUS_NEVER,
};

/* Who renews, and with what the CA answers. */
static struct {
    EVP_PKEY *p256_key, *old_key;
    X509 *enc_cert, *old, *old_km;
} it;

/* --- certificates ------------------------------------------------------------ */

static void
add(X509 *x, int nid, const char *value, EVP_PKEY *issuer_key)
{
    peer_extend(x, nid, value);
    assert_true(X509_sign(x, issuer_key, EVP_sha256()) > 0);
}

/* Who answers, as the row has it. */
static void
appoint(struct peer_world *w)
{
    int fault = w->row->fault;
    struct cert_spec spec = { .cn = "Responder",
        .key = fault == P256 ? it.p256_key : peer.other_key,
        .issuer = fault == STRANGER ? peer.stranger : peer.ca_cert,
        .issuer_key = fault == STRANGER ? peer.other_key : peer.ca_key,
        .until = fault == EXPIRED ? TEST_NOW - 10 : 0,
        .usage = fault == MAY_NOT_SIGN ? "critical,keyEncipherment"
                                       : "critical,digitalSignature" };

    if (fault == CA_ITSELF) {
        assert_int_equal(X509_up_ref(peer.ca_cert), 1);
        w->responder = peer.ca_cert;
        w->responder_key = peer.ca_key;
        return;
    }
    if (fault == SELF_SIGNED) {
        spec.cn = "Test CA";
        spec.issuer = NULL;
        spec.issuer_key = NULL;
    }
    w->responder_key = spec.key;
    w->responder = make_cert(&spec);
    if (fault != NO_EKU && fault != PINNED)
        add(w->responder, NID_ext_key_usage,
            fault == RA       ? OID_CMC_RA
            : fault == SERVER ? OID_SERVER
                              : OID_CMC_CA,
            spec.issuer_key == NULL ? spec.key : spec.issuer_key);
}

/* A renewed certificate, with the fault of the row in it. */
static X509 *
issue(const struct peer_world *w)
{
    struct cert_spec spec = { .cn = is_fault(w, SUBJECT_OTHER) ? "Kim" : "Hong",
        .key = is_fault(w, KEY_OTHER) ? peer.other_key : peer.keys[0],
        .issuer = is_fault(w, ISSUER_OTHER) ? peer.stranger : peer.ca_cert,
        .issuer_key = is_fault(w, ISSUER_OTHER) ? peer.other_key : peer.ca_key,
        .usage = "critical,digitalSignature,nonRepudiation" };
    X509 *x = make_cert(&spec);

    add(x, NID_certificate_policies, "1.2.410.200005.1.1.4", spec.issuer_key);
    return x;
}

/* --- what the CA finds -------------------------------------------------------- */

static void
check_octets(const ASN1_OCTET_STRING *o, const void *data, size_t len)
{
    assert_non_null(o);
    assert_int_equal(ASN1_STRING_length(o), len);
    assert_memory_equal(ASN1_STRING_get0_data(o), data, len);
}

static void
check_header(const struct peer_world *w, const NPKI_HEADER *h)
{
    const struct ca_npki *p = &w->row->profile;
    struct buf kid = { 0 };
    const ASN1_OBJECT *oid = NULL;

    peer_check_header(w, h);
    assert_int_equal(h->sender->type, GEN_DIRNAME);
    if (p->recipient_mail)
        check_octets(h->recipient->d.rfc822Name, w->renewal ? "INI_RENEW" : " ",
            w->renewal ? 9 : 1);
    X509_ALGOR_get0(&oid, NULL, NULL, h->protection);
    assert_int_equal(OBJ_obj2nid(oid), NID_sha256WithRSAEncryption);
    if (w->step == GENM)
        assert_int_equal(
            cert_serial(it.old,
                p->serial_hex ? CERT_SERIAL_HEX : CERT_SERIAL_DECIMAL, &kid),
            OK);
    else
        assert_int_equal(npki_sign_kid(p, it.old, false, &kid), OK);
    check_octets(h->sender_kid, kid.data, kid.len);
    assert_int_equal(kid.len == 20, w->step != GENM);
    buf_free(&kid);
}

/* The old key signed header and body, and its certificate goes along. */
static void
check_signature(
    const struct peer_world *w, const NPKI_MESSAGE *m, const struct buf *der)
{
    struct buf part = { 0 };
    X509 *x = NULL;

    assert_int_equal(npki_protected_part(der, &part), OK);
    check_signed(it.old_key, m->protection, &part);
    buf_free(&part);
    if (w->step == GENM) {
        assert_null(m->extra);
        return;
    }
    assert_int_equal(sk_ASN1_TYPE_num(m->extra), 1);
    assert_int_equal(
        npki_certificate(&peer.host, sk_ASN1_TYPE_value(m->extra, 0), &x), OK);
    assert_int_equal(X509_cmp(x, it.old), 0);
    X509_free(x);
}

/* oldCertID is the one that is renewed. */
static void
check_old(const NPKI_CERT_REQUEST *request, X509 *old)
{
    const NPKI_ITEM *item;
    OSSL_CRMF_CERTID *id;
    char oid[64];

    assert_int_equal(sk_NPKI_ITEM_num(request->controls), 1);
    item = sk_NPKI_ITEM_value(request->controls, 0);
    assert_true(OBJ_obj2txt(oid, sizeof(oid), item->type, 1) > 0);
    assert_string_equal(oid, OID_OLD);
    id = ASN1_item_unpack(
        item->value->value.sequence, ASN1_ITEM_rptr(OSSL_CRMF_CERTID));
    assert_non_null(id);
    assert_int_equal(X509_NAME_cmp(OSSL_CRMF_CERTID_get0_issuer(id),
                         X509_get_issuer_name(old)),
        0);
    assert_int_equal(ASN1_INTEGER_cmp(OSSL_CRMF_CERTID_get0_serialNumber(id),
                         X509_get0_serialNumber(old)),
        0);
    OSSL_CRMF_CERTID_free(id);
}

/* The new key signs what the profile says. */
static void
check_pop(const struct ca_npki *p, const NPKI_REQUEST *q, EVP_PKEY *key)
{
    const NPKI_POP_KEY *pop = q->pop->value.signature;
    struct buf der = { 0 };

    assert_int_equal(q->pop->type, 1);
    assert_int_equal(pop->input == NULL, p->renew_plain);
    if (p->renew_plain)
        assert_int_equal(
            npki_write(q->request, ASN1_ITEM_rptr(NPKI_CERT_REQUEST), &der),
            OK);
    else
        assert_int_equal(
            npki_write(pop->input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &der), OK);
    assert_int_equal(der.data[0], 0x30);
    if (!p->renew_plain) /* nobody does, least of all a password of theirs */
        assert_false(vouched_by(pop->input, PASSWORD));
    check_signed(key, pop->signature, &der);
    buf_free(&der);
}

static void
check_request(const struct ca_npki *p, const NPKI_REQUEST *q, int kind)
{
    const X509_NAME *subject =
        OSSL_CRMF_CERTTEMPLATE_get0_subject(q->request->template);
    X509 *old = kind == CMP_SIGN ? it.old : it.old_km;

    assert_int_equal(ASN1_INTEGER_get(q->request->id), kind);
    assert_int_equal(X509_NAME_cmp(subject, X509_get_subject_name(old)), 0);
    assert_null(OSSL_CRMF_CERTTEMPLATE_get0_serialNumber(q->request->template));
    check_old(q->request, old);
    check_pop(p, q, peer.keys[kind]);
}

static void
check_revocation(const struct peer_world *w, const NPKI_REVOCATION *r)
{
    const OSSL_CRMF_CERTTEMPLATE *t = r->template;
    const struct ca_npki *p = &w->row->profile;
    X509_EXTENSION *ext;
    bool said = w->reason != NO_REASON;

    assert_int_equal(X509_NAME_cmp(OSSL_CRMF_CERTTEMPLATE_get0_issuer(t),
                         X509_get_issuer_name(it.old)),
        0);
    assert_int_equal(
        ASN1_INTEGER_cmp(OSSL_CRMF_CERTTEMPLATE_get0_serialNumber(t),
            X509_get0_serialNumber(it.old)),
        0);
    assert_null(OSSL_CRMF_CERTTEMPLATE_get0_subject(t));
    assert_null(r->since);
    assert_int_equal(r->reasons != NULL, said && !p->revoke_entry);
    assert_int_equal(r->details != NULL, said && p->revoke_entry);
    if (r->reasons != NULL) {
        assert_int_equal(ASN1_BIT_STRING_get_bit(r->reasons, w->reason), 1);
        assert_int_equal(ASN1_STRING_length(r->reasons), 1);
        assert_int_equal(
            ASN1_STRING_get0_data(r->reasons)[0], 0x80 >> w->reason);
    }
    if (r->details != NULL) {
        const unsigned char want[] = { 0x0A, 1, (unsigned char)w->reason };

        assert_int_equal(sk_X509_EXTENSION_num(r->details), 1);
        ext = sk_X509_EXTENSION_value(r->details, 0);
        assert_int_equal(
            OBJ_obj2nid(X509_EXTENSION_get_object(ext)), NID_crl_reason);
        check_octets(X509_EXTENSION_get_data(ext), want, sizeof(want));
    }
}

static void
check_body(const struct peer_world *w, const NPKI_BODY *body)
{
    if (w->step != ASK)
        return;
    if (w->renewal) {
        assert_int_equal(npki_body_of(body), NPKI_KUR);
        assert_int_equal(sk_NPKI_REQUEST_num(body->value.requests), 1);
        check_request(&w->row->profile,
            sk_NPKI_REQUEST_value(body->value.requests, 0), CMP_SIGN);
    } else {
        assert_int_equal(npki_body_of(body), NPKI_RR);
        assert_int_equal(sk_NPKI_REVOCATION_num(body->value.revocations), 1);
        check_revocation(
            w, sk_NPKI_REVOCATION_value(body->value.revocations, 0));
    }
}

/* --- answers ------------------------------------------------------------------ */

static void
fill_genp(NPKI_MESSAGE *m)
{
    m->body->value.items = sk_NPKI_ITEM_new_null();
    add_item(m->body->value.items, OID_CA, it.enc_cert);
}

static void
fill_kup(const struct peer_world *w, NPKI_MESSAGE *m)
{
    NPKI_RESPONSES *list = m->body->value.responses = NPKI_RESPONSES_new();
    NPKI_RESPONSE *one = NPKI_RESPONSE_new();
    X509 *x = issue(w);

    assert_int_equal(
        ASN1_INTEGER_set(one->id, is_fault(w, ID_OTHER) ? 1 : 0), 1);
    set_status(one->status, status_of(w));
    if (!is_fault(w, STATUS_NO_CERT))
        one->pair = pair_of(x);
    assert_true(sk_NPKI_RESPONSE_push(list->responses, one) > 0);
    X509_free(x);
}

static void
fill_rp(const struct peer_world *w, NPKI_MESSAGE *m)
{
    NPKI_REVOKED *r = m->body->value.revoked = NPKI_REVOKED_new();
    int i, n = is_fault(w, STATUS_TWICE)   ? 2
               : is_fault(w, STATUS_NEVER) ? 0
                                           : 1;
    NPKI_STATUS *s;

    for (i = 0; i < n; i++) {
        s = NPKI_STATUS_new();
        set_status(s, status_of(w));
        assert_true(sk_NPKI_STATUS_push(r->statuses, s) > 0);
    }
}

static void
fill(const struct peer_world *w, NPKI_MESSAGE *m)
{
    switch (npki_body_of(m->body)) {
    case NPKI_GENP:
        fill_genp(m);
        break;
    case NPKI_IP:
    case NPKI_KUP:
        fill_kup(w, m);
        break;
    case NPKI_RP:
        fill_rp(w, m);
        break;
    case NPKI_ERROR_MSG:
        m->body->value.error = NPKI_ERROR_new();
        set_status(m->body->value.error->status, S(2, w->row->value));
        break;
    default:
        m->body->value.conf = ASN1_NULL_new();
    }
}

static enum npki_body
body_of(const struct peer_world *w)
{
    if (is_fault(w, FAIL) || is_fault(w, BARE_FAIL))
        return NPKI_ERROR_MSG;
    if (is_fault(w, BODY))
        return (enum npki_body)w->row->value;
    return w->step == GENM   ? NPKI_GENP
           : w->step == DONE ? NPKI_CONF
           : w->renewal      ? NPKI_KUP
                             : NPKI_RP;
}

static void
set_algorithm(NPKI_HEADER *h, int nid)
{
    assert_int_equal(
        X509_ALGOR_set0(h->protection, OBJ_nid2obj(nid),
            nid == NID_ecdsa_with_SHA256 ? V_ASN1_UNDEF : V_ASN1_NULL, NULL),
        1);
}

/* What is wrong before the message is signed. */
static void
spoil(const struct peer_world *w, const NPKI_MESSAGE *asked, NPKI_MESSAGE *m)
{
    NPKI_HEADER *h = m->header;

    if (w->row->fault == P256)
        set_algorithm(h, NID_ecdsa_with_SHA256);
    spoil_header(w, asked, m);
    if (is_fault(w, SHA1_USED))
        set_algorithm(h, NID_sha1WithRSAEncryption);
    if (is_fault(w, OTHER_ALGORITHM))
        set_algorithm(h, NID_sha384WithRSAEncryption);
    if (is_fault(w, NOT_SENT)) {
        sk_ASN1_TYPE_pop_free(m->extra, ASN1_TYPE_free);
        m->extra = NULL;
    } else if (!is_fault(w, NO_PIN)) {
        assert_true(sk_ASN1_TYPE_push(m->extra, any_of(peer.ca_cert)) > 0);
    }
}

/* ... and after. */
static void
spoil_signature(const struct peer_world *w, NPKI_MESSAGE *m)
{
    if (is_fault(w, WRONG))
        turn(m->protection);
    if (is_fault(w, CUT))
        assert_int_equal(ASN1_STRING_set(m->protection,
                             ASN1_STRING_get0_data(m->protection), 255),
            1);
    if (is_fault(w, OTHER_PART))
        turn(m->header->transaction);
    if (is_fault(w, BARE) || is_fault(w, BARE_FAIL) || is_fault(w, HALF_BARE))
        drop_protection(m);
    if (is_fault(w, BARE) || is_fault(w, BARE_FAIL) ||
        is_fault(w, NO_ALGORITHM))
        drop_algorithm(m);
}

static void
answer(struct peer_world *w, const NPKI_MESSAGE *asked, struct buf *ret_frame)
{
    const struct cmp_signer signer = { w->responder, w->responder_key, NULL };
    const ASN1_OCTET_STRING *id = asked->header->transaction;
    NPKI_MESSAGE *m;

    if (id != NULL)
        memcpy(w->transaction, ASN1_STRING_get0_data(id), CMP_TRANSACTION_LEN);
    w->talk.signer = is_fault(w, BY_CODE) ? NULL : &signer;
    m = peer_answer(w, asked, body_of(w));
    if (m->extra == NULL)
        m->extra = sk_ASN1_TYPE_new_null();
    fill(w, m);
    spoil(w, asked, m);
    peer_protect(w, m);
    spoil_signature(w, m);
    peer_send(m, 0, ret_frame);
    w->talk.signer = NULL;
}

/* --- the host's side --------------------------------------------------------- */

/* Does rr come first? */
static bool
is_at_once(const struct peer_world *w)
{
    return w->row->known && !w->row->profile.revoke_genm && !w->renewal;
}

static enum err
on_talk(void *ctx, enum cmp_npki_turn place, const struct buf *frame,
    int timeout_ms, struct buf *ret_frame)
{
    struct peer_world *w = ctx;
    struct buf der = { 0 };
    NPKI_MESSAGE *m = NULL;
    bool lost;

    assert_true(timeout_ms > 0);
    peer_hear(frame, &der, &m);
    w->said_no = npki_body_of(m->body) == NPKI_ERROR_MSG;
    if (!w->said_no && is_at_once(w))
        w->step = ASK;
    lost = is_fault(w, LOST) || w->said_no;
    if (!w->said_no) {
        check_header(w, m->header);
        check_body(w, m->body);
        assert_int_equal(place,
            is_at_once(w) ? CMP_NPKI_FIRST : (enum cmp_npki_turn)w->step);
    }
    check_signature(w, m, &der);
    if (!lost)
        answer(w, m, ret_frame);
    w->step++;
    NPKI_MESSAGE_free(m);
    buf_free(&der);
    return lost ? ERR_CA_TIMEOUT : OK;
}

static enum err
on_prepared(void *ctx, enum cmp_kind kind, const struct buf *request)
{
    (void)ctx, (void)kind, (void)request;
    fail(); /* R is not asked for */
    return ERR_INTERNAL;
}

static void
begin(struct peer_world *w, const struct peer_row *row, bool renewal)
{
    unsigned len = 0;
    int i;

    peer_begin(w, row);
    w->renewal = renewal;
    w->reason = SUPERSEDED;
    appoint(w);
    if (row->fault == PINNED) {
        w->ca.anchor_count = 2;
        assert_int_equal(X509_digest(w->responder, EVP_sha256(),
                             w->ca.anchors[1].sha256, &len),
            1);
    }
    for (i = 0; i < 2; i++) {
        w->signers[i] = (struct cmp_signer){ it.old, it.old_key,
            i == CMP_SIGN ? it.old : it.old_km };
        w->orders[i].signer = &w->signers[i];
        w->orders[i].person.old = it.old;
        if (renewal)
            assert_int_equal(
                cmp_npki_request(&peer.host, &w->orders[i], &w->requests[i]),
                OK);
    }
}

static enum err
run(struct peer_world *w, struct cmp_result *result)
{
    const struct cmp_npki_io io = { w, on_sending, on_talk, on_prepared,
        on_received, on_pause };
    const struct cmp_npki_order order = { { &w->orders[0], NULL }, false };

    return w->renewal ? cmp_npki_enrol(&peer.host, &order, &io, NULL, result)
                      : cmp_npki_revoke(&peer.host, &w->ca, &w->signers[0],
                            w->reason, &io, NULL, result);
}

static void
dialogue(const struct peer_row *row, bool renewal)
{
    struct cmp_result result = { 0 };
    struct peer_world w;
    enum err r;

    begin(&w, row, renewal);
    r = run(&w, &result);
    peer_judge(&w, r, &result);
    assert_int_equal(w.received[CMP_KM], 0);
    assert_int_equal(w.received[CMP_SIGN],
        renewal && (r == OK || r == ERR_CERTIFICATE_UNCONFIRMED) ? 1 : 0);
    if (row->want == ERR_CA_ANSWER_UNTRUSTED || row->fault == BARE_FAIL)
        assert_false(result.status.authenticated);
    if (row->fault == FAIL || row->fault == STATUS_NO_CERT)
        assert_true(result.status.authenticated);
    cmp_result_free(&result);
    peer_end(&w);
}

#define UNTRUSTED(what, fault)                                                 \
    {                                                                          \
        .name = what, ASK, fault, 0, ERR_CA_ANSWER_UNTRUSTED                   \
    }
#define INVALID(what, fault, value)                                            \
    {                                                                          \
        .name = what, ASK, fault, value, ERR_CA_ANSWER_INVALID                 \
    }

/* What is so for both. */
static struct peer_row both[] = {
    { .name = "the CA's responder" },
    { .name = "a registration authority", ASK, RA, 0, OK },
    { .name = "one that is pinned", ASK, PINNED, 0, OK },
    { .name = "an elliptic key", ASK, P256, 0, OK },
    { .name = "known from genp, and not sent again", ASK, NOT_SENT, 0, OK },
    { .name = "a bare genp", GENM, BARE, 0, OK },
    { .name = "no recipNonce", ASK, NONCE_NONE, 0, OK },
    { .name = "pvno 0", .profile = { .pvno_0 = true } },
    { .name = "a mail name", .profile = { .recipient_mail = true } },
    { .name = "the serial number in hex", .profile = { .serial_hex = true } },
    { .name = "no transactionID", .profile = { .no_transaction = true } },
    /* who answers */
    UNTRUSTED("a subscriber", NO_EKU),
    UNTRUSTED("a web server", SERVER),
    UNTRUSTED("another CA's responder", STRANGER),
    UNTRUSTED("one that may not sign", MAY_NOT_SIGN),
    UNTRUSTED("an expired one", EXPIRED),
    UNTRUSTED("one that signed itself", SELF_SIGNED),
    UNTRUSTED("the key of the CA's certificates", CA_ITSELF),
    UNTRUSTED("a password", BY_CODE),
    { .name = "genp: a subscriber", GENM, NO_EKU, 0, ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: nobody at hand",
        GENM,
        NOT_SENT,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: no pinned certificate",
        GENM,
        NO_PIN,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: another signature",
        GENM,
        WRONG,
        0,
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "genp: half bare", GENM, HALF_BARE, 0, ERR_CA_ANSWER_UNTRUSTED },
    /* how */
    UNTRUSTED("another signature", WRONG),
    UNTRUSTED("a shorter signature", CUT),
    UNTRUSTED("none", BARE),
    UNTRUSTED("an algorithm alone", HALF_BARE),
    UNTRUSTED("a signature alone", NO_ALGORITHM),
    UNTRUSTED("SHA-1", SHA1_USED),
    UNTRUSTED("another hash than was used", OTHER_ALGORITHM),
    UNTRUSTED("of another message", OTHER_PART),
    /* the header */
    INVALID("pvno 2", PVNO_2, 0),
    INVALID("another nonce", NONCE_OTHER, 0),
    INVALID("our own nonce", NONCE_OURS, 0),
    INVALID("another transaction", TRANSACTION_OTHER, 0),
    INVALID("no transaction", TRANSACTION_NONE, 0),
    { .name = "neither transaction nor nonce",
        ASK,
        NONCE_NONE,
        0,
        ERR_CA_ANSWER_INVALID,
        .profile = { .no_transaction = true } },
    INVALID("a genp", BODY, NPKI_GENP),
    INVALID("a pkiconf", BODY, NPKI_CONF),
    INVALID("an ip", BODY, NPKI_IP),
    { .name = "genp: another nonce",
        GENM,
        NONCE_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "genp: another transaction",
        GENM,
        TRANSACTION_OTHER,
        0,
        ERR_CA_ANSWER_INVALID },
    { .name = "genm: refused", GENM, FAIL, BIT(badRequest), ERR_CA_REJECTED },
    { .name = "genm: revoked",
        GENM,
        FAIL,
        BIT(certRevoked),
        ERR_CERTIFICATE_REVOKED },
    /* refusals */
    { .name = "refused", ASK, FAIL, BIT(notAuthorized), ERR_CA_REJECTED },
    { .name = "refused for the protection: no code is wrong",
        ASK,
        FAIL,
        BIT(badMessageCheck),
        ERR_CA_REJECTED },
    { .name = "refused as in use",
        ASK,
        FAIL,
        BIT(transactionIdInUse),
        ERR_CA_REJECTED },
    { .name = "the clock", ASK, FAIL, BIT(badTime), ERR_CLOCK_WRONG },
    { .name = "the CA is down", ASK, FAIL, BIT(systemUnavail), ERR_CA_BUSY },
    { .name = "revoked, says an error",
        ASK,
        FAIL,
        BIT(certRevoked),
        ERR_CERTIFICATE_REVOKED },
    { .name = "refused, unproved",
        ASK,
        BARE_FAIL,
        BIT(badMessageCheck),
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "revoked, unproved",
        ASK,
        BARE_FAIL,
        BIT(certRevoked),
        ERR_CA_ANSWER_UNTRUSTED },
    { .name = "waiting", ASK, STATUS_NO_CERT, 3, ERR_CA_WAITING },
    { .name = "status 7", ASK, STATUS, 7, ERR_CA_ANSWER_INVALID },
    { .name = "lost", ASK, LOST, 0, ERR_CA_TIMEOUT },
    { .name = "genm: lost", GENM, LOST, 0, ERR_CA_TIMEOUT },
};

static struct peer_row renewals[] = {
    { .name = "kur: over certReq", .profile = { .renew_plain = true } },
    { .name = "kup: modified", ASK, STATUS, 1, OK },
    { .name = "kup: renewed already, here it is", ASK, STATUS, 6, OK },
    { .name = "kup: renewed already",
        ASK,
        STATUS_NO_CERT,
        6,
        ERR_ALREADY_RENEWED },
    { .name = "kup: too early",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badTime)),
        ERR_RENEWAL_TOO_EARLY },
    { .name = "kup: renewed by another key",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(duplicateCertReq)),
        ERR_ALREADY_RENEWED },
    { .name = "kup: revoked",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(certRevoked)),
        ERR_CERTIFICATE_REVOKED },
    { .name = "kup: refused",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badPOP)),
        ERR_CA_REJECTED },
    { .name = "kup: refused, with a certificate",
        ASK,
        STATUS,
        2,
        ERR_CA_REJECTED },
    INVALID("kup: no certificate", STATUS_NO_CERT, 0),
    INVALID("kup: a revocation warning", STATUS, 4),
    INVALID("kup: a number nobody asked for", ID_OTHER, 0),
    INVALID("kup: an rp", BODY, NPKI_RP),
    { .name = "kup: another key",
        ASK,
        KEY_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "key" },
    { .name = "kup: another subject",
        ASK,
        SUBJECT_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "subject" },
    { .name = "kup: another issuer",
        ASK,
        ISSUER_OTHER,
        0,
        ERR_CERTIFICATE_UNEXPECTED,
        "issuer" },
    { .name = "pkiconf: an objection",
        DONE,
        FAIL,
        BIT(badRequest),
        ERR_CERTIFICATE_UNCONFIRMED },
    { .name = "pkiconf: lost", DONE, LOST, 0, ERR_CERTIFICATE_UNCONFIRMED },
};

static struct peer_row revocations[] = {
    { .name = "rr: at once, where the CA is known", .known = true },
    { .name = "rr: a genm all the same",
        .profile = { .revoke_genm = true },
        .known = true },
    { .name = "rr: a genm where the CA is not known" },
    { .name = "rr: crlEntryDetails", .profile = { .revoke_entry = true } },
    { .name = "rp: modified", ASK, STATUS, 1, OK },
    { .name = "rp: notified", ASK, STATUS, 5, OK },
    { .name = "rp: imminent", ASK, STATUS, 4, ERR_CA_WAITING },
    { .name = "rp: revoked already",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(certRevoked)),
        ERR_CERTIFICATE_REVOKED },
    { .name = "rp: refused",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badCertId)),
        ERR_CA_REJECTED },
    { .name = "rp: refused without a reason",
        ASK,
        STATUS_NO_CERT,
        2,
        ERR_CA_REJECTED },
    { .name = "rp: refused for the time",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(badTime)),
        ERR_CA_REJECTED },
    { .name = "rp: later",
        ASK,
        STATUS_NO_CERT,
        S(2, BIT(systemFailure)),
        ERR_CA_BUSY },
    INVALID("rp: renewed", STATUS, 6),
    INVALID("rp: no status", STATUS_NEVER, 0),
    INVALID("rp: two statuses", STATUS_TWICE, 0),
    INVALID("rp: a kup", BODY, NPKI_KUP),
};

static void
renewal(void **state)
{
    dialogue(*state, true);
}

static void
revocation(void **state)
{
    dialogue(*state, false);
}

/* --- structures ---------------------------------------------------------------- */

/* Every reason, in both forms. */
static void
reasons(void **state)
{
    static const int all[] = { 0, 1, 3, 4, 5 };
    static const struct peer_row forms[] = { { .name = "flags" },
        { .name = "entry", .profile = { .revoke_entry = true } } };
    struct cmp_result result = { 0 };
    struct peer_world w;
    size_t i;

    (void)state;
    for (i = 0; i < 2 * sizeof(all) / sizeof(all[0]); i++) {
        begin(&w, &forms[i % 2], false);
        w.reason = all[i / 2];
        assert_int_equal(run(&w, &result), OK);
        cmp_result_free(&result);
        peer_end(&w);
    }
}

/* The second certificate's request names the second old one. */
static void
second_request(void **state)
{
    static const struct peer_row forms[] = { { .name = "input" },
        { .name = "plain", .profile = { .renew_plain = true } } };
    NPKI_REQUEST *q = NULL;
    struct peer_world w;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        begin(&w, &forms[i], true);
        assert_int_equal(npki_read_request(&w.requests[CMP_KM], &q), OK);
        check_request(&forms[i].profile, q, CMP_KM);
        NPKI_REQUEST_free(q);
        peer_end(&w);
    }
}

/* What was journaled is read back byte for byte, or not at all. */
static void
changed_request(void **state)
{
    static const struct peer_row row = { .name = "kur" };
    struct buf *der;
    NPKI_REQUEST *q = NULL;
    struct peer_world w;
    size_t len, i, read = 0;

    (void)state;
    begin(&w, &row, true);
    der = &w.requests[CMP_SIGN];
    len = der->len;
    for (i = 0; i < len; i++) { /* cut anywhere */
        der->len = i;
        assert_int_equal(npki_read_request(der, &q), ERR_INTERNAL);
    }
    der->len = len;
    for (i = 0; i < 60; i++) { /* a length or a tag is another */
        der->data[i] ^= 0x40;
        if (npki_read_request(der, &q) == OK)
            read++;
        NPKI_REQUEST_free(q);
        q = NULL;
        der->data[i] ^= 0x40;
    }
    assert_true(read < 50);
    assert_int_equal(npki_read_request(der, &q), OK);
    NPKI_REQUEST_free(q);
    peer_end(&w);
}

static int
setup(void **state)
{
    struct cert_spec spec;

    (void)state;
    peer_setup("renew", PASSWORD);
    it.p256_key = make_key("p256");
    it.old_key = make_key("rsa2048");
    spec = (struct cert_spec){ .cn = "Hong",
        .key = it.old_key,
        .issuer = peer.ca_cert,
        .issuer_key = peer.ca_key,
        .usage = "critical,digitalSignature,nonRepudiation" };
    it.old = make_cert(&spec);
    spec.usage = "critical,keyEncipherment,dataEncipherment";
    spec.key = peer.enc_key;
    it.old_km = make_cert(&spec);
    spec.cn = "Enc";
    it.enc_cert = make_cert(&spec);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    X509_free(it.enc_cert);
    X509_free(it.old);
    X509_free(it.old_km);
    EVP_PKEY_free(it.p256_key);
    EVP_PKEY_free(it.old_key);
    peer_teardown();
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, renewal, both);
    SUPPORT_ROWS(&tests, renewal, renewals);
    SUPPORT_ROWS(&tests, revocation, both);
    SUPPORT_ROWS(&tests, revocation, revocations);
    support_test(&tests, "every reason in both forms", reasons);
    support_test(&tests, "the second request", second_request);
    support_test(&tests, "a changed request", changed_request);
    return support_run("cmp npki signed", &tests, setup, teardown);
}
