#include "cmd/verify_transaction.h"

#include "cmd/json.h"
#include "cmd/transaction.h"

static const char *
compare(const cJSON *expected, const cJSON *signed_tree)
{
    const cJSON *member, *other;

    cJSON_ArrayForEach(member, expected)
    {
        other = cJSON_GetObjectItemCaseSensitive(signed_tree, member->string);
        if (other == NULL || !cJSON_Compare(member, other, 1))
            return "transaction_differs";
    }
    return NULL;
}

enum err
verify_transaction(const struct buf *content, const struct buf *expected,
    const char **ret_reason)
{
    cJSON *want = NULL, *have = NULL;
    const char *problem = NULL;
    enum err r = OK;

    if (expected != NULL &&
        (r = json_parse(expected->data, expected->len, &want)) != OK)
        return r == ERR_NO_MEMORY ? r : ERR_PARAM_TYPE;
    r = transaction_check(content, &problem);
    if (r == ERR_INVALID_REQUEST || r == ERR_TOO_LARGE) {
        *ret_reason = "transaction_malformed";
        r = OK;
    } else if (r == OK &&
               (r = json_parse(content->data, content->len, &have)) == OK) {
        *ret_reason = want == NULL ? NULL : compare(want, have);
    }
    cJSON_Delete(want);
    cJSON_Delete(have);
    return r;
}
