#include "pki/cmp_npki_asn1.h"

#include <limits.h>
#include <string.h>

#include "pki/cmp_answer.h"
#include "pki/crypto.h"

ASN1_SEQUENCE(NPKI_ITEM) = {
    ASN1_SIMPLE(NPKI_ITEM, type, ASN1_OBJECT),
    ASN1_OPT(NPKI_ITEM, value, ASN1_ANY),
} ASN1_SEQUENCE_END(NPKI_ITEM)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_ITEM)

ASN1_SEQUENCE(NPKI_PBM) = {
    ASN1_SIMPLE(NPKI_PBM, salt, ASN1_OCTET_STRING),
    ASN1_SIMPLE(NPKI_PBM, owf, X509_ALGOR),
    ASN1_SIMPLE(NPKI_PBM, iterations, ASN1_INTEGER),
    ASN1_SIMPLE(NPKI_PBM, mac, X509_ALGOR),
} ASN1_SEQUENCE_END(NPKI_PBM)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_PBM)

ASN1_SEQUENCE(NPKI_KEY_MAC) = {
    ASN1_SIMPLE(NPKI_KEY_MAC, algorithm, X509_ALGOR),
    ASN1_SIMPLE(NPKI_KEY_MAC, value, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(NPKI_KEY_MAC)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_KEY_MAC)

ASN1_SEQUENCE(NPKI_POP_INPUT) = {
    ASN1_SIMPLE(NPKI_POP_INPUT, mac, NPKI_KEY_MAC),
    ASN1_SIMPLE(NPKI_POP_INPUT, key, X509_PUBKEY),
} ASN1_SEQUENCE_END(NPKI_POP_INPUT)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_POP_INPUT)

ASN1_SEQUENCE(NPKI_POP_KEY) = {
    ASN1_IMP_OPT(NPKI_POP_KEY, input, NPKI_POP_INPUT, 0),
    ASN1_SIMPLE(NPKI_POP_KEY, algorithm, X509_ALGOR),
    ASN1_SIMPLE(NPKI_POP_KEY, signature, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(NPKI_POP_KEY)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_POP_KEY)

ASN1_CHOICE(NPKI_POP) = {
    ASN1_IMP(NPKI_POP, value.ra, ASN1_NULL, 0),
    ASN1_IMP(NPKI_POP, value.signature, NPKI_POP_KEY, 1),
} ASN1_CHOICE_END(NPKI_POP)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_POP)

ASN1_SEQUENCE(NPKI_CERT_REQUEST) = {
    ASN1_SIMPLE(NPKI_CERT_REQUEST, id, ASN1_INTEGER),
    ASN1_SIMPLE(NPKI_CERT_REQUEST, template, OSSL_CRMF_CERTTEMPLATE),
    ASN1_SEQUENCE_OF_OPT(NPKI_CERT_REQUEST, controls, NPKI_ITEM),
} ASN1_SEQUENCE_END(NPKI_CERT_REQUEST)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_CERT_REQUEST)

ASN1_SEQUENCE(NPKI_REQUEST) = {
    ASN1_SIMPLE(NPKI_REQUEST, request, NPKI_CERT_REQUEST),
    ASN1_OPT(NPKI_REQUEST, pop, NPKI_POP),
    ASN1_SEQUENCE_OF_OPT(NPKI_REQUEST, info, NPKI_ITEM),
} ASN1_SEQUENCE_END(NPKI_REQUEST)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_REQUEST)

ASN1_SEQUENCE(NPKI_REVOCATION) = {
    ASN1_SIMPLE(NPKI_REVOCATION, template, OSSL_CRMF_CERTTEMPLATE),
    ASN1_OPT(NPKI_REVOCATION, reasons, ASN1_BIT_STRING),
    ASN1_OPT(NPKI_REVOCATION, since, ASN1_GENERALIZEDTIME),
    ASN1_SEQUENCE_OF_OPT(NPKI_REVOCATION, details, X509_EXTENSION),
} ASN1_SEQUENCE_END(NPKI_REVOCATION)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_REVOCATION)

ASN1_SEQUENCE(NPKI_STATUS) = {
    ASN1_SIMPLE(NPKI_STATUS, status, ASN1_INTEGER),
    ASN1_SEQUENCE_OF_OPT(NPKI_STATUS, texts, ASN1_UTF8STRING),
    ASN1_OPT(NPKI_STATUS, fail_info, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(NPKI_STATUS)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_STATUS)

ASN1_CHOICE(NPKI_CERT) = {
    ASN1_EXP(NPKI_CERT, value.certificate, ASN1_ANY, 0),
    ASN1_EXP(NPKI_CERT, value.encrypted, ASN1_ANY, 1),
} ASN1_CHOICE_END(NPKI_CERT)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_CERT)

