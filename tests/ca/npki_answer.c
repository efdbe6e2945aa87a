#include "npki_answer.h"

#include <iconv.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "answer.h"
#include "rogue.h"
#include "status.h"

#define NONCE_LEN    16
#define BLOCK_LEN    8 /* of the MAC */
#define OID_CA_CERT  "1.2.410.200005.1.10.1"
#define OID_PROT_ENC "1.3.6.1.5.5.7.4.1"

void
npki_text(struct out *o, const char *text, bool euc_kr)
{
    char *in = (char *)(uintptr_t)text, bytes[512], *out = bytes;
    size_t in_left = strlen(text), out_left = sizeof bytes;
    iconv_t converter;

    if (!euc_kr) {
        out_text(o, text);
        return;
    }
    converter = iconv_open("EUC-KR", "UTF-8");
    if (converter == (iconv_t)-1 ||
        iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1)
        die("cannot write EUC-KR");
    iconv_close(converter);
    out_bytes(o, bytes, sizeof bytes - out_left);
}

static bool
is_bare(const struct npki_answer *answer, const struct plan *plan)
{
    return (answer->secret == NULL && !answer->sign) ||
           plan->protection == PROTECT_NONE;
}

static struct span
key_id(X509 *x)
{
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x);

    return (struct span){ ASN1_STRING_get0_data(id),
        (size_t)ASN1_STRING_length(id) };
}

static void
header(struct out *o, const struct ca *ca, const struct npki_answer *answer,
    const struct plan *plan, const struct answer_signer *by, size_t more)
{
    const struct message *to = answer->to;
    size_t sequence = der_begin(o, DER_SEQUENCE), at;
    uint8_t nonce[NONCE_LEN + BLOCK_LEN];

    der_integer(o, plan->pvno == 2 ? answer->family->pvno : plan->pvno);
    answer_name(o, X509_get_subject_name(
                       by->cert != NULL ? by->cert : ca->cert[CA_ISSUING]));
    if (to->sender.len > 0)
        out_bytes(o, to->sender.data, to->sender.len);
    else
        answer_name(o, X509_get_subject_name(ca->cert[CA_ISSUING]));
    at = der_begin(o, DER_CONTEXT(0));
    der_time(o, time(NULL), false);
    der_end(o, at);
    if (!is_bare(answer, plan)) {
        at = der_begin(o, DER_CONTEXT(1));
        if (by->key != NULL)
            cert_signature_algorithm(o, by->key, false);
        else
            npki_algorithm(o, answer->family, answer->pbm);
        der_end(o, at);
    }
    answer_octets(
        o, 2, by->cert != NULL ? key_id(by->cert) : to->reference, FIELD_GOOD);
    answer_octets(o, 4, to->transaction_id, plan->transaction_id);
    random_bytes(nonce, sizeof nonce);
    answer_octets(
        o, 5, (struct span){ nonce, NONCE_LEN + more }, plan->sender_nonce);
    answer_octets(o, 6, to->sender_nonce, plan->recipient_nonce);
    der_end(o, sequence);
}

static void
status(struct out *o, const struct npki_answer *answer, size_t i,
    const struct plan *plan)
{
    struct out text = { 0 };
    struct answer one = {
        .status = answer->outcome[i].status,
        .fail_info = answer->outcome[i].fail_info,
    };

    if (answer->outcome[i].text != NULL) {
        npki_text(&text, answer->outcome[i].text, answer->euc_kr);
        one.text = out_string(&text);
    }
    answer_status(o, &one, plan);
    out_free(&text);
}

/* The outcome brings a certificate, and the plan does not keep it back. */
static bool
has_certificate(
    const struct npki_answer *answer, size_t i, const struct plan *plan)
{
    int granted = plan->status >= 0 ? plan->status : answer->outcome[i].status;

    return answer->outcome[i].cert.len > 0 && !plan->no_certificate &&
           granted != STATUS_WAITING &&
           (granted < STATUS_REJECTION || granted == STATUS_UPDATE_WARNING ||
               plan->keep_certificate);
}

static void
tagged_certificate(struct out *o, const struct outcome *outcome)
{
    size_t at = der_begin(o, DER_CONTEXT(0));

    out_bytes(o, outcome->cert.data, outcome->cert.len);
    der_end(o, at);
}

/* ip, kup */
static void
cert_rep(
    struct out *o, const struct npki_answer *answer, const struct plan *plan)
{
    size_t sequence = der_begin(o, DER_SEQUENCE);
    size_t list = der_begin(o, DER_SEQUENCE), one, pair;

    for (size_t i = 0; i < answer->count; i++) {
        one = der_begin(o, DER_SEQUENCE);
        der_integer(o, answer->id[i] + plan->request_id);
        status(o, answer, i, plan);
        if (has_certificate(answer, i, plan)) {
            pair = der_begin(o, DER_SEQUENCE);
            tagged_certificate(o, &answer->outcome[i]);
            der_end(o, pair);
        }
        der_end(o, one);
    }
    der_end(o, list);
    der_end(o, sequence);
}

