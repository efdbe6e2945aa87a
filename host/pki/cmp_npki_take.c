#include "pki/cmp_npki_take.h"

#include <openssl/cmp.h>

#include "pki/cmp_npki_message.h"
#include "pki/cmp_signed.h"
#include "pki/key.h"

void
npki_taken_free(struct npki_taken *taken)
{
    X509_free(taken->halves[CMP_SIGN]);
    X509_free(taken->halves[CMP_KM]);
    *taken = (struct npki_taken){ { NULL, NULL } };
}

/* What a status means for the certificate that came with it, or did not. */
static enum err
judge(const struct cmp_npki_order *order, const struct cmp_status *s,
    const X509 *x)
{
    enum err r;

    switch (s->status) {
    case OSSL_CMP_PKISTATUS_accepted:
    case OSSL_CMP_PKISTATUS_grantedWithMods:
        return x != NULL ? OK : ERR_CA_ANSWER_INVALID;
    case OSSL_CMP_PKISTATUS_rejection:
        r = cmp_refusal(false, s);
        return order->halves[CMP_SIGN]->signer == NULL
                   ? r
                   : cmp_signed_refusal(NPKI_KUP, s, r);
    case OSSL_CMP_PKISTATUS_waiting:
        return ERR_CA_WAITING;
    case OSSL_CMP_PKISTATUS_keyUpdateWarning:
        return x != NULL ? OK : ERR_ALREADY_RENEWED;
    default:
        return ERR_CA_ANSWER_INVALID;
    }
}

/* The certificate of a CertifiedKeyPair; one that would have to be decrypted
 * was never asked for. */
static enum err
of_pair(const struct host *host, const NPKI_PAIR *pair, X509 **ret_x)
{
    enum err r;

    if (pair->certificate->type != 0 || pair->key != NULL)
        return ERR_CA_ANSWER_INVALID;
    r = npki_certificate(host, pair->certificate->value.certificate, ret_x);
    return r == OK || r == ERR_NO_MEMORY ? r : ERR_CA_ANSWER_INVALID;
}

static bool
is_ordered(const struct cmp_npki_order *order, int64_t id)
{
    return id == CMP_SIGN || (id == CMP_KM && order->halves[CMP_KM] != NULL);
}

/* One response; that of the second certificate never fails the first. */
static enum err
take_response(const struct host *host, const struct cmp_npki_order *order,
    const NPKI_RESPONSE *response, struct cmp_status *ret_status,
    struct npki_taken *taken)
{
    struct cmp_status status = { .status = -1 };
    X509 *x = NULL;
    int64_t id = -1;
    enum err r;

    if (ASN1_INTEGER_get_int64(&id, response->id) != 1 ||
        !is_ordered(order, id))
        return ERR_CA_ANSWER_INVALID;
    if ((r = npki_status_read(response->status, &status)) == OK &&
        response->pair != NULL)
        r = of_pair(host, response->pair, &x);
    if (r == OK)
        r = judge(order, &status, x);
    if (r == OK) {
        taken->halves[id] = x;
        x = NULL; /* transferred */
    }
    X509_free(x);
    if (id == CMP_SIGN) {
        cmp_status_free(ret_status);
        *ret_status = status;
        ret_status->authenticated = true;
        return r;
    }
    cmp_status_free(&status);
    return r == ERR_NO_MEMORY ? r : OK;
}

static enum err
take_responses(const struct host *host, const struct cmp_npki_order *order,
    const NPKI_RESPONSES *m, struct cmp_status *ret_status,
    struct npki_taken *taken)
{
    int i, n = sk_NPKI_RESPONSE_num(m->responses);
    const NPKI_RESPONSE *response;
    int64_t id = -1, seen = -1;
    enum err r = ERR_CA_ANSWER_INVALID, one;

    if (n < 1 || n > 2)
        return r;
    for (i = 0; i < n; i++) {
        response = sk_NPKI_RESPONSE_value(m->responses, i);
        if (ASN1_INTEGER_get_int64(&id, response->id) != 1 || id == seen)
            return ERR_CA_ANSWER_INVALID;
        seen = id;
        one = take_response(host, order, response, ret_status, taken);
        if (id == CMP_SIGN)
            r = one;
        else if (one != OK)
            return one;
    }
    return r;
}

/* Where a second certificate stands in a krp is one reading of many: it is
 * the pair of the history with our second key. */
static enum err
take_history(const struct host *host, const struct cmp_npki_order *order,
    const STACK_OF(NPKI_PAIR) * history, struct npki_taken *taken)
{
    const struct cmp_order *km = order->halves[CMP_KM];
    X509 *x;
    int i;
    enum err r;

    for (i = 0; km != NULL && i < sk_NPKI_PAIR_num(history); i++) {
        x = NULL;
        r = of_pair(host, sk_NPKI_PAIR_value(history, i), &x);
        if (r == OK && taken->halves[CMP_KM] == NULL &&
            key_matches(km->key, x) == OK)
            taken->halves[CMP_KM] = x;
        else
            X509_free(x);
        if (r == ERR_NO_MEMORY)
            return r;
    }
    return OK;
}

static enum err
take_recovery(const struct host *host, const struct cmp_npki_order *order,
    const NPKI_RECOVERY *m, struct cmp_status *ret_status,
    struct npki_taken *taken)
{
    X509 *x = NULL;
    enum err r;

    if ((r = npki_status_read(m->status, ret_status)) != OK)
        return r;
    ret_status->authenticated = true;
    if (m->certificate != NULL &&
        (r = npki_certificate(host, m->certificate, &x)) != OK)
        return r == ERR_NO_MEMORY ? r : ERR_CA_ANSWER_INVALID;
    if ((r = judge(order, ret_status, x)) != OK) {
        X509_free(x);
        return r;
    }
    taken->halves[CMP_SIGN] = x;
    return take_history(host, order, m->history, taken);
}

enum err
npki_take(const struct host *host, const struct cmp_npki_order *order,
    const NPKI_MESSAGE *message, struct npki_ca_certs *certs,
    struct cmp_status *ret_status, struct npki_taken *ret_taken)
{
    const NPKI_BODY *body = message->body;
    const STACK_OF(ASN1_TYPE) * came;
    struct npki_taken taken = { { NULL, NULL } };
    enum err r;

    if (npki_body_of(body) == NPKI_KRP) {
        came = body->value.recovery->ca_certificates;
        r = take_recovery(
            host, order, body->value.recovery, ret_status, &taken);
    } else {
        came = body->value.responses->ca_certificates;
        r = take_responses(
            host, order, body->value.responses, ret_status, &taken);
    }
    if (r == OK && (r = npki_ca_certs_add(host, came, certs)) == OK)
        r = npki_ca_certs_add(host, message->extra, certs);
    if (r == OK)
        *ret_taken = taken;
    else
        npki_taken_free(&taken);
    return r;
}
