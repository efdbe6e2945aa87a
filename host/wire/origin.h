/* origin.h - which texts are the origin of a web page that may ask. */
#ifndef INGAM_WIRE_ORIGIN_H
#define INGAM_WIRE_ORIGIN_H

#include <stdbool.h>

/*
 * https://<host>[:port], or http://localhost[:port] for development, exactly
 * as browsers serialise an origin: lower-case ASCII, IDN labels in their
 * ASCII form, no default port, nothing after the port. IPv6 literals and a
 * host with a final dot are not taken.
 */
bool origin_valid(const char *text);

#endif
