#include "frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http.h"

#define LENGTH_LEN   4
#define PAUSE_US     200 /* between bytes */
#define FLAG_UNKNOWN 0x7f
#define HUGE_LENGTH  0x7fffffffu

static bool
read_all(int fd, uint8_t *bytes, size_t len)
{
    ssize_t n;

    for (size_t at = 0; at < len; at += (size_t)n)
        if ((n = recv(fd, bytes + at, len - at, 0)) <= 0)
            return false;
    return true;
}

bool
frame_read(int fd, int *ret_flag, struct out *ret)
{
    uint8_t head[LENGTH_LEN + 1], bytes[4096];
    size_t len = 0, part;

    if (!read_all(fd, head, LENGTH_LEN))
        return false;
    for (size_t i = 0; i < LENGTH_LEN; i++)
        len = len << 8 | head[i];
    if (len < 1 || len > FRAME_MAX || !read_all(fd, head + LENGTH_LEN, 1))
        return false;
    *ret_flag = head[LENGTH_LEN];
    ret->len = 0;
    for (len--; len > 0; len -= part) {
        part = len < sizeof bytes ? len : sizeof bytes;
        if (!read_all(fd, bytes, part))
            return false;
        out_bytes(ret, bytes, part);
    }
    return true;
}

static bool
write_bytewise(int fd, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (!write_all(fd, bytes.data + i, 1))
            return false;
        usleep(PAUSE_US);
    }
    return true;
}

bool
frame_write(int fd, int flag, struct span content, enum framing how)
{
    struct pollfd until_gone = { .fd = fd, .events = POLLRDHUP };
    uint32_t len = (uint32_t)content.len + 1;
    struct out o = { 0 };
    uint8_t byte;
    bool open = how == FRAME_WELL || how == FRAME_FINAL ||
                how == FRAME_BYTEWISE || how == FRAME_FLAG_WRONG;

    if (how == FRAME_CLOSE)
        return false;
    if (how == FRAME_NOTHING) {
        poll(&until_gone, 1, HTTP_LIFE_SECONDS * 1000);
        return false;
    }
    if (how == FRAME_OVERSIZED)
        len = HUGE_LENGTH;
    if (how == FRAME_LONGER)
        len++;
    if (how == FRAME_ZERO || how == FRAME_FLAG_ALONE)
        len = how == FRAME_FLAG_ALONE;
    for (int shift = 24; shift >= 0; shift -= 8) {
        byte = (uint8_t)(len >> shift);
        out_bytes(&o, &byte, 1);
    }
    byte = (uint8_t)(how == FRAME_FLAG_WRONG ? FLAG_UNKNOWN
                     : how == FRAME_FINAL    ? FLAG_FINAL
                                             : flag);
    if (how != FRAME_ZERO)
        out_bytes(&o, &byte, 1);
    if (how != FRAME_ZERO && how != FRAME_FLAG_ALONE)
        out_bytes(&o, content.data, content.len);
    if (how == FRAME_TRUNCATED)
        o.len /= 2;
    if (how == FRAME_BYTEWISE)
        open = write_bytewise(fd, span_of(&o));
    else
        open = write_all(fd, o.data, o.len) && open;
    out_free(&o);
    return open;
}
