/*
 * Protection and structure of dialect npki: MACs against values computed with
 * other tools, a real request of another program, and what is refused.
 */
#include <string.h>

#include <openssl/evp.h>

#include "make_cert.h"
#include "pki/cmp_npki.h"
#include "pki/cmp_npki_message.h"
#include "support.h"

#define CODE   "A1b2-C3d4-E5f6"
#define SAMPLE "initech-cmp-sample/"

static struct crypto *crypto;

/* The message is the bytes 0, 1, 2 ... */
static struct row {
    const char *name;
    size_t len;
    struct ca_npki profile;
    size_t mac_len;
    unsigned char mac[20];
} rows[] = {
    { "DES-MAC", 29, { .hmac = false }, 8,
        { 0x24, 0xbf, 0x42, 0x5b, 0xe6, 0xd2, 0x64, 0xba } },
    { "DES-MAC, the secret first", 29, { .secret_first = true }, 8,
        { 0xb7, 0x7f, 0x0b, 0x6b, 0x55, 0x37, 0x79, 0x13 } },
    { "DES-MAC, padding where it is needed", 29, { .pad_needed = true }, 8,
        { 0x24, 0xbf, 0x42, 0x5b, 0xe6, 0xd2, 0x64, 0xba } },
    { "DES-MAC, aligned", 32, { .hmac = false }, 8,
        { 0x03, 0x89, 0x16, 0x5f, 0x6b, 0x31, 0x03, 0xfd } },
    { "DES-MAC, aligned, not padded", 32, { .pad_needed = true }, 8,
        { 0xb0, 0x87, 0x7b, 0x89, 0xf7, 0xc1, 0x8f, 0x19 } },
    { "DES-MAC, aligned, the secret first", 32, { .secret_first = true }, 8,
        { 0x40, 0xc8, 0xe4, 0x9e, 0x26, 0x3f, 0x97, 0x29 } },
    { "DES-MAC, aligned, the secret first, not padded", 32,
        { .secret_first = true, .pad_needed = true }, 8,
        { 0xa3, 0x85, 0x01, 0x12, 0x85, 0xd6, 0x0f, 0xe8 } },
    { "HMAC-SHA1", 29, { .hmac = true }, 20,
        { 0x31, 0xf7, 0x8b, 0x1b, 0xab, 0x33, 0xfc, 0x4c, 0x21, 0x57, 0x5c,
            0x6e, 0xcb, 0x84, 0xbc, 0xda, 0xd3, 0x7a, 0x17, 0x03 } },
    { "HMAC-SHA1, the secret first", 32, { .hmac = true, .secret_first = true },
        20,
        { 0xc7, 0x7e, 0x29, 0x2e, 0x13, 0x81, 0xc4, 0x86, 0x5d, 0x39, 0x88,
            0x3b, 0xe6, 0x60, 0xac, 0xaf, 0x84, 0x63, 0x15, 0xa0 } },
};

static void
mac_is_known(void **state)
{
    const struct row *row = *state;
    struct buf code = support_text(CODE), part = { 0 }, mac = { 0 };
    size_t i;

    for (i = 0; i < row->len; i++)
        assert_int_equal(buf_put_byte(&part, (uint8_t)i), OK);
    assert_int_equal(npki_mac(crypto, &row->profile, &code, &part, &mac), OK);
    assert_int_equal(mac.len, row->mac_len);
    assert_memory_equal(mac.data, row->mac, row->mac_len);
    buf_free(&code);
    buf_free(&part);
    buf_free(&mac);
}

/* --- a real request ---------------------------------------------------------- */

static void
read_sample(struct buf *ret_der, NPKI_MESSAGE **ret_message)
{
    support_vector(SAMPLE "ir.der", ret_der);
    assert_int_equal(npki_read(ret_der, ret_message), OK);
}

