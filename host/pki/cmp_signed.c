#include "pki/cmp_signed.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cmp_pins.h"

bool
cmp_signed_set_up(const struct cmp_signer *signer, OSSL_CMP_CTX *ctx)
{
    return OSSL_CMP_CTX_set1_cert(ctx, signer->x) == 1 &&
           OSSL_CMP_CTX_set1_pkey(ctx, signer->key) == 1 &&
           OSSL_CMP_CTX_set1_oldCert(ctx, signer->about) == 1;
}

/* --- who may answer for the CA ----------------------------------------------*/

static enum err
parse_extra(const struct host *host, struct der list, STACK_OF(X509) * ret)
{
    struct buf der = { 0 };
    struct der content;
    X509 *x = NULL;
    enum err r = OK;

    while (list.len > 0 && r == OK) {
        const uint8_t *start = list.data;

        if (!der_get(&list, DER_SEQUENCE, &content))
            return ERR_CA_ANSWER_UNTRUSTED;
        r = buf_set(&der, start, (size_t)(list.data - start));
        if (r == OK && (r = cert_parse(host->crypto, &der, &x)) == OK) {
            if (sk_X509_push(ret, x) == 0) {
                X509_free(x);
                r = ERR_NO_MEMORY;
            }
        } else if (r != ERR_NO_MEMORY) {
            r = OK; /* none that is of use */
        }
        x = NULL;
        buf_free(&der);
    }
    return r;
}

static bool
is_sender(const X509 *x, struct der sender)
{
    unsigned char *der = NULL;
    int len = i2d_X509_NAME(X509_get_subject_name(x), &der);
    bool same = len > 0 && (size_t)len == sender.len &&
                memcmp(der, sender.data, sender.len) == 0;

    OPENSSL_free(der);
    return same;
}

static bool
is_pinned(const struct ca *ca, const X509 *x)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    size_t i;

    if (X509_digest(x, EVP_sha256(), md, &len) == 1 && len == CA_SHA256_LEN)
        for (i = 0; i < ca->anchor_count; i++)
            if (memcmp(md, ca->anchors[i].sha256, len) == 0)
                return true;
    return false;
}

/* ERR_CA_ANSWER_UNTRUSTED when it is not; ERR_NO_MEMORY */
static enum err
is_delegated(const X509 *x)
{
    enum err r = ERR_CA_ANSWER_UNTRUSTED, found;
    EXTENDED_KEY_USAGE *usage = NULL;
    void *extension = NULL;
    int i, nid;

    if ((found = cert_extension(x, NID_ext_key_usage, &extension)) != OK)
        return found;
    usage = extension;
    for (i = 0; usage != NULL && i < sk_ASN1_OBJECT_num(usage); i++) {
        nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, i));
        if (nid == NID_cmcCA || nid == NID_cmcRA)
            r = OK;
    }
    EXTENDED_KEY_USAGE_free(usage);
    return r;
}

enum err
cmp_signed_speaks_for(const struct host *host, const struct ca *ca, X509 *x,
    const STACK_OF(X509) * all)
{
    struct chain_set *pins = NULL, *others = NULL;
    int64_t now = clock_wall(&host->clock);
    int i;
    enum err r;

    if ((X509_get_extension_flags(x) & EXFLAG_KUSAGE) == 0 ||
        (X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) == 0)
        return ERR_CA_ANSWER_UNTRUSTED;
    if (is_pinned(ca, x))
        return OK;
    if ((r = is_delegated(x)) != OK ||
        (r = ca_check_issuer(ca, x, ERR_CA_ANSWER_UNTRUSTED)) != OK)
        return r;
    r = cmp_pins(host, ca, all, &pins);
    for (i = 0; r == OK && i < sk_X509_num(all); i++)
        r = chain_add(&others, sk_X509_value(all, i));
    if (r == OK)
        r = chain_check(host->crypto, x, others, pins, now);
    if (r != OK && r != ERR_NO_MEMORY)
        r = chain_is_early(pins, now) ? ERR_CLOCK_WRONG
                                      : ERR_CA_ANSWER_UNTRUSTED;
    chain_free(pins);
    chain_free(others);
    return r;
}

