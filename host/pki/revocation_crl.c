/* CRLs (RFC 5280, section 5) as revocation.h has it. */
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/algorithm.h"
#include "pki/revocation.h"

/* --- which certificates it speaks of ---------------------------------------*/

static bool
name_in(const GENERAL_NAMES *names, GENERAL_NAME *name)
{
    int i;

    for (i = 0; i < sk_GENERAL_NAME_num(names); i++)
        if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(names, i), name) == 0)
            return true;
    return false;
}

/* Do the two full names have one in common? */
static bool
same_point(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b)
{
    int i;

    if (a == NULL || b == NULL || a->type != 0 || b->type != 0)
        return false;
    for (i = 0; i < sk_GENERAL_NAME_num(a->name.fullname); i++)
        if (name_in(
                b->name.fullname, sk_GENERAL_NAME_value(a->name.fullname, i)))
            return true;
    return false;
}

/* Is a list for one distribution point that of x? Else a list of another part
 * would not have it, and say that all is well. */
static bool
is_our_point(const DIST_POINT_NAME *point, const X509 *x)
{
    CRL_DIST_POINTS *points =
        X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
    bool ours = false;
    int i;

    for (i = 0; !ours && i < sk_DIST_POINT_num(points); i++)
        ours = same_point(point, sk_DIST_POINT_value(points, i)->distpoint);
    CRL_DIST_POINTS_free(points);
    return ours;
}

/* The scope that the list claims (5.2.5). */
static const char *
judge_scope(const X509_CRL *crl, const X509 *x)
{
    int critical = -1;
    ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(
        crl, NID_issuing_distribution_point, &critical, NULL);
    const char *problem = NULL;

    if (scope == NULL)
        return critical == -1 ? NULL : "crl_malformed";
    if (scope->onlyCA > 0 || scope->onlyattr > 0 || scope->indirectCRL > 0 ||
        scope->onlysomereasons != NULL)
        problem = "crl_scope";
    else if (scope->distpoint != NULL && !is_our_point(scope->distpoint, x))
        problem = "crl_scope";
    ISSUING_DIST_POINT_free(scope);
    return problem;
}

/* Extensions that must be understood; of a delta list there is one. */
static bool
has_unknown_critical(const X509_CRL *crl)
{
    X509_EXTENSION *e;
    int i;

    for (i = 0; i < X509_CRL_get_ext_count(crl); i++) {
        e = X509_CRL_get_ext(crl, i);
        if (X509_EXTENSION_get_critical(e) == 1 &&
            OBJ_obj2nid(X509_EXTENSION_get_object(e)) !=
                NID_issuing_distribution_point)
            return true;
    }
    return false;
}

/* --- what it says ----------------------------------------------------------*/

static const char *
judge_list(X509_CRL *crl, const X509 *x, X509 *issuer, int64_t now,
    struct revocation *ret)
{
    const ASN1_TIME *until = X509_CRL_get0_nextUpdate(crl);

    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(x)) != 0)
        return "crl_other_issuer";
    if (!algorithm_proves(X509_CRL_get_signature_nid(crl)) ||
        X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1)
        return "crl_signature";
    if ((X509_get_extension_flags(issuer) & EXFLAG_KUSAGE) != 0 &&
        (X509_get_key_usage(issuer) & KU_CRL_SIGN) == 0)
        return "crl_signature";
    if (!revocation_time(X509_CRL_get0_lastUpdate(crl), &ret->checked) ||
        until == NULL || !revocation_time(until, &ret->valid_until))
        return "crl_malformed";
    if (ret->checked > now + REVOCATION_SKEW)
        return "crl_not_yet";
    if (has_unknown_critical(crl))
        return "crl_unsupported";
    return judge_scope(crl, x);
}

/* The entry of x, if there is one. */
static const char *
judge_entry(X509_CRL *crl, const X509 *x, struct revocation *ret)
{
    X509_REVOKED *entry = NULL;
    ASN1_ENUMERATED *reason;
    int found = X509_CRL_get0_by_serial(crl, &entry, X509_get0_serialNumber(x));

    ret->status = REVOCATION_GOOD;
    if (found != 1 || entry == NULL)
        return found == 2 ? "crl_unsupported" : NULL;
    if (X509_REVOKED_get_ext_by_critical(entry, 1, -1) >= 0)
        return "crl_unsupported"; /* perhaps of another issuer */
    ret->status = REVOCATION_REVOKED;
    reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    if (reason != NULL)
        ret->reason = revocation_reason((int)ASN1_ENUMERATED_get(reason));
    ASN1_ENUMERATED_free(reason);
    return revocation_time(
               X509_REVOKED_get0_revocationDate(entry), &ret->revoked_at)
               ? NULL
               : "crl_malformed";
}

bool
revocation_crl_read(const struct crypto *crypto, const struct buf *crl,
    const X509 *x, X509 *issuer, int64_t now, struct revocation *ret,
    const char **ret_problem)
{
    X509_CRL *list = X509_CRL_new_ex(crypto_libctx(crypto), NULL);
    const unsigned char *p = crl->data;
    struct revocation found = { .source = "crl" };
    const char *problem = "crl_malformed";

    if (list != NULL && crl->len > 0 && crl->len <= REVOCATION_CRL_MAX &&
        d2i_X509_CRL(&list, &p, (long)crl->len) != NULL &&
        p == crl->data + crl->len) {
        problem = judge_list(list, x, issuer, now, &found);
        if (problem == NULL)
            problem = judge_entry(list, x, &found);
        if (problem == NULL && found.valid_until < now - REVOCATION_SKEW)
            problem = REVOCATION_CRL_EXPIRED;
    }
    X509_CRL_free(list);
    (void)!err_openssl(__func__, OK);
    if (mem_was_short()) /* what seemed absent may have been there */
        problem = err_reason(ERR_NO_MEMORY);
    if (problem == NULL || problem == REVOCATION_CRL_EXPIRED)
        *ret = found;
    if (problem != NULL)
        *ret_problem = problem;
    return problem == NULL;
}
