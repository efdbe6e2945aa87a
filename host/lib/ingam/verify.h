/*
 * ingam/verify.h - check signatures and logins made by Ingam, on a bank's
 * server. docs/verify.md has the verdict's members, checks and reasons.
 *
 *     ingam_verifier *v = ingam_verifier_new();
 *     ingam_question *q = ingam_question_new();
 *     ingam_verdict *answer = NULL;
 *
 *     if (ingam_verifier_set(v, INGAM_TRUST, pem, pem_len) != INGAM_GOOD ||
 *         ingam_question_set(q, INGAM_ORIGIN, "https://bank.example", 20) !=
 *             INGAM_GOOD)
 *         ...
 *     if (ingam_verify(v, q, der, der_len, &answer) == INGAM_GOOD)
 *         act_upon(ingam_verdict_content(answer, &len), len);
 *     else
 *         log(ingam_verdict_json(answer));
 *
 * INGAM_GOOD is 0 and the only good outcome: whatever else comes back, nothing
 * was proved.
 *
 * Threads: a verifier and a question that nobody changes any more may be used
 * by any number of threads at a time; a verdict belongs to one. The library
 * opens no connection, starts no program and reads no file but those named in
 * ingam_verifier_trust_path. It has an OpenSSL library context of its own and
 * leaves the process's settings alone; the calling thread's OpenSSL error
 * queue is empty after each call.
 *
 * The binary interface grows and never changes: all types are opaque, options
 * and results only get new numbers behind the old ones, and each function is
 * exported under a symbol version (INGAM_VERIFY_0). What is taken away or
 * changes its meaning would come in libingam-verify.so.1.
 */
#ifndef INGAM_VERIFY_H
#define INGAM_VERIFY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INGAM_VERIFY_ABI 0

#if defined(__GNUC__)
#define INGAM_API      __attribute__((visibility("default"), warn_unused_result))
#define INGAM_API_VOID __attribute__((visibility("default")))
#else
#define INGAM_API
#define INGAM_API_VOID
#endif

typedef enum {
    INGAM_GOOD = 0, /* done; of ingam_verify: every check holds */
    INGAM_BAD = 1,  /* ingam_verify: at least one check does not hold */
    INGAM_NO_MEMORY = 2,
    INGAM_VALUE = 3,      /* an option's value is not as it is described */
    INGAM_OPTION = 4,     /* no such option */
    INGAM_TOO_LARGE = 5,  /* longer than the limit */
    INGAM_INCOMPLETE = 6, /* options that only make sense together */
    INGAM_FILE = 7,       /* a file or folder cannot be read */
    INGAM_CRYPTO = 8,     /* OpenSSL lacks something */
} ingam_status;

/* What stays the same from signature to signature. */
typedef struct ingam_verifier ingam_verifier;

typedef enum {
    INGAM_TRUST = 1,      /* CA certificates, PEM or DER; adds. Without any,
                             nothing is trusted */
    INGAM_REVOCATION = 2, /* CRLs and OCSP answers in DER, one behind the
                             other; adds. Without any, revocation is not
                             looked at; with any, a certificate that none of
                             them speaks of is refused */
    INGAM_SERVER_KEY = 3, /* private key that INGAM_VID is for, PEM or DER,
                             without a password */
    INGAM_TRUST_TSA = 4,  /* CA certificates of time-stamp authorities, PEM or
                             DER; adds. With any, each signer must have a good
                             time-stamp */
} ingam_verifier_option;

/* NULL: no memory, or OpenSSL cannot be used. */
INGAM_API ingam_verifier *ingam_verifier_new(void);

/* INGAM_VALUE, INGAM_OPTION, INGAM_TOO_LARGE, INGAM_NO_MEMORY */
INGAM_API ingam_status ingam_verifier_set(ingam_verifier *verifier,
    ingam_verifier_option option, const void *data, size_t len);

/* INGAM_TRUST from a file, or from the files of a folder whose names end in
 * .pem, .crt, .cer or .der. INGAM_FILE, and as above */
INGAM_API ingam_status ingam_verifier_trust_path(
    ingam_verifier *verifier, const char *path);

INGAM_API_VOID void ingam_verifier_free(ingam_verifier *verifier);

/* What is expected of one signature. The length of a text does not count a
 * final 0. What is set again takes the place of what was set before. */
typedef struct ingam_question ingam_question;

typedef enum {
    INGAM_FORMAT = 1,       /* "cms" (default) or "pkcs1" */
    INGAM_TYPE = 2,         /* "data" (default) or "login" */
    INGAM_CONTENT = 3,      /* the signed bytes */
    INGAM_SHA256 = 4,       /* their SHA-256, 32 bytes */
    INGAM_CERTIFICATE = 5,  /* DER of the expected signer; with pkcs1 always */
    INGAM_AT = 6,           /* "2027-03-14T14:59:59Z"; default: now */
    INGAM_ORIGIN = 7,       /* "https://bank.example": who must have asked */
    INGAM_KIND = 8,         /* text, transaction, file, document: what must have
                              been shown */
    INGAM_NONCE = 9,        /* that a login must answer */
    INGAM_TRANSACTION = 10, /* JSON object with the members that a transaction
                               must have */
    INGAM_IDN = 11,         /* identity number, 10 or 13 digits; with INGAM_R or
                       INGAM_VID */
    INGAM_R = 12,           /* the certificate's random number, 20 bytes */
    INGAM_VID = 13, /* DER of what came as vid with a login; the verifier has
                       INGAM_SERVER_KEY */
} ingam_question_option;

INGAM_API ingam_question *ingam_question_new(void); /* NULL: no memory */

/* As ingam_verifier_set. */
INGAM_API ingam_status ingam_question_set(ingam_question *question,
    ingam_question_option option, const void *data, size_t len);
INGAM_API_VOID void ingam_question_free(ingam_question *question);

/* What is known of the signature. */
typedef struct ingam_verdict ingam_verdict;

/*
 * Check a signature: DER of a CMS SignedData, or a bare PKCS#1 value. With
 * INGAM_GOOD and INGAM_BAD there is a verdict, which the caller frees; with
 * anything else *ret_verdict is NULL.
 *
 * INGAM_INCOMPLETE  an identity number without R, R without a number, or vid
 *                   without the server's key
 * INGAM_VALUE       the expected transaction or the identity number is none
 * INGAM_TOO_LARGE   the signature is above 1 MiB
 * INGAM_NO_MEMORY, INGAM_CRYPTO
 */
INGAM_API ingam_status ingam_verify(const ingam_verifier *verifier,
    const ingam_question *question, const void *signature, size_t len,
    ingam_verdict **ret_verdict);

/* The verdict as JSON, until it is freed; "" for NULL. */
INGAM_API const char *ingam_verdict_json(const ingam_verdict *verdict);

/* The bytes that were signed, until it is freed. NULL unless the verdict is
 * good and they are known: read what was proved, and nothing else. */
INGAM_API const void *ingam_verdict_content(
    const ingam_verdict *verdict, size_t *ret_len);
INGAM_API_VOID void ingam_verdict_free(ingam_verdict *verdict);

/* The library's own version, "0.1.0". */
INGAM_API const char *ingam_verify_version(void);

#ifdef __cplusplus
}
#endif

#endif
