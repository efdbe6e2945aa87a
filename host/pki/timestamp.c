/* Asking for a time-stamp and putting it into a signature (timestamp.h). */
#include "pki/timestamp.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "base/mem.h"
#include "pki/cms.h"
#include "pki/der.h"

#define FAILURES 26 /* bits of PKIFailureInfo that RFC 3161 knows */

void
tsa_free(struct tsa *tsa)
{
    if (tsa == NULL)
        return;
    mem_free(tsa->name);
    mem_free(tsa->endpoint);
    mem_free(tsa->policy);
    buf_free(&tsa->tls);
    chain_free(tsa->anchors);
    mem_free(tsa);
}

bool
timestamp_policy_ok(const char *policy)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(policy, 1);
    bool ok = oid != NULL && policy[strspn(policy, "0123456789.")] == '\0' &&
              strstr(policy, "..") == NULL;

    ASN1_OBJECT_free(oid);
    ERR_clear_error();
    return ok;
}

/* --- asking ----------------------------------------------------------------*/

static bool
set_imprint(
    const struct crypto *crypto, TS_MSG_IMPRINT *imprint, const struct buf *b)
{
    X509_ALGOR *algorithm = X509_ALGOR_new();
    uint8_t digest[CMS_SHA256_LEN];
    bool done = algorithm != NULL && cms_sha256(crypto, b, digest) == OK;

    if (done)
        X509_ALGOR_set_md(algorithm, EVP_sha256());
    done = done && TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
           TS_MSG_IMPRINT_set_msg(imprint, digest, (int)sizeof(digest)) == 1;
    X509_ALGOR_free(algorithm);
    return done;
}

static bool
set_policy(TS_REQ *request, const char *policy)
{
    ASN1_OBJECT *oid = policy == NULL ? NULL : OBJ_txt2obj(policy, 1);
    bool done = policy == NULL ||
                (oid != NULL && TS_REQ_set_policy_id(request, oid) == 1);

    ASN1_OBJECT_free(oid);
    return done;
}

static bool
set_nonce(TS_REQ *request, const uint8_t *nonce)
{
    BIGNUM *number = BN_bin2bn(nonce, (int)TIMESTAMP_NONCE_LEN, NULL);
    ASN1_INTEGER *value =
        number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    bool done = value != NULL && TS_REQ_set_nonce(request, value) == 1;

    BN_free(number);
    ASN1_INTEGER_free(value);
    return done;
}

enum err
timestamp_ask(const struct crypto *crypto, const struct buf *bytes,
    const char *policy, const uint8_t nonce[static TIMESTAMP_NONCE_LEN],
    struct buf *ret_der)
{
    TS_REQ *request = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    unsigned char *der = NULL;
    enum err r = OK;
    int len = 0;

    if (request == NULL || imprint == NULL ||
        TS_REQ_set_version(request, 1) != 1 ||
        !set_imprint(crypto, imprint, bytes) ||
        TS_REQ_set_msg_imprint(request, imprint) != 1 ||
        !set_policy(request, policy) || !set_nonce(request, nonce) ||
        TS_REQ_set_cert_req(request, 1) != 1 ||
        (len = i2d_TS_REQ(request, &der)) <= 0)
        r = err_openssl(__func__, ERR_INTERNAL);
    if (r == OK)
        r = buf_set(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    TS_MSG_IMPRINT_free(imprint);
    TS_REQ_free(request);
    return r;
}

/* --- the answer ------------------------------------------------------------*/

/* What a TSA that refuses says (RFC 3161, 2.4.2). */
static const char *
refusal(const TS_STATUS_INFO *status)
{
    static const char *const words[FAILURES] = {
        [TS_INFO_BAD_ALG] = "tsa_bad_alg",
        [TS_INFO_BAD_REQUEST] = "tsa_bad_request",
        [TS_INFO_BAD_DATA_FORMAT] = "tsa_bad_data_format",
        [TS_INFO_TIME_NOT_AVAILABLE] = "tsa_time_not_available",
        [TS_INFO_UNACCEPTED_POLICY] = "tsa_unaccepted_policy",
        [TS_INFO_UNACCEPTED_EXTENSION] = "tsa_unaccepted_extension",
        [TS_INFO_ADD_INFO_NOT_AVAILABLE] = "tsa_add_info_not_available",
        [TS_INFO_SYSTEM_FAILURE] = "tsa_system_failure",
    };
    const ASN1_BIT_STRING *bits = TS_STATUS_INFO_get0_failure_info(status);

    for (int i = 0; bits != NULL && i < FAILURES; i++)
        if (words[i] != NULL && ASN1_BIT_STRING_get_bit(bits, i) == 1)
            return words[i];
    return "tsa_rejected";
}

/* The second part of SEQUENCE { status, token } as it came: what OpenSSL
 * writes again need not have the same bytes. */
static bool
take_token(const struct buf *answer, struct buf *ret_token)
{
    struct der in = der_of(answer), body, part;
    const uint8_t *from;

    if (!der_get(&in, DER_SEQUENCE, &body) || in.len != 0 ||
        !der_get(&body, DER_SEQUENCE, &part))
        return false;
    from = body.data;
    return der_get(&body, DER_SEQUENCE, &part) && body.len == 0 &&
           buf_set(ret_token, from, (size_t)(body.data - from)) == OK;
}

const char *
timestamp_token(const struct buf *answer, struct buf *ret_token)
{
    const unsigned char *p = answer->data;
    const char *problem = "tsa_malformed";
    const TS_STATUS_INFO *info;
    TS_RESP *response = NULL;
    int64_t status = -1;

    if (answer->len > 0 && answer->len <= TIMESTAMP_ANSWER_MAX)
        response = d2i_TS_RESP(NULL, &p, (long)answer->len);
    if (response == NULL || p != answer->data + answer->len)
        goto out;
    info = TS_RESP_get_status_info(response);
    if (ASN1_INTEGER_get_int64(&status, TS_STATUS_INFO_get0_status(info)) != 1)
        goto out;
    if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
        problem = refusal(info);
    else if (take_token(answer, ret_token))
        problem = NULL;
out:
    TS_RESP_free(response);
    ERR_clear_error();
    return problem;
}

/* --- into the signature ----------------------------------------------------*/

static enum err
parse(const struct crypto *crypto, const struct buf *der,
    CMS_ContentInfo **ret_cms)
{
    CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(crypto_libctx(crypto), NULL);
    const unsigned char *p = der->data;

    if (cms == NULL || d2i_CMS_ContentInfo(&cms, &p, (long)der->len) == NULL) {
        CMS_ContentInfo_free(cms);
        return err_openssl(__func__, ERR_INTERNAL);
    }
    *ret_cms = cms;
    return OK;
}

/* The last signer that x is; NULL: none. */
static CMS_SignerInfo *
signer_of(CMS_ContentInfo *cms, X509 *x)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);

    for (int i = sk_CMS_SignerInfo_num(infos) - 1; i >= 0; i--)
        if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, i), x) == 0)
            return sk_CMS_SignerInfo_value(infos, i);
    return NULL;
}

