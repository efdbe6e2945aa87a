#include "family.h"

#include <stdlib.h>
#include <string.h>

static const struct family families[] = {
    { .name = "yessign", .pvno = 1 },
    { .name = "crosscert", .pvno = 1, .serial_hex = true },
    { .name = "signkorea",
        .pvno = 1,
        .mail = "INI_NEW",
        .recipient_mail = true,
        .vid_prot_enc = true },
    { .name = "signgate",
        .pvno = 0,
        .recipient_mail = true,
        .no_transaction = true,
        .krr = true,
        .genm_item = true,
        .vid_prot_enc = true,
        .km = true },
    { .name = "inipass", .pvno = 1, .pad_needed = true, .renew_request = true },
    { .name = "tradesign",
        .pvno = 0,
        .directory = true,
        .hmac = true,
        .secret_first = true,
        .renew_request = true,
        .revoke_details = true,
        .revoke_genm = true },
};

#define FAMILIES (sizeof families / sizeof *families)

const struct family *
family_find(const char *name)
{
    for (size_t i = 0; i < FAMILIES; i++)
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    return NULL;
}

const struct family *
family_of(sqlite3 *db)
{
    char *name = db_setting(db, SETTING_FAMILY);
    const struct family *family = family_find(name != NULL ? name : "yessign");

    if (family == NULL)
        die("registry: no such family: %s", name);
    free(name);
    return family;
}

const char *const *
family_names(void)
{
    static const char *names[FAMILIES + 1];

    for (size_t i = 0; i < FAMILIES; i++)
        names[i] = families[i].name;
    return names;
}

void
family_profile(struct out *o, const struct family *f)
{
    out_printf(o, "{\"pvno\":%ld,\"sender\":\"%s\",\"transactionId\":%s",
        f->pvno, f->directory ? "directory" : "mail",
        f->no_transaction ? "false" : "true");
    if (f->recipient_mail)
        out_text(o, ",\"recipient\":\"mail\"");
    if (f->mail != NULL)
        out_printf(o, ",\"mail\":\"%s\"", f->mail);
    out_printf(o, ",\"mac\":\"%s\",\"secret\":\"%s\",\"pad\":\"%s\"",
        f->hmac ? "hmac-sha1" : "des-mac",
        f->secret_first ? "secret-first" : "salt-first",
        f->pad_needed ? "needed" : "always");
    out_printf(o, ",\"reissue\":\"%s\",\"genm\":\"%s\"", f->krr ? "krr" : "ir",
        f->genm_item ? "caProtEncCert" : "empty");
    out_printf(o, ",\"serial\":\"%s\"", f->serial_hex ? "hex" : "decimal");
    out_printf(o, ",\"vidCertificate\":\"%s\",\"renewProof\":\"%s\"",
        f->vid_prot_enc ? "caProtEncCert" : "caCert",
        f->renew_request ? "certReq" : "poposkInput");
    out_printf(o, ",\"revoke\":\"%s\",\"revokeGenm\":%s}",
        f->revoke_details ? "crlEntryDetails" : "reasonFlags",
        f->revoke_genm ? "true" : "false");
}
