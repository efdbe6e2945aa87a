#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define KST_AHEAD (9 * 60 * 60) /* seconds Korea is ahead of UTC */

void
die(const char *format, ...)
{
    unsigned long code = ERR_peek_last_error();
    char reason[256];
    va_list args;

    fputs("ingam-test-ca: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    if (code != 0) {
        ERR_error_string_n(code, reason, sizeof reason);
        fprintf(stderr, " (%s)", reason);
    }
    fputc('\n', stderr);
    exit(1);
}

void
out_bytes(struct out *o, const void *bytes, size_t len)
{
    if (o->size - o->len < len) {
        o->size = (o->len + len) * 2 + 64;
        o->data = realloc(o->data, o->size);
        if (o->data == NULL)
            die("out of memory");
    }
    if (len > 0)
        memcpy(o->data + o->len, bytes, len);
    o->len += len;
}

void
out_text(struct out *o, const char *text)
{
    out_bytes(o, text, strlen(text));
}

void
out_printf(struct out *o, const char *format, ...)
{
    char text[512];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text)
        die("text too long");
    out_bytes(o, text, (size_t)len);
}

void
out_free(struct out *o)
{
    free(o->data);
    *o = (struct out){ 0 };
}

const char *
out_string(struct out *o)
{
    out_bytes(o, "", 1);
    o->len--;
    return (const char *)o->data;
}

char *
hex_text(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    struct out o = { 0 };

    for (size_t i = 0; i < len; i++)
        out_printf(&o, "%02x", p[i]);
    out_bytes(&o, "", 1);
    return (char *)o.data;
}

char *
base64_text(const void *bytes, size_t len)
{
    char *text = malloc(len / 3 * 4 + 5);

    if (text == NULL)
        die("out of memory");
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
    return text;
}

char *
copy_text(const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        die("out of memory");
    return copy;
}

char *
join_path(const char *dir, const char *name)
{
    struct out o = { 0 };

    out_text(&o, dir);
    out_text(&o, "/");
    out_text(&o, name);
    out_bytes(&o, "", 1);
    return (char *)o.data;
}

/* Bytes of the UTF-8 character at `p`, 0 when it is not one. */
static size_t
utf8_length(const uint8_t *p)
{
    size_t len = p[0] < 0x80             ? 1
                 : (p[0] & 0xe0) == 0xc0 ? 2
                 : (p[0] & 0xf0) == 0xe0 ? 3
                 : (p[0] & 0xf8) == 0xf0 ? 4
                                         : 0;

    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

void
json_string(struct out *o, const char *text)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t len;

    out_text(o, "\"");
    for (; *p != '\0'; p += len > 0 ? len : 1) {
        len = utf8_length(p);
        if (len == 0)
            out_text(o, "\\ufffd");
        else if (*p < 0x20)
            out_printf(o, "\\u%04x", *p);
        else if (*p == '"' || *p == '\\')
            out_printf(o, "\\%c", *p);
        else
            out_bytes(o, p, len);
    }
    out_text(o, "\"");
}

void
json_time(struct out *o, int64_t when)
{
    time_t t = (time_t)when;
    struct tm tm;
    char text[32];

    gmtime_r(&t, &tm);
    strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%SZ\"", &tm);
    out_text(o, text);
}

int64_t
end_of_korean_day(int64_t when, int years)
{
    time_t t = (time_t)when + KST_AHEAD;
    struct tm tm;

    gmtime_r(&t, &tm);
    tm.tm_year += years;
    tm.tm_hour = 23;
    tm.tm_min = 59;
    tm.tm_sec = 59;
    return (int64_t)timegm(&tm) - KST_AHEAD;
}

void
random_bytes(void *bytes, size_t len)
{
    if (RAND_bytes(bytes, (int)len) != 1)
        die("no random bytes");
}

char *
random_text(const char *alphabet, size_t len)
{
    size_t letters = strlen(alphabet);
    char *text = malloc(len + 1);
    uint8_t byte;

    if (text == NULL)
        die("out of memory");
    for (size_t i = 0; i < len;) {
        random_bytes(&byte, 1);
        if (byte < 256 / letters * letters)
            text[i++] = alphabet[byte % letters];
    }
    text[len] = '\0';
    return text;
}

void
write_private(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 || !write_all(fd, bytes, len) || close(fd) != 0)
        die("%s: %s", path, strerror(errno));
}

bool
write_all(int fd, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    ssize_t n;

    while (len > 0) {
        n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}
