/*
 * cmp_npki_ca.h - the certificates of a CA that a dialogue gathers, from the
 * CA's own answers and from the NPKI folder, and what they are good for. None
 * is believed but through the definition's pins.
 */
#ifndef INGAM_PKI_CMP_NPKI_CA_H
#define INGAM_PKI_CMP_NPKI_CA_H

#include "pki/cmp.h"
#include "pki/cmp_npki_asn1.h"

#define NPKI_CERTS_MAX 64 /* gathered in one dialogue */

struct npki_ca_certs {
    STACK_OF(X509) * all;
    /* of genp; NULL: not sent, or no certificate */
    X509 *ca_cert;
    X509 *prot_enc; /* caProtEncCert */
};

void npki_ca_certs_free(struct npki_ca_certs *certs);

/* Those of <NPKI root>/<folder>/ that a pin names. ERR_NO_MEMORY */
enum err npki_ca_certs_of_folder(
    const struct host *host, const struct ca *ca, struct npki_ca_certs *certs);

/* Those of a genp. ERR_NO_MEMORY */
enum err npki_ca_certs_of_genp(const struct host *host,
    const STACK_OF(NPKI_ITEM) * items, struct npki_ca_certs *certs);

/* Those of a list that came along; what is no certificate is left out.
 * ERR_NO_MEMORY */
enum err npki_ca_certs_add(const struct host *host,
    const STACK_OF(ASN1_TYPE) * list, struct npki_ca_certs *certs);

/* Those that were gathered elsewhere. ERR_NO_MEMORY */
enum err npki_ca_certs_join(
    const struct npki_ca_certs *from, struct npki_ca_certs *certs);

/* A certificate in bytes. ERR_CERTIFICATE_DAMAGED, ERR_NO_MEMORY */
enum err npki_certificate(
    const struct host *host, const ASN1_TYPE *value, X509 **ret_x);

/* And one as a value that only passes through. ERR_NO_MEMORY */
enum err npki_any(const X509 *x, ASN1_TYPE **ret_value);

/*
 * For whom R may be encrypted: the definition's certificate, else the one of
 * genp that the profile names, else the other. It leads to a pin, may encrypt
 * keys, and is no person's. NULL where the profile sends no R.
 *
 * ERR_CHAIN_UNTRUSTED  none, or no pinned certificate is at hand at all
 * ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err npki_recipient(const struct host *host, const struct ca *ca,
    const struct npki_ca_certs *certs, X509 **ret_recipient);

/*
 * The request of an order with R in it where the profile wants that and it is
 * not in it yet; *ret_changed tells. Errors as vid_encrypted(), ERR_INTERNAL.
 */
enum err npki_request_complete(const struct host *host,
    const struct cmp_order *order, X509 *recipient, NPKI_REQUEST **ret_request,
    bool *ret_changed);

#endif
