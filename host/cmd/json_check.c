#include "cmd/json_check.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/json.h"

#define INTEGER_MAX 9007199254740991.0 /* 2^53 - 1 */

struct name {
    size_t at, len; /* of the decoded name in struct checker's names */
};

struct checker {
    const uint8_t *p, *start, *end;
    struct buf text; /* the last name, decoded */
    bool keep;       /* the string in work is a name */
    size_t nodes;
    size_t depth;
    struct level {
        bool object;
        size_t first; /* of this object's names */
        size_t names_len;
    } levels[JSON_DEPTH_MAX];
    struct name seen[JSON_NODES_MAX]; /* of all open objects */
    size_t seen_count;
    struct buf names; /* their decoded bytes, end to end */
    struct json_bulk bulk;
};

static void
skip_space(struct checker *c)
{
    while (c->p < c->end &&
           (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
        c->p++;
}

/* Step over a byte when it is the next one. */
static bool
take(struct checker *c, char byte)
{
    if (c->p == c->end || *c->p != (uint8_t)byte)
        return false;
    c->p++;
    return true;
}

static bool
take_word(struct checker *c, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(c->end - c->p) < len || memcmp(c->p, word, len) != 0)
        return false;
    c->p += len;
    return true;
}

/* Four hex digits, or above 0xFFFF. */
static uint32_t
take_hex4(struct checker *c)
{
    uint32_t value = 0;
    int i;

    if (c->end - c->p < 4)
        return UTF8_BAD;
    for (i = 0; i < 4; i++, c->p++) {
        if (*c->p >= '0' && *c->p <= '9')
            value = value << 4 | (*c->p - (uint32_t)'0');
        else if ((*c->p | 32) >= 'a' && (*c->p | 32) <= 'f')
            value = value << 4 | ((*c->p | 32u) - 'a' + 10);
        else
            return UTF8_BAD;
    }
    return value;
}

/* After "\u": a code point that is neither U+0000 nor half of a pair. */
static enum err
take_unicode(struct checker *c)
{
    uint32_t u = take_hex4(c), low;

    if (u == 0 || u == UTF8_BAD || (u >= 0xDC00 && u <= 0xDFFF))
        return ERR_JSON_INVALID;
    if (u >= 0xD800 && u <= 0xDBFF) {
        if (!take(c, '\\') || !take(c, 'u'))
            return ERR_JSON_INVALID;
        low = take_hex4(c);
        if (low < 0xDC00 || low > 0xDFFF)
            return ERR_JSON_INVALID;
        u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
    }
    return c->keep ? utf8_put(&c->text, u) : OK;
}

static enum err
take_escape(struct checker *c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at;

    if (take(c, 'u'))
        return take_unicode(c);
    if (c->p == c->end || *c->p == 0 ||
        (at = strchr(from, (char)*c->p)) == NULL)
        return ERR_JSON_INVALID;
    c->p++;
    return c->keep ? buf_put_byte(&c->text, (uint8_t)to[at - from]) : OK;
}

/* Step over what stands for itself, sixteen bytes at a time as far as it
 * goes. */
static void
skip_plain(struct checker *c)
{
    lanes v;

    for (; (size_t)(c->end - c->p) >= LANES; c->p += LANES) {
        v = lanes_load(c->p);
        if (lanes_any(LANES_WHERE(v < 0x20) | LANES_WHERE(v == '"') |
                      LANES_WHERE(v == '\\')))
            break;
    }
    while (c->p < c->end && *c->p >= 0x20 && *c->p != '"' && *c->p != '\\')
        c->p++;
}

/* A value has ended that stands for itself: is it the longest? */
static void
note_bulk(struct checker *c, const uint8_t *start)
{
    size_t len = (size_t)(c->p - start) - 1;

    if (len > c->bulk.len && c->depth > 0)
        c->bulk =
            (struct json_bulk){ (size_t)(start - c->start), len, c->nodes };
}

/* A string, its opening quote already taken; a name is decoded into c->text. */
static enum err
take_string(struct checker *c, bool keep)
{
    const uint8_t *run, *start = c->p;
    bool plain = true;
    enum err r;

    c->keep = keep;
    c->text.len = 0;
    for (;;) {
        run = c->p;
        skip_plain(c);
        if (keep && (r = buf_put(&c->text, run, (size_t)(c->p - run))) != OK)
            return r;
        if (take(c, '"')) {
            if (plain && !keep)
                note_bulk(c, start);
            return OK;
        }
        plain = false;
        if (!take(c, '\\'))
            return ERR_JSON_INVALID;
        if ((r = take_escape(c)) != OK)
            return r;
    }
}

static size_t
take_digits(struct checker *c)
{
    const uint8_t *start = c->p;

    while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
        c->p++;
    return (size_t)(c->p - start);
}

static enum err
take_number(struct checker *c)
{
    const uint8_t *start = c->p;
    char text[JSON_NUMBER_MAX + 1];
    bool minus = take(c, '-');
    size_t len;
    double value;

    if (!take(c, '0') && take_digits(c) == 0)
        return ERR_JSON_INVALID;
    if (take(c, '.') && take_digits(c) == 0)
        return ERR_JSON_INVALID;
    if (take(c, 'e') || take(c, 'E')) {
        if (!take(c, '+'))
            (void)take(c, '-');
        if (take_digits(c) == 0)
            return ERR_JSON_INVALID;
    }
    len = (size_t)(c->p - start);
    if (len > JSON_NUMBER_MAX)
        return ERR_JSON_RANGE;
    memcpy(text, start, len);
    text[len] = '\0';
    value = strtod(text, NULL);
    if (!(fabs(value) <= INTEGER_MAX))
        return ERR_JSON_RANGE;
    return minus && !(value < 0) ? ERR_JSON_INVALID : OK;
}

static enum err
open_level(struct checker *c, bool object)
{
    struct level *level = &c->levels[c->depth];

    if (c->depth == JSON_DEPTH_MAX)
        return ERR_JSON_TOO_DEEP;
    level->object = object;
    level->first = c->seen_count;
    level->names_len = c->names.len;
    c->depth++;
    return OK;
}

static void
close_level(struct checker *c)
{
    c->depth--;
    c->seen_count = c->levels[c->depth].first;
    c->names.len = c->levels[c->depth].names_len;
}

/* A member's name with its colon; the name must be new in its object. */
static enum err
take_name(struct checker *c)
{
    const struct level *level = &c->levels[c->depth - 1];
    const struct name *n;
    enum err r;
    size_t i;

    if (!take(c, '"'))
        return ERR_JSON_INVALID;
    if ((r = take_string(c, true)) != OK)
        return r;
    for (i = level->first; i < c->seen_count; i++) {
        n = &c->seen[i];
        if (n->len == c->text.len &&
            memcmp(c->names.data + n->at, c->text.data, n->len) == 0)
            return ERR_JSON_DUPLICATE;
    }
    if (c->seen_count == JSON_NODES_MAX)
        return ERR_JSON_TOO_MANY;
    c->seen[c->seen_count++] =
        (struct name){ .at = c->names.len, .len = c->text.len };
    if ((r = buf_put(&c->names, c->text.data, c->text.len)) != OK)
        return r;
    skip_space(c);
    return take(c, ':') ? OK : ERR_JSON_INVALID;
}

/* A scalar, or the opening of an object or array. */
static enum err
take_value(struct checker *c, bool *ret_opened)
{
    bool object;

    *ret_opened = false;
    if (take(c, '"'))
        return take_string(c, false);
    if ((object = take(c, '{')) || take(c, '[')) {
        *ret_opened = true;
        return open_level(c, object);
    }
    if (take_word(c, "true") || take_word(c, "false") || take_word(c, "null"))
        return OK;
    return take_number(c);
}

/* Step to the next member or element: its name, when it has one. */
static enum err
next_node(struct checker *c)
{
    enum err r = OK;

    if (c->nodes++ == JSON_NODES_MAX)
        return ERR_JSON_TOO_MANY;
    skip_space(c);
    if (c->levels[c->depth - 1].object)
        r = take_name(c);
    skip_space(c);
    return r;
}

static bool
take_close(struct checker *c)
{
    skip_space(c);
    if (!take(c, c->levels[c->depth - 1].object ? '}' : ']'))
        return false;
    close_level(c);
    return true;
}

/* The whole text. A loop, so that depth costs no stack. */
static enum err
check_document(struct checker *c)
{
    bool opened;
    enum err r;

    skip_space(c);
    for (;;) {
        if ((r = take_value(c, &opened)) != OK)
            return r;
        if (opened && !take_close(c)) {
            if ((r = next_node(c)) != OK)
                return r;
            continue;
        }
        while (c->depth > 0 && take_close(c))
            ;
        if (c->depth == 0)
            break;
        if (!take(c, ','))
            return ERR_JSON_INVALID;
        if ((r = next_node(c)) != OK)
            return r;
    }
    skip_space(c);
    return c->p == c->end ? OK : ERR_JSON_TRAILING;
}

enum err
json_check(const uint8_t *data, size_t len, struct json_bulk *ret_bulk)
{
    struct checker *c;
    enum err r;

    if (len == 0)
        return ERR_JSON_INVALID;
    if (!utf8_valid(data, len))
        return ERR_JSON_UTF8;
    if ((c = mem_alloc(sizeof(*c))) == NULL)
        return ERR_NO_MEMORY;
    c->p = c->start = data;
    c->end = data + len;
    r = check_document(c);
    *ret_bulk = c->bulk;
    buf_free(&c->text);
    buf_free(&c->names);
    mem_free(c);
    return r;
}
