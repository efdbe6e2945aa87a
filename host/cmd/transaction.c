#include "cmd/transaction.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/json.h"

#define TYPE_MAX     64 /* characters */
#define WHOLE_MAX    18 /* digits of an amount before the point */
#define FRACTION_MAX 8  /* digits after it */

/* --- RFC 8785 ----------------------------------------------------------------*/

/* What RFC 8785 3.2.3 orders by: the first UTF-16 unit, then the rest. */
static uint32_t
first_unit(uint32_t code_point)
{
    return code_point < 0x10000 ? code_point
                                : 0xD800 + ((code_point - 0x10000) >> 10);
}

static int
compare_names(const char *a, const char *b)
{
    const uint8_t *p = (const uint8_t *)a, *q = (const uint8_t *)b;
    const uint8_t *p_end = p + strlen(a), *q_end = q + strlen(b);
    uint32_t u, v;

    while (p < p_end && q < q_end) {
        u = utf8_next(&p, p_end);
        v = utf8_next(&q, q_end);
        if (u == v)
            continue;
        if (first_unit(u) != first_unit(v))
            return first_unit(u) < first_unit(v) ? -1 : 1;
        return u < v ? -1 : 1;
    }
    return (p < p_end) - (q < q_end);
}

static enum err
put_string(struct buf *out, const char *text)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at;
    char escape[8];
    enum err r = buf_put_byte(out, '"');

    for (; *text != '\0' && r == OK; text++) {
        at = strchr(from, *text);
        if (at != NULL) {
            escape[0] = '\\';
            escape[1] = to[at - from];
            r = buf_put(out, escape, 2);
        } else if ((uint8_t)*text < 0x20) {
            (void)snprintf(escape, sizeof(escape), "\\u%04x", *text);
            r = buf_put_text(out, escape);
        } else {
            r = buf_put_byte(out, (uint8_t)*text);
        }
    }
    return r == OK ? buf_put_byte(out, '"') : r;
}

static enum err
put_scalar(struct buf *out, const cJSON *value)
{
    char number[32];

    if (cJSON_IsString(value))
        return put_string(out, value->valuestring);
    if (cJSON_IsBool(value))
        return buf_put_text(out, cJSON_IsTrue(value) ? "true" : "false");
    (void)snprintf(number, sizeof(number), "%.0f", value->valuedouble);
    return buf_put_text(out, number);
}

/* The member that follows `last` in order; NULL: the first, or none is left. */
static const cJSON *
next_member(const cJSON *object, const cJSON *last)
{
    const cJSON *member, *best = NULL;

    cJSON_ArrayForEach(member, object)
    {
        if (last != NULL && compare_names(member->string, last->string) <= 0)
            continue;
        if (best == NULL || compare_names(member->string, best->string) < 0)
            best = member;
    }
    return best;
}

/* Objects lie at most two deep: see check_members(). */
static enum err
put_object(struct buf *out, const cJSON *object, int depth)
{
    const cJSON *member = NULL;
    enum err r = buf_put_byte(out, '{');

    while (r == OK && (member = next_member(object, member)) != NULL) {
        if ((out->data[out->len - 1] != '{' &&
                (r = buf_put_byte(out, ',')) != OK) ||
            (r = put_string(out, member->string)) != OK ||
            (r = buf_put_byte(out, ':')) != OK)
            return r;
        r = cJSON_IsObject(member) && depth > 0
                ? put_object(out, member, depth - 1)
                : put_scalar(out, member);
    }
    return r == OK ? buf_put_byte(out, '}') : r;
}

/* --- the restricted form -------------------------------------------------------*/

static bool
is_scalar(const cJSON *value)
{
    return cJSON_IsString(value) || cJSON_IsBool(value) ||
           (cJSON_IsNumber(value) &&
               floor(value->valuedouble) >= value->valuedouble);
}

static bool
check_members(const cJSON *object, int depth, size_t *left)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        if (*left == 0 || member->string[0] == '\0')
            return false;
        --*left;
        if (cJSON_IsObject(member) && depth > 0
                ? !check_members(member, depth - 1, left)
                : !is_scalar(member))
            return false;
    }
    return true;
}

static bool
is_type(const cJSON *type)
{
    size_t len;

    if (!cJSON_IsString(type))
        return false;
    len = strlen(type->valuestring);
    return len >= 1 && len <= TYPE_MAX &&
           strspn(type->valuestring, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
               len;
}

/* 0 or more without a leading zero, and a point only before digits. */
static bool
is_decimal(const char *text)
{
    static const char digits[] = "0123456789";
    size_t whole = strspn(text, digits), fraction;

    if (whole < 1 || whole > WHOLE_MAX || (whole > 1 && text[0] == '0'))
        return false;
    if (text[whole] == '\0')
        return true;
    fraction = strspn(text + whole + 1, digits);
    return text[whole] == '.' && fraction >= 1 && fraction <= FRACTION_MAX &&
           text[whole + 1 + fraction] == '\0';
}

static bool
is_amount(const cJSON *amount)
{
    const cJSON *currency =
        cJSON_GetObjectItemCaseSensitive(amount, "currency");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(amount, "value");

    return cJSON_IsObject(amount) && cJSON_GetArraySize(amount) == 2 &&
           cJSON_IsString(currency) && strlen(currency->valuestring) == 3 &&
           strspn(currency->valuestring, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 &&
           cJSON_IsString(value) && is_decimal(value->valuestring);
}

static const char *
find_problem(const cJSON *tree)
{
    const cJSON *amount = cJSON_GetObjectItemCaseSensitive(tree, "amount");
    size_t left = TRANSACTION_MEMBERS_MAX;

    if (!check_members(tree, 1, &left))
        return "member";
    if (!is_type(cJSON_GetObjectItemCaseSensitive(tree, "type")))
        return "type";
    if (amount != NULL && !is_amount(amount))
        return "amount";
    return NULL;
}

enum err
transaction_check(const struct buf *bytes, const char **ret_problem)
{
    struct buf canonical = { 0 };
    cJSON *tree = NULL;
    enum err r;

    if (bytes->len > TRANSACTION_MAX)
        return ERR_TOO_LARGE;
    if ((r = json_parse(bytes->data, bytes->len, &tree)) != OK) {
        *ret_problem = "json";
        return r == ERR_NO_MEMORY ? r : ERR_INVALID_REQUEST;
    }
    if ((*ret_problem = find_problem(tree)) == NULL &&
        (r = put_object(&canonical, tree, 1)) == OK &&
        (canonical.len != bytes->len ||
            memcmp(canonical.data, bytes->data, bytes->len) != 0))
        *ret_problem = "canonical";
    if (r == OK && *ret_problem != NULL)
        r = ERR_INVALID_REQUEST;
    buf_free(&canonical);
    cJSON_Delete(tree);
    return r;
}
