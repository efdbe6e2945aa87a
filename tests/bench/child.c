#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 8

extern char **environ;

void
die(const char *what)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(1);
}

double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double
median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_size);
    return values[count / 2];
}

struct child
start(const char *line)
{
    posix_spawn_file_actions_t actions;
    char *argv[ARGS_MAX + 1] = { NULL }, *words = strdup(line), *rest = words;
    int to[2], from[2], n = 0;
    struct child child;

    while (n < ARGS_MAX && (argv[n] = strsep(&rest, " ")) != NULL)
        n++;
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        die("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&child.pid, argv[0], &actions, NULL, argv, environ) != 0)
        die("cannot start it");
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    child.in = to[1];
    child.out = from[0];
    free(words);
    return child;
}

void
finish(struct child child)
{
    close(child.in);
    close(child.out);
    waitpid(child.pid, NULL, 0);
}

static void
get(int fd, void *data, size_t len)
{
    char *p = data;
    ssize_t n;

    for (; len > 0; p += n, len -= (size_t)n)
        if ((n = read(fd, p, len)) <= 0)
            die("it ended early");
}

char *
get_frame(int fd)
{
    static char body[FRAME_MAX + 1];
    uint32_t len;

    get(fd, &len, sizeof(len));
    if (len > FRAME_MAX)
        die("a frame too long");
    get(fd, body, len);
    body[len] = '\0';
    return body;
}

void
put_frame(int fd, const char *body)
{
    uint32_t len = (uint32_t)strlen(body);
    struct iovec parts[] = { { &len, sizeof(len) }, { (char *)body, len } };

    if (writev(fd, parts, 2) !=
        (ssize_t)(sizeof(len) + len)) /* as Chromium does */
        die("it does not read");
}
