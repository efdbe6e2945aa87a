/* worker_confine.h - the worker gives up what a carrier of messages never
 * needs: everything but names, certificates of CAs, and connections out. */
#ifndef INGAM_NET_WORKER_CONFINE_H
#define INGAM_NET_WORKER_CONFINE_H

#include <stdbool.h>

/* Once, before the first request. False: this kernel can confine the worker's
 * files and did not, so it must not go on. */
bool worker_confine(void);

#endif
