/*
 * Landlock: numbers and bits of the kernel's user interface, written down
 * here since the headers of older distributions lack the newer ones
 * (Documentation/userspace-api/landlock.rst). The filter is sandbox_calls's.
 */
#include "os/sandbox.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "os/paths.h"

#define NR_CREATE_RULESET      444
#define NR_ADD_RULE            445
#define NR_RESTRICT_SELF       446

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH      1

#define FS_WRITE_FILE          (1u << 1)
#define FS_READ_FILE           (1u << 2)
#define FS_READ_DIR            (1u << 3)
#define FS_REMOVE_DIR          (1u << 4)
#define FS_REMOVE_REG          (1u << 5)
#define FS_MAKE_DIR            (1u << 7)
#define FS_MAKE_REG            (1u << 8)
#define FS_ABI1_ALL            ((1u << 13) - 1)
#define FS_REFER               (1u << 13) /* ABI 2 */
#define FS_TRUNCATE            (1u << 14) /* ABI 3 */
#define FS_IOCTL_DEV           (1u << 15) /* ABI 5 */
#define NET_BIND_TCP           1u         /* ABI 4, as the next */
#define NET_CONNECT_TCP        2u
#define SCOPE_SOCKETS          1u /* abstract UNIX sockets; ABI 6 */

#define READ_RIGHTS            (FS_READ_FILE | FS_READ_DIR)
#define WRITE_RIGHTS                                                           \
    (READ_RIGHTS | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_REG |             \
        FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE)
#define FILE_RIGHTS (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)

struct ruleset_attr {
    uint64_t fs;
    uint64_t net;    /* ABI 4 */
    uint64_t scoped; /* ABI 6 */
};

struct path_attr {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

int
sandbox_landlock(void)
{
    long abi =
        syscall(NR_CREATE_RULESET, NULL, (size_t)0, CREATE_RULESET_VERSION);

    return abi < 0 ? 0 : (int)abi;
}

/* Everything that this ABI can take away. */
static struct ruleset_attr
handled(int abi, enum sandbox_tcp tcp)
{
    struct ruleset_attr attr = { .fs = FS_ABI1_ALL };

    if (abi >= 2)
        attr.fs |= FS_REFER;
    if (abi >= 3)
        attr.fs |= FS_TRUNCATE;
    if (abi >= 5)
        attr.fs |= FS_IOCTL_DEV;
    if (abi >= 4)
        attr.net = tcp == SANDBOX_CONNECT ? NET_BIND_TCP
                                          : NET_BIND_TCP | NET_CONNECT_TCP;
    if (abi >= 6)
        attr.scoped = SCOPE_SOCKETS;
    return attr;
}

static size_t
attr_size(int abi)
{
    return sizeof(uint64_t) * (abi >= 6 ? 3u : abi >= 4 ? 2u : 1u);
}

/* The name of a folder just made reaches the disk: what will be in it may be
 * all there is of an enrolment. */
static void
sync_parent(const char *path, size_t parent_len)
{
    char parent[PATHS_MAX];
    int dir;

    memcpy(parent, path, parent_len);
    parent[parent_len] = '\0';
    dir = open(
        parent_len == 0 ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir == -1)
        return;
    (void)fsync(dir);
    close(dir);
}

/* Make the folders of an absolute path that are missing. What cannot be made
 * will be missed, and named, by the code that wants it. */
static void
make_folders(const char *path)
{
    char part[PATHS_MAX];
    size_t i, slash = 0;

    for (i = 1; i < PATHS_MAX && path[i - 1] != '\0'; i++) {
        part[i - 1] = path[i - 1];
        part[i] = '\0';
        if (path[i] != '/' && path[i] != '\0')
            continue;
        if (mkdir(part, S_IRWXU) == 0)
            sync_parent(part, slash);
        slash = i;
    }
}

static bool
add_rule(int ruleset, const struct sandbox_rule *rule, uint64_t handled_fs)
{
    int flags = O_PATH | O_CLOEXEC | (rule->no_link ? O_NOFOLLOW : 0);
    struct path_attr attr = { 0 };
    struct stat st;
    bool ok = true;

    if (rule->make)
        make_folders(rule->path);
    attr.parent = open(rule->path, flags);
    if (attr.parent == -1)
        return true; /* not there: nothing to allow */
    if (fstat(attr.parent, &st) == 0 && !S_ISLNK(st.st_mode)) {
        attr.allowed = rule->write ? WRITE_RIGHTS : READ_RIGHTS;
        if (!S_ISDIR(st.st_mode))
            attr.allowed &= FILE_RIGHTS;
        attr.allowed &= handled_fs;
        ok = syscall(NR_ADD_RULE, ruleset, RULE_PATH_BENEATH, &attr, 0u) == 0;
    }
    close(attr.parent);
    return ok;
}

enum err
sandbox_files(
    const struct sandbox_rule *rules, size_t count, enum sandbox_tcp tcp)
{
    int abi = sandbox_landlock(), ruleset;
    struct ruleset_attr attr = handled(abi, tcp);
    bool writes = false, ok = true;
    size_t i;

    for (i = 0; i < count; i++)
        writes = writes || rules[i].write;
    if (abi == 0 || (writes && abi < 2)) {
        log_line(LOG_DEBUG, "sandbox: files stay open, Landlock %d", abi);
        return OK;
    }
    ruleset = (int)syscall(NR_CREATE_RULESET, &attr, attr_size(abi), 0u);
    if (ruleset == -1)
        return ERR_INTERNAL;
    for (i = 0; i < count && ok; i++)
        ok = rules[i].path == NULL || add_rule(ruleset, &rules[i], attr.fs);
    if (ok)
        ok = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
             syscall(NR_RESTRICT_SELF, ruleset, 0u) == 0;
    close(ruleset);
    return ok ? OK : ERR_INTERNAL;
}
