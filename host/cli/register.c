#include "cli/register.h"

#include <stddef.h>
#include <string.h>

#include "cmd/browsers.h"
#include "os/file.h"

/* Open a system folder; what has to be made on the way is for everybody. */
static enum err
open_shared(const char *dir, int *ret_fd)
{
    const char *p = dir;
    struct buf part = { 0 };
    enum err r = OK;
    int fd = -1;

    while (r == OK && *p != '\0') {
        file_close(&fd);
        p += 1 + strcspn(p + 1, "/");
        if ((r = buf_set(&part, dir, (size_t)(p - dir))) != OK)
            break;
        r = file_open_path(buf_text(&part), false, &fd);
        if (r == FILE_MISSING &&
            (r = file_open_path(buf_text(&part), true, &fd)) == OK)
            r = file_share(fd, NULL);
    }
    if (r == OK)
        *ret_fd = fd;
    else
        file_close(&fd);
    buf_free(&part);
    return r;
}

static enum err
write_manifest(const struct browser *browser, const char *host_path,
    const char *dir, bool shared)
{
    struct buf json = { 0 };
    int fd = -1;
    enum err r;

    if ((r = browsers_manifest(browser, host_path, &json)) != OK ||
        (r = shared ? open_shared(dir, &fd) : file_open_path(dir, true, &fd)) !=
            OK ||
        (r = file_replace(fd, BROWSERS_MANIFEST, &json)) != OK)
        goto out;
    if (shared)
        r = file_share(fd, BROWSERS_MANIFEST);
out:
    file_close(&fd);
    buf_free(&json);
    return r;
}

static enum err
remove_manifest(const char *dir)
{
    int fd = -1;
    enum err r;

    r = file_open_path(dir, false, &fd);
    if (r == FILE_MISSING)
        return OK;
    if (r == OK)
        r = file_remove(fd, BROWSERS_MANIFEST);
    file_close(&fd);
    return r;
}

/* The folder that a request means for a browser; empty when it has none. */
static enum err
folder_of(const struct browser *browser, const struct paths *paths,
    const struct register_request *request, struct buf *ret_dir)
{
    enum err r;
    int fd = -1;

    if (request->all_users)
        return browser->system == NULL ? OK
                                       : buf_put_text(ret_dir, browser->system);
    if (request->user_data_dir == NULL)
        return browsers_user_dir(browser, paths, ret_dir);
    if (browser->firefox)
        return ERR_PARAM_RANGE;
    r = file_open_path(request->user_data_dir, false, &fd);
    file_close(&fd);
    if (r != OK || (r = buf_put_text(ret_dir, request->user_data_dir)) != OK)
        return r;
    return buf_put_text(ret_dir, "/NativeMessagingHosts");
}

static enum err
register_one(const struct browser *browser, const struct paths *paths,
    const struct register_request *request, register_told *told, void *ctx)
{
    struct buf dir = { 0 }, host_path = { 0 };
    enum err r;

    if ((r = folder_of(browser, paths, request, &dir)) != OK || dir.len == 0 ||
        (r = browsers_host(paths, &host_path)) != OK)
        goto out;
    r = request->remove ? remove_manifest(buf_text(&dir))
                        : write_manifest(browser, buf_text(&host_path),
                              buf_text(&dir), request->all_users);
    if (r == OK)
        told(ctx, browser->name, buf_text(&dir));
out:
    buf_free(&host_path);
    buf_free(&dir);
    return r;
}

enum err
register_host(const struct paths *paths, const struct register_request *request,
    register_told *told, void *ctx)
{
    const struct browser *b;
    const char *name = request->browser;
    enum err r = OK;

    /* a profile folder of an unnamed browser is taken for Chromium's */
    if (name == NULL && request->user_data_dir != NULL)
        name = "chromium";
    if (name != NULL) {
        b = browsers_find(name);
        return b == NULL ? ERR_PARAM_RANGE
                         : register_one(b, paths, request, told, ctx);
    }
    for (b = browsers_table; r == OK && b->name != NULL; b++)
        if (b->by_default)
            r = register_one(b, paths, request, told, ctx);
    return r;
}
