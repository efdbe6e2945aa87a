#include "pki/cmp_npki_frame.h"

#include <string.h>

#include "pki/cmp_npki_message.h"

#define PAUSE_MS 100 /* between two looks at the cancel flag */

/* Flags of frames (RFC 2510, 5.2). */
enum flag {
    FLAG_MESSAGE = 0,
    FLAG_POLL_ANSWER = 1, /* reference, seconds to wait */
    FLAG_POLL = 2,        /* reference */
    FLAG_NO_POLL = 3,
    FLAG_PARTIAL = 4, /* as FLAG_POLL_ANSWER, and a part of the answer */
    FLAG_FINAL = 5,
    FLAG_ERROR = 6, /* text */
};
#define REFERENCE_LEN 4u /* bytes of a polling reference, and of its time */

static enum err
send_frame(struct npki_line *line, enum cmp_npki_turn turn, enum flag flag,
    const void *data, size_t len, struct buf *ret_frame)
{
    int64_t left = line->deadline - clock_monotonic(&line->host->clock);
    int64_t most = turn == CMP_NPKI_LAST ? CMP_NPKI_LAST_S : CMP_MESSAGE_S;
    struct buf frame = { 0 };
    enum err r;

    if (left <= 0)
        return ERR_CA_TIMEOUT;
    if (left > most * 1000)
        left = most * 1000;
    buf_free(ret_frame);
    if ((r = buf_put_byte(&frame, (uint8_t)flag)) == OK &&
        (r = buf_put(&frame, data, len)) == OK)
        r = line->io->talk(line->io->ctx, turn, &frame, (int)left, ret_frame);
    buf_free(&frame);
    return r;
}

/* Let the time pass that a CA asks for, within our bounds. */
static enum err
wait_for(struct npki_line *line, uint32_t seconds)
{
    int64_t s = seconds < CMP_POLL_MIN_S   ? CMP_POLL_MIN_S
                : seconds > CMP_POLL_MAX_S ? CMP_POLL_MAX_S
                                           : seconds;
    int64_t until = clock_monotonic(&line->host->clock) + s * 1000;

    if (until >= line->deadline)
        return ERR_CA_WAITING;
    while (clock_monotonic(&line->host->clock) < until) {
        if (watch_cancelled(line->watch))
            return ERR_CANCELLED;
        line->io->pause(line->io->ctx, PAUSE_MS);
    }
    return OK;
}

/* Ask again by the reference in a frame. */
static enum err
poll_again(struct npki_line *line, struct buf *frame)
{
    uint8_t reference[REFERENCE_LEN];
    const uint8_t *p = frame->data + 1;
    uint32_t seconds;
    enum err r;

    if (frame->len < 1 + 2 * REFERENCE_LEN ||
        (frame->data[0] == FLAG_POLL_ANSWER &&
            frame->len != 1 + 2 * REFERENCE_LEN))
        return ERR_CA_ANSWER_INVALID;
    memcpy(reference, p, sizeof(reference));
    seconds = (uint32_t)p[4] << 24 | (uint32_t)p[5] << 16 |
              (uint32_t)p[6] << 8 | p[7];
    if ((r = wait_for(line, seconds)) != OK)
        return r;
    return send_frame(
        line, CMP_NPKI_NEXT, FLAG_POLL, reference, sizeof(reference), frame);
}

enum err
npki_frame_send(struct npki_line *line, enum cmp_npki_turn turn,
    const struct buf *der, struct buf *ret_frame)
{
    return send_frame(line, turn, FLAG_MESSAGE, der->data, der->len, ret_frame);
}

/* A frame that carries a message or the CA's words. */
static enum err
unpack(
    const struct buf *frame, struct buf *ret_der, struct cmp_status *ret_status)
{
    enum err r;

    if (frame->len < 2)
        return ERR_CA_ANSWER_INVALID;
    switch (frame->data[0]) {
    case FLAG_MESSAGE:
    case FLAG_FINAL:
        return buf_set(ret_der, frame->data + 1, frame->len - 1);
    case FLAG_ERROR:
        r = npki_status_text(frame->data + 1, frame->len - 1, ret_status);
        return r == OK ? ERR_CA_ANSWER_UNTRUSTED : r;
    default:
        return ERR_CA_ANSWER_INVALID;
    }
}

enum err
npki_frame_message(struct npki_line *line, struct buf *frame,
    struct buf *ret_der, struct cmp_status *ret_status)
{
    enum err r;

    while (frame->len > 0 && (frame->data[0] == FLAG_POLL_ANSWER ||
                                 frame->data[0] == FLAG_PARTIAL))
        if ((r = poll_again(line, frame)) != OK)
            return r;
    return unpack(frame, ret_der, ret_status);
}

enum err
npki_frame_last(
    const struct buf *frame, struct buf *ret_der, struct cmp_status *ret_status)
{
    if (frame->len == 0 || frame->data[0] == FLAG_NO_POLL)
        return OK;
    return unpack(frame, ret_der, ret_status);
}
