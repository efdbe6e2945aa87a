/*
 * ca.h - CA definitions: JSON files in ca.d folders, system before user. The
 * JSON is read by cmd/ca_file.c; here is what the rest of the program sees.
 */
#ifndef INGAM_PKI_CA_H
#define INGAM_PKI_CA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

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

/* Where CAs read dialect npki differently (npki.md 5.13); zeroed it is
 * yessign's form. */
struct ca_npki {
    bool pvno_0;           /* pvno 0, not 1 */
    bool sender_directory; /* genm's sender is an empty DN, not a mail name */
    bool recipient_mail;   /* the recipient is a mail name, not an empty DN */
    bool no_transaction;   /* no transactionID */
    bool hmac;             /* HMAC-SHA1, not DES-MAC */
    bool secret_first;     /* key from secret and salt, not salt and secret */
    bool pad_needed;       /* an aligned message gets no padding for DES-MAC */
    bool krr;              /* re-issue by krr, not ir */
    bool genm_asks;        /* genm names caProtEncCert, and is not empty */
    bool vid_prot_enc;     /* R is for caProtEncCert, not caCert */
    bool serial_hex;       /* a signer's serial number in genm is in hex */
    bool renew_plain;      /* renewal: the proof covers certReq */
    bool revoke_entry;     /* crlEntryDetails, not ReasonFlags */
    bool revoke_genm;      /* a genm before rr in any case */
    char *mail;            /* the mail name; NULL: one blank */
};

struct ca {
    char *name; /* [a-z0-9-] */
    char *title_ko, *title_en;
    char *folder; /* under the NPKI root */
    enum ca_dialect dialect;
    char *endpoint; /* http://, https:// or, for npki, tcp://; NULL: unknown */
    bool loopback;  /* 127/8, ::1 and private addresses are allowed */
    struct buf tls; /* PEM of TLS anchors; empty: the system's */
    char **issuers; /* expected issuer DNs in folder form; NULL-ended */
    struct ca_anchor anchors[CA_ANCHORS_MAX];
    size_t anchor_count;
    struct buf encryption; /* DER of the CA's encryption certificate; npki
                              may do without: genp brings one */
    enum ca_subject subject;
    enum ca_vid vid;
    bool km; /* two certificates: sign and km */
    struct ca_npki npki;
    bool verified; /* its facts were tried against the live CA */
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

/* Is it one of the CA's issuers? A DN in folder form; case does not count. */
bool ca_has_issuer(const struct ca *ca, const char *dn);

/* OK when one of them issued x, otherwise what is said. ERR_NO_MEMORY */
enum err ca_check_issuer(
    const struct ca *ca, const X509 *x, enum err otherwise);

/* What is not known of a CA and keeps it from being used: "endpoint" or
 * "anchors"; NULL when nothing is. Static. */
const char *ca_missing(const struct ca *ca);

#endif
