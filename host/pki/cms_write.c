#include "pki/cms_write.h"

#include <string.h>

#include "pki/cms_shape.h"
#include "pki/cms_value.h"

#define VERSION_1 "\1" /* of SignedData over data, and of SignerInfo */
#define VERSION_3 "\3" /* of SignedData over anything else (RFC 5652, 5.1) */

/* The contents of the elements of a SignedData. */
struct signed_data {
    struct buf version, digests, content, certificates, crls, signers;
};

enum err
cms_put_type(const struct cms_form *form, struct buf *ret_type)
{
    return form->type == NULL ? oid_put(ret_type, OID_DATA)
                              : oid_put_text(ret_type, form->type);
}

/* --- the signer ------------------------------------------------------------ */

/* Add an attribute; takes the value. */
static enum err
add(struct buf *attributes, enum oid oid, struct buf *value)
{
    struct buf type = { 0 }, one = { 0 };
    enum err r;

    if ((r = oid_put(&type, oid)) == OK &&
        (r = cms_attribute(&type, value, &one)) == OK)
        r = der_insert(attributes, &one);
    buf_free(&type);
    buf_free(&one);
    buf_free(value);
    return r;
}

static enum err
put_attributes(const struct cms_seal *seal, const uint8_t *digest,
    const struct cms_form *form, struct buf *ret)
{
    struct buf value = { 0 };
    enum err r;

    if ((r = cms_put_type(form, &value)) != OK ||
        (r = add(ret, OID_CONTENT_TYPE, &value)) != OK ||
        (r = der_put_time(&value, form->now)) != OK ||
        (r = add(ret, OID_SIGNING_TIME, &value)) != OK ||
        (r = der_put(&value, DER_OCTETS, digest, CMS_SHA256_LEN)) != OK ||
        (r = add(ret, OID_MESSAGE_DIGEST, &value)) != OK ||
        (r = der_insert(ret, &seal->named)) != OK)
        return r;
    if (form->display != NULL &&
        (r = cms_display_attribute(form->display, &value)) == OK)
        r = der_insert(ret, &value);
    buf_free(&value);
    return r;
}

/* Over the attributes, as a SET OF, or over the content where there are none
 * (RFC 5652, 5.4). */
static enum err
put_value(const struct cms_seal *seal, const uint8_t *digest,
    const struct buf *attributes, struct buf *ret_value)
{
    uint8_t theirs[CMS_SHA256_LEN];
    struct buf set = { 0 };
    enum err r;

    if (attributes->len == 0)
        return cms_value_sign(seal->signer, digest, ret_value);
    if ((r = der_put(&set, DER_SET, attributes->data, attributes->len)) == OK &&
        (r = cms_sha256(seal->crypto, &set, theirs)) == OK)
        r = cms_value_sign(seal->signer, theirs, ret_value);
    buf_free(&set);
    return r;
}

static enum err
put(struct buf *out, const struct buf *element)
{
    return buf_put(out, element->data, element->len);
}

static enum err
put_signer(const struct cms_seal *seal, const uint8_t *digest,
    const struct cms_form *form, struct buf *ret)
{
    struct buf attributes = { 0 }, value = { 0 };
    enum err r;

    if ((form->attributes &&
            (r = put_attributes(seal, digest, form, &attributes)) != OK) ||
        (r = put_value(seal, digest, &attributes, &value)) != OK ||
        (r = der_put(ret, DER_INTEGER, VERSION_1, 1)) != OK ||
        (r = put(ret, &seal->id)) != OK ||
        (r = put(ret, &seal->sha256)) != OK ||
        (form->attributes && (r = der_put(ret, CMS_SET_0, attributes.data,
                                  attributes.len)) != OK) ||
        (r = put(ret, &seal->algorithm)) != OK ||
        (r = der_put(ret, DER_OCTETS, value.data, value.len)) != OK)
        goto out;
    r = der_wrap(ret, DER_SEQUENCE);
out:
    buf_free(&attributes);
    buf_free(&value);
    return r;
}

/* --- all of it --------------------------------------------------------------- */

