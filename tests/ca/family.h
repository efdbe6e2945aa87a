/*
 * family.h - the forms of dialect npki in which the Korean CAs differ; the
 * registry says which one the server expects and answers in.
 */
#ifndef TEST_CA_FAMILY_H
#define TEST_CA_FAMILY_H

#include "db.h"

#define SETTING_FAMILY "family"
#define SETTING_TEXT   "text" /* "euc-kr", or UTF-8 */

struct family {
    const char *name;
    long pvno;
    bool directory;      /* genm's sender is a directoryName, not " " */
    const char *mail;    /* what stands for " " in it; NULL: that */
    bool recipient_mail; /* its recipient too */
    bool no_transaction; /* transactionID is left out */
    bool hmac;           /* HMAC-SHA1 instead of DES-MAC */
    bool secret_first;   /* before the salt */
    bool pad_needed;     /* no block of zeros after an aligned message */
    bool krr;            /* for a re-issue */
    bool genm_item;      /* genm asks for caProtEncCert */
    bool vid_prot_enc;   /* R is encrypted for that one, not for caCert */
    bool serial_hex;     /* a signer's serial number in genm: not in decimal */
    bool renew_request;  /* renewal's proof is over certReq */
    bool revoke_details; /* crlEntryDetails rather than ReasonFlags */
    bool revoke_genm;    /* rr after a genm */
    bool km;             /* a pair in one message */
};

/* NULL when there is none of this name. */
const struct family *family_find(const char *name);

/* The registry's; yessign unless it was set. */
const struct family *family_of(sqlite3 *db);

/* Names, NULL-ended. */
const char *const *family_names(void);

/* The "npki" object of a definition's profile. */
void family_profile(struct out *o, const struct family *family);

#endif
