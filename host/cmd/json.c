#include "cmd/json.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/json_check.h"

/* Bytes of a text from which on it does not go through cJSON, which looks at
 * each character twice and copies it: a piece of a file is nearly all of its
 * message. */
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

/* Put the text in the place of the empty one that stands for it; its closing
 * quote makes room for its end. */
static bool
put_bulk(cJSON *tree, uint8_t *text, const struct json_bulk *bulk)
{
    size_t n = bulk->node;
    cJSON *item = nth(tree, &n);

    if (item == NULL)
        return false;
    text[bulk->len] = '\0';
    cJSON_free(item->valuestring);
    item->valuestring = (char *)text;
    item->type |= cJSON_IsReference;
    return true;
}

/* A tree of a checked text whose longest string is left out and put in again.
 * NULL: no memory */
static cJSON *
parse_around(struct buf *text, const struct json_bulk *bulk)
{
    size_t end = bulk->at + bulk->len;
    struct buf rest = { 0 };
    cJSON *tree = NULL;

    if (buf_put(&rest, text->data, bulk->at) == OK &&
        buf_put(&rest, text->data + end, text->len - end) == OK)
        tree = cJSON_ParseWithLength(buf_text(&rest), rest.len);
    buf_free(&rest);
    if (tree != NULL && !put_bulk(tree, text->data + bulk->at, bulk)) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    return tree;
}

static enum err
give_object(cJSON *tree, cJSON **ret_object)
{
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
json_parse(const void *data, size_t len, cJSON **ret_object)
{
    struct json_bulk bulk = { 0 };
    enum err r;

    if ((r = json_check(data, len, &bulk)) != OK)
        return r;
    return give_object(cJSON_ParseWithLength(data, len), ret_object);
}

enum err
json_parse_within(struct buf *text, cJSON **ret_object)
{
    struct json_bulk bulk = { 0 };
    cJSON *tree;
    enum err r;

    if ((r = json_check(text->data, text->len, &bulk)) != OK)
        return r;
    if (bulk.len >= BULK_MIN)
        return give_object(parse_around(text, &bulk), ret_object);
    tree = cJSON_ParseWithLength(buf_text(text), text->len);
    buf_free(text);
    return give_object(tree, ret_object);
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
