#include "cmd/store.h"

#include "cmd/certificate.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, PARAM_REQUIRED, NULL,
        "Which certificate" },
    { 0 },
};

/* Add the text of a buffer and empty it; an empty one is left out. */
static enum err
put(cJSON *object, const char *name, enum err r, struct buf *text)
{
    if (r == OK && text->len > 0)
        r = reply_text(object, name, buf_text(text));
    buf_free(text);
    return r;
}

static enum err
put_dn(cJSON *object, const char *name, const X509_NAME *dn)
{
    struct buf text = { 0 };
    enum err r = cert_dn(dn, &text);

    return put(object, name, r, &text);
}

static enum err
put_details(cJSON *parent, const struct store_entry *e)
{
    cJSON *object = cJSON_AddObjectToObject(parent, "details");
    struct cert_usage usage;
    struct buf text = { 0 };
    const X509 *x = e->sign;
    long version; /* 0 for v1 */
    enum err r;

    if (object == NULL)
        return ERR_NO_MEMORY;
    version = X509_get_version(x);
    r = reply_number(object, "version", (double)version + 1);
    if (r == OK)
        r = cert_signature_algorithm(x, &text);
    r = put(object, "signatureAlgorithm", r, &text);
    if (r == OK)
        r = reply_number(object, "keyBits", cert_key_bits(x));
    if (r == OK)
        r = cert_policy(x, &text, &usage);
    r = put(object, "policyOid", r, &text);
    if (r == OK)
        r = cert_serial(x, CERT_SERIAL_DECIMAL, &text);
    r = put(object, "serialDecimal", r, &text);
    if (r == OK)
        r = put_dn(object, "issuerDn", X509_get_issuer_name(x));
    if (r == OK)
        r = put_dn(object, "subjectDn", X509_get_subject_name(x));
    if (r == OK)
        r = reply_text(object, "fingerprint", e->id);
    if (r == OK)
        r = cert_ocsp(x, &text);
    r = put(object, "ocsp", r, &text);
    if (r == OK)
        r = cert_crl(x, &text);
    return put(object, "crl", r, &text);
}

static enum err
put_der(cJSON *object, const X509 *x)
{
    struct buf der = { 0 };
    enum err r;

    if ((r = cert_der(x, &der)) == OK)
        r = reply_bytes(object, "der", &der);
    buf_free(&der);
    return r;
}

/* km: {der, serial, notAfter} */
static enum err
put_km(cJSON *parent, const X509 *x)
{
    cJSON *object = cJSON_AddObjectToObject(parent, "km");
    char not_after[CLOCK_TEXT_SIZE];
    struct buf text = { 0 };
    enum err r;

    if (object == NULL)
        return ERR_NO_MEMORY;
    clock_text(cert_not_after(x), not_after);
    if ((r = put_der(object, x)) == OK)
        r = cert_serial(x, CERT_SERIAL_HEX, &text);
    if ((r = put(object, "serial", r, &text)) == OK)
        r = reply_text(object, "notAfter", not_after);
    return r;
}

static enum err
run(struct call *call)
{
    const struct store_entry *e = NULL;
    struct store_list list = { 0 };
    cJSON *object = NULL;
    enum err r;

    if ((r = store_look_up(
             call->host, args_text(call, "certificate"), &list, &e)) == OK &&
        (r = certificate_object(call->host, e, &object)) == OK &&
        (r = reply_item(call->result, "certificate", object)) == OK &&
        (r = put_der(call->result, e->sign)) == OK &&
        (r = put_details(call->result, e)) == OK && e->km != NULL)
        r = put_km(call->result, e->km);
    store_list_free(&list);
    return r;
}

const struct command cmd_store_show = {
    .name = "store.show",
    .run = run,
    .params = params,
    .flags = COMMAND_MEDIA,
    .help = "Show a certificate",
};
