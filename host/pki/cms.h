/*
 * cms.h - signatures: CMS SignedData (RFC 5652; npki.md 6.1) and the plain
 * RSASSA-PKCS1-v1_5 value (npki.md 6.2), with SHA-256 over the exact bytes
 * given, or over bytes whose SHA-256 the host computed while they passed by.
 * A digest that somebody else computed is signed for one kind alone,
 * `document`: the page names it, and the person was told so (sign.data).
 */
#ifndef INGAM_PKI_CMS_H
#define INGAM_PKI_CMS_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/cms_display.h"
#include "pki/crypto.h"

#define CMS_CONTENT_MAX 700000u /* bytes; base64 of the result fits a frame */
/* Content type of a login (docs/signing.md): none of its signatures can pass
 * for one over text or a transaction, and the other way round. */
#define CMS_LOGIN_OID  "2.25.292293108776468909223655752328592255476.2"

#define CMS_SHA256_LEN 32u /* bytes */

struct cms_form {
    bool detached;    /* the content stays outside */
    bool attributes;  /* contentType, messageDigest, signingTime and
                        signingCertificateV2 (RFC 5035) are signed too */
    int64_t now;      /* becomes signingTime; seconds since 1970 UTC */
    const char *type; /* of the content, dotted; NULL: data (RFC 5652) */
    const struct cms_display *display; /* with attributes; or NULL */
    const struct buf *content; /* of a digest, where it is here; else NULL */
    const struct buf *to;      /* SignedData that the signer joins, once
                                 cms_may_join has allowed it; NULL: a new one */
};

/*
 * May this certificate sign now? *ret_date is the date in question (notAfter
 * or notBefore) with the first two errors, else 0.
 *
 * ERR_CERTIFICATE_EXPIRED, ERR_CERTIFICATE_NOT_YET_VALID
 * ERR_NO_MATCHING_CERTIFICATE  its key usage does not allow signatures
 */
enum err cms_may_sign(X509 *x, int64_t now, int64_t *ret_date);

/*
 * A certificate and its key, made ready for any number of signatures. Both must
 * stay what they are, and crypto must live as long. The caller frees it with
 * cms_seal_free.
 *
 * ERR_KEY_MISMATCH            the key is not the certificate's
 * ERR_KEY_SCHEME_UNSUPPORTED  it is neither RSA nor of a curve
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL
 */
struct cms_seal;
enum err cms_seal_new(const struct crypto *crypto, X509 *x, EVP_PKEY *key,
    struct cms_seal **ret_seal);
void cms_seal_free(struct cms_seal *seal); /* takes NULL */

/*
 * One SignedData in DER with one signer, whose certificate is the only one in
 * it; or form->to with one signer more, and then that says whether the content
 * is inside. The bytes have been read and verified again, for every signer,
 * before they are returned.
 *
 * ERR_TOO_LARGE     the content is above CMS_CONTENT_MAX
 * ERR_INVALID_REQUEST  form->to cannot be joined: its signers do not hold
 * ERR_CRYPTO_UNAVAILABLE, ERR_NO_MEMORY, ERR_INTERNAL
 */
enum err cms_sign(const struct cms_seal *seal, const struct buf *content,
    const struct cms_form *form, struct buf *ret_der);

/*
 * The same over bytes of which the SHA-256 is known. Without form->content they
 * stay outside, whatever form->detached says.
 */
enum err cms_sign_digest(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der);

/*
 * The bare signature value, verified before it is returned; as cms_sign, and
 * ERR_KEY_SCHEME_UNSUPPORTED for a key that is not RSA.
 */
enum err cms_sign_pkcs1(const struct cms_seal *seal, const struct buf *content,
    struct buf *ret_signature);
enum err cms_sign_pkcs1_digest(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret_signature);

/* A message in DER. ERR_NO_MEMORY */
enum err cms_encode(CMS_ContentInfo *cms, struct buf *ret_der);

/* And back: one message and nothing after it. ERR_INVALID_REQUEST,
 * ERR_NO_MEMORY */
enum err cms_decode(const struct crypto *crypto, const struct buf *der,
    CMS_ContentInfo **ret_cms);

/* ERR_CRYPTO_UNAVAILABLE */
enum err cms_sha256(const struct crypto *crypto, const struct buf *bytes,
    uint8_t ret_digest[static CMS_SHA256_LEN]);

#endif
