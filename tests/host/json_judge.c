/*
 * What the host makes of JSON texts. Reads frames on stdin; answers each by
 * a frame: "!<reason>", or the tree with each text as "s<text>" and each
 * number as "n<all its digits>", so that the reader sees exact values.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmd/json.h"
#include "os/clock.h"
#include "wire/frame.h"

/* Copy of a value with its scalars spelled out. */
static cJSON *
spelled(const cJSON *value)
{
    cJSON *copy = NULL;
    const cJSON *item;
    struct buf text = { 0 };
    char number[64];

    if (cJSON_IsNumber(value)) {
        snprintf(number, sizeof(number), "n%.17g", value->valuedouble);
        copy = cJSON_CreateString(number);
    } else if (cJSON_IsString(value)) {
        if (buf_put_text(&text, "s") == OK &&
            buf_put_text(&text, value->valuestring) == OK)
            copy = cJSON_CreateString(buf_text(&text));
        buf_free(&text);
    } else if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
        copy =
            cJSON_IsObject(value) ? cJSON_CreateObject() : cJSON_CreateArray();
        cJSON_ArrayForEach(item, value)
        {
            if (item->string != NULL)
                cJSON_AddItemToObject(copy, item->string, spelled(item));
            else
                cJSON_AddItemToArray(copy, spelled(item));
        }
    } else {
        copy = cJSON_Duplicate(value, 1);
    }
    return copy;
}

static enum err
judge(struct buf *body, struct buf *ret_answer)
{
    cJSON *tree = NULL, *copy;
    enum err r, judged = json_parse_within(body, &tree);

    if (judged != OK) {
        if ((r = buf_put_text(ret_answer, "!")) != OK)
            return r;
        return buf_put_text(ret_answer, err_reason(judged));
    }
    copy = spelled(tree);
    r = json_print(copy, ret_answer);
    cJSON_Delete(copy);
    cJSON_Delete(tree);
    return r;
}

int
main(void)
{
    struct clock clock = clock_system();
    struct buf body = { 0 }, answer = { 0 };
    bool end = false;

    while (frame_read(STDIN_FILENO, &clock, &body, &end) == OK && !end) {
        if (judge(&body, &answer) != OK ||
            frame_write(STDOUT_FILENO, &answer) != OK)
            return 1;
        buf_free(&answer);
    }
    buf_free(&body);
    return end ? 0 : 1;
}
