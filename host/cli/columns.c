#include "cli/cli.h"

#include "base/utf8.h"

#include <string.h>

#define GAP 2 /* columns between two cells */

/* Columns of a terminal that a character takes (Unicode TR 11, roughly). */
static int
width_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } wide[] = { { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
        { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa960, 0xa97f },
        { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
        { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff },
        { 0x20000, 0x3fffd } };

    if (c == 0x200b || (c >= 0x300 && c <= 0x36f))
        return 0;
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
        if (c >= wide[i].from && c <= wide[i].to)
            return 2;
    return 1;
}

static int
text_width(const char *text)
{
    const uint8_t *p = (const uint8_t *)text, *end = p + strlen(text);
    int width = 0;
    uint32_t c;

    while (p < end) {
        c = utf8_next(&p, end);
        if (c == UTF8_BAD)
            p++;
        width += width_of(c);
    }
    return width;
}

enum err
columns_add(struct columns *c, const char *const cells[static COLUMNS_MAX])
{
    cJSON *row = cJSON_CreateArray(), *cell;

    if (c->rows == NULL)
        c->rows = cJSON_CreateArray();
    for (size_t i = 0; i < COLUMNS_MAX && cells[i] != NULL; i++) {
        cell = cJSON_CreateString(cells[i]);
        if (cell == NULL || !cJSON_AddItemToArray(row, cell)) {
            cJSON_Delete(cell);
            cJSON_Delete(row);
            return ERR_NO_MEMORY;
        }
        if (i + 1 > c->count)
            c->count = i + 1;
    }
    if (c->rows == NULL || !cJSON_AddItemToArray(c->rows, row)) {
        cJSON_Delete(row);
        return ERR_NO_MEMORY;
    }
    return OK;
}

void
columns_print(struct columns *c, FILE *out)
{
    int widths[COLUMNS_MAX] = { 0 }, width, i;
    const cJSON *row, *cell;

    cJSON_ArrayForEach(row, c->rows)
    {
        i = 0;
        cJSON_ArrayForEach(cell, row)
        {
            width = text_width(cell->valuestring);
            if (width > widths[i])
                widths[i] = width;
            i++;
        }
    }
    cJSON_ArrayForEach(row, c->rows)
    {
        i = 0;
        cJSON_ArrayForEach(cell, row)
        {
            cli_put(out, cell->valuestring);
            width = widths[i++] - text_width(cell->valuestring) + GAP;
            if (cell->next != NULL)
                fprintf(out, "%*s", width, "");
        }
        fputc('\n', out);
    }
}

void
columns_free(struct columns *c)
{
    cJSON_Delete(c->rows);
    *c = (struct columns){ 0 };
}
