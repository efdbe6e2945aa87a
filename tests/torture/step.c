/*
 * step - run a program under ptrace and kill it at a system call.
 *
 *   step [--kill N] [--effects] [--only CALL] [--worker] [--list] [--record]
 *       PROGRAM ARGUMENT...
 *
 * Counted are the stops at entry and exit of every system call of every thread
 * of the program; with --worker those of the process that it starts instead;
 * with --effects only those of calls that change something outside, with --only
 * those of one of these. At the N-th stop that process gets SIGKILL: at an entry the call is not made, at an
 * exit it has been. stdin and stdout are the program's. Descriptor 3 gets
 * JSON lines: with --list one for each stop that was counted, with --record
 * one for each call on files, at the end one with the counts.
 */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define REPORT_FD 3
#define TASKS_MAX 64
#define OPTIONS                                                                \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |        \
        PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

struct task {
    pid_t tid; /* 0: a free row */
    pid_t process;
    struct call call;
    bool inside;
};

static struct {
    /* what is wanted */
    long kill;
    bool effects, worker, list, record;
    const char *only;
    /* what happened */
    pid_t program;
    struct task tasks[TASKS_MAX];
    long stops[2]; /* of the program, of what it started */
    bool killed;
    const char *at; /* static */
    uint64_t at_number;
    bool at_exit;
    int status;
    FILE *report;
} step;

static void
die(const char *what)
{
    fprintf(stderr, "step: %s: %s\n", what, strerror(errno));
    exit(2);
}

static pid_t
process_of(pid_t tid)
{
    char path[32], line[128];
    pid_t process = tid;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "Tgid:", 5) == 0)
            process = (pid_t)strtol(line + 5, NULL, 10);
    if (f != NULL)
        fclose(f);
    return process;
}

/* *ret_new: it was never seen before. */
static struct task *
task_of(pid_t tid, bool *ret_new)
{
    struct task *free_row = NULL;

    *ret_new = false;
    for (int i = 0; i < TASKS_MAX; i++) {
        if (step.tasks[i].tid == tid)
            return &step.tasks[i];
        if (step.tasks[i].tid == 0)
            free_row = &step.tasks[i];
    }
    if (free_row == NULL) {
        errno = ENOMEM;
        die("tasks");
    }
    *ret_new = true;
    *free_row = (struct task){ .tid = tid, .process = process_of(tid) };
    return free_row;
}

static void
forget(pid_t tid)
{
    for (int i = 0; i < TASKS_MAX; i++)
        if (step.tasks[i].tid == tid)
            step.tasks[i].tid = 0;
}

/* Count a stop, and kill when it is the one. */
static void
count(const struct task *t)
{
    bool other = t->process != step.program;
    const char *name = call_effect(&t->call);

    if (step.effects && name == NULL)
        return;
    if (step.only != NULL && (name == NULL || strcmp(name, step.only) != 0))
        return;
    step.stops[other]++;
    if (step.list)
        fprintf(step.report,
            "{\"worker\":%s,\"call\":\"%s\",\"phase\":\"%s\"}\n",
            other ? "true" : "false", name != NULL ? name : "",
            t->inside ? "entry" : "exit");
    if (other != step.worker || step.killed || step.stops[other] != step.kill)
        return;
    step.killed = true;
    step.at = name;
    step.at_number = t->call.nr;
    step.at_exit = !t->inside;
    kill(t->process, SIGKILL);
}

static void
on_call(struct task *t)
{
    struct ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof info, &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        t->inside = true;
        t->call.nr = info.entry.nr;
        for (int i = 0; i < ARGS; i++)
            t->call.args[i] = info.entry.args[i];
        if (step.record)
            keep_readable(t->tid, &t->call);
        count(t);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && t->inside) {
        t->inside = false;
        if (step.record && t->process == step.program)
            record_call(step.report, t->tid, &t->call, info.exit.rval);
        count(t);
    }
}

static void
on_stop(pid_t tid, int status)
{
    int signal = WSTOPSIG(status);
    bool fresh;
    struct task *t = task_of(tid, &fresh);

    if (signal == (SIGTRAP | 0x80)) {
        on_call(t);
        signal = 0;
    } else if (status >> 16 != 0) {
        t->inside = t->inside && status >> 16 != PTRACE_EVENT_EXEC;
        signal = 0;
    } else if (fresh && signal == SIGSTOP) {
        signal = 0; /* every new task begins with one */
    }
    ptrace(PTRACE_SYSCALL, tid, 0, signal); /* fails when it was just killed */
}

static void
run(void)
{
    int status;
    pid_t tid;

    for (;;) {
        tid = waitpid(-1, &status, __WALL);
        if (tid < 0 && errno == EINTR)
            continue;
        if (tid < 0)
            return; /* all are gone */
        if (WIFSTOPPED(status)) {
            on_stop(tid, status);
            continue;
        }
        forget(tid);
        if (tid == step.program)
            step.status = status;
    }
}

static void
start(char **argv)
{
    int status;
    bool fresh;

    step.program = fork();
    if (step.program == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(126);
        raise(SIGSTOP);
        execv(argv[0], argv);
        _exit(127);
    }
    /* the pipes are the program's alone, or their ends would not be seen */
    close(0);
    close(1);
    if (step.program < 0 || waitpid(step.program, &status, 0) < 0 ||
        !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, step.program, 0, OPTIONS) != 0)
        die("ptrace");
    (void)task_of(step.program, &fresh);
    ptrace(PTRACE_SYSCALL, step.program, 0, 0);
}

static void
report(void)
{
    fprintf(step.report,
        "{\"stops\":%ld,\"worker\":%ld,\"killed\":%s,\"call\":\"%s\","
        "\"number\":%llu,\"phase\":\"%s\",\"code\":%d,\"signal\":%d}\n",
        step.stops[0], step.stops[1], step.killed ? "true" : "false",
        step.at != NULL ? step.at : "", (unsigned long long)step.at_number,
        step.at_exit ? "exit" : "entry",
        WIFEXITED(step.status) ? WEXITSTATUS(step.status) : -1,
        WIFSIGNALED(step.status) ? WTERMSIG(step.status) : 0);
    fclose(step.report);
}

int
main(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--kill") == 0 && i + 1 < argc)
            step.kill = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            step.only = argv[++i];
        else if (strcmp(argv[i], "--effects") == 0)
            step.effects = true;
        else if (strcmp(argv[i], "--worker") == 0)
            step.worker = true;
        else if (strcmp(argv[i], "--list") == 0)
            step.list = true;
        else if (strcmp(argv[i], "--record") == 0)
            step.record = true;
        else
            i = argc;
    }
    if (i >= argc) {
        fprintf(stderr,
            "usage: step [--kill N] [--effects] [--only CALL]"
            " [--worker] [--list] [--record] PROGRAM ARGUMENT...\n");
        return 2;
    }
    if (fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC) != 0 ||
        (step.report = fdopen(REPORT_FD, "w")) == NULL)
        die("descriptor 3");
    start(argv + i);
    run();
    report();
    return 0;
}
