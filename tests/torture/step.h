/*
 * step.h - the parts of `step`: run a program under ptrace, count the stops of
 * its system calls, kill it at one of them, or write down what it does to the
 * disk. Linux 5.3 and newer (PTRACE_GET_SYSCALL_INFO), x86-64 and arm64.
 */
#ifndef TORTURE_STEP_H
#define TORTURE_STEP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define ARGS 6

/* One system call of one thread, between its entry and its exit. */
struct call {
    uint64_t nr;
    uint64_t args[ARGS];
};

/* Its name, when it is one that changes something outside; NULL: it is not.
 * These are the calls between which a kill makes no difference. */
const char *call_effect(const struct call *call);

/* Write one line about a finished call of `tid`: a JSON object. */
void record_call(FILE *out, pid_t tid, const struct call *call, int64_t result);

/* A program that makes itself undumpable cannot be read by a tracer without
 * privileges: turn that one call into a harmless one. */
void keep_readable(pid_t tid, const struct call *call);

#endif
