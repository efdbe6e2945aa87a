#include "command.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "ca.h"
#include "family.h"

/* The pinned CA certificate: its hash and itself. */
static void
anchor(struct out *o, const struct ca *ca)
{
    struct out der = { 0 };
    uint8_t hash[SHA256_DIGEST_LENGTH];
    char *hex, *base64;

    der_certificate(&der, ca->cert[CA_ISSUING]);
    SHA256(der.data, der.len, hash);
    hex = hex_text(hash, sizeof hash);
    base64 = base64_text(der.data, der.len);
    out_text(o, ",\"anchors\":[{");
    json_member(o, "sha256", hex);
    json_member(o, "certificate", base64);
    out_text(o, "}]");
    free(hex);
    free(base64);
    out_free(&der);
}

static void
encryption(struct out *o, const struct ca *ca)
{
    struct out der = { 0 };
    char *base64;

    der_certificate(&der, ca->cert[CA_ENCRYPTION]);
    base64 = base64_text(der.data, der.len);
    json_member(o, "encryption", base64);
    free(base64);
    out_free(&der);
}

/* The family of dialect npki, NULL for the other dialect. */
static const struct family *
family(const struct options *options)
{
    static const char *const dialects[] = { "rfc9483", "npki", NULL };
    const char *dialect = option_one_of(
        option_or(options, OPTION_DIALECT, dialects[0]), "dialect", dialects);

    if (strcmp(dialect, dialects[0]) == 0) {
        if (options->value[OPTION_FAMILY] != NULL)
            die("--family is for the dialect npki");
        return NULL;
    }
    return family_find(
        option_one_of(option_or(options, OPTION_FAMILY, "yessign"), "family",
            family_names()));
}

static void
profile(struct out *o, const struct options *options, const char *vid,
    const struct family *npki)
{
    static const char *const subjects[] = { "reference", "empty", "old", NULL };
    bool km = options->value[OPTION_KM] != NULL || (npki != NULL && npki->km);

    out_text(o, ",\"profile\":{");
    json_member(o, "subject",
        option_one_of(option_or(options, OPTION_SUBJECT, subjects[0]),
            "subject", subjects));
    json_member(o, "vid", vid);
    out_printf(o, ",\"km\":%s", km ? "true" : "false");
    if (npki != NULL) {
        out_text(o, ",\"npki\":");
        family_profile(o, npki);
    }
    out_text(o, "}");
}

/* tsa.json, with the issuing CA as the anchor. */
int
command_tsa(const char *dir, const struct options *options)
{
    struct out o = { 0 }, der = { 0 };
    char *base64, *pem;
    struct ca ca;

    ca_load(&ca, dir);
    der_certificate(&der, ca.cert[CA_ISSUING]);
    base64 = base64_text(der.data, der.len);
    out_text(&o, "{");
    json_member(&o, "name", "test");
    json_member(
        &o, "endpoint", option_needed(options, OPTION_ENDPOINT, "endpoint"));
    out_text(&o, ",\"loopback\":true");
    if (options->value[OPTION_TLS] != NULL) {
        pem = ca_pem(&ca, CA_TLS_ROOT);
        json_member(&o, "tls", pem);
        free(pem);
    }
    if (options->value[OPTION_POLICY] != NULL)
        json_member(&o, "policy", options->value[OPTION_POLICY]);
    out_text(&o, ",\"anchors\":[{");
    json_member(&o, "certificate", base64);
    out_text(&o, "}]}");
    free(base64);
    out_free(&der);
    ca_free(&ca);
    return print_object(&o);
}

int
command_definition(const char *dir, const struct options *options)
{
    static const char *const vids[] = { "none", "encrypted", NULL };
    const struct family *npki = family(options);
    const char *vid =
        option_one_of(option_or(options, OPTION_VID, vids[1]), "vid", vids);
    struct out o = { 0 };
    struct ca ca;
    char *issuer, *pem;

    ca_load(&ca, dir);
    issuer = cert_folder(X509_get_subject_name(ca.cert[CA_ISSUING]));
    out_text(&o, "{");
    json_member(&o, "name", option_or(options, OPTION_NAME, "test"));
    out_text(&o, ",\"title\":{\"ko\":\"인감 시험 인증기관\","
                 "\"en\":\"Ingam test CA\"}");
    json_member(&o, "folder", "IngamTest");
    json_member(&o, "dialect", npki != NULL ? "npki" : "rfc9483");
    json_member(
        &o, "endpoint", option_needed(options, OPTION_ENDPOINT, "endpoint"));
    out_text(&o, ",\"loopback\":true");
    if (options->value[OPTION_TLS] != NULL) {
        pem = ca_pem(&ca, CA_TLS_ROOT);
        json_member(&o, "tls", pem);
        free(pem);
    }
    out_text(&o, ",\"issuers\":[");
    json_string(&o, issuer);
    out_text(&o, "]");
    anchor(&o, &ca);
    if (strcmp(vid, "encrypted") == 0 && npki == NULL)
        encryption(&o, &ca);
    profile(&o, options, vid, npki);
    out_text(&o, ",\"enabled\":true");
    out_text(&o, ",\"contact\":{\"ko\":\"시험용\",\"en\":\"for tests\"}}");
    free(issuer);
    ca_free(&ca);
    return print_object(&o);
}
