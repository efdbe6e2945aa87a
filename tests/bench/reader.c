/*
 * reader.c - a native-messaging host that only reads: what a browser's own
 * pipe can carry, for comparison. It greets as ours does, and answers each
 * frame with its number.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX (1u << 20)

static void
fill(void *data, size_t len)
{
    char *p = data;
    ssize_t n;

    for (; len > 0; p += n, len -= (size_t)n)
        if ((n = read(STDIN_FILENO, p, len)) <= 0)
            exit(0);
}

static void
say(const char *body)
{
    uint32_t len = (uint32_t)strlen(body);

    if (write(STDOUT_FILENO, &len, sizeof(len)) != sizeof(len) ||
        write(STDOUT_FILENO, body, len) != (ssize_t)len)
        exit(1);
}

int
main(void)
{
    static char frame[FRAME_MAX];
    char answer[80];
    uint32_t len;

    say("{\"jsonrpc\":\"2.0\",\"method\":\"hello\",\"params\":{\"protocol\":1,"
        "\"version\":\"0.1.0\",\"minExtension\":\"0.1.0\","
        "\"platform\":\"linux\",\"features\":[]}}");
    for (unsigned id = 1;; id++) {
        fill(&len, sizeof(len));
        if (len > FRAME_MAX)
            return 1;
        fill(frame, len);
        snprintf(answer, sizeof(answer),
            "{\"jsonrpc\":\"2.0\",\"id\":%u,\"result\":{}}", id);
        say(answer);
    }
}
