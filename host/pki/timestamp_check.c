/* Judging time-stamp tokens (timestamp.h; RFC 3161, 2.2 to 2.4.2). */
#include "pki/timestamp.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/cms_digest.h"
#include "pki/cms_verify.h"

#define TST_INFO_OID "1.2.840.113549.1.9.16.1.4" /* id-ct-TSTInfo */

const char *
timestamp_state_name(enum timestamp_state state)
{
    static const char *const names[] = {
        [TIMESTAMP_NONE] = "none",
        [TIMESTAMP_GOOD] = "good",
        [TIMESTAMP_UNTRUSTED] = "untrusted",
        [TIMESTAMP_BAD] = "bad",
    };

    return names[state];
}

void
timestamp_free(struct timestamp *t)
{
    buf_free(&t->tsa);
    *t = (struct timestamp){ 0 };
}

/* What is wrong with the token as a signature; NULL: nothing. */
static const char *
signature_problem(const struct cms_verdict *v)
{
    static const struct {
        const char *check, *problem;
    } rows[] = {
        { "certificate", "tsa_certificate" },
        { "attributes", "tsa_certificate" }, /* those name it */
        { "digest", "tsa_signature" },
        { "signature", "tsa_signature" },
    };
    const struct cms_finding *f;
    size_t i, row;

    for (i = 0; i < v->finding_count; i++) {
        f = &v->findings[i];
        for (row = 0; f->reason != NULL && row < 4; row++)
            if (strcmp(f->check, rows[row].check) == 0)
                return rows[row].problem;
        if (f->reason != NULL)
            return "tsa_malformed";
    }
    if (v->signer_count != 1 || !v->signers[0].attributes)
        return "tsa_malformed";
    return v->signers[0].names_certificate ? NULL : "tsa_certificate";
}

/* One purpose and no other, be it unknown. */
static bool
has_one_purpose(const X509 *x)
{
    EXTENDED_KEY_USAGE *purposes = NULL;
    void *extension = NULL;
    bool one;

    if (cert_extension(x, NID_ext_key_usage, &extension) != OK)
        return false;
    purposes = extension;
    one = sk_ASN1_OBJECT_num(purposes) == 1 &&
          OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, 0)) == NID_time_stamp;
    EXTENDED_KEY_USAGE_free(purposes);
    return one;
}

