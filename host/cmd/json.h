/*
 * json.h - JSON as RFC 8259 has it and not a byte more (security: R20, R21).
 * cJSON accepts what it should not, so the exact bytes are checked first and
 * cJSON never sees what was refused.
 */
#ifndef INGAM_CMD_JSON_H
#define INGAM_CMD_JSON_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/buf.h"

#define JSON_DEPTH_MAX  8u    /* objects and arrays, the outermost included */
#define JSON_NODES_MAX  4096u /* members and elements of a message */
#define JSON_NUMBER_MAX 32u   /* characters of a number */

/*
 * Parse one object; white space may stand around it. Beyond the grammar these
 * are refused: a member twice (also when spelled with escapes), U+0000, lone
 * surrogates, -0, numbers beyond 2^53-1 on either side. The tree is made by
 * the cleansing allocator (json_memory.c); the caller frees it with
 * cJSON_Delete.
 *
 * ERR_JSON_INVALID   not JSON, or an empty text
 * ERR_JSON_TRAILING  something after the value
 * ERR_JSON_UTF8, ERR_JSON_DUPLICATE, ERR_JSON_RANGE, ERR_JSON_TOO_DEEP,
 * ERR_JSON_TOO_MANY
 * ERR_MESSAGE_INVALID  JSON, but not an object
 * ERR_NO_MEMORY
 */
enum err json_parse(const void *data, size_t len, cJSON **ret_object);

/*
 * The same of a text whose longest string the tree may point to instead of
 * holding a copy: it is then changed, and must stay as it is for as long as the
 * tree. It is emptied when the tree does not need it. The caller frees both.
 */
enum err json_parse_within(struct buf *text, cJSON **ret_object);

/* Append the text without white space. ERR_NO_MEMORY */
enum err json_print(const cJSON *value, struct buf *ret_text);

#endif
