#include "cmd/sign.h"

#include "cmd/sign_form.h"
#include "cmd/sign_stamp.h"
#include "pki/cert.h"
#include "pki/cms_envelope.h"
#include "pki/cms_verify.h"
#include "pki/p8.h"

#define CONTENT_PARAM_MAX (1u << 20) /* bytes; a frame's own limit is less */

static const struct param params[] = {
    SIGN_PARAM_CERTIFICATE,
    SIGN_PARAM_PASSWORD,
    { "content", PARAM_BASE64, CONTENT_PARAM_MAX, 0, NULL,
        "What is signed: text as UTF-8, or bytes; a document's name and digest "
        "in its place" },
    SIGN_PARAM_FORMAT,
    SIGN_PARAM_ATTRIBUTES,
    SIGN_PARAM_ENCODING,
    { "kind", PARAM_CHOICE, 0, 0, "text|transaction|document",
        "What it is shown as; a transaction is canonical JSON (RFC 8785)" },
    { "documentName", PARAM_TEXT, SIGN_NAME_MAX, 0, NULL,
        "Name of a document that is shown elsewhere, with documentSha256" },
    { "documentSha256", PARAM_TEXT, 2 * CMS_SHA256_LEN, 0, NULL,
        "Its SHA-256 in hex: signed unseen, as CMS without content" },
    { "addTo", PARAM_BASE64, CMS_SIGNATURE_MAX, 0, NULL,
        "SignedData over the same content, which this signer joins" },
    SIGN_PARAM_EXPIRED,
    { "recipient", PARAM_BASE64, CERT_FILE_MAX, 0, NULL,
        "Server certificate in DER, for which the signature is encrypted" },
    { "cipher", PARAM_CHOICE, 0, 0, CMS_CIPHERS,
        "How, with recipient; aes-256-cbc unless told otherwise" },
    SIGN_PARAM_TIMESTAMP,
    SIGN_PARAM_LANGUAGE,
    SIGN_PARAM_DISPLAYED,
    { 0 },
};

static enum err
run(struct call *call)
{
    struct sign_form form = { .to = NULL };
    struct sign_pair pair = { 0 };
    struct tsa *tsa = NULL;
    enum err r;

    if ((r = sign_form_read(call, &form)) != OK ||
        (r = sign_stamp_prepare(call, &form.wanted, &tsa)) != OK ||
        (r = sign_open(call, &pair, NULL)) != OK ||
        (r = sign_form_make(call, &pair, &form)) != OK ||
        (r = sign_stamp(call, pair.entry->sign, tsa, &form.made.signature)) !=
            OK ||
        (r = sign_form_reply(call, &pair, &form)) != OK)
        goto out;
    sign_form_remember(call, &pair, &form);
out:
    sign_close(&pair);
    sign_form_free(&form);
    tsa_free(tsa);
    return r;
}

const struct command cmd_sign_data = {
    .name = "sign.data",
    .run = run,
    .params = params,
    .flags = COMMAND_PASSWORD | COMMAND_MEDIA | COMMAND_RECORDS,
    .help = "Sign content with a certificate of the store",
};
