/* history.export - the history as a table for other programs. */
#include <stdio.h>
#include <string.h>

#include "cmd/history.h"
#include "cmd/history_check.h"

#define OFFSET_MAX 1000000u
#define CONTENT_MAX                                                            \
    (300u << 10)                /* bytes of one answer, printed at most twice
                                    as long */
#define BOM      "\xEF\xBB\xBF" /* or spreadsheets take it for CP949 */
#define LINE_END "\r\n"         /* RFC 4180 */

static const struct param params[] = {
    { "form", PARAM_CHOICE, 0, PARAM_REQUIRED, "csv", "CSV of RFC 4180" },
    { "offset", PARAM_INTEGER, OFFSET_MAX, 0, NULL,
        "Where to go on: next of the answer before" },
    { 0 },
};

static const char *const columns[] = { "n", "time", "kind", "result", "origin",
    "certificate.cn", "certificate.serial", "certificate.id", "digest",
    "detail", "shown" };

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct table {
    const struct history_log *log;
    struct buf text;
    size_t at, from; /* numbers of lines */
    bool full;
};

/*
 * A cell in quotes. One that a spreadsheet would take for a formula begins
 * with an apostrophe instead; controls become blanks.
 */
static enum err
put_cell(struct buf *out, const char *cell, bool last)
{
    enum err r = buf_put_byte(out, '"');

    if (r == OK && cell[0] != '\0' && strchr("=+-@\t\r\n|%", cell[0]) != NULL)
        r = buf_put_byte(out, '\'');
    for (; r == OK && *cell != '\0'; cell++) {
        if (*cell == '"')
            r = buf_put_byte(out, '"');
        if (r == OK)
            r = buf_put_byte(out,
                (uint8_t)*cell < ' ' || *cell == 0x7F ? ' ' : (uint8_t)*cell);
    }
    return r == OK ? buf_put_text(out, last ? "\"" LINE_END : "\",") : r;
}

static enum err
put_head(struct buf *out)
{
    enum err r = buf_put_text(out, BOM);
    size_t i;

    for (i = 0; r == OK && i < COLUMNS; i++)
        r = put_cell(out, columns[i], i + 1 == COLUMNS);
    return r;
}

/* A member's text by its name or "object.name"; a number in decimal. */
static const char *
cell_of(const cJSON *entry, const char *column, char number[static 24])
{
    const char *dot = strchr(column, '.');
    const cJSON *item = entry;

    if (dot != NULL)
        item = cJSON_GetObjectItemCaseSensitive(entry, "certificate");
    item =
        cJSON_GetObjectItemCaseSensitive(item, dot == NULL ? column : dot + 1);
    if (cJSON_IsString(item))
        return item->valuestring;
    if (!cJSON_IsNumber(item))
        return "";
    snprintf(number, 24, "%.0f", item->valuedouble);
    return number;
}

static enum err
visit(void *ctx, const struct history_line *line)
{
    struct table *table = ctx;
    cJSON *entry = NULL;
    char number[24];
    size_t i;
    int64_t n;
    enum err r;

    if (line->torn || table->full || table->at++ < table->from)
        return OK;
    if (table->text.len > CONTENT_MAX) {
        table->full = true;
        table->at--;
        return OK;
    }
    r = history_line_parse(table->log, line, &entry, &n);
    if (r == ERR_IO_ERROR)
        r = history_damaged(n, &entry);
    for (i = 0; r == OK && i < COLUMNS; i++)
        r = put_cell(
            &table->text, cell_of(entry, columns[i], number), i + 1 == COLUMNS);
    cJSON_Delete(entry);
    return r;
}

static enum err
run(struct call *call)
{
    size_t offset = args_get(call, "offset")->integer;
    struct history_log log = { .dir = -1, .lock = -1 };
    struct history_check check = { 0 };
    struct table table = { .log = &log };
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN; /* not for pages */
    if ((r = history_log_open(call->host, false, &log)) != OK ||
        (r = history_check(&log, &check)) != OK)
        goto out;
    table.from = check.stale + offset;
    if ((offset == 0 && (r = put_head(&table.text)) != OK) ||
        (r = history_log_walk(&log, visit, &table)) != OK ||
        (r = reply_text(call->result, "content", buf_text(&table.text))) != OK)
        goto out;
    r = table.full ? reply_number(
                         call->result, "next", (double)(table.at - check.stale))
                   : OK;
out:
    buf_free(&table.text);
    history_log_close(&log);
    return r;
}

const struct command cmd_history_export = {
    .name = "history.export",
    .run = run,
    .params = params,
    .help = "Give the history as a table",
};
