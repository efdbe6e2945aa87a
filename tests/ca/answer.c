#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "rogue.h"

#define NONCE_LEN    16
#define LONG_FIELD   1024 /* bytes of a FIELD_LONG */
#define ITERATIONS   1000
#define OID_IMPLICIT "1.3.6.1.5.5.7.4.13"

/* [n] EXPLICIT OCTET STRING, spoiled as asked. */
void
answer_octets(struct out *o, int n, struct span good, enum field how)
{
    uint8_t bytes[LONG_FIELD] = { 0 };
    size_t len = good.len < 64 ? good.len : 64, at;

    if (how == FIELD_MISSING || (how == FIELD_GOOD && good.len == 0))
        return;
    if (good.len > 0)
        memcpy(bytes, good.data, len);
    if (how == FIELD_EMPTY)
        len = 0;
    if (how == FIELD_LONG)
        len = sizeof bytes;
    if (how == FIELD_WRONG) {
        len = len > 0 ? len : NONCE_LEN;
        bytes[0] ^= 1;
    }
    at = der_begin(o, DER_CONTEXT(n));
    der_element(o, DER_OCTET_STRING, bytes, len);
    der_end(o, at);
}

void
answer_name(struct out *o, const X509_NAME *name)
{
    size_t at = der_begin(o, DER_CONTEXT(4));

    der_name(o, name);
    der_end(o, at);
}

static void
pbm_parameters(struct out *o, const struct plan *plan, struct span salt)
{
    size_t at;

    if (plan->parameters.len > 0) {
        out_bytes(o, plan->parameters.data, plan->parameters.len);
        return;
    }
    at = der_begin(o, DER_SEQUENCE);
    der_span(o, DER_OCTET_STRING, salt);
    der_algorithm(o, plan->owf != NULL ? plan->owf : OID_SHA256_HASH, true);
    if (plan->iterations.len > 0)
        der_span(o, DER_INTEGER, plan->iterations);
    else
        der_integer(o, ITERATIONS);
    der_algorithm(o, plan->mac != NULL ? plan->mac : OID_HMAC_SHA256, true);
    der_end(o, at);
}

/* Not protected at all. */
static bool
is_bare(const struct answer *answer, const struct plan *plan)
{
    return (answer->secret == NULL && !answer->sign) ||
           plan->protection == PROTECT_NONE;
}

static void
protection_algorithm(
    struct out *o, const struct plan *plan, EVP_PKEY *key, struct span salt)
{
    size_t tagged, at;

    if (plan->protection == PROTECT_NO_ALGORITHM)
        return;
    tagged = der_begin(o, DER_CONTEXT(1));
    if (key != NULL) {
        cert_signature_algorithm(o, key, false);
    } else {
        at = der_begin(o, DER_SEQUENCE);
        der_oid(o, OID_PBM);
        pbm_parameters(o, plan, salt);
        der_end(o, at);
    }
    der_end(o, tagged);
}

/* senderKID: the code's reference number, or the signing key's identifier. */
static void
sender_key_id(
    struct out *o, const struct answer *answer, const struct answer_signer *by)
{
    const ASN1_OCTET_STRING *id;

    if (by->cert == NULL) {
        answer_octets(o, 2, answer->to->reference, FIELD_GOOD);
        return;
    }
    id = X509_get0_subject_key_id(by->cert);
    answer_octets(o, 2,
        (struct span){
            ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id) },
        FIELD_GOOD);
}

static void
header(struct out *o, const struct ca *ca, const struct answer *answer,
    const struct plan *plan, const struct answer_signer *by, struct span salt)
{
    const struct message *to = answer->to;
    size_t sequence = der_begin(o, DER_SEQUENCE), at, info;
    uint8_t nonce[NONCE_LEN];

    der_integer(o, plan->pvno);
    if (plan->sender == FIELD_WRONG)
        der_text(o, DER_PRIMITIVE(1), "ca@ingam.test");
    else
        answer_name(o, X509_get_subject_name(
                           by->cert != NULL ? by->cert : ca->cert[CA_ISSUING]));
    if (to->sender.len > 0)
        out_bytes(o, to->sender.data, to->sender.len);
    else
        answer_name(o, X509_get_subject_name(ca->cert[CA_ISSUING]));
    at = der_begin(o, DER_CONTEXT(0));
    der_time(o, time(NULL) + plan->message_time, false);
    der_end(o, at);
    if (!is_bare(answer, plan))
        protection_algorithm(o, plan, by->key, salt);
    if (answer->secret != NULL || answer->sign)
        sender_key_id(o, answer, by);
    answer_octets(o, 4, to->transaction_id, plan->transaction_id);
    random_bytes(nonce, sizeof nonce);
    answer_octets(
        o, 5, (struct span){ nonce, sizeof nonce }, plan->sender_nonce);
    answer_octets(o, 6, to->sender_nonce, plan->recipient_nonce);
    if (plan->implicit_confirm) {
        at = der_begin(o, DER_CONTEXT(8));
        info = der_begin(o, DER_SEQUENCE);
        der_algorithm(o, OID_IMPLICIT, true);
        der_end(o, info);
        der_end(o, at);
    }
    der_end(o, sequence);
}

