/*
 * cms_verify.h - is a signature good? Every question has its own answer, so
 * that a person learns what is wrong and not only that something is.
 */
#ifndef INGAM_PKI_CMS_VERIFY_H
#define INGAM_PKI_CMS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/chain.h"
#include "pki/cms_display.h"
#include "pki/crypto.h"
#include "pki/timestamp.h"

#define CMS_SIGNATURE_MAX (1u << 20) /* bytes of a signature file */
#define CMS_SIGNERS_MAX   16u        /* signers of one SignedData */
#define CMS_FINDINGS_MAX  256u       /* answers of one verdict */
#define CMS_EVIDENCE_MAX  (4u << 20) /* bytes of CRLs and OCSP answers */
#define CMS_WHOLE         (-1)       /* a finding about no one signer */

/*
 * check       reasons when it fails
 * structure   not_signed_data (or not in DER), trailing_bytes, content_type,
 *             no_signer, too_many_signers, digest_unknown
 * content     content_missing, content_differs
 * certificate certificate_missing, other_signer
 * digest      digest_weak (not SHA-256, SHA-384 or SHA-512)
 * attributes  attributes_wrong
 * display     display_wrong, display_missing, origin_differs, kind_differs
 * signature   signature_wrong, digest_differs, digest_unsuited (the content is
 *             known by its SHA-256 alone, and this signer took another)
 * login       see cmd/verify_login.h
 * timestamp   timestamp_missing, and the problems of pki/timestamp.h
 * key_usage   key_usage
 * validity    certificate_expired, certificate_not_yet_valid
 * chain       chain_untrusted
 * revocation  certificate_revoked, status_unknown
 * identity    identity_value_missing, identity_differs
 */
struct cms_finding {
    const char *check;  /* static */
    const char *reason; /* static; NULL: the answer is good */
    int signer;         /* index of the signer, or CMS_WHOLE */
};

struct cms_signer {
    X509 *x;            /* NULL when the certificate is missing */
    const char *digest; /* static OpenSSL name, "" when unknown */
    bool attributes;
    bool names_certificate; /* itself, in the attributes (RFC 5035) */
    int64_t signing_time;   /* as the signer says; 0 without */
    bool has_display;
    struct cms_display display; /* as the signer says, with has_display */
    struct timestamp timestamp; /* of cms_verify */
};

struct cms_verdict {
    struct cms_finding findings[CMS_FINDINGS_MAX];
    size_t finding_count;
    struct cms_signer signers[CMS_SIGNERS_MAX];
    size_t signer_count;
    bool detached;
    struct buf content; /* the bytes that were signed, as far as known */
};

struct cms_question {
    const struct buf *signature; /* SignedData in DER, or the bare value */
    bool pkcs1;                  /* the bare value; needs signer, content */
    const char *type;            /* of the content, dotted; NULL: data */
    const struct buf *content;   /* NULL: must be inside */
    const uint8_t *digest;       /* SHA-256 of the content, CMS_SHA256_LEN
                                   bytes: takes its place where it is absent,
                                   else must be that of it; NULL: not given */
    X509 *signer;                /* whose it must be; NULL: anybody's */
    const struct chain_set *anchors;
    const struct buf *evidence; /* CRLs and OCSP answers in DER, one behind the
                                   other; NULL: revocation is not asked about */
    int64_t at; /* the time to judge certificates by; a signer with a good
                   time-stamp is judged by that of the time-stamp */
    const struct chain_set *tsa_anchors; /* who may vouch for a time */
    bool timestamp;     /* each signer must have a good time-stamp */
    const char *idn;    /* NULL: the identity is not asked about */
    const uint8_t *r;   /* VID_R_LEN bytes, with idn */
    const char *origin; /* who must have asked; NULL: not asked about */
    const char *kind;   /* of what was shown; NULL: not asked about */
};

/*
 * Answer everything. A bad signature is a verdict, not an error.
 *
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE, ERR_TOO_LARGE
 * ERR_PARAM_TYPE  idn is not an identity number
 */
enum err cms_verify(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *ret_verdict);

/* The part of it that trusts nobody: structure to signature. */
enum err cms_verify_bytes(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *ret_verdict);

/* Is a certificate revoked, as the evidence has it? NULL, or the reason. The
 * path leads from the certificate to an anchor; NULL: there is none. What was
 * stamped (the time of a good time-stamp; 0: none) before a revocation stays
 * good. */
const char *cms_verify_revocation(const struct crypto *crypto,
    const struct cms_question *question, const struct chain_set *path,
    int64_t stamped);

/* The part about a bare PKCS#1 value. */
enum err cms_verify_value(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *verdict);

/* The part about what was shown to one signer: "display". */
enum err cms_verify_display(const struct cms_question *question,
    CMS_SignerInfo *si, int signer, struct cms_verdict *verdict);

/* The part about time-stamps: signers[].timestamp and "timestamp", which is
 * said of a signer that has one or must have one. */
enum err cms_verify_timestamps(const struct crypto *crypto,
    const struct cms_question *question, struct cms_verdict *verdict);

/* The certificates that came with a signature help to find a path. No set where
 * there are none. ERR_NO_MEMORY, ERR_TOO_LARGE */
enum err cms_certificates(const struct crypto *crypto, const struct buf *der,
    struct chain_set **ret_set);

void cms_verdict_add(struct cms_verdict *verdict, const char *check,
    const char *reason, int signer);
bool cms_verdict_valid(const struct cms_verdict *verdict);
/* Is all good that concerns this signer, and the whole? */
bool cms_verdict_signer_valid(const struct cms_verdict *verdict, size_t signer);
void cms_verdict_free(struct cms_verdict *verdict);

/* Does its key usage, if it names any, allow signatures over data? */
bool cms_usage_allows(X509 *x);

#endif
