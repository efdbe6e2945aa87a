#include "cmd/tsa.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/ca_file.h"
#include "cmd/ca_json.h"
#include "cmd/json.h"
#include "os/file.h"
#include "pki/cert.h"

/* --- its members -----------------------------------------------------------*/

struct reading {
    const struct host *host;
    struct tsa *tsa;
    struct buf certificate; /* the anchor at hand */
};

static enum err
read_name(const cJSON *item, void *into)
{
    struct reading *it = into;

    return ca_json_name(item, &it->tsa->name);
}

static enum err
read_endpoint(const cJSON *item, void *into)
{
    static const char *const schemes[] = { "https://", "http://", NULL };
    struct reading *it = into;

    return ca_json_url(item, schemes, &it->tsa->endpoint);
}

static enum err
read_loopback(const cJSON *item, void *into)
{
    struct reading *it = into;

    return ca_json_flag(item, &it->tsa->loopback);
}

static enum err
read_tls(const cJSON *item, void *into)
{
    struct reading *it = into;

    return ca_json_pem(item, &it->tsa->tls);
}

static enum err
read_policy(const cJSON *item, void *into)
{
    struct reading *it = into;
    enum err r = ca_json_text(item, TSA_OID_MAX, &it->tsa->policy);

    return r == OK && !timestamp_policy_ok(it->tsa->policy) ? ERR_PARAM_RANGE
                                                            : r;
}

static enum err
read_certificate(const cJSON *item, void *into)
{
    struct reading *it = into;

    return ca_json_certificate(item, &it->certificate);
}

static enum err
read_anchors(const cJSON *item, void *into)
{
    static const struct ca_json_member rows[] = {
        { "certificate", true, read_certificate },
        { NULL, false, NULL },
    };
    int count = cJSON_GetArraySize(item);
    struct reading *it = into;
    const cJSON *anchor;
    X509 *x = NULL;
    enum err r;

    if (!cJSON_IsArray(item))
        return ERR_PARAM_TYPE;
    if (count < 1 || count > (int)CA_ANCHORS_MAX)
        return ERR_PARAM_RANGE;
    cJSON_ArrayForEach(anchor, item)
    {
        if ((r = ca_json_members(anchor, rows, it)) != OK ||
            (r = cert_parse(it->host->crypto, &it->certificate, &x)) != OK)
            return r;
        r = chain_add(&it->tsa->anchors, x);
        X509_free(x);
        x = NULL;
        if (r != OK)
            return r;
    }
    return OK;
}

enum err
tsa_parse(const struct host *host, const struct buf *text, struct tsa **ret_tsa)
{
    static const struct ca_json_member rows[] = {
        { "name", true, read_name },
        { "endpoint", true, read_endpoint },
        { "loopback", false, read_loopback },
        { "tls", false, read_tls },
        { "policy", false, read_policy },
        { "anchors", true, read_anchors },
        { NULL, false, NULL },
    };
    struct reading it = { .host = host, .tsa = mem_alloc(sizeof(*it.tsa)) };
    cJSON *json = NULL;
    enum err r;

    if (it.tsa == NULL)
        return ERR_NO_MEMORY;
    if ((r = json_parse(buf_text(text), text->len, &json)) == OK)
        r = ca_json_members(json, rows, &it);
    if (r == OK) {
        *ret_tsa = it.tsa;
        it.tsa = NULL; /* transferred */
    }
    buf_free(&it.certificate);
    tsa_free(it.tsa);
    cJSON_Delete(json);
    return r;
}

/* --- its file --------------------------------------------------------------*/

static enum err
load(const struct host *host, const char *folder, struct tsa **ret_tsa)
{
    struct buf text = { 0 };
    int dir = -1;
    enum err r;

    if ((r = file_open_path(folder, false, &dir)) == OK)
        r = file_read(dir, TSA_FILE, TSA_FILE_MAX, &text);
    file_close(&dir);
    if (r == OK)
        r = tsa_parse(host, &text, ret_tsa);
    else if (r == FILE_MISSING)
        r = ERR_TIMESTAMP_UNAVAILABLE;
    buf_free(&text);
    return r;
}

enum err
tsa_load(const struct host *host, struct tsa **ret_tsa, const char **ret_folder,
    const char **ret_problem)
{
    const char *const folders[] = { host->paths.config, host->paths.system,
        host->paths.share };
    enum err r = ERR_TIMESTAMP_UNAVAILABLE;
    size_t i = 0;

    while (i < 3 && r == ERR_TIMESTAMP_UNAVAILABLE)
        r = load(host, folders[i++], ret_tsa);
    if (ret_folder != NULL)
        *ret_folder = r == ERR_TIMESTAMP_UNAVAILABLE ? NULL : folders[i - 1];
    if (r == OK || r == ERR_NO_MEMORY)
        return r;
    *ret_problem = r == ERR_TIMESTAMP_UNAVAILABLE ? "missing" : err_reason(r);
    return ERR_TIMESTAMP_UNAVAILABLE;
}
