#include "tsa_peer.h"

#include "support.h"

#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "make_cert.h"

X509 *tsa_root;

static EVP_PKEY *root_key, *tsa_key;
static X509 *tsa_cert;

int64_t tsa_peer_clock = TEST_NOW;

static ASN1_INTEGER *
next_serial(TS_RESP_CTX *ctx, void *data)
{
    static long serial;
    ASN1_INTEGER *number = ASN1_INTEGER_new();

    (void)ctx;
    (void)data;
    assert_int_equal(ASN1_INTEGER_set(number, ++serial), 1);
    return number;
}

static int
tell_time(TS_RESP_CTX *ctx, void *data, long *ret_seconds, long *ret_micros)
{
    (void)ctx;
    (void)data;
    *ret_seconds = (long)tsa_peer_clock;
    *ret_micros = 0;
    return 1;
}

enum err
tsa_peer_answer(void *ctx_, const struct buf *request,
    const struct watch *watch, struct buf *ret_answer)
{
    BIO *in = BIO_new_mem_buf(request->data, (int)request->len);
    ASN1_OBJECT *policy = OBJ_txt2obj(TSA_PEER_POLICY, 1);
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    unsigned char *der = NULL;
    TS_RESP *response;
    int len;

    (void)ctx_;
    (void)watch;
    assert_int_equal(TS_RESP_CTX_set_signer_cert(ctx, tsa_cert), 1);
    assert_int_equal(TS_RESP_CTX_set_signer_key(ctx, tsa_key), 1);
    assert_int_equal(TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()), 1);
    assert_int_equal(TS_RESP_CTX_set_def_policy(ctx, policy), 1);
    assert_int_equal(TS_RESP_CTX_add_md(ctx, EVP_sha256()), 1);
    TS_RESP_CTX_set_serial_cb(ctx, next_serial, NULL);
    TS_RESP_CTX_set_time_cb(ctx, tell_time, NULL);
    response = TS_RESP_create_response(ctx, in);
    assert_non_null(response);
    len = i2d_TS_RESP(response, &der);
    assert_true(len > 0);
    assert_int_equal(buf_set(ret_answer, der, (size_t)len), OK);
    OPENSSL_free(der);
    TS_RESP_free(response);
    TS_RESP_CTX_free(ctx);
    ASN1_OBJECT_free(policy);
    BIO_free(in);
    return OK;
}

/* A certificate with one more extension, signed again. */
static X509 *
with_purpose(const char *purpose)
{
    X509 *x = make_cert(&(struct cert_spec){ .cn = "TSA",
        .key = tsa_key,
        .issuer = tsa_root,
        .issuer_key = root_key,
        .usage = "critical,digitalSignature" });
    X509_EXTENSION *e =
        X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, purpose);

    assert_int_equal(X509_add_ext(x, e, -1), 1);
    assert_true(X509_sign(x, root_key, EVP_sha256()) > 0);
    X509_EXTENSION_free(e);
    return x;
}

void
tsa_peer_setup(void)
{
    root_key = make_key("p256");
    tsa_key = make_key("p256");
    tsa_root = make_cert(
        &(struct cert_spec){ .cn = "TSAs", .key = root_key, .ca = true });
    tsa_cert = with_purpose("critical,timeStamping");
}

void
tsa_peer_teardown(void)
{
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(tsa_key);
    X509_free(tsa_root);
    X509_free(tsa_cert);
}
