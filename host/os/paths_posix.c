#include "os/paths.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define PASSWD_MAX  16384u /* bytes of one entry's strings */
#define MEDIA_COUNT 3u

/* "<a><b>" in new memory; NULL when it is too long or memory is short. */
static char *
joined(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 1;
    char *path;

    if (size > PATHS_MAX || (path = mem_alloc(size)) == NULL)
        return NULL;
    snprintf(path, size, "%s%s", a, b);
    return path;
}

static bool
is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* May a folder from the environment be believed? Links towards it may stand
 * there (architecture: table at the head); the root folder is nobody's home. */
static bool
is_ours(const char *path)
{
    struct stat st;

    return path != NULL && path[0] == '/' && path[1] != '\0' &&
           strlen(path) < PATHS_MAX / 2 && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Name and home of the effective user; both NULL when there is no entry. */
static enum err
from_passwd(char **ret_name, char **ret_home)
{
    struct passwd entry, *found = NULL;
    char *strings = mem_alloc(PASSWD_MAX);
    enum err r = OK;

    if (strings == NULL)
        return ERR_NO_MEMORY;
    if (getpwuid_r(geteuid(), &entry, strings, PASSWD_MAX, &found) == 0 &&
        found != NULL) {
        *ret_name = mem_strdup(found->pw_name);
        *ret_home = mem_strdup(found->pw_dir);
        if (*ret_name == NULL || *ret_home == NULL)
            r = ERR_NO_MEMORY;
    }
    mem_free(strings);
    return r;
}

/* A variable's folder when it may be believed, else <home><below>; either
 * with the end appended. */
static char *
xdg(const char *variable, const char *home, const char *below, const char *end)
{
    const char *value = getenv(variable);
    char *base, *path;

    if (is_ours(value))
        return joined(value, end);
    base = joined(home, below);
    path = base == NULL ? NULL : joined(base, end);
    mem_free(base);
    return path;
}

/* <prefix> of <prefix>/lib/ingam/<program> or <prefix>/bin/<program>; any
 * other place counts as a build folder that holds lib and share itself. */
static enum err
prefix_of_program(char *prefix)
{
    static const char *const places[] = { "/lib/ingam", "/bin" };
    ssize_t n = readlink("/proc/self/exe", prefix, PATHS_MAX - 1);
    size_t len, i;
    char *slash;

    if (n <= 0 || n >= (ssize_t)PATHS_MAX - 1)
        return ERR_IO_ERROR;
    prefix[n] = '\0';
    slash = strrchr(prefix, '/');
    if (slash == NULL)
        return ERR_IO_ERROR;
    *slash = '\0';
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        len = strlen(places[i]);
        if (strlen(prefix) > len &&
            strcmp(prefix + strlen(prefix) - len, places[i]) == 0) {
            prefix[strlen(prefix) - len] = '\0';
            break;
        }
    }
    return OK;
}

static enum err
media_init(const char *user, char ***ret_media)
{
    char **media = mem_alloc((MEDIA_COUNT + 1) * sizeof(*media));
    size_t n = 0;

    *ret_media = media;
    if (media == NULL)
        return ERR_NO_MEMORY;
    if (user != NULL && strchr(user, '/') == NULL) {
        if ((media[n++] = joined("/media/", user)) == NULL ||
            (media[n++] = joined("/run/media/", user)) == NULL)
            return ERR_NO_MEMORY;
    }
    if ((media[n++] = mem_strdup("/mnt")) == NULL)
        return ERR_NO_MEMORY;
    return OK;
}

static enum err
home_init(struct paths *p, char *passwd_home)
{
    const char *home = getenv("HOME");

    if (is_ours(home))
        p->home = mem_strdup(home);
    else if (passwd_home != NULL && passwd_home[0] == '/' &&
             strlen(passwd_home) < PATHS_MAX / 2 && is_folder(passwd_home))
        p->home = mem_strdup(passwd_home);
    else
        return ERR_IO_ERROR;
    return p->home == NULL ? ERR_NO_MEMORY : OK;
}

enum err
paths_init(struct paths *ret_paths)
{
    struct paths p = { 0 };
    char *user = NULL, *passwd_home = NULL, *prefix = NULL;
    enum err r;

    if ((r = from_passwd(&user, &passwd_home)) != OK ||
        (r = home_init(&p, passwd_home)) != OK)
        goto out;
    r = ERR_NO_MEMORY;
    prefix = mem_alloc(PATHS_MAX);
    if (prefix == NULL || (r = prefix_of_program(prefix)) != OK)
        goto out;
    p.config = xdg("XDG_CONFIG_HOME", p.home, "/.config", "/ingam");
    p.state = xdg("XDG_STATE_HOME", p.home, "/.local/state", "/ingam");
    p.npki = joined(p.home, "/NPKI");
    p.lib = joined(prefix, "/lib/ingam");
    p.share = joined(prefix, "/share/ingam");
    p.system = mem_strdup("/etc/ingam");
    if ((r = media_init(user, &p.media)) != OK)
        goto out;
    if (p.config == NULL || p.state == NULL || p.npki == NULL ||
        p.lib == NULL || p.share == NULL || p.system == NULL) {
        r = ERR_NO_MEMORY;
        goto out;
    }
    *ret_paths = p;
    p = (struct paths){ 0 };
out:
    mem_free(user);
    mem_free(passwd_home);
    mem_free(prefix);
    paths_free(&p);
    return r;
}

void
paths_free(struct paths *paths)
{
    char **m;

    if (paths == NULL)
        return;
    mem_free(paths->home);
    mem_free(paths->config);
    mem_free(paths->state);
    mem_free(paths->npki);
    mem_free(paths->lib);
    mem_free(paths->share);
    mem_free(paths->system);
    for (m = paths->media; m != NULL && *m != NULL; m++)
        mem_free(*m);
    mem_free(paths->media);
    *paths = (struct paths){ 0 };
}
