/* enrol_holder.h - what the commands share that the holder's key signs: the
 * pair in the store, and the CA that issued it. */
#ifndef INGAM_CMD_ENROL_HOLDER_H
#define INGAM_CMD_ENROL_HOLDER_H

#include "cmd/cmd.h"
#include "pki/ca.h"
#include "pki/store.h"

struct enrol_holder {
    struct store_list list;
    const struct store_entry *entry;
    struct ca *ca; /* the first enabled definition with its issuer, else one
                      that is switched off */
};

/*
 * By the parameter `certificate`. On failure the call's detail says what the
 * text has a place for.
 *
 * ERR_CERTIFICATE_NOT_FOUND, ERR_UNKNOWN_CA, ERR_NO_MEMORY and those of
 * store_look_up()
 */
enum err enrol_holder_find(
    const struct call *call, struct enrol_holder *ret_holder);
void enrol_holder_free(struct enrol_holder *holder);

#endif
