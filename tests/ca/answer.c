#include "answer.h"

#include <stdlib.h>
#include <string.h>

#define NONCE_LEN    16
#define LONG_FIELD   1024 /* bytes of a FIELD_LONG */
#define ITERATIONS   1000
#define OID_IMPLICIT "1.3.6.1.5.5.7.4.13"

/* [n] EXPLICIT OCTET STRING, spoiled as asked. */
static void
octets(struct out *o, int n, struct span good, enum field how)
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

static void
general_name(struct out *o, const X509_NAME *name)
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

static void
protection_algorithm(struct out *o, const struct ca *ca,
    const struct plan *plan, struct span salt)
{
    size_t tagged, at;

    if (plan->protection == PROTECT_NONE ||
        plan->protection == PROTECT_NO_ALGORITHM)
        return;
    tagged = der_begin(o, DER_CONTEXT(1));
    if (plan->protection == PROTECT_BY_SIGNATURE) {
        cert_signature_algorithm(o, ca->key[CA_RESPONDER], false);
    } else {
        at = der_begin(o, DER_SEQUENCE);
        der_oid(o, OID_PBM);
        pbm_parameters(o, plan, salt);
        der_end(o, at);
    }
    der_end(o, tagged);
}

static void
header(struct out *o, const struct ca *ca, const struct answer *answer,
    const struct plan *plan, struct span salt)
{
    const struct message *to = answer->to;
    size_t sequence = der_begin(o, DER_SEQUENCE), at, info;
    uint8_t nonce[NONCE_LEN];

    der_integer(o, plan->pvno);
    if (plan->sender == FIELD_WRONG)
        der_text(o, DER_PRIMITIVE(1), "ca@ingam.test");
    else
        general_name(o, X509_get_subject_name(
                            ca->cert[plan->protection == PROTECT_BY_SIGNATURE
                                         ? CA_RESPONDER
                                         : CA_ISSUING]));
    if (to->sender.len > 0)
        out_bytes(o, to->sender.data, to->sender.len);
    else
        general_name(o, X509_get_subject_name(ca->cert[CA_ISSUING]));
    at = der_begin(o, DER_CONTEXT(0));
    der_time(o, time(NULL) + plan->message_time, false);
    der_end(o, at);
    if (answer->secret != NULL)
        protection_algorithm(o, ca, plan, salt);
    octets(o, 2, answer->secret != NULL ? to->reference : (struct span){ 0 },
        FIELD_GOOD);
    octets(o, 4, to->transaction_id, plan->transaction_id);
    random_bytes(nonce, sizeof nonce);
    octets(o, 5, (struct span){ nonce, sizeof nonce }, plan->sender_nonce);
    octets(o, 6, to->sender_nonce, plan->recipient_nonce);
    if (plan->implicit_confirm) {
        at = der_begin(o, DER_CONTEXT(8));
        info = der_begin(o, DER_SEQUENCE);
        der_algorithm(o, OID_IMPLICIT, true);
        der_end(o, info);
        der_end(o, at);
    }
    der_end(o, sequence);
}

static void
status_info(struct out *o, const struct answer *answer, const struct plan *plan)
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
    status_info(o, answer, plan);
    if (answer->cert.len > 0 && !plan->no_certificate &&
        (status < STATUS_REJECTION || plan->keep_certificate)) {
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
rogue_root(struct out *o)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    struct out subject = { 0 }, spki = { 0 };

    if (key == NULL)
        die("cannot make a key");
    cert_name(&subject, "C=KR,O=Rogue,CN=Rogue Root");
    der_public_key(&spki, key);
    cert_write(o, &(struct cert_order){
                      .issuer_key = key,
                      .serial = { (const uint8_t *)"\x01", 1 },
                      .subject = span_of(&subject),
                      .spki = span_of(&spki),
                      .not_before = time(NULL) - DAY_SECONDS,
                      .not_after = time(NULL) + 3650 * (int64_t)DAY_SECONDS,
                      .key_usage = USE_CERT_SIGN,
                      .ca = true,
                      .path_length = -1,
                  });
    out_free(&subject);
    out_free(&spki);
    EVP_PKEY_free(key);
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
        status_info(o, answer, plan);
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
        status_info(o, answer, plan);
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
protect(struct out *o, const struct ca *ca, const struct answer *answer,
    const struct plan *plan, struct span salt, struct span header_and_body)
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
    if (plan->protection == PROTECT_BY_SIGNATURE) {
        cert_sign(
            &signed_data, span_of(&part), ca->key[CA_RESPONDER], false, false);
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

void
answer_write(struct out *o, const struct ca *ca, const struct answer *answer,
    const struct plan *plan)
{
    struct out parts = { 0 };
    uint8_t *bytes = malloc(plan->salt_len + 1);
    struct span salt = { bytes, plan->salt_len };
    size_t at, list, certs;

    if (bytes == NULL)
        die("out of memory");
    random_bytes(bytes, plan->salt_len);
    header(&parts, ca, answer, plan, salt);
    body(&parts, answer, plan);
    at = der_begin(o, DER_SEQUENCE);
    out_bytes(o, parts.data, parts.len);
    if (answer->secret != NULL && plan->protection != PROTECT_NONE)
        protect(o, ca, answer, plan, salt, span_of(&parts));
    if (answer->secret != NULL && plan->extra_certs > 0) {
        list = der_begin(o, DER_CONTEXT(1));
        certs = der_begin(o, DER_SEQUENCE);
        for (size_t i = 0; i < plan->extra_certs; i++)
            der_certificate(
                o, ca->cert[i % 2 == 0 ? CA_ISSUING : CA_RESPONDER]);
        der_end(o, certs);
        der_end(o, list);
    }
    der_end(o, at);
    out_free(&parts);
    free(bytes);
}
