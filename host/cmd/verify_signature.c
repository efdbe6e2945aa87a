#include "cmd/sign.h"

#include <string.h>

#include "base/b64.h"
#include "base/hex.h"
#include "cmd/ca_file.h"
#include "cmd/transaction.h"
#include "cmd/tsa.h"
#include "cmd/verify.h"
#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cms.h"
#include "pki/cms_open.h"
#include "pki/vid.h"

#define R_TEXT_MAX 28u /* characters of R in base64 */
#define SHA256_HEX 64u /* digits */

static const struct param params[] = {
    { "signature", PARAM_BASE64, CMS_SIGNATURE_MAX, PARAM_REQUIRED, NULL,
        "CMS SignedData in DER, or the bare PKCS#1 value" },
    { "format", PARAM_CHOICE, 0, 0, "cms|pkcs1",
        "What the signature is; cms unless told otherwise" },
    { "type", PARAM_CHOICE, 0, 0, "data|login",
        "What must have been signed; data unless told otherwise" },
    { "content", PARAM_BASE64, CMS_SIGNATURE_MAX, 0, NULL,
        "The signed bytes, when they are not in the signature" },
    { "sha256", PARAM_TEXT, SHA256_HEX, 0, NULL,
        "SHA-256 of the signed bytes in hex, in their place or beside them" },
    { "certificate", PARAM_BASE64, CERT_FILE_MAX, 0, NULL,
        "Certificate of the expected signer, in DER" },
    { "trust", PARAM_BASE64, CHAIN_FILE_MAX, 0, NULL,
        "Certificates of the CAs to trust, PEM or DER; else the CAs known "
        "here" },
    { "trustTsa", PARAM_BASE64, CHAIN_FILE_MAX, 0, NULL,
        "Certificates of the time-stamp authorities to trust, one of which "
        "must then have confirmed the time; else the one set up here" },
    { "at", PARAM_TEXT, CLOCK_TEXT_SIZE - 1, 0, NULL,
        "Time to judge by, as 2027-03-14T14:59:59Z; now unless given" },
    { "expectOrigin", PARAM_TEXT, CMS_DISPLAY_TEXT_MAX, 0, NULL,
        "Site that must have asked for the signature" },
    { "expectKind", PARAM_CHOICE, 0, 0, "text|transaction|file|document",
        "What must have been shown to the signer" },
    { "expectNonce", PARAM_TEXT, VERIFY_NONCE_MAX, 0, NULL,
        "The nonce that a login must answer" },
    { "idn", PARAM_SECRET, VID_IDN_MAX, 0, NULL,
        "Identity number to check, with r or vid" },
    { "r", PARAM_SECRET, R_TEXT_MAX, 0, NULL,
        "The certificate's random number in base64, with idn" },
    { "vid", PARAM_BASE64, CMS_SIGNATURE_MAX, 0, NULL,
        "What came as vid with a login; the server's key opens it" },
    { "serverKey", PARAM_BASE64, CMS_KEY_FILE_MAX, 0, NULL,
        "Private key of the server that vid is for, PKCS#8 in DER" },
    { "expectTransaction", PARAM_BASE64, TRANSACTION_MAX, 0, NULL,
        "JSON object with the members that a transaction must have" },
    { "revocation", PARAM_BASE64, CMS_SIGNATURE_MAX, 0, NULL,
        "CRLs and OCSP answers in DER, one behind the other; revocation is "
        "not looked at without" },
    { 0 },
};

/* What the parameters become; freed by drop. */
struct asked {
    struct verify_question question;
    struct chain_set *anchors, *tsa_anchors;
    X509 *signer;
    EVP_PKEY *server_key;
    struct buf r, sha256;
};

static void
drop(struct asked *asked)
{
    chain_free(asked->anchors);
    chain_free(asked->tsa_anchors);
    X509_free(asked->signer);
    EVP_PKEY_free(asked->server_key);
    buf_free(&asked->r);
    buf_free(&asked->sha256);
}

static enum err
missing(struct call *call, const char *param)
{
    enum err r = reply_text(call->detail, "param", param);

    return r == OK ? ERR_PARAM_MISSING : r;
}

/* R comes as it is or in vid, which a key opens; an identity number needs R. */
static enum err
read_identity(struct call *call, struct asked *asked)
{
    const struct value *idn = args_get(call, "idn"), *r = args_get(call, "r");
    const struct value *vid = args_get(call, "vid");
    const struct value *key = args_get(call, "serverKey");
    struct verify_question *q = &asked->question;
    enum err e;

    if (vid->given != key->given)
        return missing(call, vid->given ? "serverKey" : "vid");
    if (r->given ? !idn->given : idn->given && !vid->given)
        return missing(call, idn->given ? "r" : "idn");
    if (idn->given)
        q->cms.idn = buf_text(&idn->bytes);
    if (vid->given) {
        q->vid = &vid->bytes;
        if ((e = cms_open_key(
                 call->host->crypto, &key->bytes, &asked->server_key)) != OK)
            return e;
        q->server_key = asked->server_key;
    }
    if (!r->given)
        return OK;
    if ((e = b64_decode(buf_text(&r->bytes), r->bytes.len, &asked->r)) == OK &&
        asked->r.len != VID_R_LEN)
        e = ERR_PARAM_TYPE;
    q->cms.r = asked->r.data;
    return e;
}

