#include "twist.h"

#include <string.h>

#include <openssl/evp.h>

#define STRANGER "C=kr,O=IngamTest,OU=personal4IB,OU=INGAM,CN=임꺽정(lim)9"
#define OTHER_CA "C=KR,O=OtherCA,OU=AccreditedCA,CN=Other CA Class 1"
#define CENTURY  (100 * (int64_t)365 * DAY_SECONDS)

/* What a fault needs beside the order; lives until the certificate is out. */
struct scratch {
    EVP_PKEY *key;
    struct out name, spki;
    uint8_t vid[32];
};

static EVP_PKEY *
stranger_key(struct scratch *s)
{
    s->key = EVP_RSA_gen(2048);
    if (s->key == NULL)
        die("cannot make a key");
    return s->key;
}

static void
spoil_names(struct cert_order *o, enum cert_fault fault, struct scratch *s)
{
    switch (fault) {
    case CERT_OTHER_KEY:
        der_public_key(&s->spki, stranger_key(s));
        o->spki = span_of(&s->spki);
        break;
    case CERT_OTHER_SUBJECT:
        cert_name(&s->name, STRANGER);
        o->subject = span_of(&s->name);
        break;
    case CERT_EMPTY_SUBJECT:
        der_element(&s->name, DER_SEQUENCE, NULL, 0);
        o->subject = span_of(&s->name);
        break;
    case CERT_OTHER_ISSUER:
        cert_name(&s->name, OTHER_CA);
        o->issuer_name = span_of(&s->name);
        o->issuer_key = stranger_key(s);
        break;
    case CERT_ROGUE_ISSUER:
        o->issuer_key = stranger_key(s);
        break;
    case CERT_SELF_SIGNED:
        o->issuer = NULL;
        o->issuer_key = stranger_key(s);
        break;
    default:
        break;
    }
}

static void
spoil_values(struct cert_order *o, enum cert_fault fault, struct scratch *s)
{
    static const uint8_t zero[1], negative[] = { 0xfe };
    static const uint8_t long_serial[21] = { 1 };

    switch (fault) {
    case CERT_EXPIRED:
        o->not_before -= 30 * DAY_SECONDS;
        o->not_after = o->not_before + DAY_SECONDS;
        break;
    case CERT_NOT_YET:
        o->not_before += 30 * DAY_SECONDS;
        break;
    case CERT_CENTURY:
        o->not_after += CENTURY;
        break;
    case CERT_OTHER_USE:
        o->key_usage = (o->key_usage & USE_SIGN) != 0
                           ? USE_KEY_ENCIPHERMENT | USE_DATA_ENCIPHERMENT
                           : USE_SIGN | USE_NON_REPUDIATION;
        break;
    case CERT_NO_USE:
        o->key_usage = 0;
        break;
    case CERT_IS_CA:
        o->ca = true;
        break;
    case CERT_NO_VID:
        o->vid = (struct span){ 0 };
        break;
    case CERT_OTHER_VID:
        random_bytes(s->vid, sizeof s->vid);
        o->vid = (struct span){ s->vid, sizeof s->vid };
        break;
    case CERT_OTHER_NAME:
        o->real_name = "임꺽정";
        break;
    case CERT_NO_POLICY:
        o->policy = NULL;
        break;
    case CERT_SERIAL_ZERO:
        o->serial = (struct span){ zero, sizeof zero };
        break;
    case CERT_SERIAL_NEGATIVE:
        o->serial = (struct span){ negative, sizeof negative };
        break;
    case CERT_SERIAL_LONG:
        o->serial = (struct span){ long_serial, sizeof long_serial };
        break;
    default:
        break;
    }
}

void
twist_certificate(
    struct out *o, const struct cert_order *ordered, enum cert_fault fault)
{
    struct cert_order order = *ordered;
    struct scratch s = { 0 };

    spoil_names(&order, fault, &s);
    spoil_values(&order, fault, &s);
    order.unknown_critical = fault == CERT_UNKNOWN_CRITICAL;
    order.sha1 = fault == CERT_SHA1;
    order.bad_signature = fault == CERT_BAD_SIGNATURE;
    if (fault == CERT_GARBAGE)
        der_text(o, DER_SEQUENCE, "this is no certificate");
    else
        cert_write(o, &order);
    EVP_PKEY_free(s.key);
    out_free(&s.name);
    out_free(&s.spki);
}
