#include "cmd/browsers.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "browser_table.h"

#include "base/mem.h"
#include "cmd/json.h"
#include "os/file.h"

#define HOST_PLACE "\"@HOST@\""

const struct browser *const browsers_table = browser_table;

const struct browser *
browsers_find(const char *name)
{
    const struct browser *b;

    for (b = browser_table; b->name != NULL; b++)
        if (strcmp(b->name, name) == 0)
            return b;
    return NULL;
}

enum err
browsers_user_dir(const struct browser *browser, const struct paths *paths,
    struct buf *ret_path)
{
    struct buf path = { 0 };
    const char *slash;
    enum err r;

    /* paths->config is our own folder in the configuration home */
    slash = strrchr(paths->config, '/');
    r = browser->below_home || slash == NULL
            ? buf_put_text(&path, paths->home)
            : buf_put(&path, paths->config, (size_t)(slash - paths->config));
    if (r != OK || (r = buf_put_text(&path, "/")) != OK ||
        (r = buf_put_text(&path, browser->user)) != OK)
        goto out;
    buf_move(ret_path, &path);
out:
    buf_free(&path);
    return r;
}

enum err
browsers_host(const struct paths *paths, struct buf *ret_path)
{
    struct buf path = { 0 };
    enum err r;

    if ((r = buf_put_text(&path, paths->lib)) != OK ||
        (r = buf_put_text(&path, "/ingam-host")) != OK)
        goto out;
    buf_move(ret_path, &path);
out:
    buf_free(&path);
    return r;
}

enum err
browsers_manifest(
    const struct browser *browser, const char *host_path, struct buf *ret_json)
{
    const char *form = browser->firefox ? manifest_firefox : manifest_chromium;
    const char *place = strstr(form, HOST_PLACE);
    struct buf json = { 0 }, quoted = { 0 };
    cJSON *path = cJSON_CreateString(host_path);
    enum err r = ERR_NO_MEMORY;

    if (path == NULL || (r = json_print(path, &quoted)) != OK)
        goto out;
    if ((r = buf_put(&json, form, (size_t)(place - form))) != OK ||
        (r = buf_put(&json, quoted.data, quoted.len)) != OK ||
        (r = buf_put_text(&json, place + strlen(HOST_PLACE))) != OK)
        goto out;
    buf_move(ret_json, &json);
out:
    cJSON_Delete(path);
    buf_free(&quoted);
    buf_free(&json);
    return r;
}

const char *
browsers_state_name(enum browsers_state state)
{
    static const char *const names[] = { "ok", "missing", "unreadable",
        "invalid", "wrong_path", "wrong_id" };

    return names[state];
}

/* Does the array of one manifest hold every string of the other's? */
static bool
holds_ids(const cJSON *found, const cJSON *wanted)
{
    const cJSON *w, *f;
    bool hit;

    if (!cJSON_IsArray(found) || !cJSON_IsArray(wanted))
        return false;
    cJSON_ArrayForEach(w, wanted)
    {
        hit = false;
        cJSON_ArrayForEach(f, found)
        {
            hit = hit || (cJSON_IsString(f) && cJSON_IsString(w) &&
                             strcmp(f->valuestring, w->valuestring) == 0);
        }
        if (!hit)
            return false;
    }
    return true;
}

static bool
same_text(const cJSON *a, const cJSON *b, const char *member)
{
    a = cJSON_GetObjectItemCaseSensitive(a, member);
    b = cJSON_GetObjectItemCaseSensitive(b, member);
    return cJSON_IsString(a) && cJSON_IsString(b) &&
           strcmp(a->valuestring, b->valuestring) == 0;
}

static enum err
judge(const struct browser *browser, const cJSON *found, const cJSON *wanted,
    enum browsers_state *ret_state, struct buf *ret_path)
{
    const char *ids =
        browser->firefox ? "allowed_extensions" : "allowed_origins";
    const cJSON *path = cJSON_GetObjectItemCaseSensitive(found, "path");

    *ret_state = BROWSERS_INVALID;
    if (!same_text(found, wanted, "name") ||
        !same_text(found, wanted, "type") || !cJSON_IsString(path))
        return OK;
    /* Firefox refuses a manifest that has Chromium's member too */
    if (browser->firefox &&
        cJSON_GetObjectItemCaseSensitive(found, "allowed_origins") != NULL)
        return OK;
    *ret_state = BROWSERS_OK;
    if (!same_text(found, wanted, "path"))
        *ret_state = BROWSERS_WRONG_PATH;
    else if (!holds_ids(cJSON_GetObjectItemCaseSensitive(found, ids),
                 cJSON_GetObjectItemCaseSensitive(wanted, ids)))
        *ret_state = BROWSERS_WRONG_ID;
    return buf_set(ret_path, path->valuestring, strlen(path->valuestring));
}

enum err
browsers_check(const struct browser *browser, const char *dir,
    const char *host_path, enum browsers_state *ret_state, struct buf *ret_path)
{
    struct buf text = { 0 }, wanted_text = { 0 };
    cJSON *found = NULL, *wanted = NULL;
    int fd = -1;
    enum err r;

    r = file_open_path(dir, false, &fd);
    if (r == OK)
        r = file_read(fd, BROWSERS_MANIFEST, BROWSERS_MANIFEST_MAX, &text);
    if (r == ERR_NO_MEMORY)
        goto out;
    if (r != OK) {
        *ret_state = r == FILE_MISSING ? BROWSERS_MISSING : BROWSERS_UNREADABLE;
        r = OK;
        goto out;
    }
    if ((r = browsers_manifest(browser, host_path, &wanted_text)) != OK ||
        (r = json_parse(wanted_text.data, wanted_text.len, &wanted)) != OK)
        goto out;
    if (json_parse(text.data, text.len, &found) != OK) {
        *ret_state = BROWSERS_INVALID;
        goto out;
    }
    r = judge(browser, found, wanted, ret_state, ret_path);
out:
    cJSON_Delete(found);
    cJSON_Delete(wanted);
    buf_free(&wanted_text);
    buf_free(&text);
    file_close(&fd);
    return r;
}
