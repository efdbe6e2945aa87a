#include "cmd/ca_file.h"

#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "cmd/ca_json.h"
#include "cmd/json.h"

static enum err
read_name(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_name(item, &ca->name);
}

static enum err
read_title_ko(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_text(item, CA_TEXT_MAX, &ca->title_ko);
}

static enum err
read_title_en(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_text(item, CA_TEXT_MAX, &ca->title_en);
}

static enum err
read_title(const cJSON *item, void *into)
{
    static const struct ca_json_member rows[] = {
        { "ko", true, read_title_ko },
        { "en", true, read_title_en },
        { NULL, false, NULL },
    };

    return ca_json_members(item, rows, into);
}

static enum err
read_contact_ko(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_text(item, CA_TEXT_MAX, &ca->contact_ko);
}

static enum err
read_contact_en(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_text(item, CA_TEXT_MAX, &ca->contact_en);
}

static enum err
read_contact(const cJSON *item, void *into)
{
    static const struct ca_json_member rows[] = {
        { "ko", true, read_contact_ko },
        { "en", true, read_contact_en },
        { NULL, false, NULL },
    };

    return ca_json_members(item, rows, into);
}

/* The name of a folder: no path, nothing hidden. */
static enum err
read_folder(const cJSON *item, void *into)
{
    struct ca *ca = into;
    enum err r = ca_json_text(item, CA_FOLDER_MAX, &ca->folder);

    if (r == OK &&
        (ca->folder[0] == '.' ||
            ca->folder[strspn(ca->folder, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "abcdefghijklmnopqrstuvwxyz"
                                          "0123456789-_.")] != '\0'))
        r = ERR_PARAM_RANGE;
    return r;
}

static enum err
read_dialect(const cJSON *item, void *into)
{
    struct ca *ca = into;
    static const char *const words[] = { "rfc9483", "npki", NULL };
    unsigned n = 0;
    enum err r = ca_json_word(item, words, &n);

    ca->dialect = n == 0 ? CA_RFC9483 : CA_NPKI;
    return r;
}

static enum err
read_endpoint(const cJSON *item, void *into)
{
    struct ca *ca = into;
    static const char *const schemes[] = { "https://", "http://", "tcp://",
        NULL };

    return ca_json_url(item, schemes, &ca->endpoint);
}

static enum err
read_loopback(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_flag(item, &ca->loopback);
}

static enum err
read_tls(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_pem(item, &ca->tls);
}

static enum err
read_issuers(const cJSON *item, void *into)
{
    struct ca *ca = into;
    int count = cJSON_GetArraySize(item), i;
    const cJSON *issuer;
    enum err r;

    if (!cJSON_IsArray(item))
        return ERR_PARAM_TYPE;
    if (count < 1 || count > (int)CA_ISSUERS_MAX)
        return ERR_PARAM_RANGE;
    ca->issuers = mem_alloc(((size_t)count + 1) * sizeof(*ca->issuers));
    if (ca->issuers == NULL)
        return ERR_NO_MEMORY;
    i = 0;
    cJSON_ArrayForEach(issuer, item)
    {
        if ((r = ca_json_text(issuer, CA_DN_MAX, &ca->issuers[i++])) != OK)
            return r;
    }
    return OK;
}

static enum err
read_anchor_hash(const cJSON *item, void *into)
{
    struct ca *ca = into;
    struct buf hash = { 0 };
    enum err r;

    if (!cJSON_IsString(item))
        return ERR_PARAM_TYPE;
    r = hex_decode(item->valuestring, strlen(item->valuestring), &hash);
    if (r == OK && hash.len != CA_SHA256_LEN)
        r = ERR_PARAM_RANGE;
    if (r == OK)
        memcpy(ca->anchors[ca->anchor_count].sha256, hash.data, hash.len);
    buf_free(&hash);
    return r;
}

static enum err
read_anchor_certificate(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_certificate(item, &ca->anchors[ca->anchor_count].der);
}

