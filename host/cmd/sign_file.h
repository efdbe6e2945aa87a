/*
 * sign_file.h - a file on its way to a signature. It comes in pieces that are
 * hashed as they pass, so that memory does not grow with it; what is signed in
 * the end (sign.finish) is the digest that was computed here and no other.
 */
#ifndef INGAM_CMD_SIGN_FILE_H
#define INGAM_CMD_SIGN_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/kept.h"
#include "pki/digest.h"

#define SIGN_FILE_MAX      UINT32_MAX   /* bytes: just under 4 GiB */
#define SIGN_FILE_PIECE    (384u << 10) /* bytes; in base64 half a frame */
#define SIGN_FILE_NAME_MAX 1024u        /* bytes */

struct sign_file {
    struct digest *digest;
    struct buf name;
    uint64_t size;     /* bytes that were announced */
    uint64_t received; /* bytes so far */
    bool whole;        /* all are here, and sha256 is theirs */
    bool broken;       /* more came than were announced */
    uint8_t sha256[DIGEST_LEN];
};

/* What sign.begin leaves on the port for sign.update and sign.finish. */
extern const struct kept_kind sign_file_kind;

#define SIGN_FILE_OPEN UINT64_MAX /* a size that sign_file_end will tell */

/* A file of so many bytes; one of none is whole at once. The caller frees it
 * with sign_file_free. ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err sign_file_new(const struct host *host, const char *name, uint64_t size,
    struct sign_file **ret_file);
void sign_file_free(struct sign_file *file); /* takes NULL */

/*
 * The next piece; with the last one the file is whole.
 *
 * ERR_PARAM_RANGE      more than was announced: it is broken from now on
 * ERR_INVALID_REQUEST  it was broken before
 * ERR_CRYPTO_UNAVAILABLE
 */
enum err sign_file_add(struct sign_file *file, const void *data, size_t len);

/* What came is all there is: the file is whole. ERR_CRYPTO_UNAVAILABLE */
enum err sign_file_end(struct sign_file *file);

#endif