ASN1_SEQUENCE(NPKI_PAIR) = {
    ASN1_SIMPLE(NPKI_PAIR, certificate, NPKI_CERT),
    ASN1_EXP_OPT(NPKI_PAIR, key, ASN1_ANY, 0),
    ASN1_EXP_OPT(NPKI_PAIR, publication, ASN1_ANY, 1),
} ASN1_SEQUENCE_END(NPKI_PAIR)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_PAIR)

ASN1_SEQUENCE(NPKI_RESPONSE) = {
    ASN1_SIMPLE(NPKI_RESPONSE, id, ASN1_INTEGER),
    ASN1_SIMPLE(NPKI_RESPONSE, status, NPKI_STATUS),
    ASN1_OPT(NPKI_RESPONSE, pair, NPKI_PAIR),
    ASN1_OPT(NPKI_RESPONSE, info, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END(NPKI_RESPONSE)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_RESPONSE)

ASN1_SEQUENCE(NPKI_RESPONSES) = {
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_RESPONSES, ca_certificates, ASN1_ANY, 1),
    ASN1_SEQUENCE_OF(NPKI_RESPONSES, responses, NPKI_RESPONSE),
} ASN1_SEQUENCE_END(NPKI_RESPONSES)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_RESPONSES)

ASN1_SEQUENCE(NPKI_RECOVERY) = {
    ASN1_SIMPLE(NPKI_RECOVERY, status, NPKI_STATUS),
    ASN1_EXP_OPT(NPKI_RECOVERY, certificate, ASN1_ANY, 0),
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_RECOVERY, ca_certificates, ASN1_ANY, 1),
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_RECOVERY, history, NPKI_PAIR, 2),
} ASN1_SEQUENCE_END(NPKI_RECOVERY)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_RECOVERY)

ASN1_SEQUENCE(NPKI_ERROR) = {
    ASN1_SIMPLE(NPKI_ERROR, status, NPKI_STATUS),
    ASN1_OPT(NPKI_ERROR, code, ASN1_INTEGER),
    ASN1_SEQUENCE_OF_OPT(NPKI_ERROR, details, ASN1_UTF8STRING),
} ASN1_SEQUENCE_END(NPKI_ERROR)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_ERROR)

ASN1_SEQUENCE(NPKI_REVOKED) = {
    ASN1_SEQUENCE_OF(NPKI_REVOKED, statuses, NPKI_STATUS),
    ASN1_EXP_OPT(NPKI_REVOKED, certificates, ASN1_ANY, 0),
    ASN1_EXP_OPT(NPKI_REVOKED, crls, ASN1_ANY, 1),
} ASN1_SEQUENCE_END(NPKI_REVOKED)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_REVOKED)

ASN1_SEQUENCE(NPKI_HEADER) = {
    ASN1_SIMPLE(NPKI_HEADER, pvno, ASN1_INTEGER),
    ASN1_SIMPLE(NPKI_HEADER, sender, GENERAL_NAME),
    ASN1_SIMPLE(NPKI_HEADER, recipient, GENERAL_NAME),
    ASN1_EXP_OPT(NPKI_HEADER, time, ASN1_GENERALIZEDTIME, 0),
    ASN1_EXP_OPT(NPKI_HEADER, protection, X509_ALGOR, 1),
    ASN1_EXP_OPT(NPKI_HEADER, sender_kid, ASN1_OCTET_STRING, 2),
    ASN1_EXP_OPT(NPKI_HEADER, recipient_kid, ASN1_OCTET_STRING, 3),
    ASN1_EXP_OPT(NPKI_HEADER, transaction, ASN1_OCTET_STRING, 4),
    ASN1_EXP_OPT(NPKI_HEADER, sender_nonce, ASN1_OCTET_STRING, 5),
    ASN1_EXP_OPT(NPKI_HEADER, recipient_nonce, ASN1_OCTET_STRING, 6),
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_HEADER, text, ASN1_UTF8STRING, 7),
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_HEADER, info, NPKI_ITEM, 8),
} ASN1_SEQUENCE_END(NPKI_HEADER)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_HEADER)

/* The tag of each choice, in the template's order. */
static const enum npki_body bodies[] = { NPKI_IR, NPKI_IP, NPKI_KUR, NPKI_KUP,
    NPKI_KRR, NPKI_KRP, NPKI_RR, NPKI_RP, NPKI_CONF, NPKI_GENM, NPKI_GENP,
    NPKI_ERROR_MSG };
#define BODIES (int)(sizeof(bodies) / sizeof(bodies[0]))

