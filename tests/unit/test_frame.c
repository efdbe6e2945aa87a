/* Frames over real pipes. The clock is ours, so that a stall takes no time. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wire/frame.h"

static int64_t
still(void *ctx)
{
    return *(const int64_t *)ctx;
}

/* Each look at this clock is just past a deadline set by the last. */
static int64_t
leaping(void *ctx)
{
    return *(int64_t *)ctx += FRAME_STALL_MS + 1;
}

static struct row {
    const char *name;
    uint32_t length; /* as written in the header */
    size_t sent;     /* bytes that reach the pipe, header included */
    enum err want;
    bool end;
} rows[] = {
    { "a body of one byte", 1, 5, OK, false },
    { "a body of a thousand bytes", 1000, 1004, OK, false },
    { "T001 the stream ends before a frame", 0, 0, OK, true },
    { "T002 the stream ends after one byte of the length", 5, 1,
        ERR_FRAME_TRUNCATED, false },
    { "T002 the stream ends after two bytes of the length", 5, 2,
        ERR_FRAME_TRUNCATED, false },
    { "T002 the stream ends after three bytes of the length", 5, 3,
        ERR_FRAME_TRUNCATED, false },
    { "T010 the stream ends before the body", 9, 4, ERR_FRAME_TRUNCATED,
        false },
    { "T010 the stream ends one byte early", 9, 12, ERR_FRAME_TRUNCATED,
        false },
    { "T003 a length of 0", 0, 4, ERR_FRAME_EMPTY, false },
    { "T008 a length just above the limit", FRAME_IN_MAX + 1, 4,
        ERR_FRAME_TOO_BIG, false },
    { "T009 a length of 1 in the wrong byte order", 0x01000000, 5,
        ERR_FRAME_TOO_BIG, false },
    { "T006 a length of 2^31 - 1", 0x7FFFFFFF, 4, ERR_FRAME_TOO_BIG, false },
    { "T006 a length of 2^31", 0x80000000, 4, ERR_FRAME_TOO_BIG, false },
    { "T006 a length of 2^31 + 1", 0x80000001, 4, ERR_FRAME_TOO_BIG, false },
    { "T005 a length of 2^32 - 1", 0xFFFFFFFF, 4, ERR_FRAME_TOO_BIG, false },
};

static void
reads(void **state)
{
    const struct row *row = *state;
    int64_t now = 1;
    struct clock clock = { .monotonic = still, .ctx = &now };
    uint8_t bytes[2048];
    struct buf body = { 0 };
    int fds[2];
    bool end;

    memset(bytes, 'x', sizeof(bytes));
    memcpy(bytes, &row->length, sizeof(row->length));
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], bytes, row->sent), row->sent);
    close(fds[1]);
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), row->want);
    assert_int_equal(end, row->end);
    if (row->want == OK && !row->end) {
        assert_int_equal(body.len, row->length);
        assert_memory_equal(body.data, bytes + 4, body.len);
    } else {
        assert_int_equal(body.len, 0);
    }
    buf_free(&body);
    close(fds[0]);
}

/* Give fd one frame of `len` bytes in pieces of `step`, from a child. */
static pid_t
write_slowly(int fd, uint32_t len, size_t step)
{
    const struct timespec pause = { .tv_nsec = 500000 };
    uint8_t bytes[4 + 64];
    size_t done, n;
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    memset(bytes, 'x', sizeof(bytes));
    memcpy(bytes, &len, sizeof(len));
    for (done = 0; done < 4 + len; done += n) {
        nanosleep(&pause, NULL);
        n = 4 + len - done < step ? 4 + len - done : step;
        if (write(fd, bytes + done, n) != (ssize_t)n)
            _exit(1);
    }
    _exit(0);
}

static void
read_from_child(size_t step)
{
    int64_t now = 1;
    struct clock clock = { .monotonic = still, .ctx = &now };
    struct buf body = { 0 };
    int fds[2], status;
    pid_t pid, ended;
    bool end;

    assert_int_equal(pipe(fds), 0);
    pid = write_slowly(fds[1], 60, step);
    close(fds[1]);
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_int_equal(body.len, 60);
    assert_int_equal(body.data[59], 'x');
    buf_free(&body);
    close(fds[0]);
    do /* the signals of T016 disturb this wait too */
        ended = waitpid(pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    assert_int_equal(ended, pid);
    assert_int_equal(status, 0);
}

static void
T011_a_frame_may_come_byte_by_byte(void **state)
{
    (void)state;
    read_from_child(1);
    read_from_child(3);
}

static void
ignore(int number)
{
    (void)number;
}

static void
T016_signals_do_not_disturb_a_read(void **state)
{
    const struct itimerval every = { { 0, 300 }, { 0, 300 } }, never = { 0 };
    struct sigaction action = { .sa_handler = ignore }; /* no SA_RESTART */

    (void)state;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
    read_from_child(2);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

/* A clock by which every wait is the last. */
static void
T013_a_frame_that_stops_is_given_up(void **state)
{
    static const uint8_t header[4] = { 5, 0, 0, 0 };
    int64_t now = 1;
    struct clock clock = { .monotonic = leaping, .ctx = &now };
    struct buf body = { 0 };
    int fds[2];
    bool end;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], header, sizeof(header)), sizeof(header));
    assert_int_equal(
        frame_read(fds[0], &clock, &body, &end), ERR_FRAME_STALLED);
    assert_null(body.data);
    close(fds[0]);
    close(fds[1]);
}

