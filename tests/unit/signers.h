/* signers.h - the people of the tests about signatures: who they are, and what
 * their signatures say. */
#ifndef INGAM_TESTS_SIGNERS_H
#define INGAM_TESTS_SIGNERS_H

#include <stddef.h>

#include <openssl/cms.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "make_cert.h"
#include "pki/chain.h"
#include "pki/cms.h"
#include "pki/cms_verify.h"
#include "pki/crypto.h"

extern struct crypto *crypto;
extern EVP_PKEY *key, *other_key;

/* Hong: mine; for encryption only: km; expired: old; without key usage: plain;
 * by no root: stranger. All of `key`. Kim is the other, with other_key. */
extern X509 *root, *mine, *other, *km, *old, *plain, *stranger;
extern struct chain_set *anchors; /* the root */

int signers_setup(void **state);
int signers_teardown(void **state);

/* As those of cms.h, with a seal for this one signature. */
enum err signers_sign(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const struct buf *content, const struct cms_form *form,
    struct buf *ret_der);
enum err signers_sign_digest(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const uint8_t digest[static CMS_SHA256_LEN], const struct cms_form *form,
    struct buf *ret_der);
enum err signers_sign_pkcs1(const struct crypto *with, X509 *x, EVP_PKEY *by,
    const struct buf *content, struct buf *ret_signature);
enum err signers_sign_pkcs1_digest(const struct crypto *with, X509 *x,
    EVP_PKEY *by, const uint8_t digest[static CMS_SHA256_LEN],
    struct buf *ret_signature);

/* Both fail the test when they cannot. */
void signers_put(struct buf *b, const void *data, size_t len);
CMS_ContentInfo *signers_parse(const struct buf *der);

/* "check:reason check:reason" of the bad answers. */
void signers_describe(const struct cms_verdict *v, struct buf *ret_text);

#endif
