/* The ca.d folders (ca_file.h). */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/ca_enabled.h"
#include "os/file.h"
#include "pki/cert.h"

#define SUFFIX      ".json"
#define ENTRIES_MAX 200u /* names looked at in one folder */

struct folder {
    const struct host *host;
    int dir;
    const char *source;
    struct ca_file_list *list;
};

static bool
is_taken(const struct ca_file_list *list, const char *name)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (strcmp(list->cas[i]->name, name) == 0)
            return true;
    return false;
}

static enum err
load(const struct folder *f, const char *file, const char *name,
    struct ca **ret_ca)
{
    struct buf text = { 0 };
    enum err r;

    if ((r = file_read(f->dir, file, CA_FILE_MAX, &text)) == OK)
        r = ca_file_parse(f->host, &text, name, ret_ca);
    if (r == OK && is_taken(f->list, name)) {
        ca_free(*ret_ca);
        r = ERR_ALREADY_EXISTS;
    }
    buf_free(&text);
    return r;
}

static enum err
visit(void *ctx, const char *file)
{
    struct folder *f = ctx;
    struct ca_file_list *list = f->list;
    char name[CA_NAME_MAX + 1] = "";
    struct ca *ca = NULL;
    size_t len = strlen(file);
    enum err r = ERR_PARAM_RANGE;

    if (file[0] == '.' || len <= strlen(SUFFIX) ||
        strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0)
        return OK;
    len -= strlen(SUFFIX);
    if (len <= CA_NAME_MAX && list->count < CA_MAX) {
        memcpy(name, file, len);
        r = load(f, file, name, &ca);
    }
    if (r == ERR_NO_MEMORY)
        return r;
    if (r == OK) {
        ca->source = f->source;
        list->cas[list->count++] = ca;
    } else if (list->broken_count < CA_MAX) {
        snprintf(list->broken[list->broken_count].name,
            sizeof(list->broken[0].name), "%s", file);
        list->broken[list->broken_count].source = f->source;
        list->broken[list->broken_count++].reason = err_reason(r);
    }
    return OK;
}

static enum err
scan(const struct host *host, const char *path, const char *source,
    struct ca_file_list *list)
{
    struct folder f = { host, -1, source, list };
    bool cut = false;
    enum err r;

    if (file_open_path(path, false, &f.dir) != OK)
        return OK; /* not there, or not ours to read */
    r = file_list(f.dir, ENTRIES_MAX, visit, &f, &cut);
    file_close(&f.dir);
    return r == ERR_NO_MEMORY ? r : OK;
}

enum err
ca_file_list(const struct host *host, struct ca_file_list *ret_list)
{
    struct ca_file_list list = { 0 };
    char *below = mem_alloc(PATHS_MAX);
    enum err r = ERR_NO_MEMORY;

    if (below == NULL)
        return r;
    snprintf(below, PATHS_MAX, "%s/ca.d", host->paths.share);
    r = scan(host, below, "system", &list);
    snprintf(below, PATHS_MAX, "%s/ca.d", host->paths.system);
    if (r == OK)
        r = scan(host, below, "admin", &list);
    snprintf(below, PATHS_MAX, "%s/ca.d", host->paths.config);
    if (r == OK)
        r = scan(host, below, "user", &list);
    if (r == OK)
        r = ca_enabled_apply(host, &list);
    mem_free(below);
    if (r == OK)
        *ret_list = list;
    else
        ca_file_list_free(&list);
    return r;
}

void
ca_file_list_free(struct ca_file_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        ca_free(list->cas[i]);
    *list = (struct ca_file_list){ 0 };
}

_Static_assert(CA_MAX *CA_ANCHORS_MAX <= CHAIN_CERTS_MAX, "all pins fit");

enum err
ca_file_pins(const struct host *host, const struct ca_file_list *list,
    bool enabled, struct chain_set **ret_set)
{
    struct chain_set *set = NULL;
    X509 *x = NULL;
    size_t i, j;
    enum err r = OK;

    for (i = 0; r == OK && i < list->count; i++)
        for (j = 0; r == OK && j < list->cas[i]->anchor_count; j++) {
            const struct buf *der = &list->cas[i]->anchors[j].der;

            if (der->len == 0 || (enabled && !list->cas[i]->enabled))
                continue;
            if ((r = cert_parse(host->crypto, der, &x)) == OK)
                r = chain_add(&set, x);
            X509_free(x);
            x = NULL;
        }
    if (r == OK)
        *ret_set = set;
    else
        chain_free(set);
    return r;
}

enum err
ca_file_find(const struct host *host, const char *name, struct ca **ret_ca)
{
    struct ca_file_list list = { 0 };
    size_t i;
    enum err r = ca_file_list(host, &list);

    if (r != OK)
        return r;
    r = ERR_UNKNOWN_CA;
    for (i = 0; i < list.count && r != OK; i++) {
        if (strcmp(list.cas[i]->name, name) == 0) {
            *ret_ca = list.cas[i];
            list.cas[i] = NULL; /* transferred */
            r = OK;
        }
    }
    ca_file_list_free(&list);
    return r;
}