static void
T014_two_frames_in_one_write_stay_two(void **state)
{
    static const char bytes[] = "\1\0\0\0a\2\0\0\0bc";
    int64_t now = 1;
    struct clock clock = { .monotonic = still, .ctx = &now };
    struct buf body = { 0 };
    int fds[2];
    bool end;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], bytes, 11), 11);
    close(fds[1]);
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_string_equal(buf_text(&body), "a");
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_string_equal(buf_text(&body), "bc");
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_true(end);
    buf_free(&body);
    close(fds[0]);
}

static void
pass_the_largest(int fds[2])
{
    const uint32_t len = FRAME_IN_MAX;
    int64_t now = 1;
    struct clock clock = { .monotonic = still, .ctx = &now };
    struct buf sent = { 0 }, body = { 0 };
    int status;
    bool end;
    pid_t pid;

    assert_int_equal(buf_extend(&sent, FRAME_IN_MAX), OK);
    for (size_t i = 0; i < FRAME_IN_MAX; i++)
        sent.data[i] = (uint8_t)(i % 251);
    pid = fork();
    if (pid == 0) {
        if (write(fds[1], &len, 4) != 4 ||
            write(fds[1], sent.data, sent.len) != (ssize_t)sent.len)
            _exit(1);
        _exit(0);
    }
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_int_equal(body.len, FRAME_IN_MAX);
    assert_memory_equal(body.data, sent.data, body.len);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    buf_free(&sent);
    buf_free(&body);
    close(fds[0]);
    close(fds[1]);
}

static void
T007_the_largest_frame_arrives_whole(void **state)
{
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    pass_the_largest(fds);
    assert_int_equal(pipe(fds), 0); /* as when the user has too many of them */
    assert_true(fcntl(fds[0], F_SETPIPE_SZ, 4096) > 0);
    pass_the_largest(fds);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    pass_the_largest(fds);
}

/* T017: a full pipe makes the writer wait, also when it does not block. */
static void
write_to_a_slow_reader(int flags)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    int64_t now = 1;
    struct clock clock = { .monotonic = still, .ctx = &now };
    struct buf sent = { 0 }, body = { 0 };
    int fds[2], status;
    bool end;
    pid_t pid;

    assert_int_equal(buf_extend(&sent, FRAME_OUT_MAX), OK);
    memset(sent.data, 'y', sent.len);
    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        close(fds[0]);
        fcntl(fds[1], F_SETFL, flags);
        _exit(frame_write(fds[1], &sent) == OK ? 0 : 1);
    }
    close(fds[1]);
    nanosleep(&pause, NULL);
    assert_int_equal(frame_read(fds[0], &clock, &body, &end), OK);
    assert_int_equal(body.len, sent.len);
    assert_memory_equal(body.data, sent.data, sent.len);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    buf_free(&sent);
    buf_free(&body);
    close(fds[0]);
}

static void
T017_a_slow_reader_gets_every_byte(void **state)
{
    (void)state;
    write_to_a_slow_reader(0);
    write_to_a_slow_reader(O_NONBLOCK);
}

static void
T019_a_frame_above_the_limit_is_not_begun(void **state)
{
    struct buf body = { 0 };
    char byte;
    int fds[2];

    (void)state;
    assert_int_equal(buf_extend(&body, FRAME_OUT_MAX + 1), OK);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(frame_write(fds[1], &body), ERR_RESPONSE_TOO_BIG);
    close(fds[1]);
    assert_int_equal(read(fds[0], &byte, 1), 0);
    close(fds[0]);
    buf_free(&body);
}

static void
T018_a_reader_that_is_gone_is_an_error(void **state)
{
    struct buf body = { 0 };
    int fds[2];

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(buf_put_text(&body, "{}"), OK);
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    assert_int_equal(frame_write(fds[1], &body), ERR_IO_ERROR);
    close(fds[1]);
    buf_free(&body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T011_a_frame_may_come_byte_by_byte),
        cmocka_unit_test(T016_signals_do_not_disturb_a_read),
        cmocka_unit_test(T013_a_frame_that_stops_is_given_up),
        cmocka_unit_test(T014_two_frames_in_one_write_stay_two),
        cmocka_unit_test(T007_the_largest_frame_arrives_whole),
        cmocka_unit_test(T017_a_slow_reader_gets_every_byte),
        cmocka_unit_test(T019_a_frame_above_the_limit_is_not_begun),
        cmocka_unit_test(T018_a_reader_that_is_gone_is_an_error),
    };

    return RUN_ROWS("frame", rows, reads) +
           cmocka_run_group_tests_name("frames in pipes", tests, NULL, NULL);
}