ASN1_CHOICE(NPKI_BODY) = {
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.requests, NPKI_REQUEST, NPKI_IR),
    ASN1_EXP(NPKI_BODY, value.responses, NPKI_RESPONSES, NPKI_IP),
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.requests, NPKI_REQUEST, NPKI_KUR),
    ASN1_EXP(NPKI_BODY, value.responses, NPKI_RESPONSES, NPKI_KUP),
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.requests, NPKI_REQUEST, NPKI_KRR),
    ASN1_EXP(NPKI_BODY, value.recovery, NPKI_RECOVERY, NPKI_KRP),
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.revocations, NPKI_REVOCATION,
        NPKI_RR),
    ASN1_EXP(NPKI_BODY, value.revoked, NPKI_REVOKED, NPKI_RP),
    ASN1_EXP(NPKI_BODY, value.conf, ASN1_NULL, NPKI_CONF),
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.items, NPKI_ITEM, NPKI_GENM),
    ASN1_EXP_SEQUENCE_OF(NPKI_BODY, value.items, NPKI_ITEM, NPKI_GENP),
    ASN1_EXP(NPKI_BODY, value.error, NPKI_ERROR, NPKI_ERROR_MSG),
} ASN1_CHOICE_END(NPKI_BODY)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_BODY)

ASN1_SEQUENCE(NPKI_MESSAGE) = {
    ASN1_SIMPLE(NPKI_MESSAGE, header, NPKI_HEADER),
    ASN1_SIMPLE(NPKI_MESSAGE, body, NPKI_BODY),
    ASN1_EXP_OPT(NPKI_MESSAGE, protection, ASN1_BIT_STRING, 0),
    ASN1_EXP_SEQUENCE_OF_OPT(NPKI_MESSAGE, extra, ASN1_ANY, 1),
} ASN1_SEQUENCE_END(NPKI_MESSAGE)
IMPLEMENT_ASN1_FUNCTIONS(NPKI_MESSAGE)

enum npki_body
npki_body_of(const NPKI_BODY *body)
{
    return body->type < 0 || body->type >= BODIES ? NPKI_BODY_NONE
                                                  : bodies[body->type];
}

void
npki_body_set(NPKI_BODY *body, enum npki_body tag)
{
    int i;

    for (i = 0; i < BODIES; i++)
        if (bodies[i] == tag)
            body->type = i;
    body->value.conf = NULL;
}

enum err
npki_write(const void *value, const ASN1_ITEM *type, struct buf *ret_der)
{
    unsigned char *der = NULL;
    int len = ASN1_item_i2d(value, &der, type);
    enum err r;

    if (len <= 0)
        return err_openssl(__func__, ERR_INTERNAL);
    r = buf_set(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return r;
}

/* A value whose DER these bytes are, or NULL. */
static void *
read_exactly(const struct buf *der, const ASN1_ITEM *type)
{
    const unsigned char *p = der->data;
    ASN1_VALUE *value;
    struct buf again = { 0 };
    bool same;

    if (der->len == 0 || der->len > LONG_MAX)
        return NULL;
    value = ASN1_item_d2i(NULL, &p, (long)der->len, type);
    same = value != NULL && npki_write(value, type, &again) == OK &&
           again.len == der->len &&
           memcmp(again.data, der->data, der->len) == 0;
    buf_free(&again);
    if (same)
        return value;
    ASN1_item_free(value, type);
    return NULL;
}

enum err
npki_read(const struct buf *der, NPKI_MESSAGE **ret_message)
{
    struct cmp_message shape;
    NPKI_MESSAGE *message;
    enum err r;

    if ((r = cmp_message_read(der, &shape)) != OK)
        return r;
    message = read_exactly(der, ASN1_ITEM_rptr(NPKI_MESSAGE));
    if (message == NULL) {
        r = err_openssl(__func__, ERR_CA_ANSWER_INVALID);
        return r == ERR_NO_MEMORY ? r : ERR_CA_ANSWER_INVALID;
    }
    *ret_message = message;
    return OK;
}

enum err
npki_read_request(const struct buf *der, NPKI_REQUEST **ret_request)
{
    *ret_request = read_exactly(der, ASN1_ITEM_rptr(NPKI_REQUEST));
    return *ret_request == NULL ? err_openssl(__func__, ERR_INTERNAL) : OK;
}

enum err
npki_set_bits(ASN1_BIT_STRING *bits, const void *data, size_t len)
{
    if (len > INT_MAX || ASN1_STRING_set(bits, data, (int)len) != 1)
        return err_openssl(__func__, ERR_INTERNAL);
    bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 7L);
    bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;
    return OK;
}

enum err
npki_protected_part(const struct buf *message, struct buf *ret_der)
{
    struct der in = der_of(message), parts, rest, skip;
    unsigned tag;

    if (!der_get(&in, DER_SEQUENCE, &parts))
        return ERR_CA_ANSWER_INVALID;
    rest = parts;
    if (!der_any(&rest, &tag, &skip) || !der_any(&rest, &tag, &skip))
        return ERR_CA_ANSWER_INVALID;
    buf_free(ret_der);
    return der_put(ret_der, DER_SEQUENCE, parts.data, parts.len - rest.len);
}
