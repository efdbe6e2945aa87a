#include "net/worker_ldap.h"

#include <string.h>

#include <sys/resource.h>

#include "base/b64.h"

#define MEMORY_MAX (256u << 20) /* bytes of the worker's own */

bool
worker_ldap_bound(void)
{
    const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

    return setrlimit(RLIMIT_DATA, &memory) == 0;
}

enum channel_status
worker_ldap_value(struct worker_post *post)
{
    static const char mark[] = ":: ";
    const char *p = buf_text(&post->answer), *line;
    struct buf value = { 0 };
    enum err r = ERR_PARAM_TYPE;

    while (r == ERR_PARAM_TYPE && (line = strstr(p, "\n\t")) != NULL) {
        p = line + 2;
        line = strstr(p, mark);
        if (line == NULL || memchr(p, '\n', (size_t)(line - p)) != NULL)
            continue;
        line += sizeof(mark) - 1;
        r = b64_decode(line, strcspn(line, "\n"), &value);
    }
    if (r == OK && value.len <= post->max)
        buf_move(&post->answer, &value);
    else
        r = ERR_TOO_LARGE;
    buf_free(&value);
    return r == OK ? CHANNEL_OK : CHANNEL_INVALID;
}
