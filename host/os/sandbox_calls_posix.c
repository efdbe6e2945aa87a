/*
 * The system-call filter, in plain BPF. Three answers: calls on the list go
 * through; those by which a hijacked process would get out end it; any other
 * does not exist (ENOSYS), so that a newer C library falls back instead of
 * breaking in the middle of a write.
 */
#include "os/sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/log.h"

#if defined(__x86_64__) && defined(__LP64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#else
#define THIS_ARCH 0u /* no filter for this machine yet: doctor.run says so */
#endif

#define X32_BIT 0x40000000u
#define SKIPPED 0xFFFFFFFFu /* what a tracer makes of a call it skips */

// clang-format off
static const uint32_t allowed[] = {
    /* frames, files that are open, the network worker's socket */
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64,
    SYS_lseek, SYS_close, SYS_fcntl, SYS_flock, SYS_dup, SYS_ppoll,
    SYS_pselect6, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg,
    SYS_shutdown, SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_fallocate,
    SYS_fadvise64,
    /* the store; which paths is Landlock's part */
    SYS_openat, SYS_openat2, SYS_newfstatat, SYS_fstat, SYS_statx,
    SYS_statfs, SYS_fstatfs, SYS_faccessat, SYS_faccessat2, SYS_readlinkat,
    SYS_getdents64, SYS_getcwd, SYS_mkdirat, SYS_unlinkat, SYS_renameat,
    SYS_renameat2, SYS_linkat, SYS_fchmod, SYS_fchmodat, SYS_utimensat,
    SYS_umask,
    /* memory, time, waiting */
    SYS_mmap, SYS_mprotect, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk,
    SYS_mlock, SYS_mlock2, SYS_munlock, SYS_futex, SYS_membarrier,
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep,
    SYS_gettimeofday, SYS_setitimer, SYS_getrandom, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_restart_syscall,
    /* who we are; signals to ourselves and to the worker; the end */
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
    SYS_getegid, SYS_uname, SYS_sysinfo, SYS_prlimit64, SYS_getrlimit,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    SYS_tgkill, SYS_kill, SYS_wait4, SYS_waitid, SYS_set_robust_list,
#ifdef SYS_rseq
    SYS_rseq,
#endif
    SYS_exit, SYS_exit_group,
    /* asking what there is, and giving up more */
    SYS_seccomp, 444 /* landlock_create_ruleset */,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll,
    SYS_select, SYS_dup2, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_unlink,
    SYS_link, SYS_chmod, SYS_alarm, SYS_time, SYS_arch_prctl,
#endif
};

static const uint32_t deadly[] = {
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_bpf, SYS_keyctl, SYS_mount, SYS_unshare,
    SYS_setns, SYS_kexec_load, SYS_init_module, SYS_finit_module,
};
// clang-format on

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Architecture 3, number, skipped and x32 5, two a call, the default. */
#define PROGRAM_MAX (9 + 2 * (COUNT(allowed) + COUNT(deadly)))

static void
put(struct sock_fprog *p, struct sock_filter instruction)
{
    p->filter[p->len++] = instruction;
}

/* If the accumulator is `value`, end with `answer`. */
static void
put_case(struct sock_fprog *p, uint32_t value, uint32_t answer)
{
    put(p,
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

static void
build(struct sock_fprog *p)
{
    const uint32_t kill = SECCOMP_RET_KILL_PROCESS;
    size_t i;

    put(p, (struct sock_filter)BPF_STMT(
               BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
    put(p, (struct sock_filter)BPF_JUMP(
               BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0));
    put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, kill));
    put(p, (struct sock_filter)BPF_STMT(
               BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    put_case(p, SKIPPED, SECCOMP_RET_ERRNO | ENOSYS);
    put(p,
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
    put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, kill));
    for (i = 0; i < COUNT(allowed); i++)
        put_case(p, allowed[i], SECCOMP_RET_ALLOW);
    for (i = 0; i < COUNT(deadly); i++)
        put_case(p, deadly[i], kill);
    put(p, (struct sock_filter)BPF_STMT(
               BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
}

bool
sandbox_seccomp(void)
{
    uint32_t kill = SECCOMP_RET_KILL_PROCESS;

    return THIS_ARCH != 0 &&
           syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill) == 0;
}

void
sandbox_calls(void)
{
    struct sock_filter instructions[PROGRAM_MAX];
    struct sock_fprog program = { .len = 0, .filter = instructions };

    if (!sandbox_seccomp()) {
        log_line(LOG_DEBUG, "sandbox: no filter for system calls");
        return;
    }
    build(&program);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
            &program) != 0)
        log_line(LOG_ERROR, "sandbox: the filter was refused");
}
