#include "pairs.h"

#include "make_cert.h"
#include "pki/cert.h"
#include "pki/key.h"
#include "support.h"

struct buf infos[PAIRS_MAX], ders[PAIRS_MAX];
struct p12_pair pairs[PAIRS_MAX];
uint8_t random_a[VID_R_LEN];

static void
make_pair(size_t i, const struct pair_spec *spec, EVP_PKEY *key)
{
    const struct cert_spec cert = {
        .cn = spec->cn, .key = key, .ca = spec->ca, .usage = spec->usage
    };
    X509 *x = make_cert(&cert);

    assert_int_equal(cert_der(x, &ders[i]), OK);
    assert_int_equal(
        key_private_key_info(key, spec->random ? random_a : NULL, &infos[i]),
        OK);
    pairs[i] = (struct p12_pair){ x, &infos[i] };
}

void
pairs_make(struct crypto *crypto, const struct pair_spec *specs, size_t count)
{
    EVP_PKEY *keys[PAIRS_MAX] = { NULL };

    assert_true(count <= PAIRS_MAX);
    assert_int_equal(key_random(crypto, random_a), OK);
    for (size_t i = 0; i < count; i++) {
        EVP_PKEY **key = &keys[specs[i].key];

        if (*key == NULL)
            *key = make_key("rsa1024");
        make_pair(i, &specs[i], *key);
    }
    for (size_t i = 0; i < PAIRS_MAX; i++)
        EVP_PKEY_free(keys[i]);
}

void
pairs_free(void)
{
    for (size_t i = 0; i < PAIRS_MAX; i++) {
        X509_free(pairs[i].x);
        buf_free(&infos[i]);
        buf_free(&ders[i]);
    }
}
