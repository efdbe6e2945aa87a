#include "cmd/doctor.h"

#include <string.h>

#include "cmd/browsers.h"
#include "cmd/json.h"
#include "cmd/tsa.h"
#include "os/file.h"
#include "os/sandbox.h"

#define POLICY_FILE_MAX  (256u << 10) /* bytes of one policy file */
#define POLICY_FILES_MAX 64u

/* One line about a folder of manifests. */
static enum err
report_manifest(cJSON *list, const struct browser *browser, const char *scope,
    const char *dir, const char *host_path, enum browsers_state *ret_state)
{
    struct buf named = { 0 };
    cJSON *item = NULL;
    enum err r;

    if ((r = browsers_check(browser, dir, host_path, ret_state, &named)) != OK)
        return r;
    item = cJSON_CreateObject();
    if ((r = reply_text(item, "browser", browser->name)) != OK ||
        (r = reply_text(item, "scope", scope)) != OK ||
        (r = reply_text(item, "manifest", dir)) != OK ||
        (r = reply_text(item, "state", browsers_state_name(*ret_state))) != OK)
        goto out;
    if (*ret_state == BROWSERS_WRONG_PATH &&
        (r = reply_text(item, "program", buf_text(&named))) != OK)
        goto out;
    r = reply_item(list, NULL, item);
    item = NULL; /* transferred */
out:
    cJSON_Delete(item);
    buf_free(&named);
    return r;
}

static enum err
report_browser(cJSON *list, const struct browser *browser,
    const struct paths *paths, const char *host_path)
{
    enum browsers_state user, system = BROWSERS_MISSING;
    struct buf dir = { 0 };
    cJSON *item;
    enum err r;

    if ((r = browsers_user_dir(browser, paths, &dir)) != OK ||
        (r = report_manifest(
             list, browser, "user", buf_text(&dir), host_path, &user)) != OK)
        goto out;
    if (browser->system == NULL)
        goto out;
    r = report_manifest(
        list, browser, "system", browser->system, host_path, &system);
    /* the person's own manifest wins over the system's (security: 0.7) */
    if (r == OK && system == BROWSERS_OK && user != BROWSERS_OK &&
        user != BROWSERS_MISSING) {
        item = cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1);
        cJSON_DeleteItemFromObjectCaseSensitive(item, "state");
        r = reply_text(item, "state", "shadowed");
    }
out:
    buf_free(&dir);
    return r;
}

static bool
array_holds(const cJSON *array, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, array)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

/* What a managed policy does to us, or NULL. */
static const char *
policy_problem(const cJSON *policy)
{
    const cJSON *allow =
        cJSON_GetObjectItemCaseSensitive(policy, "NativeMessagingAllowlist");
    const cJSON *block =
        cJSON_GetObjectItemCaseSensitive(policy, "NativeMessagingBlocklist");

    if (array_holds(block, "kr.ingam.host"))
        return "blocked";
    if (array_holds(block, "*") && !array_holds(allow, "kr.ingam.host"))
        return "all_blocked";
    if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(
            policy, "NativeMessagingUserLevelHosts")))
        return "user_level_ignored";
    return NULL;
}

struct policies {
    cJSON *list;
    const struct browser *browser;
    int dir;
};

static enum err
report_policy(void *ctx, const char *name)
{
    struct policies *p = ctx;
    const char *dot = strrchr(name, '.'), *problem;
    struct buf text = { 0 };
    cJSON *policy = NULL, *item = NULL;
    enum err r;

    if (dot == NULL || strcmp(dot, ".json") != 0)
        return OK;
    r = file_read(p->dir, name, POLICY_FILE_MAX, &text);
    if (r == OK)
        r = json_parse(text.data, text.len, &policy);
    problem = r == OK ? policy_problem(policy) : "unreadable";
    r = OK;
    if (problem == NULL)
        goto out;
    item = cJSON_CreateObject();
    if ((r = reply_text(item, "browser", p->browser->name)) != OK ||
        (r = reply_text(item, "file", name)) != OK ||
        (r = reply_text(item, "problem", problem)) != OK)
        goto out;
    r = reply_item(p->list, NULL, item);
    item = NULL; /* transferred */
out:
    cJSON_Delete(item);
    cJSON_Delete(policy);
    buf_free(&text);
    return r;
}

static enum err
report_browsers(struct call *call, const char *host_path)
{
    cJSON *browsers = cJSON_AddArrayToObject(call->result, "browsers");
    cJSON *policies = cJSON_AddArrayToObject(call->result, "policies");
    struct policies p = { policies, NULL, -1 };
    const struct browser *b;
    bool cut;
    enum err r = OK;

    if (browsers == NULL || policies == NULL)
        return ERR_NO_MEMORY;
    for (b = browsers_table; b->name != NULL; b++) {
        if ((r = report_browser(browsers, b, &call->host->paths, host_path)) !=
            OK)
            return r;
        if (b->policies == NULL || !b->by_default ||
            file_open_path(b->policies, false, &p.dir) != OK)
            continue;
        p.browser = b;
        r = file_list(p.dir, POLICY_FILES_MAX, report_policy, &p, &cut);
        file_close(&p.dir);
        if (r != OK)
            return r;
    }
    return r;
}

