#include "wire/origin.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HOST_MAX  253u /* characters (RFC 1035) */
#define LABEL_MAX 63u

/* RFC 3492 section 6.1. */
static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k;

    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (k = 0; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

/* The value of a Punycode digit, or 36. */
static uint32_t
digit(char c)
{
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a');
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0') + 26;
    return 36;
}

/* Does a label's text after "xn--" decode (RFC 3492 section 6.2) to
 * something that is not ASCII? */
static bool
is_punycode(const char *p, size_t len)
{
    uint32_t n = 128, i = 0, bias = 72, points = 0, old, w, k, t, d;
    size_t at = len;

    while (at > 0 && p[at - 1] != '-')
        at--;
    if (at == 1 || at == len)
        return false;
    points = at == 0 ? 0 : (uint32_t)at - 1;
    while (at < len) {
        old = i;
        for (w = 1, k = 36;; k += 36) {
            if (at == len || (d = digit(p[at++])) == 36 ||
                d > (UINT32_MAX - i) / w)
                return false;
            i += d * w;
            t = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias);
            if (d < t)
                break;
            if (w > UINT32_MAX / (36 - t))
                return false;
            w *= 36 - t;
        }
        points++;
        bias = adapt(i - old, points, old == 0);
        if (i / points > 0x10FFFF - n)
            return false;
        n += i / points;
        i = i % points + 1;
        if (n >= 0xD800 && n <= 0xDFFF)
            return false;
    }
    return true;
}

static bool
is_label(const char *p, size_t len)
{
    if (len == 0 || len > LABEL_MAX || p[0] == '-' || p[len - 1] == '-')
        return false;
    if (len > 4 && memcmp(p, "xn--", 4) == 0)
        return is_punycode(p + 4, len - 4);
    return len < 4 || p[2] != '-' || p[3] != '-';
}

static bool
is_host(const char *host, size_t len)
{
    size_t n;

    if (len == 0 || len > HOST_MAX)
        return false;
    for (;; host += n + 1, len -= n + 1) {
        n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (n > len || !is_label(host, n))
            return false;
        if (n == len)
            return true;
        if (host[n] != '.')
            return false;
    }
}

/* "" or ":<port>", without leading zeros and never the default. */
static bool
is_port(const char *p, uint32_t standard)
{
    uint32_t port = 0;

    if (*p == '\0')
        return true;
    if (*p++ != ':' || *p < '1' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9' && port <= 65535; p++)
        port = port * 10 + (uint32_t)(*p - '0');
    return *p == '\0' && port <= 65535 && port != standard;
}

bool
origin_valid(const char *text)
{
    static const char https[] = "https://", local[] = "http://localhost";
    const char *host;
    size_t len;

    if (strncmp(text, local, sizeof(local) - 1) == 0)
        return is_port(text + sizeof(local) - 1, 80);
    if (strncmp(text, https, sizeof(https) - 1) != 0)
        return false;
    host = text + sizeof(https) - 1;
    len = strcspn(host, ":");
    return is_host(host, len) && is_port(host + len, 443);
}
