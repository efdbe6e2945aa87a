/* cert.h - what a certificate says, in the words a person is shown. */
#ifndef INGAM_PKI_CERT_H
#define INGAM_PKI_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define CERT_FILE_MAX      (64u << 10) /* bytes of a certificate file */
#define CERT_ID_LEN        64u         /* lower-case hex digits of SHA-256 */
#define CERT_EXPIRING_DAYS 60          /* from here on renewal is offered */

/* One DER certificate and nothing after it. ERR_CERTIFICATE_DAMAGED */
enum err cert_parse(
    const struct crypto *crypto, const struct buf *der, X509 **ret_x);

/* The same without its public key, which is most of the work: good to show, never to
 * verify or sign with. What is said of an RSA key is right, and the id is that
 * of cert_id_of(). */
enum err cert_parse_to_show(
    struct crypto *crypto, const struct buf *der, X509 **ret_x);
enum err cert_der(const X509 *x, struct buf *ret_der);

/* The id: hex SHA-256 of the DER. */
enum err cert_id(const X509 *x, char ret_id[static CERT_ID_LEN + 1]);
enum err cert_id_of(const struct crypto *crypto, const struct buf *der,
    char ret_id[static CERT_ID_LEN + 1]);

/* DN in folder form (npki.md 1.4): last RDN first, "cn=…,ou=…,o=…,c=kr". */
enum err cert_dn(const X509_NAME *name, struct buf *ret_text);

/* Value of the last attribute of a kind ("CN", "O"); empty when absent. */
enum err cert_name_part(
    const X509_NAME *name, const char *part, struct buf *ret_text);

/* Name for a list (ux: section 3): realName, else CN before "(" or digits. */
enum err cert_display_name(const X509 *x, struct buf *ret_text);

enum cert_state {
    CERT_VALID,
    CERT_EXPIRING,
    CERT_EXPIRED,
    CERT_NOT_YET,
    CERT_REVOKED,
    CERT_UNKNOWN,
};

const char *cert_state_name(enum cert_state state);
enum cert_state cert_state_at(const X509 *x, int64_t now); /* by dates only */
int64_t cert_time(const ASN1_TIME *t);  /* 0 for one that is none */
int64_t cert_not_before(const X509 *x); /* seconds since 1970 UTC */
int64_t cert_not_after(const X509 *x);

/* An extension, decoded: of the type that belongs to nid, the caller frees it.
 * NULL when there is none or it is malformed. ERR_NO_MEMORY */
enum err cert_extension(const X509 *x, int nid, void **ret_extension);

/* The usage behind the first policy OID (npki.md 4.3). Static texts; for an
 * unknown OID both are "" and the caller shows "용도 모름". */
struct cert_usage {
    const char *ko;
    const char *en;
};

/* ret_oid is empty when the certificate names no policy. */
enum err cert_policy(
    const X509 *x, struct buf *ret_oid, struct cert_usage *ret_usage);
struct cert_usage cert_usage_of(const char *oid);

/* Serial number, without leading zeros. */
enum cert_serial { CERT_SERIAL_HEX, CERT_SERIAL_DECIMAL };
enum err cert_serial(
    const X509 *x, enum cert_serial form, struct buf *ret_text);

#define CERT_KEY_USAGES 9u

/* Names of the key usages (RFC 5280 4.2.1.3), static. None when the certificate
 * has no such extension. ERR_NO_MEMORY */
enum err cert_key_usage(const X509 *x,
    const char *ret_names[static CERT_KEY_USAGES], size_t *ret_count);

int cert_key_bits(const X509 *x); /* 0 when the key cannot be read */
int cert_rsa_bits(const X509 *x); /* 0 when it is none of RSA */

/* Kind of the public key, "rsa-2048", "ec-256". */
enum err cert_algorithm(const X509 *x, struct buf *ret_text);

/* Signature algorithm by its long name, "sha256WithRSAEncryption". */
enum err cert_signature_algorithm(const X509 *x, struct buf *ret_text);

/* The first address of the OCSP responder and of the CRL; empty when there is
 * none. */
enum err cert_ocsp(const X509 *x, struct buf *ret_url);
enum err cert_crl(const X509 *x, struct buf *ret_url);

#endif
