/*
 * child.h - what bench.c and list.c share: a program that is started as a
 * browser would, talked to in frames, and timed. What fails ends the run.
 */
#ifndef INGAM_BENCH_CHILD_H
#define INGAM_BENCH_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#define FRAME_MAX (1u << 20)

struct child {
    pid_t pid;
    int in, out; /* our ends */
};

/* Say what, under this program's name, and exit. */
_Noreturn void die(const char *what);

double now(void); /* microseconds */

/* Sorts them; count > 0. */
double median(double *values, int count);

/* A path with arguments behind it, split at spaces. Its stderr is dropped. */
struct child start(const char *line);

/* Close both ends and wait for it. */
void finish(struct child child);

/* The next frame, as a text; static. */
char *get_frame(int fd);
void put_frame(int fd, const char *body);

#endif
