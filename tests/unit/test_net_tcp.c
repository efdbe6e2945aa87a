/* Framed dialogues through the network worker, against a scripted server. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "listener.h"
#include "net/net.h"
#include "support.h"

#define TURNS_MAX 4

enum act {
    SAY,      /* the bytes in one piece */
    BYTEWISE, /* the bytes one by one */
    THEN_END, /* the bytes, then the end of the connection */
    THEN_RESET,
    THEN_MORE, /* the bytes, and at once a frame nobody asked for */
    HUGE_SAY,  /* announce and send one byte more than is allowed */
    LARGEST,   /* exactly what is allowed */
    DRIP,      /* the bytes, then one byte every 100 ms */
    QUIET,     /* nothing, until the client goes */
};

struct step {
    enum net_turn turn;
    enum act act;
    const char *bytes;
    size_t len;
    enum err want;
    enum net_sent sent;
    const char *answer; /* NULL: not compared */
};

#define BYTES(s) (s), sizeof(s) - 1
#define FRAME_HI BYTES("\0\0\0\3\5hi")
#define TURN_OK(t)                                                             \
    {                                                                          \
        t, SAY, FRAME_HI, OK, NET_SENT_YES, "\5hi"                             \
    }
#define NO_TURN                                                                \
    {                                                                          \
        NET_ALONE, SAY, NULL, 0, OK, NET_SENT_NO, NULL                         \
    }

struct row {
    const char *name;
    struct step steps[TURNS_MAX];
    int timeout_ms;  /* 0: 5 s */
    const char *url; /* %d is the port */
    bool no_loopback;
};

#define ONE(name, act, bytes, want, sent)                                      \
    {                                                                          \
        name, { { NET_FIRST, act, bytes, want, sent, NULL }, NO_TURN }, 0,     \
            NULL, false                                                        \
    }
#define AT_URL(name, url, want, loopback)                                      \
    {                                                                          \
        name,                                                                  \
            { { NET_FIRST, QUIET, BYTES(""), want, NET_SENT_NO, NULL },        \
                NO_TURN },                                                     \
            0, url, loopback                                                   \
    }

