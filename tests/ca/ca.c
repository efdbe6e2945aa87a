#include "ca.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "db.h"

#define ORGANISATION     "C=KR,O=IngamTest,OU="
#define REAL_NAME        "인감시험기관"
#define RSA_BITS         2048
#define OID_SERVER       "1.3.6.1.5.5.7.3.1"
#define OID_OCSP_SIGNING "1.3.6.1.5.5.7.3.9"

/* What each identity's certificate is. */
static const struct identity {
    const char *file;
    const char *name; /* after ORGANISATION; NULL: OU and the --name */
    enum ca_identity issuer;
    int64_t serial;
    int years;
    int key_usage;
    bool ca;
    int path_length;
    bool explicit_policy;
    const char *policy;
    const char *real_name;
    const char *purpose;
    bool localhost;
    bool elliptic; /* P-256 rather than RSA */
    bool purpose_critical;
} identities[CA_IDENTITIES] = {
    [CA_ROOT] = { "root", "Ingam Test Authority Central,CN=Ingam Test RootCA 1",
        CA_ROOT, 1, 20, USE_CERT_SIGN | USE_CRL_SIGN, true, -1, false,
        POLICY_ANY, REAL_NAME, NULL, false, false, false },
    [CA_ISSUING] = { "ca", NULL, CA_ROOT, 4097, 10,
        USE_CERT_SIGN | USE_CRL_SIGN, true, 0, true, POLICY_ANY, REAL_NAME,
        NULL, false, false, false },
    [CA_RESPONDER] = { "responder", "AccreditedCA,CN=Ingam Test Responder",
        CA_ISSUING, 2, 5, USE_SIGN | USE_NON_REPUDIATION, false, 0, false,
        POLICY_ANY, NULL, OID_OCSP_SIGNING, false, false, false },
    [CA_CMP] = { "cmp", "AccreditedCA,CN=Ingam Test CMP Responder", CA_ISSUING,
        4, 5, USE_SIGN, false, 0, false, POLICY_ANY, NULL, CMP_PURPOSE, false,
        false, false },
    [CA_ENCRYPTION] = { "encryption", "AccreditedCA,CN=Ingam Test Encryption",
        CA_ISSUING, 3, 5, USE_KEY_ENCIPHERMENT | USE_DATA_ENCIPHERMENT, false,
        0, false, POLICY_ANY, NULL, NULL, false, false, false },
    [CA_TLS_ROOT] = { "tls-root", "TLS,CN=Ingam Test TLS Root", CA_TLS_ROOT, 1,
        10, USE_CERT_SIGN | USE_CRL_SIGN, true, 0, false, NULL, NULL, NULL,
        false, true, false },
    [CA_TLS] = { "tls", "TLS,CN=localhost", CA_TLS_ROOT, 2, 1, USE_SIGN, false,
        0, false, NULL, NULL, OID_SERVER, true, true, false },
    [CA_TSA] = { "tsa", "TSA,CN=Ingam Test TSA", CA_ISSUING, 5, 5, USE_SIGN,
        false, 0, false, POLICY_ANY, NULL, TSA_PURPOSE, false, true, true },
};

char *
ca_path(const char *dir, enum ca_identity who, const char *suffix)
{
    struct out o = { 0 };

    out_text(&o, dir);
    out_text(&o, "/");
    out_text(&o, identities[who].file);
    out_text(&o, suffix);
    out_bytes(&o, "", 1);
    return (char *)o.data;
}

X509 *
ca_parse(struct span der)
{
    const unsigned char *p = der.data;
    X509 *x = d2i_X509(NULL, &p, (long)der.len);

    if (x == NULL)
        die("not a certificate");
    return x;
}

char *
ca_pem(const struct ca *ca, enum ca_identity who)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct out o = { 0 };
    char *text;
    long len;

    if (bio == NULL || PEM_write_bio_X509(bio, ca->cert[who]) != 1)
        die("cannot write a certificate");
    len = BIO_get_mem_data(bio, &text);
    out_bytes(&o, text, (size_t)len);
    out_bytes(&o, "", 1);
    BIO_free(bio);
    return (char *)o.data;
}

