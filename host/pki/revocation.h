/*
 * revocation.h - is a certificate revoked? OCSP (RFC 6960) first, then the CRL
 * (RFC 5280, section 5), over a transfer function; answers are kept in
 * <state>/revocation/ as they came and proved again whenever they are used.
 *
 * Addresses stand in the certificate, so it must have been proved to come from
 * a pinned CA before anything is asked. Only http:// and, for the CRL, also
 * ldap:// with a host are followed.
 */
#ifndef INGAM_PKI_REVOCATION_H
#define INGAM_PKI_REVOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "base/watch.h"
#include "host.h"
#include "pki/cert.h"

#define REVOCATION_FOLDER     "revocation"
#define REVOCATION_OCSP_MAX   (64u << 10)  /* bytes of an OCSP answer */
#define REVOCATION_CRL_MAX    (4u << 20)   /* bytes of a CRL */
#define REVOCATION_KEPT_MAX   (512u << 10) /* bytes of one that is kept */
#define REVOCATION_FILES_MAX  64u          /* answers that are kept */
#define REVOCATION_SKEW       300          /* seconds that clocks may differ */
#define REVOCATION_TIMEOUT_MS 15000        /* of one question */
#define REVOCATION_NONCE_LEN  16u          /* bytes */

enum revocation_status {
    REVOCATION_NOT_CHECKED,
    REVOCATION_GOOD,
    REVOCATION_REVOKED,
    REVOCATION_UNKNOWN,
};

const char *revocation_status_name(enum revocation_status status);

struct revocation {
    enum revocation_status status;
    const char *source;  /* "ocsp", "crl" or "cache"; NULL: none. Static */
    int64_t checked;     /* when the CA knew it, seconds since 1970 UTC */
    int64_t valid_until; /* of the answer; 0: it was for the moment only */
    int64_t revoked_at;  /* with REVOCATION_REVOKED */
    const char *reason;  /* "keyCompromise", …; NULL: none given. Static */
    const char *problem; /* why there is no better answer; static, or NULL */
};

/* A question and its answer over the network; errors as net_post(). A NULL
 * body is a GET (http://) or a search (ldap://). */
struct revocation_io {
    void *ctx;
    enum err (*fetch)(void *ctx, const char *url, const struct buf *body,
        uint32_t max, const struct watch *watch, struct buf *ret_answer);
};

/*
 * What is known of x, which issuer signed. Without io only what is kept is
 * looked at. It always comes to a verdict: whatever goes wrong on the way is
 * its problem, and an answer that is kept and still valid stands in.
 *
 * ERR_NO_MEMORY, ERR_CANCELLED, ERR_CRYPTO_UNAVAILABLE
 */
enum err revocation_check(const struct host *host, X509 *x, X509 *issuer,
    const struct revocation_io *io, const struct watch *watch,
    struct revocation *ret);

/* --- the parts ---------------------------------------------------------------
 *
 * True: ret is what the answer says. Else *ret_problem says what is wrong with
 * it, an "ocsp_…" or "crl_…" word of docs/security.md; ret is filled too when
 * it is nothing but that the answer has expired.
 */
extern const char REVOCATION_OCSP_EXPIRED[], REVOCATION_CRL_EXPIRED[];

/* DER of a question about x with a nonce. ERR_NO_MEMORY, ERR_INTERNAL */
enum err revocation_ocsp_ask(const X509 *x, const X509 *issuer,
    const uint8_t nonce[static REVOCATION_NONCE_LEN], struct buf *ret_der);

/* Judge an OCSP answer; nonce is NULL for one that was kept. */
bool revocation_ocsp_read(const struct crypto *crypto, const struct buf *answer,
    const X509 *x, X509 *issuer, const uint8_t *nonce, int64_t now,
    struct revocation *ret, const char **ret_problem);

/* Judge a CRL. */
bool revocation_crl_read(const struct crypto *crypto, const struct buf *crl,
    const X509 *x, X509 *issuer, int64_t now, struct revocation *ret,
    const char **ret_problem);

/* May this address be asked? crl: ldap:// too. */
bool revocation_url_ok(const char *url, bool crl);

/* Name of a CRLReason (RFC 5280, 5.3.1), NULL for -1 and unknown ones. */
const char *revocation_reason(int reason);

/* An ASN.1 time in seconds since 1970 UTC. False when it is none. */
bool revocation_time(const ASN1_TIME *t, int64_t *ret_seconds);

/* --- what is kept ------------------------------------------------------------
 *
 * Best effort: what cannot be kept is asked for again.
 */

enum revocation_kind { REVOCATION_OCSP, REVOCATION_CRL };

void revocation_keep(const struct host *host, const X509 *x,
    enum revocation_kind kind, const struct buf *answer);
enum err revocation_kept(const struct host *host, const X509 *x,
    enum revocation_kind kind, struct buf *ret_answer);

/* Is there any answer at all, or one about x? Cheap; it may be worth nothing.
 */
bool revocation_any(const struct host *host);
bool revocation_is_kept(const struct host *host, const char *id);

#endif
