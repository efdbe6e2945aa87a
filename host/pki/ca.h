/*
 * ca.h - CA definitions: JSON files in ca.d folders, system before user. The
 * JSON is read by cmd/ca_file.c; here is what the rest of the program sees.
 */
#ifndef INGAM_PKI_CA_H
#define INGAM_PKI_CA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "pki/crypto.h"

#define CA_MAX         32u         /* definitions */
#define CA_ANCHORS_MAX 8u          /* pinned certificates of one CA */
#define CA_NAME_MAX    32u         /* bytes */
#define CA_SHA256_LEN  32u         /* bytes */
#define CA_FILE_MAX    (64u << 10) /* bytes of a definition */

enum ca_dialect { CA_RFC9483, CA_NPKI };
enum ca_subject { CA_SUBJECT_REFERENCE, CA_SUBJECT_EMPTY, CA_SUBJECT_OLD };
enum ca_vid {
    CA_VID_NONE,      /* R is not sent */
    CA_VID_ENCRYPTED, /* regInfo EncryptedVID for `encryption` */
};

struct ca_anchor {
    uint8_t sha256[CA_SHA256_LEN]; /* of the certificate's DER */
    struct buf der;                /* empty when only the hash is known */
};

struct ca {
    char *name; /* [a-z0-9-] */
    char *title_ko, *title_en;
    char *folder; /* under the NPKI root */
    enum ca_dialect dialect;
    char *endpoint; /* http://, https:// */
    bool loopback;  /* 127/8, ::1 and private addresses are allowed */
    struct buf tls; /* PEM of TLS anchors; empty: the system's */
    char **issuers; /* expected issuer DNs in folder form; NULL-ended */
    struct ca_anchor anchors[CA_ANCHORS_MAX];
    size_t anchor_count;
    struct buf encryption; /* DER of the CA's encryption certificate */
    enum ca_subject subject;
    enum ca_vid vid;
    bool km; /* two certificates: sign and km */
    bool enabled;
    char *contact_ko, *contact_en;
    const char *source; /* static: "system", "admin" or "user" */
};

void ca_free(struct ca *ca); /* takes NULL; frees *ca's members and ca */

/*
 * What no reader of JSON can tell: do the pinned certificates have their
 * hashes, is there an encryption certificate where the profile needs one?
 *
 * ERR_PARAM_RANGE    a hash is not that of its certificate
 * ERR_PARAM_TYPE     something is not a certificate
 * ERR_PARAM_MISSING  R is to be encrypted, but for nobody
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err ca_check(const struct crypto *crypto, const struct ca *ca);

#endif