void
answer_status(
    struct out *o, const struct answer *answer, const struct plan *plan)
{
    size_t sequence = der_begin(o, DER_SEQUENCE), list;
    int status = plan->status >= 0 ? plan->status : answer->status;
    int fail = plan->fail_info >= 0 ? plan->fail_info : answer->fail_info;
    uint8_t bits[8] = { 0 };
    size_t len;

    der_integer(o, status);
    if (plan->text.len > 0 || answer->text != NULL) {
        list = der_begin(o, DER_SEQUENCE);
        if (plan->text.len > 0)
            der_span(o, DER_UTF8, plan->text);
        else
            der_text(o, DER_UTF8, answer->text);
        der_end(o, list);
    }
    if (fail >= 0) {
        len = (size_t)fail / 8 + 1;
        bits[0] = (uint8_t)(7 - fail % 8);
        bits[len] = (uint8_t)(0x80 >> fail % 8);
        der_element(o, DER_BIT_STRING, bits, len + 1);
    }
    der_end(o, sequence);
}

/* EncryptedValue with nothing useful in it: clients must not follow it. */
static void
encrypted_value(struct out *o, struct span cert)
{
    size_t at = der_begin(o, DER_CONTEXT(1)), key;

    key = der_begin(o, DER_CONTEXT(1));
    der_oid(o, "2.16.840.1.101.3.4.1.2");
    der_end(o, key);
    key = der_begin(o, DER_PRIMITIVE(2));
    out_bytes(o, "", 1);
    out_bytes(o, cert.data, cert.len < 256 ? cert.len : 256);
    der_end(o, key);
    der_bit_string(o, cert.data, cert.len);
    der_end(o, at);
}

static void
cert_response(struct out *o, const struct answer *answer,
    const struct plan *plan, int status)
{
    size_t response = der_begin(o, DER_SEQUENCE), pair, choice;

    der_integer(o, answer->request_id + plan->request_id);
    answer_status(o, answer, plan);
    if (answer->cert.len > 0 && !plan->no_certificate &&
        (status < STATUS_REJECTION || status == STATUS_UPDATE_WARNING ||
            plan->keep_certificate)) {
        pair = der_begin(o, DER_SEQUENCE);
        if (plan->encrypted_certificate) {
            encrypted_value(o, answer->cert);
        } else {
            choice = der_begin(o, DER_CONTEXT(0));
            out_bytes(o, answer->cert.data, answer->cert.len);
            der_end(o, choice);
        }
        der_end(o, pair);
    }
    der_end(o, response);
}

static void
cert_rep_message(
    struct out *o, const struct answer *answer, const struct plan *plan)
{
    int status = plan->status >= 0 ? plan->status : answer->status;
    size_t sequence = der_begin(o, DER_SEQUENCE), list, certs;

    if (plan->rogue_ca_pubs) {
        list = der_begin(o, DER_CONTEXT(1));
        certs = der_begin(o, DER_SEQUENCE);
        rogue_root(o);
        der_end(o, certs);
        der_end(o, list);
    }
    list = der_begin(o, DER_SEQUENCE);
    for (size_t i = 0; i < plan->responses; i++)
        cert_response(o, answer, plan, status);
    der_end(o, list);
    der_end(o, sequence);
}

