#include "pki/cms_display.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "base/utf8.h"
#include "pki/cms_seal.h"
#include "pki/der.h"

typedef struct {
    ASN1_INTEGER *version;
    ASN1_PRINTABLESTRING *kind;
    ASN1_UTF8STRING *origin;
    ASN1_PRINTABLESTRING *language;
    ASN1_OCTET_STRING *displayed;
} SIGNED_DISPLAY;

DECLARE_ASN1_FUNCTIONS(SIGNED_DISPLAY)

ASN1_SEQUENCE(SIGNED_DISPLAY) = {
    ASN1_SIMPLE(SIGNED_DISPLAY, version, ASN1_INTEGER),
    ASN1_SIMPLE(SIGNED_DISPLAY, kind, ASN1_PRINTABLESTRING),
    ASN1_SIMPLE(SIGNED_DISPLAY, origin, ASN1_UTF8STRING),
    ASN1_SIMPLE(SIGNED_DISPLAY, language, ASN1_PRINTABLESTRING),
    ASN1_SIMPLE(SIGNED_DISPLAY, displayed, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END(SIGNED_DISPLAY)
IMPLEMENT_ASN1_FUNCTIONS(SIGNED_DISPLAY)

#define SIGNED_DISPLAY_MAX 1024 /* bytes of the value in DER */

void
cms_display_free(struct cms_display *display)
{
    buf_free(&display->kind);
    buf_free(&display->origin);
    buf_free(&display->language);
}

static enum err
put(struct buf *out, unsigned tag, const struct buf *text)
{
    return text->len > CMS_DISPLAY_TEXT_MAX
               ? ERR_INTERNAL
               : der_put(out, tag, text->data, text->len);
}

enum err
cms_display_attribute(
    const struct cms_display *display, struct buf *ret_attribute)
{
    struct buf type = { 0 }, value = { 0 };
    enum err r;

    if ((r = der_put_number(&value, 0)) != OK ||
        (r = put(&value, DER_PRINTABLE, &display->kind)) != OK ||
        (r = put(&value, DER_UTF8, &display->origin)) != OK ||
        (r = put(&value, DER_PRINTABLE, &display->language)) != OK ||
        (r = der_put(
             &value, DER_OCTETS, display->displayed, CMS_DISPLAY_LEN)) != OK ||
        (r = der_wrap(&value, DER_SEQUENCE)) != OK ||
        (r = oid_put_text(&type, CMS_DISPLAY_OID)) != OK)
        goto out;
    r = cms_attribute(&type, &value, ret_attribute);
out:
    buf_free(&type);
    buf_free(&value);
    return r;
}

static enum err
get(const ASN1_STRING *from, struct buf *ret_text)
{
    const uint8_t *data = ASN1_STRING_get0_data(from);
    size_t len = (size_t)ASN1_STRING_length(from);

    if (len > CMS_DISPLAY_TEXT_MAX || !utf8_valid(data, len))
        return ERR_INVALID_REQUEST;
    return buf_set(ret_text, data, len);
}

static enum err
take_fields(const SIGNED_DISPLAY *value, struct cms_display *ret)
{
    struct cms_display d = { 0 };
    enum err r = ERR_INVALID_REQUEST;
    int64_t version = -1;

    if (ASN1_INTEGER_get_int64(&version, value->version) != 1 || version != 0 ||
        ASN1_STRING_length(value->displayed) != (int)CMS_DISPLAY_LEN ||
        (r = get(value->kind, &d.kind)) != OK ||
        (r = get(value->origin, &d.origin)) != OK ||
        (r = get(value->language, &d.language)) != OK) {
        cms_display_free(&d);
        return r;
    }
    for (size_t i = 0; i < CMS_DISPLAY_LEN; i++)
        d.displayed[i] = ASN1_STRING_get0_data(value->displayed)[i];
    *ret = d;
    return OK;
}

enum err
cms_display_read(
    CMS_SignerInfo *si, bool *ret_found, struct cms_display *ret_display)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(CMS_DISPLAY_OID, 1);
    SIGNED_DISPLAY *value = NULL;
    const ASN1_STRING *one;
    const uint8_t *p;
    enum err r = ERR_INVALID_REQUEST;

    *ret_found = false;
    if (oid == NULL)
        return err_openssl(__func__, ERR_NO_MEMORY);
    if (CMS_signed_get_attr_by_OBJ(si, oid, -1) < 0) {
        r = OK;
        goto out;
    }
    one = CMS_signed_get0_data_by_OBJ(si, oid, -3, V_ASN1_SEQUENCE);
    if (one == NULL || ASN1_STRING_length(one) > SIGNED_DISPLAY_MAX)
        goto out;
    p = ASN1_STRING_get0_data(one);
    value = d2i_SIGNED_DISPLAY(NULL, &p, ASN1_STRING_length(one));
    if (value == NULL ||
        p != ASN1_STRING_get0_data(one) + ASN1_STRING_length(one))
        goto out;
    if ((r = take_fields(value, ret_display)) == OK)
        *ret_found = true;
out:
    ERR_clear_error();
    SIGNED_DISPLAY_free(value);
    ASN1_OBJECT_free(oid);
    return r;
}
