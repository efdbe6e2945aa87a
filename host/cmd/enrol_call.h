/* enrol_call.h - what the enrol commands share: the CA's definition, the way
 * to the network worker, and the answer. */
#ifndef INGAM_CMD_ENROL_CALL_H
#define INGAM_CMD_ENROL_CALL_H

#include "cmd/kept.h"
#include "pki/enrol.h"
#include "pki/revoke.h"

/* Keys that enrol.prepare made: struct enrol_keys. */
extern const struct kept_kind enrol_call_keys;

/* What reaches the CA through the worker; ctx is the call's net. */
struct enrol_io enrol_call_io(const struct call *call);

/* NULL: the disk root. ERR_PARAM_RANGE when it is none of store_is_root(). */
enum err enrol_call_root(
    const struct call *call, const char *given, const char **ret_root);

/*
 * Fill the call's result, or after a failure the detail of its error, and hand
 * the error on.
 */
enum err enrol_call_answer(const struct call *call, const struct ca *ca,
    struct enrol_result *result, enum err r);

/*
 * Remember what became of an enrolment or revocation at the CA, before it is
 * answered: when it is done, and when it failed after something was sent.
 */
void enrol_call_remember(const struct call *call, const struct ca *ca,
    enum journal_kind kind, const struct enrol_result *result, enum err r);

/* What a renewal changed: the part `renewal` of its result. */
enum err enrol_call_renewed(
    const struct call *call, const struct enrol_result *result);

/* The same for a revocation. */
enum err enrol_call_revoked(const struct call *call, const struct ca *ca,
    const struct revoke_result *result, enum err r);

/* {ko, en} of a text that may be missing. */
enum err enrol_call_texts(
    cJSON *object, const char *name, const char *ko, const char *en);

#endif