static enum err
fail(struct timestamp *t, const char *problem)
{
    t->problem = problem;
    return ERR_TIMESTAMP_FAILED;
}

/* Ask, and judge what comes. */
static enum err
obtain(const struct crypto *crypto, const struct tsa *tsa,
    const struct timestamp_io *io, const struct watch *watch,
    const struct buf *stamped, struct buf *ret_token, struct timestamp *ret)
{
    uint8_t nonce[TIMESTAMP_NONCE_LEN];
    const struct timestamp_question question = { .stamped = stamped,
        .anchors = tsa->anchors,
        .nonce = nonce,
        .policy = tsa->policy };
    struct buf request = { 0 }, answer = { 0 };
    const char *problem;
    enum err r;

    if (RAND_bytes_ex(crypto_libctx(crypto), nonce, sizeof(nonce), 0) != 1)
        return err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
    if ((r = timestamp_ask(crypto, stamped, tsa->policy, nonce, &request)) !=
        OK)
        goto out;
    r = io->fetch(io->ctx, &request, watch, &answer);
    if (r != OK) {
        if (r != ERR_CANCELLED && r != ERR_NO_MEMORY)
            r = fail(ret, err_reason(r));
        goto out;
    }
    if ((problem = timestamp_token(&answer, ret_token)) != NULL) {
        r = fail(ret, problem);
        goto out;
    }
    if ((r = timestamp_check(crypto, ret_token, &question, ret)) == OK &&
        ret->state != TIMESTAMP_GOOD)
        r = fail(ret, ret->problem);
out:
    buf_free(&request);
    buf_free(&answer);
    return r;
}

enum err
timestamp_add(const struct crypto *crypto, X509 *x, const struct tsa *tsa,
    const struct timestamp_io *io, const struct watch *watch, int64_t now,
    struct buf *der, struct timestamp *ret)
{
    struct buf value = { 0 }, token = { 0 }, done = { 0 };
    const ASN1_OCTET_STRING *signature;
    CMS_ContentInfo *cms = NULL;
    CMS_SignerInfo *si;
    enum err r;

    *ret = (struct timestamp){ 0 };
    if ((r = parse(crypto, der, &cms)) != OK)
        return r;
    if ((si = signer_of(cms, x)) == NULL) {
        r = ERR_INTERNAL;
        goto out;
    }
    signature = CMS_SignerInfo_get0_signature(si);
    if ((r = buf_set(&value, ASN1_STRING_get0_data(signature),
             (size_t)ASN1_STRING_length(signature))) != OK ||
        (r = obtain(crypto, tsa, io, watch, &value, &token, ret)) != OK)
        goto out;
    if (ret->time < now - TIMESTAMP_SKEW || ret->time > now + TIMESTAMP_SKEW) {
        r = ERR_CLOCK_WRONG;
        goto out;
    }
    if (CMS_unsigned_add1_attr_by_NID(si, NID_id_smime_aa_timeStampToken,
            V_ASN1_SEQUENCE, token.data, (int)token.len) != 1) {
        r = err_openssl(__func__, ERR_NO_MEMORY);
        goto out;
    }
    if ((r = cms_encode(cms, &done)) == OK)
        buf_move(der, &done);
out:
    buf_free(&value);
    buf_free(&token);
    buf_free(&done);
    CMS_ContentInfo_free(cms);
    return r;
}
