/* tsa.c - the time-stamp authority, good or as a mode spoils it. */
#include "tsa.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/ts.h>

#include "revocation.h"
#include "rogue.h"

#define HUGE_BYTES   100000
#define FIRST_SERIAL 1000
#define OID_OCSP     "1.3.6.1.5.5.7.3.9"
#define OID_UNKNOWN  "2.25.1"
#define OTHER_NAME   "C=KR,O=IngamTest,CN=Another TSA"

/* --- as it should be -------------------------------------------------------*/

/* The next serial number: each is given once, whoever serves. */
static ASN1_INTEGER *
next_serial(TS_RESP_CTX *ctx, void *data)
{
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    sqlite3 *db = data;
    struct out text = { 0 };
    long long number = FIRST_SERIAL;
    char *last;

    (void)ctx;
    db_begin(db);
    last = db_setting(db, "tsa_serial");
    if (last != NULL)
        number = strtoll(last, NULL, 10) + 1;
    out_printf(&text, "%lld", number);
    db_set(db, "tsa_serial", out_string(&text));
    db_commit(db);
    free(last);
    out_free(&text);
    if (serial == NULL || ASN1_INTEGER_set_int64(serial, number) != 1)
        die("cannot number a time-stamp");
    return serial;
}

static TS_RESP *
respond(const struct ca *ca, sqlite3 *db, struct span request)
{
    ASN1_OBJECT *policy = OBJ_txt2obj(TSA_POLICY, 1);
    BIO *in = BIO_new_mem_buf(request.data, (int)request.len);
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    TS_RESP *response;

    if (ctx == NULL || policy == NULL || in == NULL ||
        TS_RESP_CTX_set_signer_cert(ctx, ca->cert[CA_TSA]) != 1 ||
        TS_RESP_CTX_set_signer_key(ctx, ca->key[CA_TSA]) != 1 ||
        TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) != 1 ||
        TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) != 1 ||
        TS_RESP_CTX_set_def_policy(ctx, policy) != 1 ||
        TS_RESP_CTX_add_md(ctx, EVP_sha256()) != 1 ||
        TS_RESP_CTX_add_md(ctx, EVP_sha512()) != 1)
        die("cannot set up a time-stamp authority");
    TS_RESP_CTX_set_serial_cb(ctx, next_serial, db);
    TS_RESP_CTX_add_flags(ctx, TS_TSA_NAME);
    if ((response = TS_RESP_create_response(ctx, in)) == NULL)
        die("cannot answer a time-stamp request");
    ASN1_OBJECT_free(policy);
    BIO_free(in);
    TS_RESP_CTX_free(ctx);
    return response;
}

static void
put_response(struct out *o, const TS_RESP *response)
{
    unsigned char *der = NULL;
    int len = i2d_TS_RESP(response, &der);

    if (len <= 0)
        die("cannot write a time-stamp");
    out_bytes(o, der, (size_t)len);
    OPENSSL_free(der);
}

/* --- no token --------------------------------------------------------------*/

static void
put_status(struct out *o, int status, int failure)
{
    size_t all = der_begin(o, DER_SEQUENCE), info = der_begin(o, DER_SEQUENCE);
    uint8_t bits[5] = { 0 };

    der_integer(o, status);
    if (failure >= 0) {
        bits[1 + failure / 8] = (uint8_t)(0x80 >> failure % 8);
        bits[0] = (uint8_t)(7 - failure % 8);
        der_element(o, DER_BIT_STRING, bits, 2 + (size_t)(failure / 8));
    }
    der_end(o, info);
    der_end(o, all);
}

/* --- what it says ----------------------------------------------------------*/

static void
move_time(TS_TST_INFO *info, long seconds)
{
    ASN1_GENERALIZEDTIME *t =
        ASN1_GENERALIZEDTIME_set(NULL, time(NULL) + seconds);

    if (t == NULL || TS_TST_INFO_set_time(info, t) != 1)
        die("cannot set a time");
    ASN1_GENERALIZEDTIME_free(t);
}

static void
other_imprint(TS_TST_INFO *info)
{
    TS_MSG_IMPRINT *imprint =
        TS_MSG_IMPRINT_dup(TS_TST_INFO_get_msg_imprint(info));
    unsigned char digest[32] = { 1, 2, 3 };

    if (imprint == NULL ||
        TS_MSG_IMPRINT_set_msg(imprint, digest, sizeof digest) != 1 ||
        TS_TST_INFO_set_msg_imprint(info, imprint) != 1)
        die("cannot set an imprint");
    TS_MSG_IMPRINT_free(imprint);
}

