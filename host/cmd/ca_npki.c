/* The member "npki" of a profile (ca_json.h). */
#include "cmd/ca_json.h"
#include "pki/ca.h"

#define MAIL_MAX 64u /* bytes */

/* Which of two words: false for the first, true for the second. */
static enum err
read_either(const cJSON *item, const char *usual, const char *other, bool *ret)
{
    const char *const words[] = { usual, other, NULL };
    unsigned n = 0;
    enum err r = ca_json_word(item, words, &n);

    *ret = n == 1;
    return r;
}

/* A switch that is usually true. */
static enum err
read_absent(const cJSON *item, bool *ret)
{
    bool flag = true;
    enum err r = ca_json_flag(item, &flag);

    *ret = !flag;
    return r;
}

static enum err
read_pvno(const cJSON *item, void *into)
{
    struct ca *ca = into;

    if (!cJSON_IsNumber(item))
        return ERR_PARAM_TYPE;
    ca->npki.pvno_0 = item->valueint == 0;
    return item->valuedouble < 0 || item->valuedouble > 1 ||
                   item->valuedouble != item->valueint
               ? ERR_PARAM_RANGE
               : OK;
}

static enum err
read_sender(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "mail", "directory", &ca->npki.sender_directory);
}

static enum err
read_recipient(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "directory", "mail", &ca->npki.recipient_mail);
}

static enum err
read_mail(const cJSON *item, void *into)
{
    struct ca *ca = into;
    const char *p;
    enum err r = ca_json_text(item, MAIL_MAX, &ca->npki.mail);

    for (p = ca->npki.mail; r == OK && *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            r = ERR_PARAM_RANGE; /* an IA5String, and printable */
    return r;
}

static enum err
read_transaction(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_absent(item, &ca->npki.no_transaction);
}

static enum err
read_mac(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "des-mac", "hmac-sha1", &ca->npki.hmac);
}

static enum err
read_secret(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(
        item, "salt-first", "secret-first", &ca->npki.secret_first);
}

static enum err
read_pad(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "always", "needed", &ca->npki.pad_needed);
}

static enum err
read_reissue(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "ir", "krr", &ca->npki.krr);
}

static enum err
read_genm(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "empty", "caProtEncCert", &ca->npki.genm_asks);
}

static enum err
read_vid_certificate(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "caCert", "caProtEncCert", &ca->npki.vid_prot_enc);
}

static enum err
read_serial(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "decimal", "hex", &ca->npki.serial_hex);
}

static enum err
read_renew_proof(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(item, "poposkInput", "certReq", &ca->npki.renew_plain);
}

static enum err
read_revoke(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return read_either(
        item, "reasonFlags", "crlEntryDetails", &ca->npki.revoke_entry);
}

static enum err
read_revoke_genm(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_flag(item, &ca->npki.revoke_genm);
}

enum err
ca_json_npki(const cJSON *item, void *into)
{
    static const struct ca_json_member rows[] = {
        { "pvno", false, read_pvno },
        { "sender", false, read_sender },
        { "recipient", false, read_recipient },
        { "mail", false, read_mail },
        { "transactionId", false, read_transaction },
        { "mac", false, read_mac },
        { "secret", false, read_secret },
        { "pad", false, read_pad },
        { "reissue", false, read_reissue },
        { "genm", false, read_genm },
        { "vidCertificate", false, read_vid_certificate },
        { "serial", false, read_serial },
        { "renewProof", false, read_renew_proof },
        { "revoke", false, read_revoke },
        { "revokeGenm", false, read_revoke_genm },
        { NULL, false, NULL },
    };

    return ca_json_members(item, rows, into);
}
