/* What must be there of the history (history_log.h). */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/history_log.h"
#include "os/file.h"

#define HALF 512u /* bytes: what a disk writes whole */

static enum err
read_half(struct history_log *log, const struct buf *file, bool half)
{
    size_t start = half ? HALF : 0;
    struct history_line line = { .text = buf_text(file) + start };
    struct history_head head = { 0 };
    cJSON *object = NULL;
    const char *stop;
    enum err r;

    if (file->len < start + HALF ||
        (stop = memchr(line.text, '\n', HALF)) == NULL)
        return OK;
    line.len = (size_t)(stop - line.text);
    if ((r = history_line_parse(log, &line, &object, &head.n)) != OK)
        return r == ERR_NO_MEMORY ? r : OK;
    head.first = history_number(object, "first");
    snprintf(head.hash, sizeof(head.hash), "%s", history_text(object, "prev"));
    cJSON_Delete(object);
    if (head.first > 0 && (!log->has_head || head.n > log->head.n)) {
        log->head = head;
        log->head_half = half;
        log->has_head = true;
    }
    return OK;
}

enum err
history_head_read(struct history_log *log)
{
    struct buf file = { 0 };
    enum err r = file_read(log->dir, HISTORY_HEAD_FILE, 2 * HALF, &file);

    log->head = (struct history_head){ .first = 1 };
    log->has_head = false;
    if (r == OK && (r = read_half(log, &file, false)) == OK)
        r = read_half(log, &file, true);
    buf_free(&file);
    return r == ERR_NO_MEMORY ? r : OK;
}

/* One half: the line, then nothing that means anything. */
static enum err
print(const struct history_log *log, const struct history_head *head,
    struct buf *ret_half)
{
    cJSON *object = cJSON_CreateObject();
    char hash[HISTORY_HASH_LEN + 1];
    enum err r = ERR_NO_MEMORY;

    if (object == NULL ||
        (r = reply_number(object, "first", (double)head->first)) != OK ||
        (r = reply_number(object, "n", (double)head->n)) != OK ||
        (r = reply_text(object, "prev", head->hash)) != OK ||
        (r = history_line_print(log, object, ret_half, hash)) != OK)
        goto out;
    r = ret_half->len < HALF ? OK : ERR_TOO_LARGE;
    while (r == OK && ret_half->len < HALF)
        r = buf_put_byte(ret_half, '\n');
out:
    cJSON_Delete(object);
    return r;
}

enum err
history_head_write(
    struct history_log *log, const struct history_head *head, bool wait)
{
    bool anew = wait || !log->has_head, half = !anew && !log->head_half;
    struct buf text = { 0 };
    enum err r = print(log, head, &text);

    if (r == OK)
        r = anew ? file_replace(log->dir, HISTORY_HEAD_FILE, &text)
                 : file_overwrite(
                       log->dir, HISTORY_HEAD_FILE, half ? HALF : 0, &text);
    if (r == OK) {
        log->head = *head;
        log->head_half = half;
        log->has_head = true;
    }
    buf_free(&text);
    return r;
}
