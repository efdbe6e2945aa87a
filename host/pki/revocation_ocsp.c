/* OCSP (RFC 6960) as revocation.h has it. */
#include <string.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "pki/algorithm.h"
#include "pki/revocation.h"

#define ANSWERS_MAX 16 /* certificates in one answer */
#define SIGNERS_MAX 8  /* certificates that come with it */

/* --- asking ----------------------------------------------------------------*/

enum err
revocation_ocsp_ask(const X509 *x, const X509 *issuer,
    const uint8_t nonce[static REVOCATION_NONCE_LEN], struct buf *ret_der)
{
    unsigned char value[REVOCATION_NONCE_LEN], *der = NULL;
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    /* every responder knows SHA-1 here; it identifies, it proves nothing */
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), x, issuer);
    enum err r = ERR_NO_MEMORY;
    int len = -1;

    memcpy(value, nonce, sizeof(value));
    if (request == NULL || id == NULL ||
        OCSP_request_add0_id(request, id) == NULL) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    id = NULL; /* transferred */
    if (OCSP_request_add1_nonce(request, value, sizeof(value)) != 1 ||
        (len = i2d_OCSP_REQUEST(request, &der)) <= 0) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    r = buf_set(ret_der, der, (size_t)len);
out:
    OPENSSL_free(der);
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(request);
    return r;
}

/* --- who answered ----------------------------------------------------------*/

/* Did issuer give this certificate the right to answer for it, now? */
static bool
is_delegated(X509 *signer, X509 *issuer, int64_t now)
{
    return X509_NAME_cmp(X509_get_issuer_name(signer),
               X509_get_subject_name(issuer)) == 0 &&
           X509_verify(signer, X509_get0_pubkey(issuer)) == 1 &&
           algorithm_proves(X509_get_signature_nid(signer)) &&
           (X509_get_extension_flags(signer) &
               (EXFLAG_INVALID | EXFLAG_CRITICAL | EXFLAG_CA)) == 0 &&
           (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) != 0 &&
           (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) != 0 &&
           (X509_get_key_usage(signer) &
               (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0 &&
           cert_not_before(signer) <= now && now <= cert_not_after(signer) &&
           EVP_PKEY_get_security_bits(X509_get0_pubkey(signer)) >= 112;
}

/*
 * Who signed: the issuer, or a certificate that came along. It is parsed anew,
 * in our library context. NULL: nobody who could be named.
 */
static X509 *
signer_of(const struct crypto *crypto, OCSP_BASICRESP *basic, X509 *issuer)
{
    STACK_OF(X509) *also = sk_X509_new_null();
    X509 *found = NULL, *signer = NULL;
    struct buf der = { 0 };

    if (also != NULL && sk_X509_push(also, issuer) > 0 &&
        sk_X509_num(OCSP_resp_get0_certs(basic)) <= SIGNERS_MAX &&
        OCSP_resp_get0_signer(basic, &found, also) == 1 &&
        cert_der(found, &der) == OK)
        (void)!cert_parse(crypto, &der, &signer);
    buf_free(&der);
    sk_X509_free(also);
    return signer;
}

static bool
is_signed(const struct crypto *crypto, OCSP_BASICRESP *basic, X509 *signer)
{
    const X509_ALGOR *algorithm = OCSP_resp_get0_tbs_sigalg(basic);
    const ASN1_OBJECT *oid = NULL;

    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    return algorithm_proves(OBJ_obj2nid(oid)) &&
           ASN1_item_verify_ex(ASN1_ITEM_rptr(OCSP_RESPDATA), algorithm,
               OCSP_resp_get0_signature(basic), OCSP_resp_get0_respdata(basic),
               NULL, X509_get0_pubkey(signer), crypto_libctx(crypto),
               NULL) == 1;
}

static const char *
judge_signer(const struct crypto *crypto, OCSP_BASICRESP *basic, X509 *issuer,
    int64_t now)
{
    X509 *signer = signer_of(crypto, basic, issuer);
    const char *problem = NULL;

    if (signer == NULL)
        problem = "ocsp_untrusted";
    else if (X509_cmp(signer, issuer) != 0 &&
             !is_delegated(signer, issuer, now))
        problem = "ocsp_untrusted";
    else if (!is_signed(crypto, basic, signer))
        problem = "ocsp_signature";
    X509_free(signer);
    return problem;
}

/* --- what was answered -----------------------------------------------------*/

/* The nonce that came back: 1 ours, 0 none, -1 another. */
static int
nonce_of(OCSP_BASICRESP *basic, const uint8_t nonce[REVOCATION_NONCE_LEN])
{
    int at = OCSP_BASICRESP_get_ext_by_NID(basic, NID_id_pkix_OCSP_Nonce, -1);
    const ASN1_OCTET_STRING *value;
    const uint8_t *data;
    int len;

    if (at < 0)
        return 0;
    value = X509_EXTENSION_get_data(OCSP_BASICRESP_get_ext(basic, at));
    data = ASN1_STRING_get0_data(value);
    len = ASN1_STRING_length(value);
    /* an OCTET STRING in it, as RFC 8954 has it */
    return len == 2 + (int)REVOCATION_NONCE_LEN &&
                   data[0] == V_ASN1_OCTET_STRING &&
                   data[1] == REVOCATION_NONCE_LEN &&
                   memcmp(data + 2, nonce, REVOCATION_NONCE_LEN) == 0
               ? 1
               : -1;
}

/* The answer about x; NULL when there is none. */
static OCSP_SINGLERESP *
single_of(OCSP_BASICRESP *basic, const X509 *x, const X509 *issuer)
{
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), x, issuer);
    OCSP_SINGLERESP *single = NULL;
    int at = -1;

    if (id != NULL && OCSP_resp_count(basic) <= ANSWERS_MAX)
        at = OCSP_resp_find(basic, id, -1);
    if (at >= 0)
        single = OCSP_resp_get0(basic, at);
    OCSP_CERTID_free(id);
    return single;
}

