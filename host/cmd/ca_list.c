/* ca.list - the CAs that a page may name, and the TSA that would be asked. */
#include "cmd/ca.h"
#include "cmd/ca_file.h"
#include "cmd/enrol_call.h"
#include "cmd/tsa.h"

static enum err
put_ca(cJSON *array, const struct ca *ca)
{
    cJSON *o = cJSON_CreateObject();
    enum err r;

    if ((r = reply_item(array, NULL, o)) != OK ||
        (r = reply_text(o, "name", ca->name)) != OK ||
        (r = enrol_call_texts(o, "title", ca->title_ko, ca->title_en)) != OK ||
        (r = reply_text(o, "folder", ca->folder)) != OK ||
        (r = reply_text(o, "dialect",
             ca->dialect == CA_RFC9483 ? "rfc9483" : "npki")) != OK ||
        (r = reply_flag(o, "enabled", ca->enabled)) != OK ||
        (r = reply_flag(o, "verified", ca->verified)) != OK ||
        (r = reply_flag(o, "complete", ca_missing(ca) == NULL)) != OK ||
        (r = reply_flag(o, "km", ca->km)) != OK ||
        (r = reply_text(o, "source", ca->source)) != OK)
        return r;
    return enrol_call_texts(o, "contact", ca->contact_ko, ca->contact_en);
}

static enum err
put_broken(cJSON *array, const struct ca_file_list *list, size_t i)
{
    cJSON *o = cJSON_CreateObject();
    enum err r;

    if ((r = reply_item(array, NULL, o)) != OK ||
        (r = reply_text(o, "file", list->broken[i].name)) != OK ||
        (r = reply_text(o, "source", list->broken[i].source)) != OK)
        return r;
    return reply_text(o, "reason", list->broken[i].reason);
}

/* Nothing where there is none, or none that is right. */
static enum err
put_tsa(struct call *call)
{
    struct tsa *tsa = NULL;
    const char *problem = NULL;
    cJSON *o;
    enum err r;

    r = tsa_load(call->host, &tsa, NULL, &problem);
    if (r != OK)
        return r == ERR_TIMESTAMP_UNAVAILABLE ? OK : r;
    o = cJSON_CreateObject();
    if ((r = reply_item(call->result, "tsa", o)) != OK ||
        (r = reply_text(o, "name", tsa->name)) != OK)
        goto out;
    r = reply_text(o, "endpoint", tsa->endpoint);
out:
    tsa_free(tsa);
    return r;
}

static const struct param params[] = { { 0 } };

static enum err
run(struct call *call)
{
    struct ca_file_list list = { 0 };
    cJSON *cas, *broken;
    size_t i;
    enum err r;

    if ((r = ca_file_list(call->host, &list)) != OK)
        return r;
    cas = cJSON_AddArrayToObject(call->result, "cas");
    broken = cJSON_AddArrayToObject(call->result, "broken");
    if (cas == NULL || broken == NULL)
        r = ERR_NO_MEMORY;
    for (i = 0; r == OK && i < list.count; i++)
        r = put_ca(cas, list.cas[i]);
    for (i = 0; r == OK && i < list.broken_count; i++)
        r = put_broken(broken, &list, i);
    if (r == OK)
        r = put_tsa(call);
    ca_file_list_free(&list);
    return r;
}

const struct command cmd_ca_list = {
    .name = "ca.list",
    .run = run,
    .params = params,
    .help = "List the certification authorities known here",
};
