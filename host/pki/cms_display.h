/*
 * cms_display.h - a signed attribute of our own: who asked, what kind of thing
 * was approved, in which language, and what exactly stood on the screen. A
 * verifier that does not know it passes it over (RFC 5652, 5.3).
 *
 *     id-ingam          OBJECT IDENTIFIER ::=
 *                       { 2 25 292293108776468909223655752328592255476 }
 *     id-ingam-display  OBJECT IDENTIFIER ::= { id-ingam 1 }
 *
 *     SignedDisplay ::= SEQUENCE {
 *         version    INTEGER (0),
 *         kind       PrintableString,  -- text, transaction, file, document
 *         origin     UTF8String,       -- as RFC 6454 6.1 has it
 *         language   PrintableString,  -- ko, en
 *         displayed  OCTET STRING (SIZE (32)) }  -- SHA-256 of what was shown
 */
#ifndef INGAM_PKI_CMS_DISPLAY_H
#define INGAM_PKI_CMS_DISPLAY_H

#include <stdint.h>

#include <openssl/cms.h>

#include "base/buf.h"

#define CMS_DISPLAY_OID      "2.25.292293108776468909223655752328592255476.1"
#define CMS_DISPLAY_LEN      32u  /* bytes of the digest */
#define CMS_DISPLAY_TEXT_MAX 300u /* bytes of each text */

struct cms_display {
    struct buf kind, origin, language;
    uint8_t displayed[CMS_DISPLAY_LEN];
};

void cms_display_free(struct cms_display *display);

/* The whole attribute in DER. ERR_NO_MEMORY; ERR_INTERNAL for a text above its
 * limit */
enum err cms_display_attribute(
    const struct cms_display *display, struct buf *ret_attribute);

/*
 * Read it. *ret_found is false, and the rest untouched, where there is none.
 *
 * ERR_INVALID_REQUEST  there more than once, or not as above
 * ERR_NO_MEMORY
 */
enum err cms_display_read(
    CMS_SignerInfo *si, bool *ret_found, struct cms_display *ret_display);

#endif
