#include "npki.h"

#include <string.h>

#include "frame.h"
#include "npki_turn.h"
#include "status.h"

#define POLL_REFERENCE "\0\0\x07\x01"
#define POLL_SOON      "\0\0\0\x01"       /* seconds */
#define POLL_LATE      "\x7f\xff\xff\xff" /* seconds */
#define POLL_LEN       4                  /* bytes of each */

static bool
send_poll(int fd, const char *seconds)
{
    uint8_t bytes[2 * POLL_LEN];

    memcpy(bytes, POLL_REFERENCE, POLL_LEN);
    memcpy(bytes + POLL_LEN, seconds, POLL_LEN);
    return frame_write(
        fd, FLAG_POLL_REP, (struct span){ bytes, sizeof bytes }, FRAME_WELL);
}

/* Send what was written, in the manner of the plan. */
static bool
deliver(struct dialogue *d, int fd, const struct turn *t, struct out *reply)
{
    struct out text = { 0 };
    bool open;

    switch (t->plan.framing) {
    case FRAME_ERROR:
    case FRAME_ERROR_KR:
        npki_text(&text, "서비스를 이용할 수 없습니다",
            t->plan.framing == FRAME_ERROR_KR);
        frame_write(fd, FLAG_ERROR, span_of(&text), FRAME_WELL);
        out_free(&text);
        return false;
    case FRAME_NEGATIVE:
        frame_write(fd, FLAG_NEGATIVE, (struct span){ 0 }, FRAME_WELL);
        return false;
    case FRAME_POLL_ONCE:
    case FRAME_POLL_FOR_EVER:
    case FRAME_POLL_NEGATIVE:
    case FRAME_POLL_LATE:
        d->polling = t->plan.framing;
        out_bytes(&d->later, reply->data, reply->len);
        return send_poll(
            fd, d->polling == FRAME_POLL_LATE ? POLL_LATE : POLL_SOON);
    default:
        open = frame_write(fd, FLAG_MESSAGE, span_of(reply), t->plan.framing);
        return open && t->answer.body != BODY_ERROR &&
               t->answer.body != BODY_PKICONF;
    }
}

static bool
take_message(struct dialogue *d, int fd, struct span der)
{
    static const char bad[] = "CMP message expected";
    struct turn t = { 0 };
    struct out reply = { 0 };
    bool open = false;

    if (!message_parse(der, &t.m)) {
        frame_write(fd, FLAG_ERROR,
            (struct span){ (const uint8_t *)bad, sizeof bad - 1 }, FRAME_WELL);
        return false;
    }
    plan_init(&t.plan);
    for (size_t i = 0; i < NPKI_REQUESTS_MAX; i++)
        t.outcome[i].fail_info = FAIL_NONE;
    t.answer.to = &t.m;
    t.answer.pbm = &t.pbm;
    t.answer.outcome = t.outcome;
    t.answer.count = 1;
    npki_turn(d, &t);
    if (!t.silent) {
        npki_answer_write(&reply, d->ca, &t.answer, &t.plan);
        plan_spoil(&reply, t.plan.bytes);
        open = deliver(d, fd, &t, &reply);
    }
    applicant_free(&t.who);
    signer_free(&t.signer);
    for (size_t i = 0; i < NPKI_REQUESTS_MAX; i++)
        out_free(&t.outcome[i].cert);
    out_free(&t.pbm.salt);
    out_free(&reply);
    return open;
}

/* pollReq: the reference, four bytes. */
static bool
take_poll(struct dialogue *d, int fd, struct span reference)
{
    bool ours = span_equal(
        reference, (struct span){ (const uint8_t *)POLL_REFERENCE, POLL_LEN });

    if (!ours || d->later.len == 0 || d->polling == FRAME_POLL_NEGATIVE) {
        frame_write(fd, FLAG_NEGATIVE, (struct span){ 0 }, FRAME_WELL);
        return false;
    }
    if (d->polling == FRAME_POLL_FOR_EVER)
        return send_poll(fd, POLL_SOON);
    return frame_write(fd, FLAG_FINAL, span_of(&d->later), FRAME_WELL);
}

void
npki_serve(const struct ca *ca, int fd)
{
    struct dialogue d = { .ca = ca };
    struct out frame = { 0 };
    bool open = true;
    int flag;

    random_bytes(d.transaction, sizeof d.transaction);
    for (int i = 0; open && i < NPKI_MESSAGES_MAX; i++) {
        if (!frame_read(fd, &flag, &frame))
            break;
        if (flag == FLAG_MESSAGE)
            open = take_message(&d, fd, span_of(&frame));
        else if (flag == FLAG_POLL_REQ)
            open = take_poll(&d, fd, span_of(&frame));
        else
            open = false;
    }
    out_free(&frame);
    out_free(&d.transaction_id);
    out_free(&d.later);
}
