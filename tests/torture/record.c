/* Which system calls matter, and what is written down about them (step.h). */
#include "step.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <time.h>

#define TEXT_MAX 4096
#define DATA_MAX (1u << 20)

enum part { NONE, NUMBER, TEXT, DATA }; /* DATA: its length is the result */

/* What the record says of a call's arguments. */
static const struct row {
    long nr;
    const char *name;
    bool effect;
    enum part parts[ARGS];
} rows[] = {
    { SYS_openat, "openat", true, { NUMBER, TEXT, NUMBER } },
    { SYS_write, "write", true, { NUMBER, DATA } },
    { SYS_pwrite64, "pwrite64", true, { NUMBER, DATA, NUMBER, NUMBER } },
    { SYS_ftruncate, "ftruncate", true, { NUMBER, NUMBER } },
    { SYS_fallocate, "fallocate", true, { NUMBER, NUMBER, NUMBER, NUMBER } },
    { SYS_mkdirat, "mkdirat", true, { NUMBER, TEXT, NUMBER } },
    { SYS_unlinkat, "unlinkat", true, { NUMBER, TEXT, NUMBER } },
    { SYS_renameat, "renameat", true, { NUMBER, TEXT, NUMBER, TEXT } },
    { SYS_renameat2, "renameat2", true,
        { NUMBER, TEXT, NUMBER, TEXT, NUMBER } },
    { SYS_linkat, "linkat", true, { NUMBER, TEXT, NUMBER, TEXT } },
    { SYS_symlinkat, "symlinkat", true, { TEXT, NUMBER, TEXT } },
    { SYS_fchmod, "fchmod", true, { NUMBER, NUMBER } },
    { SYS_fchmodat, "fchmodat", true, { NUMBER, TEXT, NUMBER } },
    { SYS_sendto, "sendto", true, { NUMBER } },
    { SYS_recvfrom, "recvfrom", true, { NUMBER } },
    { SYS_connect, "connect", true, { NUMBER } },
    { SYS_shutdown, "shutdown", true, { NUMBER, NUMBER } },
    { SYS_execve, "execve", true, { NONE } },
    { SYS_lseek, "lseek", false, { NUMBER, NUMBER, NUMBER } },
    { SYS_fsync, "fsync", false, { NUMBER } },
    { SYS_fdatasync, "fdatasync", false, { NUMBER } },
    { SYS_close, "close", false, { NUMBER } },
    { SYS_dup, "dup", false, { NUMBER } },
    { SYS_fcntl, "fcntl", false, { NUMBER, NUMBER } },
    { SYS_writev, "writev", true, { NUMBER } },
    { SYS_sendfile, "sendfile", true, { NUMBER } },
    { SYS_copy_file_range, "copy_file_range", true, { NUMBER } },
#ifdef __x86_64__
    { SYS_open, "open", true, { TEXT, NUMBER } },
    { SYS_mkdir, "mkdir", true, { TEXT, NUMBER } },
    { SYS_rmdir, "rmdir", true, { TEXT } },
    { SYS_unlink, "unlink", true, { TEXT } },
    { SYS_rename, "rename", true, { TEXT, TEXT } },
    { SYS_link, "link", true, { TEXT, TEXT } },
    { SYS_symlink, "symlink", true, { TEXT, TEXT } },
    { SYS_chmod, "chmod", true, { TEXT, NUMBER } },
    { SYS_truncate, "truncate", true, { TEXT, NUMBER } },
#endif
};

static const struct row *
row_of(const struct call *call)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((uint64_t)rows[i].nr == call->nr)
            return &rows[i];
    return NULL;
}

/* Opening changes something only where it makes a file. */
static bool
only_reads(const struct call *call)
{
    if (call->nr == SYS_openat)
        return (call->args[2] & O_CREAT) == 0;
#ifdef __x86_64__
    if (call->nr == SYS_open)
        return (call->args[1] & O_CREAT) == 0;
#endif
    return false;
}

const char *
call_effect(const struct call *call)
{
    const struct row *row = row_of(call);

    return row != NULL && row->effect && !only_reads(call) ? row->name : NULL;
}

static size_t
read_memory(pid_t tid, uint64_t from, void *to, size_t len)
{
    struct iovec here = { to, len }, there = { NULL, len };
    ssize_t n;

    memcpy(&there.iov_base, &from, sizeof there.iov_base);
    n = process_vm_readv(tid, &here, 1, &there, 1, 0);
    return n < 0 ? 0 : (size_t)n;
}

static void
put_hex(FILE *out, const uint8_t *data, size_t len)
{
    fputc('"', out);
    for (size_t i = 0; i < len; i++)
        fprintf(out, "%02x", data[i]);
    fputc('"', out);
}

/* Bytes of the tracee, as hexadecimal digits. */
static void
put_memory(FILE *out, pid_t tid, uint64_t from, size_t len, bool text)
{
    uint8_t *data = calloc(1, len + 1);
    size_t got = 0, page = 4096, part;

    while (data != NULL && got < len) {
        part = page - (size_t)((from + got) % page);
        part = part < len - got ? part : len - got;
        part = read_memory(tid, from + got, data + got, part);
        if (part == 0 || (text && memchr(data + got, 0, part) != NULL))
            break;
        got += part;
    }
    put_hex(out, data != NULL ? data : (const uint8_t *)"",
        data == NULL ? 0
        : text       ? strlen((const char *)data)
                     : len);
    free(data);
}

void
record_call(FILE *out, pid_t tid, const struct call *call, int64_t result)
{
    const struct row *row = row_of(call);
    struct timespec t;

    if (row == NULL || result < 0)
        return;
    clock_gettime(CLOCK_MONOTONIC, &t);
    fprintf(out,
        "{\"call\":\"%s\",\"time\":%" PRId64 ",\"result\":%" PRId64
        ",\"args\":[",
        row->name, (int64_t)t.tv_sec * 1000000000 + t.tv_nsec, result);
    for (int i = 0; i < ARGS && row->parts[i] != NONE; i++) {
        fputs(i == 0 ? "" : ",", out);
        if (row->parts[i] == NUMBER)
            fprintf(out, "%d", (int)call->args[i]);
        else if (row->parts[i] == TEXT)
            put_memory(out, tid, call->args[i], TEXT_MAX, true);
        else
            put_memory(out, tid, call->args[i],
                result <= DATA_MAX ? (size_t)result : 0, false);
    }
    fputs("]}\n", out);
}

/* --- a tracee that can be read -------------------------------------------- */

#if defined(__x86_64__)
#define SECOND(regs) (regs).rsi
#elif defined(__aarch64__)
#define SECOND(regs) (regs).regs[1]
#endif

void
keep_readable(pid_t tid, const struct call *call)
{
#ifdef SECOND
    struct user_regs_struct regs;
    struct iovec io = { &regs, sizeof regs };

    if (call->nr != SYS_prctl || call->args[0] != PR_SET_DUMPABLE ||
        ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &io) != 0)
        return;
    SECOND(regs) = 1;
    ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &io);
#else
    (void)tid;
    (void)call;
#endif
}
