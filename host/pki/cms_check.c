/* Reading back what was signed (cms_write.h). */
#include "base/mem.h"
#include "pki/cms_shape.h"
#include "pki/cms_value.h"
#include "pki/cms_write.h"

static bool
same(struct der a, struct der b)
{
    return a.len == b.len &&
           (a.len == 0 || mem_compare(a.data, b.data, a.len) == 0);
}

/* Is that the content of this element? */
static bool
is_content_of(struct der content, const struct buf *element)
{
    struct der in = der_of(element), want;
    unsigned tag;

    return der_any(&in, &tag, &want) && same(content, want);
}

static bool
is_version(struct der content, uint8_t version)
{
    return content.len == 1 && content.data[0] == version;
}

/* Step over the next element when it is this one. */
static bool
step_over(struct der *in, const struct buf *element)
{
    struct der rest = *in, one = *in, content;
    unsigned tag;

    if (!der_any(&rest, &tag, &content))
        return false;
    one.len -= rest.len;
    if (!same(one, der_of(element)))
        return false;
    *in = rest;
    return true;
}

/* The type; and inside, where it must be, the bytes with that digest. */
static enum err
check_content(const struct cms_seal *seal, struct der in,
    const struct buf *type, const uint8_t *digest, const struct cms_form *form)
{
    struct der inside, octets;
    uint8_t theirs[CMS_SHA256_LEN];
    enum err r;

    if (!step_over(&in, type))
        return ERR_INTERNAL;
    if (form->content == NULL || form->detached)
        return in.len == 0 ? OK : ERR_INTERNAL;
    if (!der_get(&in, DER_EXPLICIT(0), &inside) ||
        !der_get(&inside, DER_OCTETS, &octets) ||
        !same(octets, der_of(form->content)))
        return ERR_INTERNAL;
    if ((r = cms_sha256(seal->crypto, form->content, theirs)) != OK)
        return r;
    return mem_compare(theirs, digest, sizeof(theirs)) == 0 ? OK : ERR_INTERNAL;
}

/* How many attributes are of this type and have this one value? */
static enum err
count_attribute(struct der attributes, enum oid oid, const struct buf *value,
    size_t *ret_count)
{
    struct buf type = { 0 };
    struct der one, values;
    enum err r = oid_put(&type, oid);

    *ret_count = 0;
    while (r == OK && attributes.len > 0) {
        if (!der_get(&attributes, DER_SEQUENCE, &one))
            r = ERR_INTERNAL;
        else if (step_over(&one, &type) && der_get(&one, DER_SET, &values) &&
                 step_over(&values, value) && values.len == 0)
            ++*ret_count;
    }
    buf_free(&type);
    return r;
}

/* contentType and messageDigest, once each. */
static enum err
check_attributes(
    struct der attributes, const struct buf *type, const uint8_t *digest)
{
    size_t types = 0, digests = 0;
    struct buf octets = { 0 };
    enum err r;

    if ((r = der_put(&octets, DER_OCTETS, digest, CMS_SHA256_LEN)) == OK &&
        (r = count_attribute(attributes, OID_CONTENT_TYPE, type, &types)) ==
            OK &&
        (r = count_attribute(
             attributes, OID_MESSAGE_DIGEST, &octets, &digests)) == OK &&
        (types != 1 || digests != 1))
        r = ERR_INTERNAL;
    buf_free(&octets);
    return r;
}

static enum err
check_value(const struct cms_seal *seal, const struct cms_signer_parts *signer,
    const uint8_t *digest)
{
    uint8_t theirs[CMS_SHA256_LEN];
    struct buf set = { 0 };
    enum err r = OK;

    if (signer->attributes.data != NULL &&
        (r = der_put(&set, DER_SET, signer->attributes.data,
             signer->attributes.len)) == OK &&
        (r = cms_sha256(seal->crypto, &set, theirs)) == OK)
        digest = theirs;
    if (r == OK)
        r = cms_value_check(
            seal->reader, digest, signer->value.data, signer->value.len);
    buf_free(&set);
    return r;
}

static enum err
check_signer(const struct cms_seal *seal, struct der signers,
    const struct buf *type, const uint8_t *digest, bool attributes)
{
    struct cms_signer_parts signer;
    enum err r;

    if (!cms_shape_signer(&signers, &signer) || signers.len != 0 ||
        !is_version(signer.version, 1) ||
        !is_content_of(signer.id, &seal->id) ||
        !is_content_of(signer.digest, &seal->sha256) ||
        !is_content_of(signer.algorithm, &seal->algorithm) ||
        (signer.attributes.data != NULL) != attributes)
        return ERR_INTERNAL;
    if (attributes &&
        (r = check_attributes(signer.attributes, type, digest)) != OK)
        return r;
    return check_value(seal, &signer, digest);
}

/* What is the same for all content of this type, but for the signer. */
static enum err
check_frame(const struct cms_seal *seal, struct cms_parts parts, bool is_data)
{
    struct buf type = { 0 };
    enum err r = oid_put(&type, OID_SIGNED_DATA);

    if (r == OK && (!is_content_of(parts.type, &type) ||
                       !is_version(parts.version, is_data ? 1 : 3) ||
                       !step_over(&parts.digests, &seal->sha256) ||
                       parts.digests.len != 0 ||
                       !step_over(&parts.certificates, &seal->certificate) ||
                       parts.certificates.len != 0 || parts.crls.len != 0))
        r = ERR_INTERNAL;
    buf_free(&type);
    return r;
}

enum err
cms_check(const struct cms_seal *seal, const struct buf *der,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form)
{
    struct buf type = { 0 };
    struct cms_parts parts;
    struct der rest;
    enum err r;

    if (!cms_shape(der_of(der), &rest, &parts) || rest.len != 0)
        return ERR_INTERNAL;
    if ((r = check_frame(seal, parts, form->type == NULL)) == OK &&
        (r = cms_put_type(form, &type)) == OK &&
        (r = check_content(seal, parts.content, &type, digest, form)) == OK)
        r = check_signer(seal, parts.signers, &type, digest, form->attributes);
    buf_free(&type);
    return r;
}