static void
save_key(const char *path, const EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long len;

    if (bio == NULL ||
        PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        die("cannot write a key");
    len = BIO_get_mem_data(bio, &text);
    write_private(path, text, (size_t)len);
    OPENSSL_cleanse(text, (size_t)len);
    BIO_free(bio);
}

static void
create_identity(struct ca *ca, enum ca_identity who, const char *name)
{
    const struct identity *id = &identities[who];
    struct out subject = { 0 }, spki = { 0 }, serial = { 0 }, der = { 0 };
    struct out text = { 0 };
    int64_t now = time(NULL);
    char *path, *pem;

    out_text(&text, ORGANISATION);
    out_text(&text, id->name != NULL ? id->name : "AccreditedCA,CN=");
    out_text(&text, id->name != NULL ? "" : name);
    cert_name(&subject, out_string(&text));
    ca->key[who] = id->elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(RSA_BITS);
    if (ca->key[who] == NULL)
        die("cannot make a key");
    der_public_key(&spki, ca->key[who]);
    cert_serial(&serial, id->serial);
    cert_write(
        &der, &(struct cert_order){
                  .issuer = id->issuer == who ? NULL : ca->cert[id->issuer],
                  .issuer_key = ca->key[id->issuer],
                  .serial = span_of(&serial),
                  .subject = span_of(&subject),
                  .spki = span_of(&spki),
                  .not_before = now - 60,
                  .not_after = end_of_korean_day(now, id->years),
                  .key_usage = id->key_usage,
                  .ca = id->ca,
                  .path_length = id->path_length,
                  .explicit_policy = id->explicit_policy,
                  .policy = id->policy,
                  .real_name = id->real_name,
                  .purpose = id->purpose,
                  .purpose_critical = id->purpose_critical,
                  .localhost = id->localhost,
              });
    ca->cert[who] = ca_parse(span_of(&der));
    path = ca_path(ca->dir, who, ".key");
    save_key(path, ca->key[who]);
    free(path);
    path = ca_path(ca->dir, who, ".crt");
    pem = ca_pem(ca, who);
    write_private(path, pem, strlen(pem));
    free(path);
    free(pem);
    out_free(&subject);
    out_free(&spki);
    out_free(&serial);
    out_free(&der);
    out_free(&text);
}

void
ca_create(const char *dir, const char *name, bool km)
{
    struct ca ca = { .dir = dir };
    sqlite3 *db;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        die("%s: %s", dir, strerror(errno));
    for (int who = 0; who < CA_IDENTITIES; who++)
        create_identity(&ca, (enum ca_identity)who, name);
    db = db_create(dir);
    db_set(db, "km", km ? "1" : "0");
    sqlite3_close(db);
    ca_free(&ca);
}

void
ca_load(struct ca *ca, const char *dir)
{
    sqlite3 *db = db_open(dir);
    char *path, *km = db_setting(db, "km");
    BIO *bio;

    *ca = (struct ca){ .dir = dir };
    ca->km = km != NULL && strcmp(km, "1") == 0;
    free(km);
    sqlite3_close(db);
    for (int i = 0; i < CA_IDENTITIES; i++) {
        path = ca_path(dir, (enum ca_identity)i, ".crt");
        bio = BIO_new_file(path, "r");
        if (bio == NULL ||
            (ca->cert[i] = PEM_read_bio_X509(bio, NULL, NULL, NULL)) == NULL)
            die("%s cannot be read", path);
        BIO_free(bio);
        free(path);
        path = ca_path(dir, (enum ca_identity)i, ".key");
        bio = BIO_new_file(path, "r");
        if (bio == NULL || (ca->key[i] = PEM_read_bio_PrivateKey(
                                bio, NULL, NULL, NULL)) == NULL)
            die("%s cannot be read", path);
        BIO_free(bio);
        free(path);
    }
}

void
ca_free(struct ca *ca)
{
    for (int i = 0; i < CA_IDENTITIES; i++) {
        X509_free(ca->cert[i]);
        EVP_PKEY_free(ca->key[i]);
    }
    free(ca->base);
    *ca = (struct ca){ 0 };
}