static struct row rows[] = {
    { "a frame and its answer", { TURN_OK(NET_FIRST), NO_TURN }, 0, 0, 0 },
    { "three frames over one connection",
        { TURN_OK(NET_FIRST), TURN_OK(NET_NEXT), TURN_OK(NET_LAST), NO_TURN },
        0, 0, 0 },
    { "an answer that comes byte by byte",
        { { NET_FIRST, BYTEWISE, FRAME_HI, OK, NET_SENT_YES, "\5hi" },
            NO_TURN },
        0, 0, 0 },
    { "a flag alone",
        { { NET_FIRST, SAY, BYTES("\0\0\0\1\3"), OK, NET_SENT_YES, "\3" },
            NO_TURN },
        0, 0, 0 },
    { "the largest frame",
        { { NET_FIRST, LARGEST, BYTES(""), OK, NET_SENT_YES, NULL }, NO_TURN },
        0, 0, 0 },
    { "the end after the last frame is no failure",
        { TURN_OK(NET_FIRST),
            { NET_LAST, THEN_END, BYTES(""), OK, NET_SENT_UNKNOWN, "" },
            NO_TURN },
        0, 0, 0 },
    { "silence after the last frame is no failure",
        { TURN_OK(NET_FIRST),
            { NET_LAST, QUIET, BYTES(""), OK, NET_SENT_UNKNOWN, "" }, NO_TURN },
        300, 0, 0 },
    /* failures */
    { "a reset after the last frame is one",
        { TURN_OK(NET_FIRST),
            { NET_LAST, THEN_RESET, BYTES(""), ERR_CA_TIMEOUT, NET_SENT_UNKNOWN,
                NULL },
            NO_TURN },
        0, 0, 0 },
    { "half a frame after the last one is one",
        { TURN_OK(NET_FIRST),
            { NET_LAST, THEN_END, BYTES("\0\0\0\4\5h"), ERR_CA_ANSWER_INVALID,
                NET_SENT_YES, NULL },
            NO_TURN },
        0, 0, 0 },
    { "half a frame and silence after the last one is one",
        { TURN_OK(NET_FIRST),
            { NET_LAST, SAY, BYTES("\0\0"), ERR_CA_TIMEOUT, NET_SENT_YES,
                NULL },
            NO_TURN },
        300, 0, 0 },
    ONE("a length of zero", SAY, BYTES("\0\0\0\0"), ERR_CA_ANSWER_INVALID,
        NET_SENT_YES),
    ONE("one byte above the limit", HUGE_SAY, BYTES(""), ERR_CA_ANSWER_INVALID,
        NET_SENT_YES),
    ONE("four thousand million bytes", SAY, BYTES("\377\377\377\377\5"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    ONE("a web server's answer", SAY, BYTES("HTTP/1.1 400 Bad\r\n\r\n"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    ONE("the end instead of an answer", THEN_END, BYTES(""), ERR_CA_TIMEOUT,
        NET_SENT_UNKNOWN),
    ONE("a reset instead of an answer", THEN_RESET, BYTES(""), ERR_CA_TIMEOUT,
        NET_SENT_UNKNOWN),
    ONE("cut after 1 byte", THEN_END, BYTES("\0"), ERR_CA_ANSWER_INVALID,
        NET_SENT_YES),
    ONE("cut after 2 bytes", THEN_END, BYTES("\0\0"), ERR_CA_ANSWER_INVALID,
        NET_SENT_YES),
    ONE("cut after 3 bytes", THEN_END, BYTES("\0\0\0"), ERR_CA_ANSWER_INVALID,
        NET_SENT_YES),
    ONE("cut after the length", THEN_END, BYTES("\0\0\0\3"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    ONE("cut after the flag", THEN_END, BYTES("\0\0\0\3\5"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    ONE("cut before the last byte", THEN_END, BYTES("\0\0\0\3\5h"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    ONE("a reset inside the frame", THEN_RESET, BYTES("\0\0\0\3\5h"),
        ERR_CA_ANSWER_INVALID, NET_SENT_YES),
    { "no answer in time",
        { { NET_FIRST, QUIET, BYTES(""), ERR_CA_TIMEOUT, NET_SENT_UNKNOWN,
              NULL },
            NO_TURN },
        300, 0, 0 },
    { "an answer that drips past the time",
        { { NET_FIRST, DRIP, BYTES("\0\0\1\0\5"), ERR_CA_TIMEOUT, NET_SENT_YES,
              NULL },
            NO_TURN },
        500, 0, 0 },
    { "an answer nobody asked for ends the dialogue",
        { { NET_FIRST, THEN_MORE, FRAME_HI, OK, NET_SENT_YES, "\5hi" },
            { NET_NEXT, QUIET, BYTES(""), ERR_CA_ANSWER_INVALID, NET_SENT_NO,
                NULL },
            NO_TURN },
        0, 0, 0 },
    { "the end between two messages",
        { { NET_FIRST, THEN_END, FRAME_HI, OK, NET_SENT_YES, "\5hi" },
            { NET_NEXT, QUIET, BYTES(""), ERR_CA_TIMEOUT, NET_SENT_NO, NULL },
            NO_TURN },
        0, 0, 0 },
    { "a failure closes the connection",
        { { NET_FIRST, SAY, BYTES("\0\0\0\0"), ERR_CA_ANSWER_INVALID,
              NET_SENT_YES, NULL },
            { NET_NEXT, QUIET, BYTES(""), ERR_INTERNAL, NET_SENT_NO, NULL },
            NO_TURN },
        0, 0, 0 },
    { "nothing follows the last message",
        { TURN_OK(NET_FIRST), TURN_OK(NET_LAST),
            { NET_NEXT, QUIET, BYTES(""), ERR_INTERNAL, NET_SENT_NO, NULL },
            NO_TURN },
        0, 0, 0 },
    { "a dialogue begins with its first message",
        { { NET_NEXT, QUIET, BYTES(""), ERR_INTERNAL, NET_SENT_NO, NULL },
            NO_TURN },
        0, 0, 0 },
    AT_URL(
        "loopback is refused unless asked for", NULL, ERR_CA_UNREACHABLE, true),
    AT_URL("localhost is refused unless asked for", "tcp://localhost:%d",
        ERR_CA_UNREACHABLE, true),
    AT_URL("a mapped loopback address is refused too",
        "tcp://[::ffff:127.0.0.1]:%d", ERR_CA_UNREACHABLE, true),
    AT_URL("nobody listens", "tcp://127.0.0.1:1", ERR_CA_UNREACHABLE, false),
    AT_URL("http in a dialogue", "http://127.0.0.1:%d", ERR_INTERNAL, false),
    AT_URL("no port", "tcp://127.0.0.1", ERR_INTERNAL, false),
    AT_URL("an empty port", "tcp://127.0.0.1:", ERR_INTERNAL, false),
    AT_URL("a port that is a word", "tcp://127.0.0.1:cmp", ERR_INTERNAL, false),
    AT_URL("a port above 65535", "tcp://127.0.0.1:70000", ERR_INTERNAL, false),
    AT_URL("no host", "tcp://:%d", ERR_INTERNAL, false),
    AT_URL("a path", "tcp://127.0.0.1:%d/cmp", ERR_INTERNAL, false),
    AT_URL("a user", "tcp://u@127.0.0.1:%d", ERR_INTERNAL, false),
};

struct server {
    struct listener at;
    const struct row *row;
};

static bool
read_all(int fd, void *data, size_t len)
{
    char *p = data;
    ssize_t n;

    for (; len > 0; p += n, len -= (size_t)n)
        if ((n = recv(fd, p, len, 0)) <= 0)
            return false;
    return true;
}

/* One frame of the client: it is always the same. */
static bool
read_frame(int fd)
{
    static const char want[] = "\0\0\0\5\0BODY";
    char got[sizeof(want) - 1] = { 0 };

    return read_all(fd, got, sizeof(got)) &&
           memcmp(got, want, sizeof(got)) == 0;
}

static void
say(int fd, const char *bytes, size_t len)
{
    (void)send(fd, bytes, len, MSG_NOSIGNAL);
}

static void
say_slowly(int fd, const struct step *step, int ms)
{
    struct timespec t = { 0, ms * 1000000L };
    size_t i;

    for (i = 0; i < step->len; i++) {
        say(fd, step->bytes + i, 1);
        (void)nanosleep(&t, NULL);
    }
}

static void
say_much(int fd, size_t len)
{
    char *all = calloc(1, len + 4);

    assert_non_null(all);
    all[1] = (char)(len >> 16);
    all[2] = (char)(len >> 8);
    all[3] = (char)len;
    say(fd, all, len + 4);
    free(all);
}

/* False ends the connection. */
static bool
act(int fd, const struct step *step)
{
    const struct linger now = { 1, 0 };
    struct step drip = { .bytes = "x", .len = 1 };
    char rest[16];
    int i;

    if (step->act == BYTEWISE)
        say_slowly(fd, step, 5);
    else if (step->act == HUGE_SAY)
        say_much(fd, NET_ANSWER_MAX + 1);
    else if (step->act == LARGEST)
        say_much(fd, NET_ANSWER_MAX);
    else
        say(fd, step->bytes, step->len);
    if (step->act == THEN_MORE)
        say(fd, "\0\0\0\1\5", 5);
    for (i = 0; step->act == DRIP && i < 20; i++)
        say_slowly(fd, &drip, 100);
    if (step->act == THEN_RESET) {
        usleep(50000);
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    }
    if (step->act == QUIET || step->act == THEN_MORE)
        (void)!recv(fd, rest, sizeof(rest), 0);
    return step->act < THEN_END || step->act == LARGEST;
}

static void
serve(void *arg, int fd)
{
    struct server *s = arg;
    const struct step *step = s->row->steps;

    for (; step->turn != NET_ALONE && read_frame(fd); step++)
        if (!act(fd, step))
            break;
    if (step->turn == NET_ALONE) /* until the client goes */
        (void)read_frame(fd);
}

static void
server_start(struct server *s, const struct row *row)
{
    *s = (struct server){ .row = row };
    listener_start(&s->at, serve, s);
}

static void
check_step(struct net *net, const struct step *step,
    const struct net_request *request, const struct watch *watch)
{
    struct buf answer = { 0 };
    enum net_sent sent = NET_SENT_UNKNOWN;
    enum err r = net_post(net, request, watch, &answer, &sent);

    assert_string_equal(r == OK ? "ok" : err_reason(r),
        step->want == OK ? "ok" : err_reason(step->want));
    assert_int_equal(sent, step->sent);
    if (r != OK)
        assert_int_equal(answer.len, 0);
    else if (step->answer != NULL)
        assert_string_equal(buf_text(&answer), step->answer);
    else
        assert_int_equal(answer.len, NET_ANSWER_MAX);
    buf_free(&answer);
}

static void
dialogue(void **state)
{
    const struct row *row = *state;
    const struct step *step;
    struct net_request request = { .content_type = "-",
        .timeout_ms = row->timeout_ms > 0 ? row->timeout_ms : 5000,
        .loopback = !row->no_loopback };
    struct buf body = { 0 };
    struct net *net = NULL;
    struct server s;
    const char *format = row->url != NULL ? row->url : "tcp://127.0.0.1:%d",
               *at;
    char url[128];

    server_start(&s, row);
    assert_int_equal(buf_put(&body, "\0BODY", 5), OK);
    at = strstr(format, "%d");
    (void)snprintf(url, sizeof(url), "%.*s",
        at == NULL ? 100 : (int)(at - format), format);
    if (at != NULL)
        (void)snprintf(url + strlen(url), sizeof(url) - strlen(url), "%d%s",
            s.at.port, at + 2);
    request.url = url;
    request.body = &body;
    assert_int_equal(net_start(support_worker(), &net), OK);
    for (step = row->steps; step->turn != NET_ALONE; step++) {
        request.turn = step->turn;
        if (step != row->steps)
            usleep(20000); /* what the server does next has arrived */
        check_step(net, step, &request, NULL);
    }
    net_stop(net);
    listener_stop(&s.at);
    buf_free(&body);
}

static bool
after_300_ms(void *ctx)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000 >= *(const int64_t *)ctx + 300;
}

/* Between messages and within one, a cancel ends it, and the worker lives. */
static void
cancel_ends_the_wait(void **state)
{
    static const struct row row = { "",
        { TURN_OK(NET_FIRST),
            { NET_NEXT, QUIET, BYTES(""), ERR_CANCELLED, NET_SENT_UNKNOWN,
                NULL },
            { NET_NEXT, QUIET, BYTES(""), ERR_INTERNAL, NET_SENT_NO, NULL },
            NO_TURN },
        20000, 0, 0 };
    struct timespec t;
    int64_t start = 0;
    const struct watch watch = { &start, after_300_ms, NULL };
    struct net_request request = {
        .content_type = "-", .timeout_ms = row.timeout_ms, .loopback = true
    };
    struct buf body = { 0 };
    struct net *net = NULL;
    struct server s;
    char url[64];
    size_t i;

    (void)state;
    server_start(&s, &row);
    assert_int_equal(buf_put(&body, "\0BODY", 5), OK);
    (void)snprintf(url, sizeof(url), "tcp://127.0.0.1:%d", s.at.port);
    request.url = url;
    request.body = &body;
    assert_int_equal(net_start(support_worker(), &net), OK);
    for (i = 0; i < 3; i++) {
        clock_gettime(CLOCK_MONOTONIC, &t);
        start = t.tv_sec * 1000 + t.tv_nsec / 1000000;
        request.turn = row.steps[i].turn;
        check_step(net, &row.steps[i], &request, i == 1 ? &watch : NULL);
        clock_gettime(CLOCK_MONOTONIC, &t);
        assert_true(t.tv_sec * 1000 + t.tv_nsec / 1000000 - start < 2000);
    }
    net_stop(net);
    listener_stop(&s.at);
    buf_free(&body);
}

/* An empty message and a dialogue's turn over http are our own mistakes. */
static void
empty_message(void **state)
{
    static const struct step step = { NET_FIRST, QUIET, BYTES(""), ERR_INTERNAL,
        NET_SENT_NO, NULL };
    const struct buf body = { 0 };
    const struct net_request request = { .url = "tcp://127.0.0.1:1",
        .turn = NET_FIRST,
        .content_type = "-",
        .body = &body,
        .loopback = true,
        .timeout_ms = 1000 };
    struct net *net = NULL;

    (void)state;
    assert_int_equal(net_start(support_worker(), &net), OK);
    check_step(net, &step, &request, NULL);
    net_stop(net);
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, dialogue, rows);
    support_test(&tests, "a cancel ends the wait", cancel_ends_the_wait);
    support_test(&tests, "an empty message", empty_message);
    return support_run("net_tcp", &tests, NULL, NULL);
}
