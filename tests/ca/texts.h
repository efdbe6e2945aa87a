/* texts.h - what a hostile CA may write for people to read. */
#ifndef TEST_CA_TEXTS_H
#define TEST_CA_TEXTS_H

#include "der.h"

enum text {
    TEXT_CONTROL, /* escape sequences, line ends */
    TEXT_BIDI,    /* marks that turn the direction of writing */
    TEXT_HTML,
    TEXT_INVALID, /* no UTF-8 */
    TEXT_EUC_KR,  /* Korean as old CAs send it */
    TEXT_NUL,
};

struct span text_hostile(enum text which);

/* So many letters; they live as long as the process, which is one answer. */
struct span text_long(size_t len);

#endif
