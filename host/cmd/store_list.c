#include "cmd/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/certificate.h"
#include "cmd/kept.h"
#include "cmd/verdict.h"

#define LIST_MAX        500u /* certificates in one answer */
#define LIST_USUAL      100u /* when nothing is said */
#define OFFSET_MAX      1000000u
#define NUMBER_LEN      32u         /* bytes of a number, true, false or null */
#define BROKEN_MAX      100u        /* broken folders in one answer */
#define CERTIFICATE_MAX (64u << 10) /* bytes of one object in the answer */
#define ROOM            (900u << 10) /* bytes of an answer, below its limit */

static const struct param params[] = {
    { "offset", PARAM_INTEGER, OFFSET_MAX, 0, NULL,
        "How many certificates to skip" },
    { "limit", PARAM_INTEGER, LIST_MAX, 0, NULL,
        "How many certificates to list at most" },
    { "removable", PARAM_BOOL, 0, 0, NULL, "Look at removable media too" },
    { 0 },
};

static const char *
medium_name(bool removable)
{
    return removable ? "removable" : "disk";
}

/* Disk before media, then by path: the same order on every page. */
static int
by_place(const void *a, const void *b)
{
    const struct store_entry *x = a, *y = b;

    if (x->removable != y->removable)
        return x->removable ? 1 : -1;
    return strcmp(x->path, y->path);
}

/* Bytes of a text in JSON, with its quotes. */
static size_t
quoted(const char *text)
{
    size_t len = 2;

    for (; text != NULL && *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        len += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : 1;
    }
    return len;
}

/* How many bytes a value takes when it is printed, no less. Objects here are
 * three deep. */
static size_t
printed(const cJSON *value)
{
    const cJSON *item;
    size_t len = 2;

    if (cJSON_IsString(value))
        return quoted(value->valuestring);
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return NUMBER_LEN;
    cJSON_ArrayForEach(item, value)
    {
        if (item->string != NULL)
            len += quoted(item->string) + 1;
        len += printed(item) + 1;
    }
    return len;
}

struct listing {
    const struct call *call;
    cJSON *certificates, *broken;
    size_t skip, left; /* certificates to go */
    size_t total, room;
    bool kept;   /* is there any answer? */
    bool loaded; /* then, when the first one is met: */
    struct verdict_anchors anchors;
};

static enum err
put_broken(struct listing *l, const struct store_entry *e)
{
    cJSON *object;
    enum err r;

    if (cJSON_GetArraySize(l->broken) == (int)BROKEN_MAX)
        return OK;
    object = cJSON_CreateObject();
    if (object == NULL)
        return ERR_NO_MEMORY;
    if ((r = certificate_path(object, "path", e->path)) == OK &&
        (r = reply_text(object, "medium", medium_name(e->removable))) == OK)
        r = reply_text(object, "reason", err_reason(e->broken));
    if (r != OK || printed(object) > l->room / 2) {
        cJSON_Delete(object);
        return r;
    }
    l->room -= printed(object) + 1;
    return reply_item(l->broken, NULL, object);
}

/* What was learnt before, without asking anybody: revoked. */
static enum err
put_state(struct listing *l, const struct store_entry *e, cJSON *object)
{
    const struct verdict_question nobody = { .net = NULL };
    struct verdict verdict = { .path = NULL };
    struct buf der = { 0 };
    X509 *x = NULL;
    enum err r;

    if (!l->kept || !revocation_is_kept(l->call->host, e->id))
        return OK;
    if ((r = cert_der(e->sign, &der)) == OK)
        r = cert_parse(l->call->host->crypto, &der, &x);
    if (r == OK && !l->loaded)
        r = verdict_anchors_load(l->call->host, &l->anchors);
    l->loaded = l->loaded || r == OK;
    if (r == OK)
        r = verdict_of(l->call->host, &l->anchors, x, &nobody, &verdict);
    if (r == OK && verdict.state == CERT_REVOKED) {
        cJSON_DeleteItemFromObjectCaseSensitive(object, "state");
        r = reply_text(object, "state", cert_state_name(CERT_REVOKED));
    }
    verdict_free(&verdict);
    X509_free(x);
    buf_free(&der);
    return r;
}