static void
sample_is_read(void **state)
{
    struct buf der = { 0 }, again = { 0 };
    NPKI_MESSAGE *m = NULL;

    (void)state;
    read_sample(&der, &m);
    assert_int_equal(npki_body_of(m->body), NPKI_IR);
    assert_int_equal(ASN1_INTEGER_get(m->header->pvno), 1);
    assert_int_equal(ASN1_STRING_length(m->header->recipient_kid), 20);
    assert_null(m->header->recipient_nonce);
    assert_int_equal(ASN1_STRING_length(m->protection), 8);
    assert_int_equal(npki_write(m, ASN1_ITEM_rptr(NPKI_MESSAGE), &again), OK);
    assert_int_equal(again.len, der.len);
    assert_memory_equal(again.data, der.data, der.len);
    NPKI_MESSAGE_free(m);
    buf_free(&der);
    buf_free(&again);
}

static void
sample_proves_its_key(void **state)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf der = { 0 }, tbs = { 0 }, want = { 0 };
    NPKI_MESSAGE *m = NULL;
    NPKI_POP_KEY *pop;

    (void)state;
    read_sample(&der, &m);
    pop =
        sk_NPKI_REQUEST_value(m->body->value.requests, 0)->pop->value.signature;
    assert_int_equal(
        npki_write(pop->input, ASN1_ITEM_rptr(NPKI_POP_INPUT), &tbs), OK);
    support_vector(SAMPLE "tbs.bin", &want);
    assert_int_equal(tbs.len, want.len);
    assert_memory_equal(tbs.data, want.data, want.len);
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL,
                         X509_PUBKEY_get0(pop->input->key)),
        1);
    assert_int_equal(
        EVP_DigestVerify(ctx, ASN1_STRING_get0_data(pop->signature),
            (size_t)ASN1_STRING_length(pop->signature), tbs.data, tbs.len),
        1);
    EVP_MD_CTX_free(ctx);
    NPKI_MESSAGE_free(m);
    buf_free(&der);
    buf_free(&tbs);
    buf_free(&want);
}

/* Tags in order; what is inside OCTET STRINGs, BIT STRINGs and names does not
 * matter. */
static void
put_tags(struct der in, struct buf *out)
{
    struct der content;
    unsigned tag;

    while (in.len > 0) {
        assert_true(der_any(&in, &tag, &content));
        assert_int_equal(buf_put_byte(out, (uint8_t)tag), OK);
        if ((tag & 0x20) != 0) {
            put_tags(content, out);
            assert_int_equal(buf_put_byte(out, 0), OK); /* its end */
        }
    }
}

/* Our ir has the sample's fields, in its order, but for recipNonce. */
static void
writer_makes_the_same(void **state)
{
    struct ca ca = { .dialect = CA_NPKI };
    struct buf der = { 0 }, ours = { 0 }, code = support_text(CODE);
    struct buf want = { 0 }, got = { 0 }, request = { 0 };
    uint8_t transaction[CMP_TRANSACTION_LEN] = { 1 };
    struct host host = { .crypto = crypto, .clock = clock_system() };
    struct npki_talk talk = { .host = &host,
        .ca = &ca,
        .reference = "834120",
        .code = &code,
        .transaction_id = transaction };
    struct cmp_order order = { .ca = &ca, .code = &code };
    NPKI_MESSAGE *m = NULL, *sample = NULL;
    NPKI_REQUEST *q = NULL;

    (void)state;
    read_sample(&der, &sample);
    order.key = make_key("rsa2048");
    assert_int_equal(cmp_npki_request(&host, &order, &request), OK);
    assert_int_equal(npki_read_request(&request, &q), OK);
    q->info = sk_NPKI_REQUEST_value(sample->body->value.requests, 0)->info;
    sk_NPKI_REQUEST_value(sample->body->value.requests, 0)->info = NULL;
    assert_int_equal(buf_extend(&talk.recipient_kid, 20), OK);
    assert_int_equal(npki_message_new(&talk, NPKI_IR, &m), OK);
    m->body->value.requests = sk_NPKI_REQUEST_new_null();
    assert_true(sk_NPKI_REQUEST_push(m->body->value.requests, q) > 0);
    assert_int_equal(npki_message_write(&talk, m, &ours), OK);
    put_tags(der_of(&der), &want);
    put_tags(der_of(&ours), &got);
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.data, want.data, want.len);
    assert_int_equal(ours.len, der.len); /* and every length is the same */
    EVP_PKEY_free(order.key);
    NPKI_MESSAGE_free(m);
    NPKI_MESSAGE_free(sample);
    npki_talk_free(&talk);
    buf_free(&der);
    buf_free(&ours);
    buf_free(&code);
    buf_free(&want);
    buf_free(&got);
    buf_free(&request);
}

