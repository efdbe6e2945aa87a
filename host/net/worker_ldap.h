/* worker_ldap.h - what an LDAP search through libcurl answered. */
#ifndef INGAM_NET_WORKER_LDAP_H
#define INGAM_NET_WORKER_LDAP_H

#include "net/worker_http.h"

/* Memory that a server's lengths may make libldap ask for; false when it
 * cannot be bounded. */
bool worker_ldap_bound(void);

/*
 * libcurl hands on text: lines "\tattribute;binary:: <base64>". The first such
 * value takes the place of post->answer. CHANNEL_OK or CHANNEL_INVALID.
 */
enum channel_status worker_ldap_value(struct worker_post *post);

#endif
