#include "cmd/ca_enabled.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/store.h"

#define FOLDER "ca.d"

/* One line taken off the front. */
struct line {
    const char *text; /* without blanks around it */
    size_t len;
    bool off;
    const char *whole; /* as it stands, with its end */
    size_t whole_len;
};

static bool
next_line(const char **text, struct line *ret)
{
    const char *p = *text;
    size_t len = strcspn(p, "\n");

    if (*p == '\0')
        return false;
    ret->whole = p;
    ret->whole_len = p[len] == '\n' ? len + 1 : len;
    *text = p + ret->whole_len;
    len = strcspn(p, "#\n") < len ? strcspn(p, "#\n") : len;
    while (len > 0 && strchr(" \t\r", *p) != NULL)
        p++, len--;
    while (len > 0 && strchr(" \t\r", p[len - 1]) != NULL)
        len--;
    ret->off = len > 0 && *p == '!';
    ret->text = ret->off ? p + 1 : p;
    ret->len = ret->off ? len - 1 : len;
    return true;
}

static bool
names(const struct line *line, const char *name)
{
    return line->len == strlen(name) &&
           memcmp(line->text, name, line->len) == 0;
}

static void
apply(const struct buf *file, struct ca_file_list *list)
{
    const char *p = buf_text(file);
    struct line line;
    size_t i;

    while (next_line(&p, &line))
        for (i = 0; i < list->count; i++)
            if (names(&line, list->cas[i]->name))
                list->cas[i]->enabled =
                    !line.off && ca_missing(list->cas[i]) == NULL;
}

/* A folder that is missing or not ours to read says nothing. */
static enum err
apply_folder(const char *path, struct ca_file_list *list)
{
    struct buf file = { 0 };
    int dir = -1;
    enum err r = file_open_path(path, false, &dir);

    if (r == OK)
        r = file_read(dir, CA_ENABLED_FILE, CA_ENABLED_MAX, &file);
    if (r == OK)
        apply(&file, list);
    buf_free(&file);
    file_close(&dir);
    return r == ERR_NO_MEMORY ? r : OK;
}

enum err
ca_enabled_apply(const struct host *host, struct ca_file_list *list)
{
    char *path = mem_alloc(PATHS_MAX);
    enum err r = ERR_NO_MEMORY;

    if (path == NULL)
        return r;
    snprintf(path, PATHS_MAX, "%s/" FOLDER, host->paths.system);
    r = apply_folder(path, list);
    snprintf(path, PATHS_MAX, "%s/" FOLDER, host->paths.config);
    if (r == OK)
        r = apply_folder(path, list);
    mem_free(path);
    return r;
}

/* All lines but those about this CA, and a new one. */
static enum err
rewrite(const struct buf *before, const char *name, bool on, struct buf *after)
{
    const char *p = buf_text(before);
    struct line line;
    enum err r = OK;

    while (r == OK && next_line(&p, &line)) {
        if (names(&line, name))
            continue;
        r = buf_put(after, line.whole, line.whole_len);
        if (r == OK && line.whole[line.whole_len - 1] != '\n')
            r = buf_put_byte(after, '\n');
    }
    if (r != OK || (!on && (r = buf_put_byte(after, '!')) != OK) ||
        (r = buf_put_text(after, name)) != OK)
        return r;
    if ((r = buf_put_byte(after, '\n')) != OK)
        return r;
    return after->len > CA_ENABLED_MAX ? ERR_TOO_LARGE : OK;
}

enum err
ca_enabled_set(const struct host *host, const char *name, bool on)
{
    struct store_lock *lock = NULL;
    struct buf before = { 0 }, after = { 0 };
    int config = -1, dir = -1;
    enum err r;

    if ((r = store_lock(host, &lock)) != OK ||
        (r = file_open_path(host->paths.config, true, &config)) != OK ||
        (r = file_open_dir(config, FOLDER, true, &dir)) != OK)
        goto out;
    r = file_read(dir, CA_ENABLED_FILE, CA_ENABLED_MAX, &before);
    if ((r == OK || r == FILE_MISSING) &&
        (r = rewrite(&before, name, on, &after)) == OK)
        r = file_replace(dir, CA_ENABLED_FILE, &after);
out:
    file_close(&dir);
    file_close(&config);
    store_unlock(lock);
    buf_free(&before);
    buf_free(&after);
    return r;
}
