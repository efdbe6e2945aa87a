/*
 * ca_file.h - CA definitions on disk (architecture: section 8): JSON files
 * <name>.json in ca.d folders, ours first, then the administrator's, then the
 * person's. A later file cannot take the name of an earlier one.
 */
#ifndef INGAM_CMD_CA_FILE_H
#define INGAM_CMD_CA_FILE_H

#include "host.h"
#include "pki/ca.h"
#include "pki/chain.h"

#define CA_TEXT_MAX    200u        /* bytes of a title or contact */
#define CA_URL_MAX     512u        /* bytes */
#define CA_FOLDER_MAX  64u         /* bytes */
#define CA_ISSUERS_MAX 16u         /* names */
#define CA_DN_MAX      512u        /* bytes of one */
#define CA_TLS_MAX     (32u << 10) /* bytes of PEM */
#define CA_CERT_MAX    (16u << 10) /* bytes of a certificate */

struct ca_file_list {
    struct ca *cas[CA_MAX];
    size_t count;
    struct {
        char name[CA_NAME_MAX + 8u]; /* of the file, cut */
        const char *source;
        const char *reason; /* static */
    } broken[CA_MAX];
    size_t broken_count;
};

/* All definitions; a file that is not right is listed and hides no other.
 * ERR_NO_MEMORY */
enum err ca_file_list(const struct host *host, struct ca_file_list *ret_list);
void ca_file_list_free(struct ca_file_list *list);

/* The pinned certificates of all these definitions, or of those that are
 * switched on; none where only hashes are known. The caller frees the set.
 * ERR_NO_MEMORY */
enum err ca_file_pins(const struct host *host, const struct ca_file_list *list,
    bool enabled, struct chain_set **ret_set);

/* The definition with this name, the caller frees it. ERR_UNKNOWN_CA */
enum err ca_file_find(
    const struct host *host, const char *name, struct ca **ret_ca);

/*
 * One definition from its text. *ret_reason says in a word what is wrong.
 *
 * ERR_JSON_…, ERR_PARAM_UNKNOWN, ERR_PARAM_MISSING, ERR_PARAM_TYPE,
 * ERR_PARAM_RANGE, ERR_NO_MEMORY
 */
enum err ca_file_parse(const struct host *host, const struct buf *text,
    const char *name, struct ca **ret_ca);

#endif
