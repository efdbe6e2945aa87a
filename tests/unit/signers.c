#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signers.h"

struct crypto *crypto;
EVP_PKEY *key, *other_key;
X509 *root, *mine, *other, *km, *old, *plain, *stranger;
struct chain_set *anchors;

int
signers_setup(void **state)
{
    EVP_PKEY *root_key = make_key("rsa2048");
    struct cert_spec s = { .cn = "Root", .key = root_key, .ca = true };

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    key = make_key("rsa2048");
    other_key = make_key("rsa2048");
    root = make_cert(&s);
    s = (struct cert_spec){
        .cn = "Hong", .key = key, .issuer = root, .issuer_key = root_key
    };
    mine = make_cert(&s);
    s.usage = "critical,keyEncipherment";
    km = make_cert(&s);
    s.usage = "";
    plain = make_cert(&s);
    s.usage = NULL;
    s.from = TEST_NOW - 90 * TEST_DAY;
    s.until = TEST_NOW - TEST_DAY;
    old = make_cert(&s);
    s = (struct cert_spec){
        .cn = "Kim", .key = other_key, .issuer = root, .issuer_key = root_key
    };
    other = make_cert(&s);
    s = (struct cert_spec){ .cn = "Stranger", .key = key };
    stranger = make_cert(&s);
    assert_int_equal(chain_add(&anchors, root), OK);
    EVP_PKEY_free(root_key);
    return 0;
}

int
signers_teardown(void **state)
{
    X509 *all[] = { root, mine, other, km, old, plain, stranger };

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        X509_free(all[i]);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
    chain_free(anchors);
    crypto_free(crypto);
    return 0;
}

enum err
signers_sign(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const struct buf *content, const struct cms_form *form, struct buf *ret)
{
    struct cms_seal *seal = NULL;
    enum err r = cms_seal_new(with, x, by, &seal);

    if (r == OK)
        r = cms_sign(seal, content, form, ret);
    cms_seal_free(seal);
    return r;
}

enum err
signers_sign_digest(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret)
{
    struct cms_seal *seal = NULL;
    enum err r = cms_seal_new(with, x, by, &seal);

    if (r == OK)
        r = cms_sign_digest(seal, digest, form, ret);
    cms_seal_free(seal);
    return r;
}

enum err
signers_sign_pkcs1(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const struct buf *content, struct buf *ret)
{
    struct cms_seal *seal = NULL;
    enum err r = cms_seal_new(with, x, by, &seal);

    if (r == OK)
        r = cms_sign_pkcs1(seal, content, ret);
    cms_seal_free(seal);
    return r;
}

enum err
signers_sign_pkcs1_digest(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const uint8_t digest[static CMS_SHA256_LEN], struct buf *ret)
{
    struct cms_seal *seal = NULL;
    enum err r = cms_seal_new(with, x, by, &seal);

    if (r == OK)
        r = cms_sign_pkcs1_digest(seal, digest, ret);
    cms_seal_free(seal);
    return r;
}

void
signers_put(struct buf *b, const void *data, size_t len)
{
    assert_int_equal(buf_set(b, data, len), OK);
}

CMS_ContentInfo *
signers_parse(const struct buf *der)
{
    const uint8_t *p = der->data;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)der->len);

    assert_non_null(cms);
    assert_ptr_equal(p, der->data + der->len);
    return cms;
}

void
signers_describe(const struct cms_verdict *v, struct buf *ret_text)
{
    for (size_t i = 0; i < v->finding_count; i++) {
        if (v->findings[i].reason == NULL)
            continue;
        if (ret_text->len > 0)
            assert_int_equal(buf_put_byte(ret_text, ' '), OK);
        assert_int_equal(buf_put_text(ret_text, v->findings[i].check), OK);
        assert_int_equal(buf_put_byte(ret_text, ':'), OK);
        assert_int_equal(buf_put_text(ret_text, v->findings[i].reason), OK);
    }
}
