#include "cmd/verify_vid.h"

#include <string.h>

#include "base/b64.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/json.h"

#define MEMBERS 6

static const char *
text_of(const cJSON *tree, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, name));
}

/* The token that was signed says the same but for R and its type. */
static enum err
print_token(const cJSON *tree, struct buf *ret_token)
{
    static const char *const names[] = { "expires", "issued", "nonce",
        "origin" };
    cJSON *token = cJSON_CreateObject();
    enum err r = token == NULL ? ERR_NO_MEMORY : OK;

    for (size_t i = 0; r == OK && i < sizeof(names) / sizeof(*names); i++)
        r = reply_text(token, names[i], text_of(tree, names[i]));
    if (r == OK && (r = reply_text(token, "type", "login")) == OK)
        r = json_print(token, ret_token);
    cJSON_Delete(token);
    return r;
}

static bool
has_all(const cJSON *tree)
{
    const char *type = text_of(tree, "type");

    return cJSON_GetArraySize(tree) == MEMBERS && type != NULL &&
           strcmp(type, "login-r") == 0 && text_of(tree, "expires") != NULL &&
           text_of(tree, "issued") != NULL && text_of(tree, "nonce") != NULL &&
           text_of(tree, "origin") != NULL && text_of(tree, "r") != NULL;
}

static enum err
read_members(const cJSON *tree, struct verify_vid *ret)
{
    struct buf random = { 0 };
    const char *text;
    enum err r;

    if (!has_all(tree))
        return OK;
    text = text_of(tree, "r");
    if ((r = b64_decode(text, strlen(text), &random)) == OK &&
        random.len == VID_R_LEN && (r = print_token(tree, &ret->token)) == OK) {
        memcpy(ret->r, random.data, VID_R_LEN);
        ret->opened = true;
    }
    buf_free(&random);
    return r == ERR_NO_MEMORY ? r : OK;
}

/* Whoever's allocator it is, R does not stay behind. */
static void
forget(cJSON *tree)
{
    char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "r"));

    if (text != NULL)
        mem_cleanse(text, strlen(text));
    cJSON_Delete(tree);
}

enum err
verify_vid_open(const struct crypto *crypto, const struct buf *vid,
    EVP_PKEY *key, struct verify_vid *ret)
{
    struct buf text = { 0 };
    cJSON *tree = NULL;
    enum err r;

    *ret = (struct verify_vid){ .opened = false };
    if ((r = cms_open(crypto, key, vid, &text)) == OK &&
        (r = json_parse(text.data, text.len, &tree)) == OK) {
        r = read_members(tree, ret);
        forget(tree);
    }
    buf_free(&text);
    return r == ERR_NO_MEMORY ? r : OK;
}

void
verify_vid_free(struct verify_vid *vid)
{
    mem_cleanse(vid->r, sizeof(vid->r));
    buf_free(&vid->token);
}

const char *
verify_vid_reason(const struct verify_vid *vid, const struct buf *token)
{
    if (!vid->opened)
        return "vid_unreadable";
    return vid->token.len == token->len && token->len > 0 &&
                   memcmp(vid->token.data, token->data, token->len) == 0
               ? NULL
               : "vid_other_login";
}