static void
body(struct out *o, const struct answer *answer, const struct plan *plan)
{
    int kind = plan->error_message ? BODY_ERROR : answer->body;
    size_t tagged =
        der_begin(o, DER_CONTEXT(plan->body >= 0 ? plan->body : kind));
    size_t list, one;

    if (plan->body >= 0)
        kind = plan->body;
    switch (kind) {
    case BODY_PKICONF:
        der_element(o, DER_NULL, NULL, 0);
        break;
    case BODY_ERROR:
        one = der_begin(o, DER_SEQUENCE);
        answer_status(o, answer, plan);
        der_end(o, one);
        break;
    case BODY_POLLREP:
        list = der_begin(o, DER_SEQUENCE);
        one = der_begin(o, DER_SEQUENCE);
        der_integer(o, answer->request_id + plan->request_id);
        der_integer(o, plan->check_after);
        der_end(o, one);
        der_end(o, list);
        break;
    case BODY_GENP:
        der_element(o, DER_SEQUENCE, NULL, 0);
        break;
    case BODY_RP:
        one = der_begin(o, DER_SEQUENCE);
        list = der_begin(o, DER_SEQUENCE);
        answer_status(o, answer, plan);
        der_end(o, list);
        der_end(o, one);
        break;
    default:
        cert_rep_message(o, answer, plan);
    }
    der_end(o, tagged);
}

/* The code's MAC, or the responder's signature, over header and body. */
static void
protect(struct out *o, const struct answer *answer, const struct plan *plan,
    EVP_PKEY *key, struct span salt, struct span header_and_body)
{
    struct out part = { 0 }, signed_data = { 0 };
    struct span in;
    struct tlv skip, bits;
    uint8_t mac[64];
    size_t at = der_begin(&part, DER_SEQUENCE), len;
    bool sha1_owf = plan->owf != NULL && strcmp(plan->owf, OID_SHA1) == 0;
    bool sha1_mac = plan->mac != NULL && strcmp(plan->mac, OID_HMAC_SHA1) == 0;
    long iterations = ITERATIONS;

    if (plan->iterations.len > 0)
        iterations = der_small_integer(plan->iterations);
    if (iterations > 2 * PBM_ITERATIONS_MAX)
        iterations = 1; /* nobody is meant to compute that */
    out_bytes(&part, header_and_body.data, header_and_body.len);
    der_end(&part, at);
    at = der_begin(o, DER_CONTEXT(0));
    if (key != NULL) {
        cert_sign(&signed_data, span_of(&part), key, false,
            plan->protection == PROTECT_WRONG);
        in = span_of(&signed_data);
        if (der_next(&in, &skip) && der_next(&in, &bits))
            out_bytes(o, bits.whole.data, bits.whole.len);
    } else {
        len = pbm_compute(answer->secret, salt, iterations, sha1_owf, sha1_mac,
            span_of(&part), mac);
        if (plan->protection == PROTECT_WRONG)
            mac[len / 2] ^= 1;
        der_bit_string(o, mac, len);
    }
    der_end(o, at);
    out_free(&part);
    out_free(&signed_data);
}

static void
extra_certs(struct out *o, const struct ca *ca, const struct plan *plan,
    const struct answer_signer *by)
{
    size_t list, certs;

    if (plan->extra_certs == 0)
        return;
    list = der_begin(o, DER_CONTEXT(1));
    certs = der_begin(o, DER_SEQUENCE);
    if (by->cert != NULL)
        der_certificate(o, by->cert);
    for (size_t i = by->cert != NULL ? 1 : 0;
         i < plan->extra_certs || (by->cert != NULL && i == 1); i++)
        der_certificate(o, ca->cert[i % 2 == 0 ? CA_RESPONDER : CA_ISSUING]);
    der_end(o, certs);
    der_end(o, list);
}

void
answer_write(struct out *o, const struct ca *ca, const struct answer *answer,
    const struct plan *plan)
{
    struct out parts = { 0 };
    uint8_t *bytes = malloc(plan->salt_len + 1);
    struct span salt = { bytes, plan->salt_len };
    struct answer_signer by;
    size_t at;

    if (bytes == NULL)
        die("out of memory");
    random_bytes(bytes, plan->salt_len);
    answer_signer(&by, ca, answer->sign, plan->protection);
    header(&parts, ca, answer, plan, &by, salt);
    body(&parts, answer, plan);
    at = der_begin(o, DER_SEQUENCE);
    out_bytes(o, parts.data, parts.len);
    if (!is_bare(answer, plan))
        protect(o, answer, plan, by.key, salt, span_of(&parts));
    if (answer->secret != NULL || answer->sign)
        extra_certs(o, ca, plan, &by);
    der_end(o, at);
    answer_signer_free(&by);
    out_free(&parts);
    free(bytes);
}
