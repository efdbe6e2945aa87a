#include "plan.h"

#include <string.h>

#define DEPTH 10000

void
plan_init(struct plan *plan)
{
    *plan = (struct plan){
        .http_status = 200,
        .content_type = "application/pkixcmp",
        .pvno = 2,
        .salt_len = SALT_LEN,
        .extra_certs = 1,
        .body = -1,
        .responses = 1,
        .status = -1,
        .fail_info = -1,
        .check_after = 1,
    };
}

/* The outermost element with its length written another way. */
static void
rewrite_length(struct out *o, const void *length, size_t len, bool end)
{
    struct span in = span_of(o);
    struct out copy = { 0 };
    struct tlv outer;

    if (!der_next(&in, &outer))
        return;
    out_bytes(&copy, &outer.tag, 1);
    out_bytes(&copy, length, len);
    out_bytes(&copy, outer.value.data, outer.value.len);
    if (end)
        out_bytes(&copy, "\0\0", 2);
    out_free(o);
    *o = copy;
}

/* 0x84 00 .. : the right length with more bytes than DER allows. */
static void
long_length(struct out *o)
{
    struct span in = span_of(o);
    struct tlv outer;
    uint8_t length[5] = { 0x84 };

    if (!der_next(&in, &outer))
        return;
    for (int i = 0; i < 4; i++)
        length[1 + i] = (uint8_t)(outer.value.len >> (8 * (3 - i)));
    rewrite_length(o, length, sizeof length, false);
}

static void
deep(struct out *o)
{
    static const uint8_t head[] = { DER_SEQUENCE, 0x80 };

    o->len = 0;
    for (int i = 0; i < DEPTH; i++)
        out_bytes(o, head, sizeof head);
}

void
plan_spoil(struct out *o, enum bytes how)
{
    struct out copy = { 0 };

    switch (how) {
    case BYTES_GOOD:
        break;
    case BYTES_TRAILING:
        out_bytes(o, "", 1);
        break;
    case BYTES_TWICE:
        out_bytes(&copy, o->data, o->len);
        out_bytes(o, copy.data, copy.len);
        out_free(&copy);
        break;
    case BYTES_INDEFINITE:
        rewrite_length(o, "\x80", 1, true);
        break;
    case BYTES_LONG_LENGTH:
        long_length(o);
        break;
    case BYTES_TRUNCATED:
        o->len /= 2;
        break;
    case BYTES_HUGE_LENGTH:
        rewrite_length(o, "\x84\x7f\xff\xff\xff", 5, false);
        break;
    case BYTES_DEEP:
        deep(o);
        break;
    case BYTES_EMPTY:
        o->len = 0;
        break;
    case BYTES_HTML:
        o->len = 0;
        out_text(o, "<html><body>Please log in to this network</body></html>");
    }
}