static enum err
put_certificate(struct listing *l, const struct store_entry *e)
{
    cJSON *object = NULL;
    size_t len;
    enum err r;

    if (l->total++ < l->skip || l->left == 0)
        return OK;
    r = certificate_object(l->call->host, e, &object);
    if (r == OK && (r = put_state(l, e, object)) != OK)
        cJSON_Delete(object);
    if (r != OK)
        return r;
    len = printed(object) + 1;
    if (len > CERTIFICATE_MAX) { /* it shall not stop the pages behind it */
        cJSON_Delete(object);
        return ERR_CERTIFICATE_DAMAGED;
    }
    if (len > l->room) { /* the next page begins here */
        cJSON_Delete(object);
        l->left = 0;
        return OK;
    }
    l->room -= len;
    l->left--;
    return reply_item(l->certificates, NULL, object);
}

static enum err
put_roots(cJSON *result, const struct store_list *list)
{
    cJSON *array = cJSON_AddArrayToObject(result, "roots"), *object;
    enum err r = array == NULL ? ERR_NO_MEMORY : OK;
    size_t i;

    for (i = 0; r == OK && i < list->root_count; i++) {
        object = cJSON_CreateObject();
        if ((r = reply_item(array, NULL, object)) == OK &&
            (r = certificate_path(object, "path", list->roots[i].path)) == OK)
            r = reply_text(
                object, "medium", medium_name(list->roots[i].removable));
    }
    return r;
}

/* A store as it was read for the first page: those behind it go on from there,
 * so that many pages cost one reading. */
struct store_listed {
    struct store_list list;
    bool removable;
};

static void
drop(void *state)
{
    struct store_listed *listed = state;

    if (listed == NULL)
        return;
    store_list_free(&listed->list);
    mem_free(listed);
}

static const struct kept_kind kept_list = { drop };

/* Read the store, sorted. */
static enum err
read_store(const struct call *call, bool removable, struct store_listed **ret)
{
    struct store_listed *listed = mem_alloc(sizeof(*listed));
    enum err r = ERR_NO_MEMORY;

    if (listed != NULL) {
        listed->removable = removable;
        r = store_scan_to_show(call->host, removable, &listed->list);
    }
    if (r != OK) {
        mem_free(listed);
        return r;
    }
    if (listed->list.count > 0)
        qsort(listed->list.entries, listed->list.count,
            sizeof(listed->list.entries[0]), by_place);
    *ret = listed;
    return OK;
}

/* What was kept for this page, or the store as it is now. */
static enum err
take_listed(const struct call *call, struct store_listed **ret)
{
    bool removable = args_get(call, "removable")->flag;
    struct store_listed *kept = kept_take(call, &kept_list);

    if (kept != NULL && args_get(call, "offset")->integer > 0 &&
        kept->removable == removable) {
        *ret = kept;
        return OK;
    }
    drop(kept);
    return read_store(call, removable, ret);
}

static enum err
put_page(struct listing *l, struct store_list *list)
{
    enum err r = OK;
    size_t i;

    for (i = 0; r == OK && i < list->count; i++)
        if (list->entries[i].broken != OK)
            r = put_broken(l, &list->entries[i]);
    for (i = 0; r == OK && i < list->count; i++)
        if (list->entries[i].broken == OK) {
            r = put_certificate(l, &list->entries[i]);
            if (r == ERR_CERTIFICATE_DAMAGED) {
                list->entries[i].broken = r;
                l->total--;
                r = put_broken(l, &list->entries[i]);
            }
        }
    return r;
}

static enum err
run(struct call *call)
{
    const struct value *limit = args_get(call, "limit");
    struct store_listed *listed = NULL;
    struct listing l = {
        .call = call,
        .skip = args_get(call, "offset")->integer,
        .left = limit->given ? limit->integer : LIST_USUAL,
        .room = ROOM,
        .kept = revocation_any(call->host),
    };
    enum err r;

    if ((r = take_listed(call, &listed)) != OK)
        return r;
    l.certificates = cJSON_AddArrayToObject(call->result, "certificates");
    l.broken = cJSON_AddArrayToObject(call->result, "broken");
    if (l.certificates == NULL || l.broken == NULL)
        r = ERR_NO_MEMORY;
    if (r == OK && (r = put_page(&l, &listed->list)) == OK &&
        (r = put_roots(call->result, &listed->list)) == OK)
        r = reply_number(call->result, "total", (double)l.total);
    if (r == OK && listed->list.cut) /* more names than are looked at */
        r = reply_flag(call->result, "cut", true);
    verdict_anchors_free(&l.anchors);
    if (r == OK && call->kept != NULL)
        return kept_put(call, &kept_list, listed); /* for a page behind it */
    drop(listed);
    return r;
}

static const char *const next[] = { "store.list", NULL };

const struct command cmd_store_list = {
    .name = "store.list",
    .run = run,
    .params = params,
    .flags = COMMAND_MEDIA,
    .help = "List the certificates of this computer",
    .next = next,
};
