#include "cmd/json.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/json_check.h"

/* Bytes of a text from which on it does not go through cJSON, which looks at
 * each character twice: a piece of a file is nearly all of its message. */
#define BULK_MIN 4096u

/* The nth item below parent, in the order of the text; *n counts down. */
static cJSON *
nth(cJSON *parent, size_t *n)
{
    cJSON *item, *found;

    for (item = parent->child; item != NULL; item = item->next) {
        if (--*n == 0)
            return item;
        if ((found = nth(item, n)) != NULL)
            return found;
    }
    return NULL;
}

/* Put the text in the place of the empty one that stands for it. */
static bool
put_bulk(cJSON *tree, const uint8_t *text, const struct json_bulk *bulk)
{
    size_t n = bulk->node;
    cJSON *item = nth(tree, &n);
    char *copy = cJSON_malloc(bulk->len + 1);

    if (item == NULL || copy == NULL) {
        cJSON_free(copy);
        return false;
    }
    memcpy(copy, text, bulk->len);
    copy[bulk->len] = '\0';
    cJSON_free(item->valuestring);
    item->valuestring = copy;
    return true;
}

/* A tree of a checked text whose longest string is left out and put in again.
 * NULL: no memory */
static cJSON *
parse_around(const uint8_t *data, size_t len, const struct json_bulk *bulk)
{
    size_t end = bulk->at + bulk->len;
    struct buf rest = { 0 };
    cJSON *tree = NULL;

    if (buf_put(&rest, data, bulk->at) == OK &&
        buf_put(&rest, data + end, len - end) == OK)
        tree = cJSON_ParseWithLength(buf_text(&rest), rest.len);
    buf_free(&rest);
    if (tree != NULL && !put_bulk(tree, data + bulk->at, bulk)) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    return tree;
}

enum err
json_parse(const void *data, size_t len, cJSON **ret_object)
{
    struct json_bulk bulk = { 0 };
    cJSON *tree;
    enum err r;

    if ((r = json_check(data, len, &bulk)) != OK)
        return r;
    tree = bulk.len < BULK_MIN ? cJSON_ParseWithLength(data, len)
                               : parse_around(data, len, &bulk);
    if (tree == NULL)
        return ERR_NO_MEMORY;
    if (!cJSON_IsObject(tree)) {
        cJSON_Delete(tree);
        return ERR_MESSAGE_INVALID;
    }
    *ret_object = tree;
    return OK;
}

enum err
json_print(const cJSON *value, struct buf *ret_text)
{
    char *text = cJSON_PrintUnformatted(value);
    enum err r;

    if (text == NULL)
        return ERR_NO_MEMORY;
    r = buf_put_text(ret_text, text);
    cJSON_free(text);
    return r;
}