/* --- refused ----------------------------------------------------------------- */

/* A message of our own: a genm with everything a header may have. */
static void
own_message(struct buf *ret_der)
{
    struct ca ca = { .dialect = CA_NPKI, .npki = { .genm_asks = true } };
    struct buf code = support_text(CODE);
    uint8_t transaction[CMP_TRANSACTION_LEN] = { 1 };
    struct host host = { .crypto = crypto, .clock = clock_system() };
    struct npki_talk talk = { .host = &host,
        .ca = &ca,
        .reference = "834120",
        .code = &code,
        .transaction_id = transaction };
    NPKI_MESSAGE *m = NULL;

    assert_int_equal(buf_extend(&talk.peer_nonce, 16), OK);
    assert_int_equal(buf_extend(&talk.recipient_kid, 20), OK);
    assert_int_equal(npki_message_new(&talk, NPKI_GENM, &m), OK);
    m->body->value.items = sk_NPKI_ITEM_new_null();
    assert_int_equal(npki_message_write(&talk, m, ret_der), OK);
    NPKI_MESSAGE_free(m);
    npki_talk_free(&talk);
    buf_free(&code);
}

static void
cut_anywhere_is_refused(void **state)
{
    struct buf der = { 0 }, cut = { 0 };
    NPKI_MESSAGE *m = NULL;
    size_t i;

    (void)state;
    own_message(&der);
    for (i = 0; i < der.len; i++) {
        assert_int_equal(buf_set(&cut, der.data, i), OK);
        assert_int_equal(npki_read(&cut, &m), ERR_CA_ANSWER_INVALID);
        assert_null(m);
    }
    assert_int_equal(buf_put_byte(&der, 0), OK);
    assert_int_equal(npki_read(&der, &m), ERR_CA_ANSWER_INVALID);
    buf_free(&der);
    buf_free(&cut);
}

/* Each bit of a message counts: it is refused, or its MAC is wrong. */
static void
each_bit_counts(void **state)
{
    struct buf der = { 0 }, part = { 0 }, code = support_text(CODE);
    NPKI_MESSAGE *m;
    size_t i;
    int bit;
    enum err r;

    (void)state;
    own_message(&der);
    for (i = 0; i < der.len; i++) {
        for (bit = 0; bit < 8; bit++) {
            m = NULL;
            der.data[i] ^= (uint8_t)(1 << bit);
            r = npki_read(&der, &m);
            if (r == OK && (r = npki_protected_part(&der, &part)) == OK)
                r = npki_mac_check(crypto, m, &code, &part);
            assert_int_not_equal(r, OK);
            der.data[i] ^= (uint8_t)(1 << bit);
            NPKI_MESSAGE_free(m);
        }
    }
    assert_int_equal(npki_read(&der, &m), OK);
    assert_int_equal(npki_protected_part(&der, &part), OK);
    assert_int_equal(npki_mac_check(crypto, m, &code, &part), OK);
    NPKI_MESSAGE_free(m);
    buf_free(&der);
    buf_free(&part);
    buf_free(&code);
}

static int
setup(void **state)
{
    (void)state;
    return crypto_new(&crypto) == OK ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    crypto_free(crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, mac_is_known, rows);
    support_test(&tests, "a real request is read", sample_is_read);
    support_test(&tests, "it proves its key", sample_proves_its_key);
    support_test(&tests, "our writer makes the same", writer_makes_the_same);
    support_test(&tests, "cut anywhere it is refused", cut_anywhere_is_refused);
    support_test(&tests, "each bit counts", each_bit_counts);
    return support_run("cmp npki mac", &tests, setup, teardown);
}
