/*
 * cmp_npki_frame.h - frames around the messages of dialect `npki` (RFC 2510,
 * 5.2): a flag byte and what follows it. The length before them is the
 * transport's.
 */
#ifndef INGAM_PKI_CMP_NPKI_FRAME_H
#define INGAM_PKI_CMP_NPKI_FRAME_H

#include "pki/cmp_npki.h"

/* The connection of one dialogue. */
struct npki_line {
    const struct host *host;
    const struct cmp_npki_io *io;
    const struct watch *watch;
    int64_t deadline; /* monotonic ms, for the whole dialogue */
};

/* One message out, one frame in. ERR_CA_TIMEOUT (also: the dialogue's time is
 * up) and those of io->talk */
enum err npki_frame_send(struct npki_line *line, enum cmp_npki_turn turn,
    const struct buf *der, struct buf *ret_frame);

/*
 * The message of an answer in the end: while the CA says "later", wait within
 * the bounds of cmp.h and ask again by its reference. A part of an answer is
 * no answer; the last one is the whole.
 *
 * ERR_CA_WAITING           the time it asks for is beyond our own
 * ERR_CA_ANSWER_INVALID    an unknown flag, or not what belongs to it
 * ERR_CA_ANSWER_UNTRUSTED  an error text, in ret_status: nothing proves it
 * ERR_CANCELLED, ERR_NO_MEMORY and those of npki_frame_send()
 */
enum err npki_frame_message(struct npki_line *line, struct buf *frame,
    struct buf *ret_der, struct cmp_status *ret_status);

/* The same of what came after the last message, without waiting: nothing and
 * "no further answers" leave ret_der empty. */
enum err npki_frame_last(const struct buf *frame, struct buf *ret_der,
    struct cmp_status *ret_status);

#endif
