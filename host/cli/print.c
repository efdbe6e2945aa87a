#include "cli/cli.h"

#include <string.h>

#include "base/utf8.h"
#include "cmd/json.h"

#define PART_MAX 32    /* bytes of one member's name in a path */
#define KST      32400 /* seconds that Korea is ahead of UTC */

const char *
cli_say(const struct cli *cli, const char *ko, const char *en)
{
    return cli->korean ? ko : en;
}

const char *
cli_name(const struct cli *cli, const struct cli_name *rows, size_t count,
    const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].word, word) == 0)
            return cli_say(cli, rows[i].ko, rows[i].en);
    return word;
}

const cJSON *
cli_member(const cJSON *object, const char *path)
{
    char part[PART_MAX];
    size_t n;

    while (object != NULL && *path != '\0') {
        n = strcspn(path, ".");
        snprintf(part, sizeof(part), "%.*s", (int)n, path);
        object = cJSON_GetObjectItemCaseSensitive(object, part);
        path += n + (path[n] == '.');
    }
    return object;
}

const char *
cli_text(const cJSON *object, const char *path)
{
    const cJSON *item = cli_member(object, path);

    return cJSON_IsString(item) ? item->valuestring : "";
}

double
cli_number(const cJSON *object, const char *path)
{
    const cJSON *item = cli_member(object, path);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool
cli_flag(const cJSON *object, const char *path)
{
    return cJSON_IsTrue(cli_member(object, path)) != 0;
}

const char *
cli_moment(const char *utc, char ret_text[static CLI_DATE_SIZE])
{
    char text[CLOCK_TEXT_SIZE];
    int64_t seconds = 0;

    ret_text[0] = '\0';
    if (clock_parse(utc, &seconds) != OK)
        return ret_text;
    clock_text(seconds + KST, text);
    memcpy(ret_text, text, CLI_DATE_SIZE - 1);
    ret_text[10] = ' ';
    ret_text[CLI_DATE_SIZE - 1] = '\0';
    return ret_text;
}

const char *
cli_date(const char *utc, char ret_text[static CLI_DATE_SIZE])
{
    cli_moment(utc, ret_text);
    ret_text[10] = '\0';
    return ret_text;
}

void
cli_put(FILE *out, const char *text)
{
    const uint8_t *p = (const uint8_t *)text, *end = p + strlen(text), *from;
    uint32_t c;

    while (p < end) {
        from = p;
        c = utf8_next(&p, end);
        if (c == UTF8_BAD)
            p++;
        /* controls, and what changes the direction of the text around it */
        if (c == UTF8_BAD || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
            (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
            (c >= 0x2060 && c <= 0x206f) || c == 0xfeff)
            fputc('?', out);
        else
            fwrite(from, 1, (size_t)(p - from), out);
    }
}

int
cli_flush(struct cli *cli)
{
    (void)cli;
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_DONE : CLI_FAILED;
}

int
cli_print_json(const cJSON *object)
{
    struct buf text = { 0 };
    bool done;

    done = json_print(object, &text) == OK &&
           fputs(buf_text(&text), stdout) >= 0 && fputc('\n', stdout) != EOF &&
           fflush(stdout) == 0;
    buf_free(&text);
    return done ? CLI_DONE : CLI_FAILED;
}