/* The one purpose that it must have, and critical (RFC 3161, 2.3). */
static bool
is_for_timestamps(X509 *x)
{
    int at = X509_get_ext_by_NID(x, NID_ext_key_usage, -1);

    return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(x, at)) == 1 &&
           (X509_get_extension_flags(x) & EXFLAG_INVALID) == 0 &&
           has_one_purpose(x) &&
           (X509_get_key_usage(x) &
               (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0 &&
           (X509_get_key_usage(x) == UINT32_MAX ||
               (X509_get_key_usage(x) & ~(uint32_t)(KU_DIGITAL_SIGNATURE |
                                                    KU_NON_REPUDIATION)) == 0);
}

static bool
is_about(const struct crypto *crypto, TS_MSG_IMPRINT *imprint,
    const struct buf *bytes)
{
    const char *name = cms_digest_name(TS_MSG_IMPRINT_get_algo(imprint));
    const ASN1_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t len = 0;

    return name != NULL &&
           EVP_Q_digest(crypto_libctx(crypto), name, NULL, buf_text(bytes),
               bytes->len, digest, &len) == 1 &&
           (size_t)ASN1_STRING_length(said) == len &&
           mem_compare(ASN1_STRING_get0_data(said), digest, len) == 0;
}

static bool
has_nonce(const TS_TST_INFO *info, const uint8_t *nonce)
{
    const ASN1_INTEGER *said = TS_TST_INFO_get_nonce(info);
    BIGNUM *number = said == NULL ? NULL : ASN1_INTEGER_to_BN(said, NULL);
    BIGNUM *want = BN_bin2bn(nonce, (int)TIMESTAMP_NONCE_LEN, NULL);
    bool same = number != NULL && want != NULL && BN_cmp(number, want) == 0;

    BN_free(number);
    BN_free(want);
    return same;
}

static bool
has_policy(TS_TST_INFO *info, const char *policy)
{
    ASN1_OBJECT *want = OBJ_txt2obj(policy, 1);
    bool same =
        want != NULL && OBJ_cmp(TS_TST_INFO_get_policy_id(info), want) == 0;

    ASN1_OBJECT_free(want);
    return same;
}

/* Does it name nobody else (RFC 3161, 2.4.2), and is all of it known? */
static bool
is_understood(TS_TST_INFO *info, X509 *x)
{
    GENERAL_NAME *tsa = TS_TST_INFO_get_tsa(info);

    if (TS_TST_INFO_get_version(info) != 1 ||
        TS_TST_INFO_get_ext_by_critical(info, 1, -1) >= 0)
        return false;
    return tsa == NULL || tsa->type != GEN_DIRNAME ||
           X509_NAME_cmp(tsa->d.directoryName, X509_get_subject_name(x)) == 0;
}

static const char *
content_problem(const struct crypto *crypto, TS_TST_INFO *info,
    const struct timestamp_question *q, X509 *x, int64_t time)
{
    if (time == 0 || !is_understood(info, x))
        return "tsa_malformed";
    if (!is_about(crypto, TS_TST_INFO_get_msg_imprint(info), q->stamped))
        return "tsa_other_signature";
    if (q->nonce != NULL && !has_nonce(info, q->nonce))
        return "tsa_nonce";
    if (q->policy != NULL && !has_policy(info, q->policy))
        return "tsa_policy";
    return NULL;
}

/* Does the TSA's certificate lead to an anchor, then and at the time to judge
 * by? A key may be stolen after its certificate has expired. */
static enum err
trust_problem(const struct crypto *crypto, const struct buf *token, X509 *x,
    const struct timestamp_question *q, int64_t time, const char **ret_problem)
{
    int64_t at = q->at == 0 ? time : q->at;
    struct chain_set *untrusted = NULL;
    enum err r;

    if ((r = cms_certificates(crypto, token, &untrusted)) != OK)
        return r;
    r = chain_check(crypto, x, untrusted, q->anchors, at);
    chain_free(untrusted);
    *ret_problem = NULL;
    if (r == ERR_CHAIN_UNTRUSTED)
        *ret_problem = "tsa_untrusted";
    else if (r == ERR_CERTIFICATE_EXPIRED)
        *ret_problem = "tsa_expired";
    else if (r == ERR_CERTIFICATE_NOT_YET_VALID)
        *ret_problem = "tsa_not_yet";
    else if (r != OK)
        return r;
    else if (time > at + TIMESTAMP_SKEW)
        *ret_problem = "tsa_time";
    else if (time < cert_not_before(x))
        *ret_problem = "tsa_not_yet";
    else if (time > cert_not_after(x))
        *ret_problem = "tsa_expired";
    return OK;
}

static TS_TST_INFO *
parse(const struct buf *content)
{
    const unsigned char *p = content->data;
    TS_TST_INFO *info = NULL;

    if (content->len > 0)
        info = d2i_TS_TST_INFO(NULL, &p, (long)content->len);
    if (info != NULL && p != content->data + content->len) {
        TS_TST_INFO_free(info);
        info = NULL;
    }
    return info;
}

static enum err
judge(const struct crypto *crypto, const struct buf *token,
    const struct timestamp_question *q, const struct cms_verdict *v,
    struct timestamp *ret)
{
    TS_TST_INFO *info = parse(&v->content);
    X509 *x = v->signer_count == 0 ? NULL : v->signers[0].x;
    enum err r = OK;

    ret->state = TIMESTAMP_BAD;
    ret->problem = signature_problem(v);
    if (info != NULL)
        ret->time = cert_time(TS_TST_INFO_get_time(info));
    if (x != NULL)
        r = cert_dn(X509_get_subject_name(x), &ret->tsa);
    if (r == ERR_CERTIFICATE_DAMAGED) {
        ret->problem = "tsa_malformed"; /* a name that is no text */
        r = OK;
    }
    if (r != OK || ret->problem != NULL)
        goto out;
    ret->problem = info == NULL ? "tsa_malformed"
                   : !is_for_timestamps(x)
                       ? "tsa_usage"
                       : content_problem(crypto, info, q, x, ret->time);
    if (ret->problem != NULL)
        goto out;
    r = trust_problem(crypto, token, x, q, ret->time, &ret->problem);
    ret->state = ret->problem == NULL ? TIMESTAMP_GOOD : TIMESTAMP_UNTRUSTED;
out:
    TS_TST_INFO_free(info);
    return r;
}

enum err
timestamp_check(const struct crypto *crypto, const struct buf *token,
    const struct timestamp_question *question, struct timestamp *ret)
{
    const struct cms_question as_signature = { .signature = token,
        .type = TST_INFO_OID };
    struct cms_verdict verdict = { 0 };
    struct timestamp t = { 0 };
    enum err r;

    if ((r = cms_verify_bytes(crypto, &as_signature, &verdict)) != OK)
        return r;
    r = judge(crypto, token, question, &verdict, &t);
    cms_verdict_free(&verdict);
    ERR_clear_error();
    if (r == OK && t.state != TIMESTAMP_GOOD && mem_was_short())
        r = ERR_NO_MEMORY; /* what seems wrong may be right */
    if (r == OK)
        *ret = t;
    else
        timestamp_free(&t);
    return r;
}

/* One value of an attribute, in DER. */
static enum err
token_of(X509_ATTRIBUTE *attribute, int at, struct buf *ret_token)
{
    const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, at);

    if (value == NULL || value->type != V_ASN1_SEQUENCE)
        return OK; /* nothing in it: malformed */
    return buf_set(ret_token, ASN1_STRING_get0_data(value->value.sequence),
        (size_t)ASN1_STRING_length(value->value.sequence));
}

enum err
timestamp_of_signer(const struct crypto *crypto, CMS_SignerInfo *si,
    const struct chain_set *anchors, int64_t at, struct timestamp *ret)
{
    const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(si);
    struct buf value = { 0 }, token = { 0 };
    const struct timestamp_question question = {
        .stamped = &value, .anchors = anchors, .at = at
    };
    int where = -1, left = TIMESTAMP_TOKENS_MAX;
    X509_ATTRIBUTE *attribute;
    enum err r;

    *ret = (struct timestamp){ 0 };
    r = buf_set(&value, ASN1_STRING_get0_data(signature),
        (size_t)ASN1_STRING_length(signature));
    while (r == OK && ret->state != TIMESTAMP_GOOD && left > 0 &&
           (where = CMS_unsigned_get_attr_by_NID(
                si, NID_id_smime_aa_timeStampToken, where)) >= 0) {
        attribute = CMS_unsigned_get_attr(si, where);
        for (int i = 0; i < X509_ATTRIBUTE_count(attribute) && r == OK &&
                        ret->state != TIMESTAMP_GOOD && left-- > 0;
             i++) {
            timestamp_free(ret);
            if ((r = token_of(attribute, i, &token)) == OK)
                r = timestamp_check(crypto, &token, &question, ret);
            buf_free(&token);
        }
    }
    buf_free(&value);
    if (r != OK)
        timestamp_free(ret);
    return r;
}
