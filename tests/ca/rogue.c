#include "rogue.h"

#include "ca.h"

#define SERIAL "\x7b" /* of certificates that no registry knows */
#define LIFE   (365 * (int64_t)DAY_SECONDS)

void
rogue_root(struct out *o)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    struct out subject = { 0 }, spki = { 0 };

    if (key == NULL)
        die("cannot make a key");
    cert_name(&subject, "C=KR,O=Rogue,CN=Rogue Root");
    der_public_key(&spki, key);
    cert_write(o, &(struct cert_order){
                      .issuer_key = key,
                      .serial = { (const uint8_t *)"\x01", 1 },
                      .subject = span_of(&subject),
                      .spki = span_of(&spki),
                      .not_before = time(NULL) - DAY_SECONDS,
                      .not_after = time(NULL) + 3650 * (int64_t)DAY_SECONDS,
                      .key_usage = USE_CERT_SIGN,
                      .ca = true,
                      .path_length = -1,
                  });
    out_free(&subject);
    out_free(&spki);
    EVP_PKEY_free(key);
}

static EVP_PKEY *
new_key(void)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);

    if (key == NULL)
        die("cannot make a key");
    return key;
}

/* A certificate for a new key, with a use and perhaps a purpose. */
static void
make(struct answer_signer *ret, X509 *issuer, EVP_PKEY *issuer_key,
    const struct out *subject, int use, const char *purpose)
{
    struct out spki = { 0 }, der = { 0 };

    ret->key = new_key();
    der_public_key(&spki, ret->key);
    cert_write(&der, &(struct cert_order){
                         .issuer = issuer,
                         .issuer_key = issuer_key,
                         .serial = { (const uint8_t *)SERIAL, 1 },
                         .subject = span_of(subject),
                         .spki = span_of(&spki),
                         .not_before = time(NULL) - DAY_SECONDS,
                         .not_after = time(NULL) + LIFE,
                         .key_usage = use,
                         .policy = POLICY_ANY,
                         .purpose = purpose,
                     });
    ret->cert = ca_parse(span_of(&der));
    out_free(&spki);
    out_free(&der);
}

void
rogue_subscriber(const struct ca *ca, struct answer_signer *ret)
{
    struct out subject = { 0 };

    cert_name(&subject, "C=kr,O=IngamTest,OU=personal4IB,OU=INGAM,CN=임꺽정");
    make(ret, ca->cert[CA_ISSUING], ca->key[CA_ISSUING], &subject,
        USE_SIGN | USE_NON_REPUDIATION, NULL);
    out_free(&subject);
}

/* In the names of the CA and its CMP responder, but not by the CA's key. */
static void
stranger(const struct ca *ca, struct answer_signer *ret)
{
    struct out subject = { 0 };

    der_name(&subject, X509_get_subject_name(ca->cert[CA_CMP]));
    make(ret, ca->cert[CA_ISSUING], ca->key[CA_RESPONDER], &subject, USE_SIGN,
        CMP_PURPOSE);
    out_free(&subject);
}

void
rogue_encryption(const struct ca *ca, struct answer_signer *ret)
{
    struct out subject = { 0 };

    der_name(&subject, X509_get_subject_name(ca->cert[CA_ENCRYPTION]));
    make(ret, ca->cert[CA_ISSUING], ca->key[CA_RESPONDER], &subject,
        USE_KEY_ENCIPHERMENT | USE_DATA_ENCIPHERMENT, NULL);
    out_free(&subject);
}

static void
borrow(struct answer_signer *ret, const struct ca *ca, enum ca_identity who)
{
    ret->cert = ca->cert[who];
    ret->key = ca->key[who];
    X509_up_ref(ret->cert);
    EVP_PKEY_up_ref(ret->key);
}

void
answer_signer(struct answer_signer *ret, const struct ca *ca, bool sign,
    enum protection how)
{
    *ret = (struct answer_signer){ 0 };
    if (how == PROTECT_BY_SUBSCRIBER)
        rogue_subscriber(ca, ret);
    else if (how == PROTECT_BY_STRANGER)
        stranger(ca, ret);
    else if (how == PROTECT_BY_SIGNATURE)
        borrow(ret, ca, CA_RESPONDER);
    else if (sign)
        borrow(ret, ca, CA_CMP);
}

void
answer_signer_free(struct answer_signer *by)
{
    X509_free(by->cert);
    EVP_PKEY_free(by->key);
    *by = (struct answer_signer){ 0 };
}
