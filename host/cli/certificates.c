/* All certificates, and all of any list: a command answers with a page. */
#include "cli/cli.h"

#include <string.h>

enum err
cli_pages(struct cli *cli, const struct command *list, cJSON *params,
    const char *name)
{
    cJSON *whole = cli->result, *all, *more;
    double total = cli_number(whole, "total");
    enum err r = OK;
    int got;

    all = cJSON_GetObjectItemCaseSensitive(whole, name);
    cli->result = NULL;
    while (r == OK && (got = cJSON_GetArraySize(all)) < total) {
        cJSON_DeleteItemFromObjectCaseSensitive(params, "offset");
        if ((r = reply_number(params, "offset", got)) != OK ||
            (r = cli_call(cli, list, params)) != OK)
            break;
        more = cJSON_GetObjectItemCaseSensitive(cli->result, name);
        if (cJSON_GetArraySize(more) == 0)
            break;
        while (cJSON_GetArraySize(more) > 0)
            cJSON_AddItemToArray(all, cJSON_DetachItemFromArray(more, 0));
    }
    cJSON_Delete(cli->result);
    cli->result = whole;
    return r;
}

enum err
cli_list_all(struct cli *cli, const cJSON **ret_certificates)
{
    const struct command *list = command_find("store.list");
    cJSON *params = cJSON_CreateObject();
    enum err r;

    if ((r = reply_flag(params, "removable", true)) == OK)
        r = list == NULL ? ERR_INTERNAL : cli_call(cli, list, params);
    if (r == OK)
        r = cli_pages(cli, list, params, "certificates");
    if (r == OK)
        *ret_certificates = cli_member(cli->result, "certificates");
    cJSON_Delete(params);
    return r;
}

enum err
cli_show_meant(struct cli *cli, const char *prefix)
{
    const cJSON *item, *all = NULL;
    struct columns c = { 0 };
    enum err r = cli_list_all(cli, &all);

    cJSON_ArrayForEach(item, all)
    {
        if (r == OK &&
            strncmp(cli_text(item, "id"), prefix, strlen(prefix)) == 0)
            r = cli_add_certificate(cli, item, &c);
    }
    columns_print(&c, stderr);
    columns_free(&c);
    return r;
}
