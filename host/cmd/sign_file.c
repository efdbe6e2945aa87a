/* sign.begin and sign.update: a file is announced, and comes in pieces. */
#include "cmd/sign_file.h"

#include "base/hex.h"
#include "base/mem.h"
#include "cmd/sign.h"

static void
drop(void *state)
{
    sign_file_free(state);
}

const struct kept_kind sign_file_kind = { drop };

/* The last piece was the last one when nothing is missing. */
static enum err
look_whole(struct sign_file *file)
{
    enum err r;

    if (file->whole || file->received != file->size)
        return OK;
    if ((r = digest_end(file->digest, file->sha256)) != OK)
        return r;
    file->whole = true;
    return OK;
}

enum err
sign_file_new(const struct host *host, const char *name, uint64_t size,
    struct sign_file **ret_file)
{
    struct sign_file *file = mem_alloc(sizeof(*file));
    enum err r;

    if (file == NULL)
        return ERR_NO_MEMORY;
    file->size = size;
    if ((r = buf_put_text(&file->name, name)) != OK ||
        (r = digest_new(host->crypto, &file->digest)) != OK ||
        (r = look_whole(file)) != OK) {
        sign_file_free(file);
        return r;
    }
    *ret_file = file;
    return OK;
}

void
sign_file_free(struct sign_file *file)
{
    if (file == NULL)
        return;
    digest_free(file->digest);
    buf_free(&file->name);
    mem_free(file);
}

enum err
sign_file_add(struct sign_file *file, const void *data, size_t len)
{
    enum err r;

    if (file->broken)
        return ERR_INVALID_REQUEST;
    if (len > file->size - file->received) {
        file->broken = true;
        return ERR_PARAM_RANGE;
    }
    if (len == 0)
        return OK;
    if ((r = digest_add(file->digest, data, len)) != OK) {
        file->broken = true;
        return r;
    }
    file->received += len;
    return look_whole(file);
}

enum err
sign_file_end(struct sign_file *file)
{
    file->size = file->received;
    return look_whole(file);
}

/* How far it is, and its digest once it is whole. */
static enum err
reply_state(struct call *call, const struct sign_file *file)
{
    struct buf hex = { 0 };
    enum err r;

    r = reply_number(call->result, "received", (double)file->received);
    if (r != OK || !file->whole)
        return r;
    if ((r = hex_encode(file->sha256, DIGEST_LEN, &hex)) == OK)
        r = reply_text(call->result, "sha256", buf_text(&hex));
    buf_free(&hex);
    return r;
}

/* --- sign.begin ------------------------------------------------------------ */

static const char *const next[] = { "sign.update", "sign.finish", NULL };

static const struct param begin_params[] = {
    { "name", PARAM_TEXT, SIGN_FILE_NAME_MAX, PARAM_REQUIRED, NULL,
        "Name of the file, for the history" },
    { "size", PARAM_INTEGER, SIGN_FILE_MAX, PARAM_REQUIRED, NULL,
        "Bytes that will come" },
    { 0 },
};

static enum err
begin(struct call *call)
{
    struct sign_file *file = NULL;
    enum err r;

    if (call->kept == NULL)
        return ERR_BAD_STATE; /* nobody would keep it */
    if ((r = sign_file_new(call->host, args_text(call, "name"),
             args_get(call, "size")->integer, &file)) != OK)
        return r;
    if ((r = reply_state(call, file)) != OK) {
        sign_file_free(file);
        return r;
    }
    return kept_put(call, &sign_file_kind, file);
}

const struct command cmd_sign_begin = {
    .name = "sign.begin",
    .run = begin,
    .params = begin_params,
    .help = "Announce a file that sign.update brings and sign.finish signs",
    .next = next,
};

/* --- sign.update ----------------------------------------------------------- */

static const struct param update_params[] = {
    { "data", PARAM_BASE64, SIGN_FILE_PIECE, PARAM_REQUIRED, NULL,
        "The next bytes of the file" },
    { 0 },
};

static enum err
update(struct call *call)
{
    struct sign_file *file = kept_of(call, &sign_file_kind);
    const struct buf *data = &args_get(call, "data")->bytes;
    enum err r, said;

    if (file == NULL)
        return ERR_INVALID_REQUEST; /* none was announced */
    r = sign_file_add(file, data->data, data->len);
    if (r != ERR_PARAM_RANGE)
        return r == OK ? reply_state(call, file) : r;
    said = reply_text(call->detail, "param", "data");
    return said == OK ? r : said;
}

const struct command cmd_sign_update = {
    .name = "sign.update",
    .run = update,
    .params = update_params,
    .help = "Bring the next piece of the file that was announced",
    .next = next,
};