static void
other_name(TS_TST_INFO *info)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    struct out der = { 0 };
    const unsigned char *p;

    cert_name(&der, OTHER_NAME);
    p = der.data;
    if (name == NULL)
        die("out of memory");
    name->type = GEN_DIRNAME;
    name->d.directoryName = d2i_X509_NAME(NULL, &p, (long)der.len);
    if (TS_TST_INFO_set_tsa(info, name) != 1)
        die("cannot set a name");
    GENERAL_NAME_free(name);
    out_free(&der);
}

static void
other_policy(TS_TST_INFO *info)
{
    ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4", 1);

    if (TS_TST_INFO_set_policy_id(info, policy) != 1)
        die("cannot set a policy");
    ASN1_OBJECT_free(policy);
}

static void
unknown_critical(TS_TST_INFO *info)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
    X509_EXTENSION *e;

    if (value == NULL || ASN1_OCTET_STRING_set(value, NULL, 0) != 1 ||
        (e = X509_EXTENSION_create_by_OBJ(NULL, oid, 1, value)) == NULL ||
        TS_TST_INFO_add_ext(info, e, -1) != 1)
        die("cannot add an extension");
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
}

/* All of it but the nonce; OpenSSL has no way to take one away. */
static TS_TST_INFO *
copy(TS_TST_INFO *from, bool nonce)
{
    TS_TST_INFO *info = TS_TST_INFO_new();

    if (nonce)
        return TS_TST_INFO_dup(from);
    if (info == NULL || TS_TST_INFO_set_version(info, 1) != 1 ||
        TS_TST_INFO_set_policy_id(info, TS_TST_INFO_get_policy_id(from)) != 1 ||
        TS_TST_INFO_set_msg_imprint(info, TS_TST_INFO_get_msg_imprint(from)) !=
            1 ||
        TS_TST_INFO_set_serial(info, TS_TST_INFO_get_serial(from)) != 1 ||
        TS_TST_INFO_set_time(info, TS_TST_INFO_get_time(from)) != 1)
        die("cannot copy a time-stamp");
    return info;
}

static void
spoil_info(TS_TST_INFO *info, enum tsa_fault fault)
{
    ASN1_INTEGER *nonce = ASN1_INTEGER_new();

    if (nonce == NULL || ASN1_INTEGER_set(nonce, 4711) != 1)
        die("out of memory");
    if (fault == TSA_NONCE_WRONG)
        TS_TST_INFO_set_nonce(info, nonce);
    if (fault == TSA_OTHER_IMPRINT)
        other_imprint(info);
    if (fault == TSA_OTHER_POLICY)
        other_policy(info);
    if (fault == TSA_VERSION)
        TS_TST_INFO_set_version(info, 2);
    if (fault == TSA_UNKNOWN_CRITICAL)
        unknown_critical(info);
    if (fault == TSA_OTHER_NAME)
        other_name(info);
    if (fault == TSA_DAY_LATE)
        move_time(info, DAY_SECONDS);
    if (fault == TSA_DAY_EARLY)
        move_time(info, -DAY_SECONDS);
    ASN1_INTEGER_free(nonce);
}

/* --- who says it -----------------------------------------------------------*/

/* A certificate in the TSA's name that is not what it should be. */
static void
other_signer(
    const struct ca *ca, enum tsa_fault fault, struct answer_signer *ret)
{
    bool stranger = fault == TSA_BY_STRANGER;
    int64_t now = time(NULL);
    struct out subject = { 0 }, spki = { 0 }, der = { 0 };
    struct cert_order order = { .issuer = ca->cert[CA_ISSUING],
        .issuer_key = ca->key[stranger ? CA_RESPONDER : CA_ISSUING],
        .serial = { (const uint8_t *)"\x7c", 1 },
        .not_before = now - 30 * DAY_SECONDS,
        .not_after = now + 30 * DAY_SECONDS,
        .key_usage = USE_SIGN,
        .policy = POLICY_ANY,
        .purpose = TSA_PURPOSE,
        .purpose_critical = fault != TSA_NOT_CRITICAL };

    if (fault == TSA_BY_OTHER)
        order.purpose = NULL;
    if (fault == TSA_BY_RESPONDER)
        order.purpose = OID_OCSP;
    if (fault == TSA_TWO_PURPOSES)
        order.purpose_too = OID_OCSP;
    if (fault == TSA_OWN_PURPOSE)
        order.purpose_too = OID_UNKNOWN;
    if (fault == TSA_BY_EXPIRED)
        order.not_after = now - DAY_SECONDS;
    ret->key = EVP_EC_gen("P-256");
    if (ret->key == NULL)
        die("cannot make a key");
    der_name(&subject, X509_get_subject_name(ca->cert[CA_TSA]));
    der_public_key(&spki, ret->key);
    order.subject = span_of(&subject);
    order.spki = span_of(&spki);
    cert_write(&der, &order);
    ret->cert = ca_parse(span_of(&der));
    out_free(&subject);
    out_free(&spki);
    out_free(&der);
}