static enum err
report_versions(struct call *call)
{
    cJSON *openssl = cJSON_AddObjectToObject(call->result, "openssl");
    cJSON *libraries = cJSON_AddObjectToObject(call->result, "libraries");
    cJSON *providers;
    enum err r;

    if (openssl == NULL || libraries == NULL ||
        (providers = cJSON_AddArrayToObject(openssl, "providers")) == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_text(call->result, "version", INGAM_VERSION)) != OK ||
        (r = reply_text(call->result, "platform", INGAM_PLATFORM)) != OK ||
        (r = reply_text(openssl, "version", crypto_version())) != OK ||
        (r = reply_text(libraries, "cjson", cJSON_Version())) != OK ||
        (r = reply_text(providers, NULL, "default")) != OK)
        return r;
    /* without it SEED key files cannot be opened */
    if (crypto_need_legacy(call->host->crypto) == OK)
        r = reply_text(providers, NULL, "legacy");
    return r;
}

static enum err
report_program(cJSON *list, const char *dir, const char *name)
{
    cJSON *item = cJSON_CreateObject();
    enum file_kind kind = FILE_OTHER;
    bool there = false;
    int fd = -1;
    enum err r;

    if (file_open_path(dir, false, &fd) == OK &&
        file_kind(fd, name, &kind) == OK)
        there = kind == FILE_REGULAR;
    file_close(&fd);
    if ((r = reply_text(item, "name", name)) != OK ||
        (r = reply_text(item, "folder", dir)) != OK ||
        (r = reply_flag(item, "exists", there)) != OK)
        goto out;
    r = reply_item(list, NULL, item);
    item = NULL; /* transferred */
out:
    cJSON_Delete(item);
    return r;
}

static enum err
report_places(struct call *call)
{
    const struct paths *paths = &call->host->paths;
    cJSON *programs = cJSON_AddArrayToObject(call->result, "programs");
    cJSON *store = cJSON_AddArrayToObject(call->result, "store");
    cJSON *root = cJSON_CreateObject();
    int fd = -1;
    enum err r = ERR_NO_MEMORY, open;

    if (programs == NULL || store == NULL)
        goto out;
    if ((r = report_program(programs, paths->lib, "ingam-host")) != OK ||
        (r = report_program(programs, paths->lib, "ingam-net")) != OK)
        goto out;
    open = file_open_root(paths->npki, false, &fd);
    file_close(&fd);
    if ((r = reply_text(root, "root", paths->npki)) != OK ||
        (r = reply_text(root, "state",
             open == OK             ? "ok"
             : open == FILE_MISSING ? "missing"
                                    : err_reason(open))) != OK)
        goto out;
    r = reply_item(store, NULL, root);
    root = NULL; /* transferred */
out:
    cJSON_Delete(root);
    return r;
}

/* Who confirms times, where that is said, and what is wrong there. */
static enum err
report_tsa(struct call *call)
{
    cJSON *object = cJSON_AddObjectToObject(call->result, "tsa");
    const char *folder = NULL, *state = "ok";
    struct tsa *tsa = NULL;
    enum err r;

    if (object == NULL)
        return ERR_NO_MEMORY;
    r = tsa_load(call->host, &tsa, &folder, &state);
    if (r != OK && r != ERR_TIMESTAMP_UNAVAILABLE)
        return r;
    if ((r = reply_text(object, "state", state)) != OK ||
        (folder != NULL && (r = reply_text(object, "folder", folder)) != OK) ||
        tsa == NULL || (r = reply_text(object, "name", tsa->name)) != OK)
        goto out;
    r = reply_text(object, "endpoint", tsa->endpoint);
out:
    tsa_free(tsa);
    return r;
}

static enum err
report_sandbox(struct call *call)
{
    cJSON *sandbox = cJSON_AddObjectToObject(call->result, "sandbox");
    enum err r;

    if ((r = reply_number(sandbox, "landlock", sandbox_landlock())) != OK)
        return r;
    return reply_flag(sandbox, "seccomp", sandbox_seccomp());
}

static enum err
run(struct call *call)
{
    struct buf host_path = { 0 };
    enum err r;

    if ((r = browsers_host(&call->host->paths, &host_path)) == OK &&
        (r = report_versions(call)) == OK && (r = report_places(call)) == OK &&
        (r = report_browsers(call, buf_text(&host_path))) == OK &&
        (r = report_tsa(call)) == OK)
        r = report_sandbox(call);
    buf_free(&host_path);
    return r;
}

static const struct param params[] = { { 0 } };

const struct command cmd_doctor_run = {
    .name = "doctor.run",
    .run = run,
    .params = params,
    .flags = COMMAND_SYSTEM,
    .help = "Look whether browsers find this program, and what may hinder it",
};
