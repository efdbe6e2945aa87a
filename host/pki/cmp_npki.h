/*
 * cmp_npki.h - certificates from a Korean CA by dialect `npki` (npki.md
 * section 5): one dialogue over one connection, genm, genp, ir, krr or kur, the
 * answer, pkiconf, with both certificates in one message where the CA gives
 * two; and revocation by rr. It knows no network: frames go through a function.
 */
#ifndef INGAM_PKI_CMP_NPKI_H
#define INGAM_PKI_CMP_NPKI_H

#include "pki/cmp.h"

#define CMP_NPKI_LAST_S 5 /* how long a word after pkiconf is waited for */

/* A frame's place in the dialogue (net.h). */
enum cmp_npki_turn { CMP_NPKI_FIRST, CMP_NPKI_NEXT, CMP_NPKI_LAST };

struct cmp_npki_order {
    /* By enum cmp_kind; the second is NULL when one certificate is ordered.
     * Both have the same CA, code, reference number, R and transaction; of a
     * renewal the signer of the first signs for both. */
    const struct cmp_order *halves[2];
    bool reissue;
};

/* How the outside is reached; all members are needed. */
struct cmp_npki_io {
    void *ctx;
    /* The first message is about to leave: make that durable. */
    enum err (*sending)(void *ctx);
    /* A frame (flag byte and what follows it) out, one in; errors as
     * net_post(). After CMP_NPKI_LAST the answer may be empty. */
    enum err (*talk)(void *ctx, enum cmp_npki_turn turn,
        const struct buf *frame, int timeout_ms, struct buf *ret_frame);
    /* This request is complete and about to leave: make it durable. */
    enum err (*prepared)(
        void *ctx, enum cmp_kind kind, const struct buf *request);
    /* As cmp_io's, of either kind. */
    enum err (*received)(void *ctx, enum cmp_kind kind, X509 *x, bool vouched);
    void (*pause)(void *ctx, int ms); /* as cmp_io's */
};

/*
 * The CertReqMsg in DER, so far as it can be made before the CA has named the
 * certificate for which R is encrypted: the public key, and a proof in which
 * the code vouches for the key and the key signs. A renewal also names the old
 * certificate; nobody vouches there, and the proof may be over the request
 * itself. Of the order it needs ca, kind, code or signer, and key.
 *
 * ERR_INTERNAL, ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE
 */
enum err cmp_npki_request(const struct host *host,
    const struct cmp_order *order, struct buf *ret_der);

/*
 * Get the certificates and confirm them. Sending the same order again is
 * safe: same keys, same transaction, same requests. A second certificate that
 * is refused or wrong alone does not take away the first: it is not received.
 *
 * ERR_CHAIN_UNTRUSTED  no pinned CA certificate at hand, or none of the CA's
 *                      certificates may have R; nothing was asked for yet
 * and those of cmp_enrol()
 */
enum err cmp_npki_enrol(const struct host *host,
    const struct cmp_npki_order *order, const struct cmp_npki_io *io,
    const struct watch *watch, struct cmp_result *ret);

/* As cmp_revoke(). Of io it uses sending, talk and pause. */
enum err cmp_npki_revoke(const struct host *host, const struct ca *ca,
    const struct cmp_signer *signer, int reason, const struct cmp_npki_io *io,
    const struct watch *watch, struct cmp_result *ret);

#endif