static void
choose_signer(
    const struct ca *ca, enum tsa_fault fault, struct answer_signer *ret)
{
    if (fault >= TSA_BY_OTHER && fault <= TSA_BY_EXPIRED) {
        other_signer(ca, fault, ret);
        return;
    }
    ret->cert = ca->cert[CA_TSA];
    ret->key = ca->key[CA_TSA];
    X509_up_ref(ret->cert);
    EVP_PKEY_up_ref(ret->key);
}

/* Sign it ourselves: OpenSSL's authority refuses to do it wrongly. */
static void
put_token(
    struct out *o, const struct ca *ca, TS_TST_INFO *info, enum tsa_fault fault)
{
    unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL |
                     (fault == TSA_CERTIFICATE_UNNAMED ? 0 : CMS_CADES) |
                     (fault == TSA_NO_CERTIFICATE ? CMS_NOCERTS : 0);
    const EVP_MD *md = fault == TSA_SHA1 ? EVP_sha1() : EVP_sha256();
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    struct answer_signer by = { 0 };
    unsigned char *content = NULL, *der = NULL;
    int len = i2d_TS_TST_INFO(info, &content);
    BIO *in = BIO_new_mem_buf(content, len);

    choose_signer(ca, fault, &by);
    if (cms == NULL || in == NULL ||
        (fault != TSA_PLAIN_DATA &&
            CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo)) !=
                1) ||
        CMS_add1_signer(cms, by.cert, by.key, md, flags) == NULL ||
        CMS_final(cms, in, NULL, flags) != 1 ||
        (len = i2d_CMS_ContentInfo(cms, &der)) <= 0)
        die("cannot sign a time-stamp");
    if (fault == TSA_BAD_SIGNATURE)
        der[len - 1] ^= 1;
    out_bytes(o, der, (size_t)len);
    OPENSSL_free(content);
    OPENSSL_free(der);
    BIO_free(in);
    CMS_ContentInfo_free(cms);
    answer_signer_free(&by);
}

static void
put_spoiled(
    struct out *o, const struct ca *ca, TS_RESP *response, enum tsa_fault fault)
{
    TS_TST_INFO *info =
        copy(TS_RESP_get_tst_info(response), fault != TSA_NONCE_MISSING);
    size_t all = der_begin(o, DER_SEQUENCE), status;

    if (info == NULL)
        die("there is no time-stamp to spoil");
    status = der_begin(o, DER_SEQUENCE);
    der_integer(o, TS_STATUS_GRANTED);
    der_end(o, status);
    spoil_info(info, fault);
    put_token(o, ca, info, fault);
    der_end(o, all);
    TS_TST_INFO_free(info);
}

void
tsa_answer(const struct ca *ca, sqlite3 *db, struct span request,
    const struct plan *plan, struct out *ret)
{
    TS_RESP *response;

    switch (plan->tsa) {
    case TSA_REJECTED:
        put_status(ret, TS_STATUS_REJECTION, -1);
        return;
    case TSA_BAD_ALG:
        put_status(ret, TS_STATUS_REJECTION, TS_INFO_BAD_ALG);
        return;
    case TSA_WAITING:
        put_status(ret, TS_STATUS_WAITING, -1);
        return;
    case TSA_NO_TOKEN:
        put_status(ret, TS_STATUS_GRANTED, -1);
        return;
    default:
        break;
    }
    response = respond(ca, db, request);
    if (plan->tsa == TSA_GOOD || plan->tsa == TSA_HUGE)
        put_response(ret, response);
    else
        put_spoiled(ret, ca, response, plan->tsa);
    if (plan->tsa == TSA_HUGE)
        revocation_pad(ret, HUGE_BYTES);
    TS_RESP_free(response);
}
