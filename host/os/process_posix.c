#include "os/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#define VALUE_MAX   4096u /* bytes of a variable that is kept, its end included */
#define OPEN_MAX_FD 65536 /* where there is no close_range */

bool
process_descriptors(void)
{
    bool all = true;
    int fd;

    for (fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) != -1)
            continue;
        all = false;
        if (open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
            _exit(1);
    }
    return all;
}

void
process_close_from(int first)
{
    int fd;

    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
        return;
    for (fd = first; fd < OPEN_MAX_FD; fd++)
        close(fd);
}

/* "<name>=<value>" in new memory. */
static char *
assignment(const char *name, const char *value)
{
    size_t size = strlen(name) + 1 + strlen(value) + 1;
    char *text = mem_alloc(size);

    if (text != NULL)
        snprintf(text, size, "%s=%s", name, value);
    return text;
}

enum err
process_environment(bool terminal)
{
    static const char *const kept[] = { "HOME", "XDG_CONFIG_HOME",
        "XDG_STATE_HOME", "TERM", "DISPLAY", "NO_COLOR" };
    static char lang[] = "LANG=C.UTF-8", path[] = "PATH=/usr/bin:/bin";
    static char *clean[sizeof(kept) / sizeof(kept[0]) + 3];
    size_t count = terminal ? sizeof(kept) / sizeof(kept[0]) : 3, i, n = 0;
    const char *value;

    clean[n++] = lang;
    clean[n++] = path;
    for (i = 0; i < count; i++) {
        value = getenv(kept[i]);
        if (value == NULL || strlen(value) >= VALUE_MAX)
            continue;
        clean[n] = assignment(kept[i], value);
        if (clean[n++] == NULL)
            return ERR_NO_MEMORY;
    }
    clean[n] = NULL;
    environ = clean;
    return OK;
}

void
process_harden(void)
{
    const struct rlimit none = { 0, 0 };

    umask(077);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

enum err
process_guard_stdout(int *ret_fd)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

    if (fd == -1)
        return ERR_IO_ERROR;
    if (dup2(STDERR_FILENO, STDOUT_FILENO) == -1) {
        close(fd);
        return ERR_IO_ERROR;
    }
    *ret_fd = fd;
    return OK;
}

void
process_widen_pipe(int fd, int size)
{
    (void)fcntl(fd, F_SETPIPE_SZ, size);
}
