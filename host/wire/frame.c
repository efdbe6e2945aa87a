#include "wire/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PART (64u << 10) /* bytes of a body that come before memory for all */

/* Wait until fd is ready; deadline in ms of the monotonic clock, 0: none. */
static enum err
wait_for(int fd, short events, const struct clock *clock, int64_t deadline)
{
    struct pollfd p = { .fd = fd, .events = events };
    int64_t left = -1;
    int n;

    for (;;) {
        if (deadline != 0) {
            left = deadline - clock_monotonic(clock);
            if (left <= 0)
                return ERR_FRAME_STALLED;
        }
        n = poll(&p, 1, (int)left);
        if (n > 0)
            return OK;
        if (n < 0 && errno != EINTR)
            return ERR_IO_ERROR;
    }
}

/* Fill len bytes. The deadline starts with the first byte when it is 0.
 * *ret_got says how many arrived, also when the stream ended. */
static enum err
read_full(int fd, uint8_t *data, size_t len, const struct clock *clock,
    int64_t *deadline, size_t *ret_got)
{
    ssize_t n;
    enum err r;

    for (*ret_got = 0; *ret_got < len; *ret_got += (size_t)n) {
        if ((r = wait_for(fd, POLLIN, clock, *deadline)) != OK)
            return r;
        n = read(fd, data + *ret_got, len - *ret_got);
        if (n == 0)
            return ERR_FRAME_TRUNCATED;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return ERR_IO_ERROR;
        if (n < 0)
            n = 0;
        else if (*deadline == 0)
            *deadline = clock_monotonic(clock) + FRAME_STALL_MS;
    }
    return OK;
}

enum err
frame_read(
    int fd, const struct clock *clock, struct buf *ret_body, bool *ret_end)
{
    struct buf body = { 0 };
    int64_t deadline = 0;
    uint8_t header[4];
    uint32_t len;
    size_t got, part;
    enum err r;

    *ret_end = false;
    r = read_full(fd, header, sizeof(header), clock, &deadline, &got);
    if (r == ERR_FRAME_TRUNCATED && got == 0) {
        *ret_end = true;
        return OK;
    }
    if (r != OK)
        return r;
    memcpy(&len, header, sizeof(len));
    if (len == 0)
        return ERR_FRAME_EMPTY;
    if (len > FRAME_IN_MAX)
        return ERR_FRAME_TOO_BIG;
    /* a promise alone gets no memory */
    while (body.len < len) {
        part = body.len == 0 && len > PART ? PART : len - body.len;
        if ((r = buf_extend_raw(&body, part)) != OK ||
            (r = read_full(fd, body.data + body.len - part, part, clock,
                 &deadline, &got)) != OK)
            goto out;
    }
    buf_move(ret_body, &body);
out:
    buf_free(&body);
    return r;
}

/* Length and body go together: whoever waits for them wakes up once. */
enum err
frame_write(int fd, const struct buf *body)
{
    uint32_t len = (uint32_t)body->len;
    uint8_t header[sizeof(len)];
    struct iovec parts[2];
    size_t done, begun;
    ssize_t n;
    enum err r;

    if (body->len > FRAME_OUT_MAX)
        return ERR_RESPONSE_TOO_BIG;
    memcpy(header, &len, sizeof(len));
    for (done = 0; done < sizeof(header) + body->len; done += (size_t)n) {
        begun = done < sizeof(header) ? done : sizeof(header);
        parts[0] = (struct iovec){ header + begun, sizeof(header) - begun };
        begun = done - begun;
        parts[1] = (struct iovec){ body->data + begun, body->len - begun };
        n = writev(fd, parts, 2);
        if (n >= 0)
            continue;
        n = 0;
        if (errno == EAGAIN) {
            if ((r = wait_for(fd, POLLOUT, NULL, 0)) != OK)
                return r;
        } else if (errno != EINTR) {
            return ERR_IO_ERROR;
        }
    }
    return OK;
}
