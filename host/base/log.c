#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_LEN 512 /* bytes; the rest is cut */

static enum log_level level_now = LOG_ERROR;

void
log_set_level(enum log_level level)
{
    level_now = level;
}

void
log_line(enum log_level level, const char *format, ...)
{
    char line[LINE_MAX_LEN];
    va_list ap;
    int n, len;

    if (level > level_now)
        return;
    n = snprintf(line, sizeof(line), "ingam: ");
    va_start(ap, format);
    len = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, ap);
    va_end(ap);
    if (len < 0)
        return;
    len += n;
    if ((size_t)len > sizeof(line) - 2)
        len = (int)sizeof(line) - 2;
    line[len++] = '\n';
    (void)!write(STDERR_FILENO, line, (size_t)len);
}
