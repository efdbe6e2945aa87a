#include "pki/revocation.h"

#include <string.h>

#include <openssl/objects.h>
#include <openssl/rand.h>

#define URL_MAX 1024u /* bytes of an address */
#define DAY_S   86400

const char REVOCATION_OCSP_EXPIRED[] = "ocsp_expired";
const char REVOCATION_CRL_EXPIRED[] = "crl_expired";

const char *
revocation_status_name(enum revocation_status status)
{
    static const char *const names[] = {
        [REVOCATION_NOT_CHECKED] = "not_checked",
        [REVOCATION_GOOD] = "good",
        [REVOCATION_REVOKED] = "revoked",
        [REVOCATION_UNKNOWN] = "unknown",
    };

    return (size_t)status <= REVOCATION_UNKNOWN ? names[status] : "unknown";
}

bool
revocation_url_ok(const char *url, bool crl)
{
    const char *host = NULL;
    size_t len = strlen(url);

    if (strncmp(url, "http://", 7) == 0)
        host = url + 7;
    else if (crl && strncmp(url, "ldap://", 7) == 0)
        host = url + 7;
    if (host == NULL || len > URL_MAX || strcspn(host, "/:?") == 0 ||
        strpbrk(url, "@#\\") != NULL)
        return false;
    for (; *url > ' ' && *url < 0x7F; url++)
        continue;
    return *url == '\0';
}

const char *
revocation_reason(int reason)
{
    static const char *const names[] = { "unspecified", "keyCompromise",
        "cACompromise", "affiliationChanged", "superseded",
        "cessationOfOperation", "certificateHold", NULL, "removeFromCRL",
        "privilegeWithdrawn", "aACompromise" };

    return reason >= 0 && (size_t)reason < sizeof(names) / sizeof(names[0])
               ? names[reason]
               : NULL;
}

bool
revocation_time(const ASN1_TIME *t, int64_t *ret_seconds)
{
    int64_t seconds = cert_time(t);

    if (seconds > 0)
        *ret_seconds = seconds;
    return seconds > 0;
}

/* What one check works with. */
struct check {
    const struct host *host;
    X509 *x, *issuer;
    const struct revocation_io *io;
    const struct watch *watch;
    int64_t now;
    const char *problem; /* of the last way that failed */
};

/* Errors that end a check; others are its problem. */
static bool
ends(enum err r)
{
    return r == ERR_NO_MEMORY || r == ERR_CANCELLED ||
           r == ERR_CRYPTO_UNAVAILABLE;
}

static enum err
ask_ocsp(struct check *c, struct revocation *ret, bool *ret_found)
{
    struct buf url = { 0 }, question = { 0 }, answer = { 0 };
    uint8_t nonce[REVOCATION_NONCE_LEN];
    enum err r;

    if ((r = cert_ocsp(c->x, &url)) != OK || url.len == 0)
        goto out;
    if (!revocation_url_ok(buf_text(&url), false)) {
        c->problem = "ocsp_address";
        goto out;
    }
    if (RAND_bytes_ex(
            crypto_libctx(c->host->crypto), nonce, sizeof(nonce), 0) != 1) {
        r = err_openssl(__func__, ERR_CRYPTO_UNAVAILABLE);
        goto out;
    }
    if ((r = revocation_ocsp_ask(c->x, c->issuer, nonce, &question)) != OK)
        goto out;
    r = c->io->fetch(c->io->ctx, buf_text(&url), &question, REVOCATION_OCSP_MAX,
        c->watch, &answer);
    if (r != OK) {
        c->problem = err_reason(r);
        goto out;
    }
    *ret_found = revocation_ocsp_read(c->host->crypto, &answer, c->x, c->issuer,
        nonce, c->now, ret, &c->problem);
    if (*ret_found && ret->valid_until > 0)
        revocation_keep(c->host, c->x, REVOCATION_OCSP, &answer);
out:
    buf_free(&url);
    buf_free(&question);
    buf_free(&answer);
    return ends(r) ? r : OK;
}

static enum err
ask_crl(struct check *c, struct revocation *ret, bool *ret_found)
{
    struct buf url = { 0 }, list = { 0 };
    enum err r;

    if ((r = cert_crl(c->x, &url)) != OK || url.len == 0)
        goto out;
    if (!revocation_url_ok(buf_text(&url), true)) {
        c->problem = "crl_address";
        goto out;
    }
    r = c->io->fetch(
        c->io->ctx, buf_text(&url), NULL, REVOCATION_CRL_MAX, c->watch, &list);
    if (r != OK) {
        c->problem = err_reason(r);
        goto out;
    }
    *ret_found = revocation_crl_read(
        c->host->crypto, &list, c->x, c->issuer, c->now, ret, &c->problem);
    if (*ret_found)
        revocation_keep(c->host, c->x, REVOCATION_CRL, &list);
out:
    buf_free(&url);
    buf_free(&list);
    return ends(r) ? r : OK;
}

/* Does a revocation last? Only a hold may be lifted. */
static bool
is_final(const struct revocation *found)
{
    return found->status == REVOCATION_REVOKED &&
           (found->reason == NULL ||
               strcmp(found->reason, "certificateHold") != 0);
}

/* An answer that was kept. What was revoked for good stays so when the answer
 * itself has expired. */
static bool
look_at_kept(struct check *c, enum revocation_kind kind, struct revocation *ret)
{
    const struct crypto *crypto = c->host->crypto;
    struct revocation found = { 0 };
    struct buf answer = { 0 };
    const char *problem = NULL;
    bool ok = false;

    if (revocation_kept(c->host, c->x, kind, &answer) == OK)
        ok = kind == REVOCATION_OCSP
                 ? revocation_ocsp_read(crypto, &answer, c->x, c->issuer, NULL,
                       c->now, &found, &problem)
                 : revocation_crl_read(crypto, &answer, c->x, c->issuer, c->now,
                       &found, &problem);
    buf_free(&answer);
    if (problem == REVOCATION_OCSP_EXPIRED || problem == REVOCATION_CRL_EXPIRED)
        ok = is_final(&found);
    if (ok)
        *ret = found;
    return ok;
}

enum err
revocation_check(const struct host *host, X509 *x, X509 *issuer,
    const struct revocation_io *io, const struct watch *watch,
    struct revocation *ret)
{
    struct check c = { host, x, issuer, io, watch, 0, NULL };
    struct revocation kept = { 0 }, other = { 0 }, found = { 0 };
    bool done = false, has;
    enum err r = OK;

    c.now = clock_wall(&host->clock);
    has = look_at_kept(&c, REVOCATION_OCSP, &kept);
    if ((!has || kept.status == REVOCATION_GOOD) &&
        look_at_kept(&c, REVOCATION_CRL, &other) &&
        (!has || other.checked > kept.checked)) {
        kept = other;
        has = true;
    }
    if (io != NULL && !(has && is_final(&kept))) {
        r = ask_ocsp(&c, &found, &done);
        if (r == OK && !done)
            r = ask_crl(&c, &found, &done);
        if (r != OK)
            return r;
    }
    if (!done && has) {
        found = kept;
        found.source = "cache";
    } else if (!done && io != NULL) {
        found = (struct revocation){ .status = REVOCATION_UNKNOWN };
        if (c.problem == NULL)
            c.problem = "no_address";
    }
    found.problem = c.problem;
    *ret = found;
    return OK;
}
