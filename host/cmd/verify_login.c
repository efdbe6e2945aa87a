#include "cmd/verify_login.h"

#include <string.h>

#include "cmd/cmd.h"
#include "cmd/json.h"
#include "os/clock.h"

#define MEMBERS  5
#define LIFE_MAX 300 /* seconds; see sign_login.c */

static const char *
text_of(const cJSON *token, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(token, name));
}

static bool
read_times(const cJSON *token, int64_t *ret_issued, int64_t *ret_expires)
{
    const char *issued = text_of(token, "issued");
    const char *expires = text_of(token, "expires");

    return issued != NULL && expires != NULL &&
           clock_parse(issued, ret_issued) == OK &&
           clock_parse(expires, ret_expires) == OK &&
           *ret_expires > *ret_issued && *ret_expires <= *ret_issued + LIFE_MAX;
}

static const char *
find_reason(
    const cJSON *token, const char *origin, const char *nonce, int64_t at)
{
    const char *type = text_of(token, "type");
    const char *asked = text_of(token, "origin");
    const char *answered = text_of(token, "nonce");
    int64_t issued = 0, expires = 0;

    if (cJSON_GetArraySize(token) != MEMBERS || type == NULL ||
        strcmp(type, "login") != 0 || asked == NULL || answered == NULL ||
        !read_times(token, &issued, &expires))
        return "token_malformed";
    if (origin != NULL && strcmp(asked, origin) != 0)
        return "origin_differs";
    if (nonce != NULL && strcmp(answered, nonce) != 0)
        return "nonce_differs";
    if (at > expires + VERIFY_LOGIN_SKEW)
        return "token_expired";
    return at < issued - VERIFY_LOGIN_SKEW ? "token_not_yet_valid" : NULL;
}

/* Its members are printed again: in order (RFC 8785), none twice, no space. */
static enum err
is_canonical(const cJSON *token, const struct buf *text, bool *ret_canonical)
{
    static const char *const names[MEMBERS] = { "expires", "issued", "nonce",
        "origin", "type" };
    cJSON *copy = cJSON_CreateObject();
    struct buf printed = { 0 };
    enum err r = copy == NULL ? ERR_NO_MEMORY : OK;

    for (size_t i = 0; r == OK && i < MEMBERS; i++)
        if (text_of(token, names[i]) != NULL)
            r = reply_text(copy, names[i], text_of(token, names[i]));
    if (r == OK && (r = json_print(copy, &printed)) == OK)
        *ret_canonical = printed.len == text->len &&
                         memcmp(printed.data, text->data, text->len) == 0;
    cJSON_Delete(copy);
    buf_free(&printed);
    return r;
}

enum err
verify_login(const struct buf *token, const char *origin, const char *nonce,
    int64_t at, const char **ret_reason)
{
    bool canonical = false;
    cJSON *tree = NULL;
    enum err r = json_parse(buf_text(token), token->len, &tree);

    if (r == OK)
        r = is_canonical(tree, token, &canonical);
    if (r == ERR_NO_MEMORY)
        goto out;
    *ret_reason = r == OK && canonical ? find_reason(tree, origin, nonce, at)
                                       : "token_malformed";
    r = OK;
out:
    cJSON_Delete(tree);
    return r;
}
