/*
 * channel.h - what host and worker say to each other over their socketpair:
 * fixed-size headers in host byte order, then as many bytes as the header
 * announces. Both ends check every number against the bounds below and treat
 * the other as hostile; a broken rule ends the conversation.
 */
#ifndef INGAM_NET_CHANNEL_H
#define INGAM_NET_CHANNEL_H

#include <stdint.h>

#include "net/net.h"

#define CHANNEL_FD          0 /* the worker's end is its standard input */

#define CHANNEL_POST        0x494e5031u /* header of a request */
#define CHANNEL_CANCEL      0x494e4331u /* the same header, all else 0 */
#define CHANNEL_ANSWER      0x494e4131u

#define CHANNEL_URL_MAX     2048u       /* bytes, as all below */
#define CHANNEL_TYPE_MAX    128u        /* of a media type */
#define CHANNEL_BODY_MAX    (64u << 10) /* of a request */
#define CHANNEL_ANCHORS_MAX (64u << 10) /* of PEM */
#define CHANNEL_TIMEOUT_MAX 600000u     /* ms */

struct channel_request {
    uint32_t magic;
    uint32_t loopback;    /* 0 or 1 */
    uint32_t timeout_ms;  /* 1 .. CHANNEL_TIMEOUT_MAX */
    uint32_t turn;        /* enum net_turn; other than NET_ALONE: tcp:// */
    uint32_t get;         /* 0 or 1; 1: no body, and ldap:// too */
    uint32_t max;         /* of the answer: 1 .. NET_LIST_MAX */
    uint32_t url_len;     /* five parts follow in this order */
    uint32_t type_len;    /* media type; 0 with get */
    uint32_t accept_len;  /* that of the answer, or "*" */
    uint32_t body_len;    /* request body */
    uint32_t anchors_len; /* PEM; 0: the system's */
};

enum channel_status {
    CHANNEL_OK, /* HTTP 200 of the right type, or a frame; the body follows */
    CHANNEL_OFFLINE,
    CHANNEL_UNREACHABLE,
    CHANNEL_TLS,
    CHANNEL_TIMEOUT,
    CHANNEL_BUSY,
    CHANNEL_INVALID,
    CHANNEL_CANCELLED,
    CHANNEL_REFUSED, /* the request breaks a rule of the worker */
    CHANNEL_STATUS_COUNT,
};

struct channel_answer {
    uint32_t magic;
    uint32_t status;   /* enum channel_status */
    uint32_t sent;     /* enum net_sent */
    uint32_t body_len; /* 0 unless CHANNEL_OK */
};

#endif
