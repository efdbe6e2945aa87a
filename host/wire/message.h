/*
 * message.h - JSON-RPC 2.0 as spoken here: requests and the notification
 * `cancel` come in; results, errors and notifications go out.
 */
#ifndef INGAM_WIRE_MESSAGE_H
#define INGAM_WIRE_MESSAGE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "base/buf.h"

#define MESSAGE_ID_MAX 2147483647 /* what cJSON prints exactly */

struct message {
    double id;       /* 1 .. MESSAGE_ID_MAX; 0: none, cannot be addressed */
    bool cancel;     /* the notification: stop the request `id` */
    char *method;    /* NULL in a notification */
    cJSON *params;   /* an object or NULL */
    struct buf body; /* what params point into, if they do */
};

/*
 * Read one message; the body is empty afterwards, also on failure.
 * ret_message->id is set as soon as it is known, also on failure, so that the
 * error can be addressed. The caller frees the message.
 *
 * ERR_MESSAGE_INVALID      an unknown member, a method or params of the wrong
 *                          type, a notification other than `cancel`
 * ERR_VERSION_UNSUPPORTED  jsonrpc is not "2.0"
 * ERR_ID_INVALID           the id is missing or no integer of its range
 * ERR_PARAM_…              the params of `cancel`
 * and those of json_parse
 */
enum err message_parse(struct buf *body, struct message *ret_message);
void message_free(struct message *message);

/*
 * Append an outgoing message. What is passed in stays the caller's, except
 * for the members of `detail`, which move into error.data. An id of 0 becomes
 * null. ERR_NO_MEMORY
 */
enum err message_result(double id, cJSON *result, struct buf *ret_body);
enum err message_error(
    double id, enum err e, cJSON *detail, struct buf *ret_body);
enum err message_notification(
    const char *method, cJSON *params, struct buf *ret_body);

#endif
