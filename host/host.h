/*
 * host.h - what the program knows about where it runs. Built once in main (or
 * by a test, with its own folders and clock) and passed down.
 */
#ifndef INGAM_HOST_H
#define INGAM_HOST_H

#include "os/clock.h"
#include "os/paths.h"
#include "pki/crypto.h"

#define INGAM_VERSION       "0.1.0"
#define INGAM_MIN_EXTENSION "0.1.0"
#define INGAM_PLATFORM      "linux"
#define INGAM_PROTOCOL      1

struct host {
    struct crypto *crypto; /* OpenSSL context and providers */
    struct paths paths;    /* home, config, state, NPKI roots, ca.d */
    struct clock clock;    /* wall and monotonic time */
};

#endif
