/* ca_json.h - members of a definition in JSON (of a CA, of a TSA), by rows. */
#ifndef INGAM_CMD_CA_JSON_H
#define INGAM_CMD_CA_JSON_H

#include <cjson/cJSON.h>

#include "base/buf.h"

/* How a member is read into the definition. */
struct ca_json_member {
    const char *name; /* NULL ends the rows */
    bool required;
    enum err (*read)(const cJSON *item, void *into);
};

/*
 * All members of an object; one that no row knows is refused.
 *
 * ERR_PARAM_TYPE, ERR_PARAM_UNKNOWN, ERR_PARAM_MISSING and those of the rows
 */
enum err ca_json_members(
    const cJSON *object, const struct ca_json_member *rows, void *into);

/* Each: ERR_PARAM_TYPE, ERR_PARAM_RANGE, ERR_NO_MEMORY. Text is 1 to max
 * bytes; of a word *ret is its place among the words, which NULL ends. A name
 * is of [a-z0-9-]; a URL begins with one of the schemes ("http://"), which NULL
 * ends; a certificate is base64 and becomes DER; PEM stays as it is. */
enum err ca_json_text(const cJSON *item, size_t max, char **ret);
enum err ca_json_flag(const cJSON *item, bool *ret);
enum err ca_json_word(
    const cJSON *item, const char *const *words, unsigned *ret);
enum err ca_json_name(const cJSON *item, char **ret);
enum err ca_json_url(const cJSON *item, const char *const *schemes, char **ret);
enum err ca_json_certificate(const cJSON *item, struct buf *ret_der);
enum err ca_json_pem(const cJSON *item, struct buf *ret);

/* The member "npki" of a profile: where CAs read the dialect differently. */
enum err ca_json_npki(const cJSON *item, void *into);

#endif
