#include "command.h"

#include <stdlib.h>
#include <string.h>

const char *
option_or(
    const struct options *options, enum option_id id, const char *otherwise)
{
    const char *value = options->value[id];

    return value != NULL ? value : otherwise;
}

const char *
option_needed(
    const struct options *options, enum option_id id, const char *name)
{
    if (options->value[id] == NULL)
        die("--%s is needed", name);
    return options->value[id];
}

int64_t
option_number(const char *text, const char *name, int64_t min, int64_t max)
{
    char *end;
    long long value = strtoll(text, &end, 10);

    if (*text == '\0' || *end != '\0' || value < min || value > max)
        die("--%s: %s is not a number from %lld to %lld", name, text,
            (long long)min, (long long)max);
    return value;
}

const char *
option_one_of(const char *text, const char *name, const char *const *choices)
{
    for (; *choices != NULL; choices++)
        if (strcmp(text, *choices) == 0)
            return text;
    die("--%s cannot be %s", name, text);
}

int
print_object(struct out *o)
{
    int r = puts(out_string(o)) < 0 || fflush(stdout) != 0;

    out_free(o);
    return r;
}

void
json_member(struct out *o, const char *name, const char *value)
{
    if (o->data[o->len - 1] != '{')
        out_text(o, ",");
    json_string(o, name);
    out_text(o, ":");
    json_string(o, value);
}