static enum err
begin(const struct cms_form *form, struct signed_data *s)
{
    bool inside = form->content != NULL && !form->detached;
    struct buf octets = { 0 };
    enum err r;

    if ((r = buf_put(&s->version, form->type == NULL ? VERSION_1 : VERSION_3,
             1)) != OK ||
        (r = cms_put_type(form, &s->content)) != OK)
        return r;
    if (inside && (r = der_put(&octets, DER_OCTETS, form->content->data,
                       form->content->len)) == OK)
        r = der_put(&s->content, DER_EXPLICIT(0), octets.data, octets.len);
    buf_free(&octets);
    return r;
}

static enum err
copy(struct der from, struct buf *to)
{
    return buf_set(to, from.data, from.len);
}

static enum err
begin_joined(const struct buf *to, struct signed_data *s)
{
    struct cms_parts parts;
    struct der rest;
    enum err r;

    if (!cms_shape(der_of(to), &rest, &parts) || rest.len != 0)
        return ERR_INVALID_REQUEST;
    if ((r = copy(parts.version, &s->version)) != OK ||
        (r = copy(parts.digests, &s->digests)) != OK ||
        (r = copy(parts.content, &s->content)) != OK ||
        (r = copy(parts.certificates, &s->certificates)) != OK ||
        (r = copy(parts.crls, &s->crls)) != OK)
        return r;
    return copy(parts.signers, &s->signers);
}

static bool
holds(const struct buf *set, const struct buf *element)
{
    struct der rest = der_of(set), one = rest, content;
    unsigned tag;

    for (; der_any(&rest, &tag, &content); one = rest)
        if (one.len - rest.len == element->len &&
            memcmp(one.data, element->data, element->len) == 0)
            return true;
    return false;
}

static enum err
add_signer(const struct cms_seal *seal, const struct buf *signer,
    struct signed_data *s)
{
    enum err r;

    if (!holds(&s->digests, &seal->sha256) &&
        !holds(&s->digests, &seal->sha256_null) &&
        (r = der_insert(&s->digests, &seal->sha256)) != OK)
        return r;
    if (!holds(&s->certificates, &seal->certificate) &&
        (r = der_insert(&s->certificates, &seal->certificate)) != OK)
        return r;
    return der_insert(&s->signers, signer);
}

static enum err
put_part(struct buf *out, unsigned tag, const struct buf *content)
{
    return der_put(out, tag, content->data, content->len);
}

static enum err
finish(const struct signed_data *s, struct buf *ret_der)
{
    struct buf body = { 0 };
    enum err r;

    if ((r = put_part(&body, DER_INTEGER, &s->version)) != OK ||
        (r = put_part(&body, DER_SET, &s->digests)) != OK ||
        (r = put_part(&body, DER_SEQUENCE, &s->content)) != OK ||
        (r = put_part(&body, CMS_SET_0, &s->certificates)) != OK ||
        (s->crls.len > 0 && (r = put_part(&body, CMS_SET_1, &s->crls)) != OK) ||
        (r = put_part(&body, DER_SET, &s->signers)) != OK ||
        (r = der_wrap(&body, DER_SEQUENCE)) != OK ||
        (r = oid_put(ret_der, OID_SIGNED_DATA)) != OK ||
        (r = put_part(ret_der, DER_EXPLICIT(0), &body)) != OK)
        goto out;
    r = der_wrap(ret_der, DER_SEQUENCE);
out:
    buf_free(&body);
    return r;
}

enum err
cms_write(const struct cms_seal *seal,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der)
{
    struct signed_data s = { .version = { 0 } };
    struct buf signer = { 0 };
    enum err r;

    r = form->to == NULL ? begin(form, &s) : begin_joined(form->to, &s);
    if (r == OK && (r = put_signer(seal, digest, form, &signer)) == OK &&
        (r = add_signer(seal, &signer, &s)) == OK)
        r = finish(&s, ret_der);
    buf_free(&signer);
    buf_free(&s.version);
    buf_free(&s.digests);
    buf_free(&s.content);
    buf_free(&s.certificates);
    buf_free(&s.crls);
    buf_free(&s.signers);
    return r;
}
