/* worker_address.h - which addresses may be connected to. */
#ifndef INGAM_NET_WORKER_ADDRESS_H
#define INGAM_NET_WORKER_ADDRESS_H

#include <stdbool.h>

#include <sys/socket.h>

/*
 * Public unicast addresses always; loopback and private ones (RFC 1918, RFC
 * 4193, RFC 6598) only when asked for. Never: unspecified, link-local,
 * multicast, broadcast and reserved ranges, whether as IPv4 or inside IPv6.
 */
bool address_allowed(const struct sockaddr *sa, bool loopback);

/* Is there any address here besides loopback's? */
bool address_online(void);

#endif
