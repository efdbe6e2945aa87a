#include "cmd/confine.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/history_log.h"
#include "os/sandbox.h"
#include "pki/tries.h"

#define FOLDERS_MAX 5u /* of the person, for COMMAND_SYSTEM */
#define RECORDS_MAX 3u /* below the state */

struct rules {
    struct sandbox_rule rows[SANDBOX_RULES_MAX];
    size_t count;
};

static void
add(struct rules *rules, struct sandbox_rule rule)
{
    if (rules->count < SANDBOX_RULES_MAX)
        rules->rows[rules->count++] = rule;
}

/* For every command: what libraries open late (the legacy provider, the
 * converter for CP949), our own data, the person's settings. */
static void
add_common(struct rules *rules, const struct paths *p)
{
    static const char *const folders[] = { "/usr", "/lib", "/lib64",
        "/etc/ld.so.cache", "/dev/null", "/dev/urandom" };
    size_t i;

    for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        add(rules, (struct sandbox_rule){ .path = folders[i] });
    add(rules, (struct sandbox_rule){ .path = p->lib });
    add(rules, (struct sandbox_rule){ .path = p->share });
    add(rules, (struct sandbox_rule){ .path = p->system });
}

static void
add_store(struct rules *rules, const struct paths *p, unsigned flags)
{
    bool write = (flags & COMMAND_WRITES) != 0;
    char *const *m;

    add(rules,
        (struct sandbox_rule){
            .path = p->npki, .write = write, .make = write, .no_link = true });
    add(rules, (struct sandbox_rule){
                   .path = p->state, .write = write, .make = write });
    add(rules, (struct sandbox_rule){
                   .path = p->config, .write = write, .make = write });
    for (m = p->media; (flags & COMMAND_MEDIA) != 0 && *m != NULL; m++)
        add(rules, (struct sandbox_rule){ .path = *m, .write = write });
}

/* The places of installer/browsers.tsv, without naming each browser. */
static enum err
add_system(struct rules *rules, const struct paths *p, char *ret[FOLDERS_MAX])
{
    static const char *const below[FOLDERS_MAX] = { "", "/.mozilla", "/.var",
        "/snap", "/.librewolf" };
    static const char *const system[] = { "/etc", "/opt", "/var/lib/flatpak",
        "/snap" };
    size_t i;

    for (i = 0; i < sizeof(system) / sizeof(system[0]); i++)
        add(rules, (struct sandbox_rule){ .path = system[i] });
    for (i = 0; i < FOLDERS_MAX; i++) {
        ret[i] = mem_alloc(PATHS_MAX);
        if (ret[i] == NULL)
            return ERR_NO_MEMORY;
        if (i == 0) /* the configuration home: our own folder's parent */
            snprintf(ret[i], PATHS_MAX, "%.*s",
                (int)(strrchr(p->config, '/') - p->config), p->config);
        else
            snprintf(ret[i], PATHS_MAX, "%s%s", p->home, below[i]);
        add(rules, (struct sandbox_rule){ .path = ret[i] });
    }
    return OK;
}

/* Folders of the state that a command fills beside what it does. */
static enum err
add_records(struct rules *rules, const struct paths *p, unsigned flags,
    char *ret[RECORDS_MAX])
{
    static const struct {
        const char *name;
        unsigned flag;
    } rows[RECORDS_MAX] = {
        { HISTORY_FOLDER, COMMAND_RECORDS },
        { "revocation", COMMAND_RECORDS },
        { TRIES_FOLDER, COMMAND_PASSWORD },
    };
    size_t i;

    for (i = 0; i < RECORDS_MAX; i++) {
        if ((flags & rows[i].flag) == 0)
            continue;
        ret[i] = mem_alloc(PATHS_MAX);
        if (ret[i] == NULL)
            return ERR_NO_MEMORY;
        snprintf(ret[i], PATHS_MAX, "%s/%s", p->state, rows[i].name);
        add(rules, (struct sandbox_rule){
                       .path = ret[i], .write = true, .make = true });
    }
    return OK;
}

enum err
confine_network(const struct host *host, struct net **net)
{
    char *program;
    enum err r;

    if (*net != NULL)
        return OK;
    program = mem_alloc(PATHS_MAX);
    if (program == NULL)
        return ERR_NO_MEMORY;
    snprintf(program, PATHS_MAX, "%s/ingam-net", host->paths.lib);
    r = net_start(program, net);
    mem_free(program);
    return r;
}

enum err
confine_files(const struct host *host, unsigned flags)
{
    struct rules rules = { .count = 0 };
    char *folders[FOLDERS_MAX] = { NULL }, *records[RECORDS_MAX] = { NULL };
    enum err r = OK;
    size_t i;

    add_common(&rules, &host->paths);
    r = add_records(&rules, &host->paths, flags, records);
    add_store(&rules, &host->paths, flags); /* their parents are there now */
    if (r == OK && (flags & COMMAND_SYSTEM) != 0)
        r = add_system(&rules, &host->paths, folders);
    if (r == OK)
        r = sandbox_files(rules.rows, rules.count, SANDBOX_NO_TCP);
    for (i = 0; i < FOLDERS_MAX; i++)
        mem_free(folders[i]);
    for (i = 0; i < RECORDS_MAX; i++)
        mem_free(records[i]);
    return r;
}