/* krp: KeyRecRepContent; a km certificate stands in keyPairHist. */
static void
key_rec_rep(struct out *o, const struct ca *ca,
    const struct npki_answer *answer, const struct plan *plan)
{
    size_t sequence = der_begin(o, DER_SEQUENCE), tagged, list, pair;

    status(o, answer, 0, plan);
    if (has_certificate(answer, 0, plan)) {
        tagged_certificate(o, &answer->outcome[0]);
        tagged = der_begin(o, DER_CONTEXT(1));
        list = der_begin(o, DER_SEQUENCE);
        der_certificate(o, ca->cert[CA_ISSUING]);
        der_end(o, list);
        der_end(o, tagged);
    }
    if (answer->count > 1 && has_certificate(answer, 1, plan)) {
        tagged = der_begin(o, DER_CONTEXT(2));
        list = der_begin(o, DER_SEQUENCE);
        pair = der_begin(o, DER_SEQUENCE);
        tagged_certificate(o, &answer->outcome[1]);
        der_end(o, pair);
        der_end(o, list);
        der_end(o, tagged);
    }
    der_end(o, sequence);
}

static void
info(struct out *o, const char *oid, X509 *x)
{
    size_t at = der_begin(o, DER_SEQUENCE);

    der_oid(o, oid);
    der_certificate(o, x);
    der_end(o, at);
}

/*
 * genp: where R goes to caCert, that is the CA's encryption certificate, as
 * a real request shows; elsewhere it is the issuing one.
 */
static void
gen_rep(struct out *o, const struct ca *ca, const struct npki_answer *answer,
    const struct plan *plan)
{
    const char *use = answer->family->vid_prot_enc ? OID_PROT_ENC : OID_CA_CERT;
    size_t list = der_begin(o, DER_SEQUENCE);
    struct answer_signer by = { 0 };

    if (plan->genp == GENP_STRANGER)
        rogue_encryption(ca, &by);
    else if (plan->genp == GENP_SUBSCRIBER)
        rogue_subscriber(ca, &by);
    if (plan->genp != GENP_EMPTY) {
        if (answer->family->vid_prot_enc)
            info(o, OID_CA_CERT, ca->cert[CA_ISSUING]);
        info(o, use, by.cert != NULL ? by.cert : ca->cert[CA_ENCRYPTION]);
    }
    der_end(o, list);
    answer_signer_free(&by);
}

static void
body(struct out *o, const struct ca *ca, const struct npki_answer *answer,
    const struct plan *plan)
{
    int kind = plan->body >= 0       ? plan->body
               : plan->error_message ? BODY_ERROR
                                     : answer->body;
    size_t tagged = der_begin(o, DER_CONTEXT(kind)), one, list;

    switch (kind) {
    case BODY_GENP:
        gen_rep(o, ca, answer, plan);
        break;
    case BODY_PKICONF:
        der_element(o, DER_NULL, NULL, 0);
        break;
    case BODY_ERROR:
        one = der_begin(o, DER_SEQUENCE);
        status(o, answer, 0, plan);
        der_end(o, one);
        break;
    case BODY_RP:
        one = der_begin(o, DER_SEQUENCE);
        list = der_begin(o, DER_SEQUENCE);
        status(o, answer, 0, plan);
        der_end(o, list);
        der_end(o, one);
        break;
    case BODY_KRP:
        key_rec_rep(o, ca, answer, plan);
        break;
    default:
        cert_rep(o, answer, plan);
    }
    der_end(o, tagged);
}

/* PKIProtection over header and body. */
static void
protect(struct out *o, const struct npki_answer *answer,
    const struct plan *plan, EVP_PKEY *key, struct span data)
{
    size_t tagged = der_begin(o, DER_CONTEXT(0)), len;
    struct out signature = { 0 };
    uint8_t mac[NPKI_MAC_MAX];
    struct tlv skip, bits;
    struct span in;

    if (key != NULL) {
        cert_sign(
            &signature, data, key, false, plan->protection == PROTECT_WRONG);
        in = span_of(&signature);
        if (der_next(&in, &skip) && der_next(&in, &bits))
            out_bytes(o, bits.whole.data, bits.whole.len);
    } else {
        len = npki_mac(answer->family, answer->pbm, answer->secret,
            plan->other_order, plan->other_pad, data, mac);
        if (plan->protection == PROTECT_WRONG)
            mac[len / 2] ^= 1;
        der_bit_string(o, mac, len);
    }
    der_end(o, tagged);
    out_free(&signature);
}

void
npki_answer_write(struct out *o, const struct ca *ca,
    const struct npki_answer *answer, const struct plan *plan)
{
    struct out parts = { 0 }, part = { 0 };
    struct answer_signer by;
    size_t at, list, certs;

    answer_signer(&by, ca, answer->sign, plan->protection);
    for (size_t more = 0; more < BLOCK_LEN; more++) {
        parts.len = part.len = 0;
        header(&parts, ca, answer, plan, &by, more);
        body(&parts, ca, answer, plan);
        der_span(&part, DER_SEQUENCE, span_of(&parts));
        if (!plan->aligned || part.len % BLOCK_LEN == 0)
            break;
    }
    at = der_begin(o, DER_SEQUENCE);
    out_bytes(o, parts.data, parts.len);
    if (!is_bare(answer, plan))
        protect(o, answer, plan, by.key, span_of(&part));
    if (by.cert != NULL) {
        list = der_begin(o, DER_CONTEXT(1));
        certs = der_begin(o, DER_SEQUENCE);
        der_certificate(o, by.cert);
        der_certificate(o, ca->cert[CA_ISSUING]);
        der_end(o, certs);
        der_end(o, list);
    }
    der_end(o, at);
    answer_signer_free(&by);
    out_free(&parts);
    out_free(&part);
}