/* Times of the answer. Without a nonce it must say how long it holds. */
static const char *
judge_times(const ASN1_GENERALIZEDTIME *from, const ASN1_GENERALIZEDTIME *until,
    bool fresh, int64_t now, struct revocation *ret)
{
    if (!revocation_time(from, &ret->checked) ||
        (until != NULL && !revocation_time(until, &ret->valid_until)))
        return "ocsp_malformed";
    if (ret->checked > now + REVOCATION_SKEW)
        return "ocsp_not_yet";
    if (until != NULL)
        return ret->valid_until < now - REVOCATION_SKEW
                   ? REVOCATION_OCSP_EXPIRED
                   : NULL;
    if (!fresh)
        return "ocsp_nonce_missing";
    return ret->checked < now - REVOCATION_SKEW ? REVOCATION_OCSP_EXPIRED
                                                : NULL;
}

static const char *
judge_single(
    OCSP_SINGLERESP *single, bool fresh, int64_t now, struct revocation *ret)
{
    ASN1_GENERALIZEDTIME *at = NULL, *from = NULL, *until = NULL;
    int reason = -1;
    int status = OCSP_single_get0_status(single, &reason, &at, &from, &until);
    const char *problem = judge_times(from, until, fresh, now, ret);

    switch (status) {
    case V_OCSP_CERTSTATUS_GOOD:
        ret->status = REVOCATION_GOOD;
        return problem;
    case V_OCSP_CERTSTATUS_REVOKED:
        ret->status = REVOCATION_REVOKED;
        ret->reason = revocation_reason(reason);
        if (!revocation_time(at, &ret->revoked_at))
            return "ocsp_malformed";
        return problem;
    default:
        ret->status = REVOCATION_UNKNOWN;
        return problem != NULL ? problem : "ocsp_unknown";
    }
}

/* Extensions that must be understood and are not. */
static bool
has_unknown_critical(OCSP_BASICRESP *basic, OCSP_SINGLERESP *single)
{
    return OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0 ||
           OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0;
}

static const char *
judge_basic(const struct crypto *crypto, OCSP_BASICRESP *basic, const X509 *x,
    X509 *issuer, const uint8_t *nonce, int64_t now, struct revocation *ret)
{
    const char *problem = judge_signer(crypto, basic, issuer, now);
    int same = nonce == NULL ? 0 : nonce_of(basic, nonce);
    OCSP_SINGLERESP *single;

    if (problem != NULL)
        return problem;
    if (same < 0)
        return "ocsp_nonce_wrong";
    single = single_of(basic, x, issuer);
    if (single == NULL)
        return "ocsp_other_certificate";
    if (has_unknown_critical(basic, single))
        return "ocsp_unsupported";
    return judge_single(single, same == 1, now, ret);
}

static const char *
status_problem(int status)
{
    static const char *const words[] = {
        [OCSP_RESPONSE_STATUS_MALFORMEDREQUEST] = "ocsp_refused",
        [OCSP_RESPONSE_STATUS_INTERNALERROR] = "ocsp_internal_error",
        [OCSP_RESPONSE_STATUS_TRYLATER] = "ocsp_try_later",
        [OCSP_RESPONSE_STATUS_SIGREQUIRED] = "ocsp_signature_required",
        [OCSP_RESPONSE_STATUS_UNAUTHORIZED] = "ocsp_unauthorized",
    };
    const size_t count = sizeof(words) / sizeof(words[0]);

    if (status > 0 && (size_t)status < count && words[status] != NULL)
        return words[status];
    return "ocsp_malformed";
}

bool
revocation_ocsp_read(const struct crypto *crypto, const struct buf *answer,
    const X509 *x, X509 *issuer, const uint8_t *nonce, int64_t now,
    struct revocation *ret, const char **ret_problem)
{
    const unsigned char *p = answer->data, *end = p;
    struct revocation found = { .source = "ocsp" };
    OCSP_RESPONSE *response = NULL;
    OCSP_BASICRESP *basic = NULL;
    const char *problem = "ocsp_malformed";

    if (answer->len > 0 && answer->len <= REVOCATION_OCSP_MAX) {
        end = p + answer->len;
        response = d2i_OCSP_RESPONSE(NULL, &p, (long)answer->len);
    }
    if (response != NULL && p == end) {
        if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
            problem = status_problem(OCSP_response_status(response));
        else if ((basic = OCSP_response_get1_basic(response)) != NULL)
            problem = judge_basic(crypto, basic, x, issuer, nonce, now, &found);
    }
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    (void)!err_openssl(__func__, OK);
    if (problem == NULL || problem == REVOCATION_OCSP_EXPIRED)
        *ret = found;
    if (problem != NULL)
        *ret_problem = problem;
    return problem == NULL;
}
