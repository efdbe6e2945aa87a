/* ca_json.h - members of a CA's definition, by rows. */
#ifndef INGAM_CMD_CA_JSON_H
#define INGAM_CMD_CA_JSON_H

#include <cjson/cJSON.h>

#include "pki/ca.h"

/* How a member is read into the definition. */
struct ca_json_member {
    const char *name; /* NULL ends the rows */
    bool required;
    enum err (*read)(const cJSON *item, struct ca *ca);
};

/*
 * All members of an object; one that no row knows is refused.
 *
 * ERR_PARAM_TYPE, ERR_PARAM_UNKNOWN, ERR_PARAM_MISSING and those of the rows
 */
enum err ca_json_members(
    const cJSON *object, const struct ca_json_member *rows, struct ca *ca);

/* Each: ERR_PARAM_TYPE, ERR_PARAM_RANGE, ERR_NO_MEMORY. Text is 1 to max
 * bytes; of a word *ret is its place among the words, which NULL ends. */
enum err ca_json_text(const cJSON *item, size_t max, char **ret);
enum err ca_json_flag(const cJSON *item, bool *ret);
enum err ca_json_word(
    const cJSON *item, const char *const *words, unsigned *ret);

/* The member "npki" of a profile: where CAs read the dialect differently. */
enum err ca_json_npki(const cJSON *item, struct ca *ca);

#endif