static enum err
read_anchors(const cJSON *item, void *into)
{
    struct ca *ca = into;
    static const struct ca_json_member rows[] = {
        { "sha256", true, read_anchor_hash },
        { "certificate", false, read_anchor_certificate },
        { NULL, false, NULL },
    };
    int count = cJSON_GetArraySize(item);
    const cJSON *anchor;
    enum err r;

    if (!cJSON_IsArray(item))
        return ERR_PARAM_TYPE;
    if (count > (int)CA_ANCHORS_MAX)
        return ERR_PARAM_RANGE;
    cJSON_ArrayForEach(anchor, item)
    {
        if ((r = ca_json_members(anchor, rows, ca)) != OK)
            return r;
        ca->anchor_count++;
    }
    return OK;
}

static enum err
read_encryption(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_certificate(item, &ca->encryption);
}

static enum err
read_subject(const cJSON *item, void *into)
{
    struct ca *ca = into;
    static const char *const words[] = { "reference", "empty", "old", NULL };
    unsigned n = 0;
    enum err r = ca_json_word(item, words, &n);

    ca->subject = (enum ca_subject)n;
    return r;
}

static enum err
read_vid(const cJSON *item, void *into)
{
    struct ca *ca = into;
    static const char *const words[] = { "none", "encrypted", NULL };
    unsigned n = 0;
    enum err r = ca_json_word(item, words, &n);

    ca->vid = (enum ca_vid)n;
    return r;
}

static enum err
read_km(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_flag(item, &ca->km);
}

static enum err
read_profile(const cJSON *item, void *into)
{
    static const struct ca_json_member rows[] = {
        { "subject", false, read_subject },
        { "vid", false, read_vid },
        { "km", false, read_km },
        { "npki", false, ca_json_npki },
        { NULL, false, NULL },
    };

    return ca_json_members(item, rows, into);
}

static enum err
read_verified(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_flag(item, &ca->verified);
}

static enum err
read_enabled(const cJSON *item, void *into)
{
    struct ca *ca = into;

    return ca_json_flag(item, &ca->enabled);
}

/* A dialect and its address go together; where something is not known, the CA
 * is switched off. */
static enum err
check_whole(const struct ca *ca)
{
    if (ca_missing(ca) != NULL && ca->enabled)
        return ca->endpoint == NULL ? ERR_PARAM_MISSING : ERR_PARAM_RANGE;
    return ca->endpoint == NULL || (strncmp(ca->endpoint, "tcp://", 6) == 0) ==
                                       (ca->dialect == CA_NPKI)
               ? OK
               : ERR_PARAM_RANGE;
}

enum err
ca_file_parse(const struct host *host, const struct buf *text, const char *name,
    struct ca **ret_ca)
{
    static const struct ca_json_member rows[] = {
        { "name", true, read_name },
        { "title", true, read_title },
        { "folder", true, read_folder },
        { "dialect", true, read_dialect },
        { "endpoint", false, read_endpoint },
        { "loopback", false, read_loopback },
        { "tls", false, read_tls },
        { "issuers", true, read_issuers },
        { "anchors", true, read_anchors },
        { "encryption", false, read_encryption },
        { "profile", false, read_profile },
        { "verified", false, read_verified },
        { "enabled", false, read_enabled },
        { "contact", false, read_contact },
        { NULL, false, NULL },
    };
    struct ca *ca = mem_alloc(sizeof(*ca));
    cJSON *json = NULL;
    enum err r = ERR_NO_MEMORY;

    if (ca == NULL)
        return ERR_NO_MEMORY;
    ca->enabled = ca->verified = true;
    if ((r = json_parse(buf_text(text), text->len, &json)) == OK &&
        (r = ca_json_members(json, rows, ca)) == OK &&
        (r = check_whole(ca)) == OK && (r = ca_check(host->crypto, ca)) == OK &&
        strcmp(ca->name, name) != 0)
        r = ERR_PARAM_RANGE; /* the file has another name */
    if (r == OK) {
        *ret_ca = ca;
        ca = NULL; /* transferred */
    }
    ca_free(ca);
    cJSON_Delete(json);
    return r;
}
