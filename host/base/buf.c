#include "base/buf.h"

#include <string.h>

#include "base/mem.h"

#define FIRST_CAP 64u /* bytes */

static enum err
reserve(struct buf *b, size_t more)
{
    size_t cap = b->cap == 0 ? FIRST_CAP : b->cap * 2;
    uint8_t *data;

    if (more > BUF_MAX - b->len) {
        buf_free(b);
        return ERR_TOO_LARGE;
    }
    if (b->data != NULL && b->cap - b->len >= more)
        return OK;
    if (cap - b->len < more)
        cap = b->len + more;
    if (cap > BUF_MAX)
        cap = BUF_MAX;
    data = mem_alloc_raw(cap + 1);
    if (data == NULL) {
        buf_free(b);
        return ERR_NO_MEMORY;
    }
    if (b->len > 0)
        memcpy(data, b->data, b->len);
    mem_free(b->data);
    b->data = data;
    b->cap = cap;
    return OK;
}

enum err
buf_extend_raw(struct buf *b, size_t len)
{
    enum err r;

    if ((r = reserve(b, len)) != OK)
        return r;
    b->len += len;
    b->data[b->len] = 0;
    return OK;
}

enum err
buf_extend(struct buf *b, size_t len)
{
    enum err r;

    if ((r = buf_extend_raw(b, len)) == OK)
        memset(b->data + b->len - len, 0, len);
    return r;
}

enum err
buf_put(struct buf *b, const void *data, size_t len)
{
    enum err r;

    if ((r = buf_extend_raw(b, len)) != OK)
        return r;
    if (len > 0)
        memcpy(b->data + b->len - len, data, len);
    return OK;
}

enum err
buf_put_text(struct buf *b, const char *text)
{
    return buf_put(b, text, strlen(text));
}

enum err
buf_put_byte(struct buf *b, uint8_t byte)
{
    return buf_put(b, &byte, 1);
}

enum err
buf_set(struct buf *b, const void *data, size_t len)
{
    struct buf copy = { 0 };
    enum err r;

    if ((r = buf_put(&copy, data, len)) != OK)
        return r;
    buf_move(b, &copy);
    return OK;
}

void
buf_free(struct buf *b)
{
    if (b == NULL)
        return;
    mem_free(b->data);
    *b = (struct buf){ 0 };
}

const char *
buf_text(const struct buf *b)
{
    return b->data == NULL ? "" : (const char *)b->data;
}

void
buf_move(struct buf *to, struct buf *from)
{
    if (to == from)
        return;
    buf_free(to);
    *to = *from;
    *from = (struct buf){ 0 };
}
