#include "net/worker_address.h"

#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

enum kind { PUBLIC, LOCAL, NEVER };

static const struct {
    uint32_t net;
    uint32_t bits;
    enum kind kind;
} ipv4_ranges[] = {
    { 0x00000000, 8, NEVER },  /* this network */
    { 0x0A000000, 8, LOCAL },  /* 10/8 */
    { 0x64400000, 10, LOCAL }, /* 100.64/10, carrier's NAT */
    { 0x7F000000, 8, LOCAL },  /* loopback */
    { 0xA9FE0000, 16, NEVER }, /* link-local */
    { 0xAC100000, 12, LOCAL }, /* 172.16/12 */
    { 0xC0000000, 24, NEVER }, /* protocol assignments */
    { 0xC0A80000, 16, LOCAL }, /* 192.168/16 */
    { 0xC6120000, 15, NEVER }, /* benchmarks */
    { 0xE0000000, 3, NEVER },  /* multicast, reserved, broadcast */
};

static enum kind
ipv4_kind(uint32_t address)
{
    size_t i;

    for (i = 0; i < sizeof(ipv4_ranges) / sizeof(ipv4_ranges[0]); i++)
        if ((address ^ ipv4_ranges[i].net) >> (32 - ipv4_ranges[i].bits) == 0)
            return ipv4_ranges[i].kind;
    return PUBLIC;
}

static enum kind
ipv6_kind(const uint8_t a[static 16])
{
    static const uint8_t zeros[15] = { 0 };
    static const uint8_t nat64[12] = { 0, 0x64, 0xFF, 0x9B };
    uint32_t last;

    last = (uint32_t)a[12] << 24 | (uint32_t)a[13] << 16 |
           (uint32_t)a[14] << 8 | a[15];
    if (memcmp(a, zeros, 15) == 0)
        return a[15] == 1 ? LOCAL : NEVER; /* ::1; :: and ::n */
    if (memcmp(a, zeros, 10) == 0 && a[10] == 0xFF && a[11] == 0xFF)
        return ipv4_kind(last); /* mapped */
    if (memcmp(a, nat64, sizeof(nat64)) == 0)
        return ipv4_kind(last);
    if ((a[0] & 0xFE) == 0xFC)
        return LOCAL;                              /* unique local */
    return (a[0] & 0xE0) == 0x20 ? PUBLIC : NEVER; /* 2000::/3 is unicast */
}

bool
address_allowed(const struct sockaddr *sa, bool loopback)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    enum kind kind = NEVER;

    if (sa->sa_family == AF_INET) {
        memcpy(&in, sa, sizeof(in));
        kind = ipv4_kind(ntohl(in.sin_addr.s_addr));
    } else if (sa->sa_family == AF_INET6) {
        memcpy(&in6, sa, sizeof(in6));
        kind = ipv6_kind(in6.sin6_addr.s6_addr);
    }
    return kind == PUBLIC || (kind == LOCAL && loopback);
}

bool
address_online(void)
{
    struct ifaddrs *all = NULL, *i;
    bool online = false;

    if (getifaddrs(&all) != 0)
        return true; /* cannot tell */
    for (i = all; i != NULL; i = i->ifa_next)
        if (i->ifa_addr != NULL && (i->ifa_flags & IFF_UP) != 0 &&
            (i->ifa_flags & IFF_LOOPBACK) == 0 &&
            (i->ifa_addr->sa_family == AF_INET ||
                (i->ifa_addr->sa_family == AF_INET6 &&
                    address_allowed(i->ifa_addr, true))))
            online = true;
    freeifaddrs(all);
    return online;
}
