#include "cmd/sign.h"

#include <string.h>

#include "base/b64.h"
#include "cmd/ca_file.h"
#include "cmd/verify_login.h"
#include "cmd/verify_report.h"
#include "pki/cert.h"
#include "pki/chain.h"
#include "pki/cms.h"
#include "pki/cms_verify.h"
#include "pki/vid.h"

#define R_TEXT_MAX 28u  /* characters of R in base64 */
#define NONCE_MAX  256u /* bytes */

static const struct param params[] = {
    { "signature", PARAM_BASE64, CMS_SIGNATURE_MAX, PARAM_REQUIRED, NULL,
        "CMS SignedData in DER, or the bare PKCS#1 value" },
    { "format", PARAM_CHOICE, 0, 0, "cms|pkcs1",
        "What the signature is; cms unless told otherwise" },
    { "type", PARAM_CHOICE, 0, 0, "data|login",
        "What must have been signed; data unless told otherwise" },
    { "content", PARAM_BASE64, CMS_SIGNATURE_MAX, 0, NULL,
        "The signed bytes, when they are not in the signature" },
    { "certificate", PARAM_BASE64, CERT_FILE_MAX, 0, NULL,
        "Certificate of the expected signer, in DER" },
    { "trust", PARAM_BASE64, CHAIN_FILE_MAX, 0, NULL,
        "Certificates of the CAs to trust, PEM or DER; else the CAs known "
        "here" },
    { "at", PARAM_TEXT, CLOCK_TEXT_SIZE - 1, 0, NULL,
        "Time to judge by, as 2027-03-14T14:59:59Z; now unless given" },
    { "expectOrigin", PARAM_TEXT, CMS_DISPLAY_TEXT_MAX, 0, NULL,
        "Site that must have asked for the signature" },
    { "expectKind", PARAM_CHOICE, 0, 0, "text|transaction",
        "What must have been shown to the signer" },
    { "expectNonce", PARAM_TEXT, NONCE_MAX, 0, NULL,
        "The nonce that a login must answer" },
    { "idn", PARAM_SECRET, VID_IDN_MAX, 0, NULL,
        "Identity number to check, with r" },
    { "r", PARAM_SECRET, R_TEXT_MAX, 0, NULL,
        "The certificate's random number in base64, with idn" },
    { 0 },
};

/* What the parameters become; freed by drop. */
struct asked {
    struct cms_question question;
    struct chain_set *anchors;
    X509 *signer;
    struct buf r;
};

static void
drop(struct asked *asked)
{
    chain_free(asked->anchors);
    X509_free(asked->signer);
    buf_free(&asked->r);
}

/* The identity number and R come together or not at all. */
static enum err
read_identity(struct call *call, struct asked *asked)
{
    const struct value *idn = args_get(call, "idn"), *r = args_get(call, "r");
    enum err e;

    if (!idn->given && !r->given)
        return OK;
    if (!idn->given || !r->given) {
        e = reply_text(call->detail, "param", idn->given ? "r" : "idn");
        return e == OK ? ERR_PARAM_MISSING : e;
    }
    if ((e = b64_decode(buf_text(&r->bytes), r->bytes.len, &asked->r)) == OK &&
        asked->r.len != VID_R_LEN)
        e = ERR_PARAM_TYPE;
    asked->question.idn = buf_text(&idn->bytes);
    asked->question.r = asked->r.data;
    return e;
}

/* The pinned certificates of every CA that is known here. */
static enum err
trust_known(struct call *call, struct chain_set **anchors)
{
    struct ca_file_list list = { 0 };
    X509 *x = NULL;
    enum err r;

    if ((r = ca_file_list(call->host, &list)) != OK)
        return r;
    for (size_t i = 0; i < list.count; i++) {
        const struct ca *ca = list.cas[i];

        for (size_t j = 0; ca->enabled && j < ca->anchor_count; j++) {
            if (r != OK || ca->anchors[j].der.len == 0)
                continue; /* known by its hash alone */
            if ((r = cert_parse(call->host->crypto, &ca->anchors[j].der, &x)) ==
                OK)
                r = chain_add(anchors, x);
            X509_free(x);
            x = NULL;
        }
    }
    ca_file_list_free(&list);
    return r;
}

static bool
is_login(const struct call *call)
{
    const char *type = args_text(call, "type");

    return type != NULL && strcmp(type, "login") == 0;
}

/* A login says itself who asked: its own content, and not what was shown. */
static enum err
check_login(
    struct call *call, const struct asked *asked, struct cms_verdict *verdict)
{
    const char *reason = NULL;
    enum err r;

    if (!is_login(call))
        return OK;
    r = verify_login(&verdict->content, args_text(call, "expectOrigin"),
        args_text(call, "expectNonce"), asked->question.at, &reason);
    if (r == OK)
        cms_verdict_add(verdict, "login", reason, CMS_WHOLE);
    return r;
}

static enum err
read_params(struct call *call, struct asked *asked)
{
    const struct value *content = args_get(call, "content");
    const struct value *signer = args_get(call, "certificate");
    const struct value *trust = args_get(call, "trust");
    const char *format = args_text(call, "format");
    const char *at = args_text(call, "at");
    enum err r;

    asked->question.signature = &args_get(call, "signature")->bytes;
    asked->question.pkcs1 = format != NULL && strcmp(format, "pkcs1") == 0;
    asked->question.content = content->given ? &content->bytes : NULL;
    if (is_login(call))
        asked->question.type = CMS_LOGIN_OID;
    else
        asked->question.origin = args_text(call, "expectOrigin");
    asked->question.kind = args_text(call, "expectKind");
    asked->question.at = clock_wall(&call->host->clock);
    if (at != NULL && (r = clock_parse(at, &asked->question.at)) != OK)
        return r;
    if (signer->given && (r = cert_parse(call->host->crypto, &signer->bytes,
                              &asked->signer)) != OK)
        return r;
    r = trust->given
            ? chain_read(call->host->crypto, &trust->bytes, &asked->anchors)
            : trust_known(call, &asked->anchors);
    if (r != OK)
        return r;
    asked->question.signer = asked->signer;
    asked->question.anchors = asked->anchors;
    return read_identity(call, asked);
}

static enum err
run(struct call *call)
{
    struct cms_verdict verdict = { 0 };
    struct asked asked = { 0 };
    enum err r;

    if ((r = read_params(call, &asked)) != OK ||
        (r = cms_verify(call->host->crypto, &asked.question, &verdict)) != OK ||
        (r = check_login(call, &asked, &verdict)) != OK)
        goto out;
    r = verify_report(call->host->crypto, &verdict, call->result);
out:
    cms_verdict_free(&verdict);
    drop(&asked);
    return r;
}

const struct command cmd_verify_signature = {
    .name = "verify.signature",
    .run = run,
    .params = params,
    .help = "Check a signature, its signer and the path to a trusted CA",
};
