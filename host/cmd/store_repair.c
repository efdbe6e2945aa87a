/* store.repair - names, case and permissions put right, in one folder or in the
 * whole of the disk's NPKI folder. */
#include "cmd/store.h"

#include <string.h>

#include "base/mem.h"
#include "cmd/certificate.h"
#include "cmd/store_call.h"

static const struct param params[] = {
    { "certificate", PARAM_CERT_ID, CERT_ID_LEN, 0, NULL,
        "One certificate; without it and a path the whole NPKI folder" },
    { "path", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "Or one folder, as the list of broken ones names it" },
    { 0 },
};

/* What is to be put right. */
struct target {
    char *root;
    char *path; /* NULL: all of it */
};

/* The root that a path lies in. */
static enum err
find_root(const struct store_list *list, const char *path, char **ret_root)
{
    size_t i, len;

    for (i = 0; i < list->root_count; i++) {
        len = strlen(list->roots[i].path);
        if (strncmp(path, list->roots[i].path, len) != 0 || path[len] != '/')
            continue;
        *ret_root = mem_strdup(list->roots[i].path);
        return *ret_root == NULL ? ERR_NO_MEMORY : OK;
    }
    return ERR_PARAM_RANGE;
}

static enum err
find(const struct call *call, struct target *ret)
{
    const struct store_entry *entry = NULL;
    const char *id = args_text(call, "certificate");
    const char *path = args_text(call, "path");
    struct store_list list = { 0 };
    enum err r;

    if (id != NULL && path != NULL)
        return ERR_PARAM_RANGE;
    if (id == NULL && path == NULL) {
        ret->root = mem_strdup(call->host->paths.npki);
        return ret->root == NULL ? ERR_NO_MEMORY : OK;
    }
    if (id != NULL) {
        if ((r = store_look_up(call->host, id, &list, &entry)) == OK)
            path = entry->path;
    } else {
        r = store_scan(call->host, true, &list);
    }
    if (r == OK && (r = find_root(&list, path, &ret->root)) == OK) {
        ret->path = mem_strdup(path);
        r = ret->path == NULL ? ERR_NO_MEMORY : OK;
    }
    store_list_free(&list);
    return r;
}

struct report {
    cJSON *fixed, *failed;
    enum err first; /* of what failed */
};

static enum err
told(void *ctx, const char *path, const char *what, enum err failed)
{
    struct report *report = ctx;
    cJSON *object = cJSON_CreateObject();
    cJSON *list = failed == OK ? report->fixed : report->failed;
    enum err r;

    if (failed != OK && report->first == OK)
        report->first = failed;
    if ((r = reply_item(list, NULL, object)) == OK &&
        (r = certificate_path(object, "path", path)) == OK &&
        (r = reply_text(object, "what", what)) == OK && failed != OK)
        r = reply_text(object, "reason", err_reason(failed));
    return r;
}

static enum err
run(struct call *call)
{
    struct report report = { NULL, NULL, OK };
    struct store_lock *lock = NULL;
    struct target target = { 0 };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN;
    report.fixed = cJSON_AddArrayToObject(call->result, "fixed");
    report.failed = cJSON_AddArrayToObject(call->result, "failed");
    if (report.fixed == NULL || report.failed == NULL)
        return ERR_NO_MEMORY;
    if ((r = find(call, &target)) == OK &&
        (r = store_lock(call->host, &lock)) == OK)
        r = store_repair(call->host, target.root, target.path, told, &report);
    store_unlock(lock);
    if (r == OK && target.path != NULL && cJSON_GetArraySize(report.fixed) == 0)
        r = report.first; /* the one thing asked for did not work */
    if (cJSON_GetArraySize(report.fixed) > 0)
        r = store_call_done(call, "repair", NULL, target.root, target.root, r);
    mem_free(target.root);
    mem_free(target.path);
    return r;
}

const struct command cmd_store_repair = {
    .name = "store.repair",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_MEDIA,
    .help = "Put names, case and permissions of the store right",
};