/* The pinned certificates of every CA that is known here and switched on. */
static enum err
trust_known(struct call *call, struct chain_set **ret_anchors)
{
    struct ca_file_list list = { 0 };
    enum err r;

    if ((r = ca_file_list(call->host, &list)) == OK)
        r = ca_file_pins(call->host, &list, true, ret_anchors);
    ca_file_list_free(&list);
    return r;
}

/* Whom to believe a time: who was named, and then it must be there; else the
 * TSA that is set up here, if any. */
static enum err
trust_tsa(struct call *call, struct asked *asked)
{
    const struct value *trust = args_get(call, "trustTsa");
    struct cms_question *cms = &asked->question.cms;
    struct tsa *tsa = NULL;
    const char *problem;
    enum err r;

    if (trust->given) {
        r = chain_read(call->host->crypto, &trust->bytes, &asked->tsa_anchors);
    } else {
        r = tsa_load(call->host, &tsa, NULL, &problem);
        if (r == OK) {
            asked->tsa_anchors = tsa->anchors;
            tsa->anchors = NULL; /* transferred */
        }
        r = r == ERR_TIMESTAMP_UNAVAILABLE ? OK : r;
        tsa_free(tsa);
    }
    cms->timestamp = trust->given;
    cms->tsa_anchors = asked->tsa_anchors;
    return r;
}

/* Who must be trusted, and who must have signed. */
static enum err
read_certificates(struct call *call, struct asked *asked)
{
    const struct value *signer = args_get(call, "certificate");
    const struct value *trust = args_get(call, "trust");
    struct cms_question *cms = &asked->question.cms;
    enum err r;

    if (signer->given && (r = cert_parse(call->host->crypto, &signer->bytes,
                              &asked->signer)) != OK)
        return r;
    r = trust->given
            ? chain_read(call->host->crypto, &trust->bytes, &asked->anchors)
            : trust_known(call, &asked->anchors);
    cms->signer = asked->signer;
    cms->anchors = asked->anchors;
    return r;
}

static enum err
read_digest(struct call *call, struct asked *asked)
{
    const char *text = args_text(call, "sha256");
    enum err r;

    if (text == NULL)
        return OK;
    if ((r = hex_decode(text, strlen(text), &asked->sha256)) == OK &&
        asked->sha256.len != CMS_SHA256_LEN)
        r = ERR_PARAM_TYPE;
    asked->question.cms.digest = asked->sha256.data;
    return r;
}

static const struct buf *
given(struct call *call, const char *name)
{
    const struct value *value = args_get(call, name);

    return value->given ? &value->bytes : NULL;
}

static enum err
read_params(struct call *call, struct asked *asked)
{
    struct verify_question *q = &asked->question;
    const char *format = args_text(call, "format");
    const char *type = args_text(call, "type");
    const char *at = args_text(call, "at");
    enum err r;

    q->cms.signature = &args_get(call, "signature")->bytes;
    q->cms.pkcs1 = format != NULL && strcmp(format, "pkcs1") == 0;
    q->cms.content = given(call, "content");
    q->cms.evidence = given(call, "revocation");
    q->cms.kind = args_text(call, "expectKind");
    q->cms.at = clock_wall(&call->host->clock);
    q->login = type != NULL && strcmp(type, "login") == 0;
    q->origin = args_text(call, "expectOrigin");
    q->nonce = args_text(call, "expectNonce");
    q->transaction = given(call, "expectTransaction");
    if ((at != NULL && (r = clock_parse(at, &q->cms.at)) != OK) ||
        (r = read_digest(call, asked)) != OK ||
        (r = read_certificates(call, asked)) != OK ||
        (r = trust_tsa(call, asked)) != OK)
        return r;
    return read_identity(call, asked);
}

static enum err
run(struct call *call)
{
    struct asked asked = { 0 };
    enum err r;

    if ((r = read_params(call, &asked)) == OK)
        r = verify_answer(
            call->host->crypto, &asked.question, call->result, NULL);
    drop(&asked);
    return r;
}

const struct command cmd_verify_signature = {
    .name = "verify.signature",
    .run = run,
    .params = params,
    .help = "Check a signature, its signer and the path to a trusted CA",
};
