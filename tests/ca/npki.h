/* npki.h - one dialogue of dialect npki over a TCP connection. */
#ifndef TEST_CA_NPKI_H
#define TEST_CA_NPKI_H

#include "ca.h"

#define NPKI_MESSAGES_MAX 64 /* frames of a client in one connection */

/* Serve a connection until it ends; its timeouts are the caller's. */
void npki_serve(const struct ca *ca, int fd);

#endif