enum err
cmp_signed_responder(const struct host *host, const struct ca *ca,
    const struct cmp_message *answer, OSSL_CMP_CTX *ctx)
{
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *x;
    int i;
    enum err r = ERR_NO_MEMORY;

    if (all == NULL || (r = parse_extra(host, answer->extra, all)) != OK)
        goto out;
    r = ERR_CA_ANSWER_UNTRUSTED;
    for (i = 0; r == ERR_CA_ANSWER_UNTRUSTED && i < sk_X509_num(all); i++) {
        x = sk_X509_value(all, i);
        if (is_sender(x, answer->sender) &&
            (r = cmp_signed_speaks_for(host, ca, x, all)) == OK &&
            OSSL_CMP_CTX_set1_srvCert(ctx, x) != 1)
            r = err_openssl(__func__, ERR_INTERNAL);
    }
    if (sk_X509_num(all) == 0)
        r = OK; /* by the one found before, or OpenSSL finds no anchor */
out:
    sk_X509_pop_free(all, X509_free);
    return r;
}

/* --- what it says -----------------------------------------------------------*/

static bool
failed(const struct cmp_status *status, int bit)
{
    return (status->fail_info >> bit & 1) != 0;
}

enum err
cmp_signed_refusal(unsigned body, const struct cmp_status *s, enum err r)
{
    if (failed(s, OSSL_CMP_PKIFAILUREINFO_certRevoked))
        return ERR_CERTIFICATE_REVOKED;
    if (body == CMP_KUP && failed(s, OSSL_CMP_PKIFAILUREINFO_badTime))
        return ERR_RENEWAL_TOO_EARLY; /* an expired one is never asked for */
    if (body == CMP_KUP && failed(s, OSSL_CMP_PKIFAILUREINFO_duplicateCertReq))
        return ERR_ALREADY_RENEWED;
    return r == ERR_CODE_USED || r == ERR_CODE_EXPIRED || r == ERR_CODE_WRONG
               ? ERR_CA_REJECTED
               : r;
}

/* Is the certificate that comes along the one received before? */
static bool
is_expected(const struct cmp_run *run, const struct cmp_message *answer)
{
    const struct buf *expected = run->order->expected;
    struct der got;

    return expected != NULL && expected->len > 0 &&
           cmp_message_certificate(answer, &got) && got.len == expected->len &&
           memcmp(got.data, expected->data, got.len) == 0;
}

enum err
cmp_signed_revoked(const struct cmp_status *status)
{
    switch (status->status) {
    case OSSL_CMP_PKISTATUS_accepted:
    case OSSL_CMP_PKISTATUS_grantedWithMods:
    case OSSL_CMP_PKISTATUS_revocationNotification:
        return OK;
    case OSSL_CMP_PKISTATUS_waiting:
    case OSSL_CMP_PKISTATUS_revocationWarning: /* it is imminent */
        return ERR_CA_WAITING;
    default:
        return ERR_CA_ANSWER_INVALID;
    }
}

enum err
cmp_signed_status(struct cmp_run *run, const struct cmp_message *answer)
{
    if (answer->body == CMP_RP)
        return cmp_signed_revoked(&run->result->status);
    switch (run->result->status.status) {
    case OSSL_CMP_PKISTATUS_waiting:
        return OK; /* in a kup, or before a pollRep, which has none */
    case OSSL_CMP_PKISTATUS_keyUpdateWarning:
        if (answer->body != CMP_KUP)
            return ERR_CA_ANSWER_INVALID;
        run->known = is_expected(run, answer);
        return ERR_ALREADY_RENEWED;
    default:
        return ERR_CA_ANSWER_INVALID;
    }
}
