/*
 * json_check.h - the strict check of a JSON text (json.h says what is refused),
 * apart from what makes a tree of it.
 */
#ifndef INGAM_CMD_JSON_CHECK_H
#define INGAM_CMD_JSON_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The longest text that is the value of a member or an element and has no
 * escape in it; len is 0 where there is none. */
struct json_bulk {
    size_t at, len; /* in the text, without the quotes */
    size_t node;    /* which member or element, in order, from 1 on */
};

/* Errors of json_parse, without ERR_MESSAGE_INVALID. */
enum err json_check(
    const uint8_t *data, size_t len, struct json_bulk *ret_bulk);

#endif
