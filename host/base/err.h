/*
 * err.h - the one table of everything that can go wrong.
 *
 * A row is: symbol, JSON code, reason, retryable, sentence. The code's family
 * says who has to act: -32xxx JSON-RPC's own, 1xxx the request, 2xxx the
 * person, 3xxx store and files, 4xxx the CA's answer, 5xxx the network, 9xxx
 * ours. The table is append-only: a code or reason, once released, keeps its
 * meaning. JSON errors, `ingam-host --describe`, the documents and both
 * locales are compared with it by tests.
 */
#ifndef INGAM_BASE_ERR_H
#define INGAM_BASE_ERR_H

#include <stdbool.h>

// clang-format off
#define ERR_TABLE(X)                                                          \
    /* JSON-RPC's own: what the extension sent could not be understood */     \
    X(FRAME_EMPTY,        -32700, "frame_empty", false, "The frame is empty.") \
    X(FRAME_TOO_BIG,      -32700, "frame_too_big", false, "The frame is larger than the limit.") \
    X(FRAME_TRUNCATED,    -32700, "frame_truncated", false, "The stream ended inside a frame.") \
    X(FRAME_STALLED,      -32700, "frame_stalled", false, "The rest of the frame did not arrive in time.") \
    X(JSON_INVALID,       -32700, "json_invalid", false, "The message is not valid JSON.") \
    X(JSON_TRAILING,      -32700, "json_trailing", false, "There is something after the JSON value.") \
    X(JSON_UTF8,          -32700, "json_utf8", false, "The message is not valid UTF-8.") \
    X(JSON_DUPLICATE,     -32700, "json_duplicate", false, "A member occurs twice.") \
    X(JSON_RANGE,         -32700, "json_range", false, "A number is out of range.") \
    X(JSON_TOO_DEEP,      -32700, "json_too_deep", false, "The message is nested too deeply.") \
    X(JSON_TOO_MANY,      -32700, "json_too_many", false, "The message has too many members.") \
    X(MESSAGE_INVALID,    -32600, "message_invalid", false, "The message is not a JSON-RPC 2.0 request.") \
    X(VERSION_UNSUPPORTED,-32600, "version_unsupported", false, "Only JSON-RPC 2.0 is spoken here.") \
    X(ID_INVALID,         -32600, "id_invalid", false, "The request id is missing, malformed or used twice.") \
    X(BAD_STATE,          -32600, "bad_state", false, "This command cannot follow in this operation.") \
    X(QUEUE_FULL,         -32600, "queue_full", false, "Too many requests are waiting.") \
    X(ORIGIN_INVALID,     -32600, "origin_invalid", false, "The origin is not a web origin.") \
    X(ORIGIN_CHANGED,     -32600, "origin_changed", false, "The origin differs from that of the first request.") \
    X(METHOD_UNKNOWN,     -32601, "method_unknown", false, "There is no such command.") \
    X(PARAM_UNKNOWN,      -32602, "param_unknown", false, "A parameter is not known to this command.") \
    X(PARAM_MISSING,      -32602, "param_missing", false, "A required parameter is missing.") \
    X(PARAM_TYPE,         -32602, "param_type", false, "A parameter has the wrong type.") \
    X(PARAM_RANGE,        -32602, "param_range", false, "A parameter is out of its bounds.") \
    X(RESPONSE_TOO_BIG,   -32603, "response_too_big", false, "The answer would exceed the limit.") \
    /* the request */                                                         \
    X(INVALID_REQUEST,       1001, "invalid_request", false, "The request cannot be read.") \
    X(TOO_LARGE,             1002, "too_large", false, "The content is too large.") \
    X(CONTENT_NOT_DISPLAYABLE, 1003, "content_not_displayable", false, "The content cannot be shown.") \
    X(ENCODING_MISMATCH,     1004, "encoding_mismatch", false, "Converting the text would change it.") \
    X(REQUEST_EXPIRED,       1005, "request_expired", false, "The time set by the site has passed.") \
    X(UNKNOWN_CA,            1006, "unknown_ca", false, "The CA is not known here.") \
    X(CA_DISABLED,           1007, "ca_disabled", false, "The CA is switched off.") \
    X(NO_MATCHING_CERTIFICATE, 1008, "no_matching_certificate", false, "No certificate matches.") \
    X(CA_INCOMPLETE,         1009, "ca_incomplete", false, "The CA cannot be switched on: its certificate or its address is not known.") \
    X(TIMESTAMP_UNAVAILABLE, 1010, "timestamp_unavailable", false, "No time-stamp authority is set up here, or its settings cannot be read.") \
    /* the person */                                                          \
    X(PASSWORD_WRONG,        2001, "password_wrong", true, "The password is wrong or the key file is damaged.") \
    X(CANCELLED,             2002, "cancelled", false, "Cancelled.") \
    X(PASSWORD_SLOWED,       2003, "password_slowed", true, "Too many wrong passwords; wait a little.") \
    X(PASSWORD_TOO_WEAK,     2004, "password_too_weak", true, "The new password breaks a rule.") \
    X(IDENTITY_VALUE_MISSING,2005, "identity_value_missing", false, "The certificate has no identity-check value.") \
    X(IDENTITY_DECLINED,     2006, "identity_declined", false, "The identity-check value was not sent.") \
    X(CERTIFICATE_EXPIRED,   2007, "certificate_expired", false, "The certificate has expired.") \
    X(CERTIFICATE_NOT_YET_VALID, 2008, "certificate_not_yet_valid", false, "The certificate is not valid yet.") \
    X(CERTIFICATE_REVOKED,   2009, "certificate_revoked", false, "The certificate was revoked.") \
    X(RENEWAL_TOO_EARLY,     2010, "renewal_too_early", false, "It is too early to renew.") \
    X(ENROLMENT_PENDING,     2011, "enrolment_pending", true, "An enrolment with this code is unfinished; resume it.") \
    X(CONFIRMATION_WRONG,    2012, "confirmation_wrong", true, "The name typed is not the holder's.") \
    X(ALREADY_SIGNED,        2013, "already_signed", true, "This certificate has signed it already.") \
    /* store and files */                                                     \
    X(CERTIFICATE_NOT_FOUND, 3001, "certificate_not_found", false, "The certificate was not found.") \
    X(CERTIFICATE_DAMAGED,   3002, "certificate_damaged", false, "The certificate file cannot be read.") \
    X(KEY_FILE_MISSING,      3003, "key_file_missing", false, "The key file is missing.") \
    X(KEY_FILE_DAMAGED,      3004, "key_file_damaged", false, "The key file is damaged.") \
    X(KEY_MISMATCH,          3005, "key_mismatch", false, "The key file belongs to another certificate.") \
    X(KEY_SCHEME_UNSUPPORTED,3006, "key_scheme_unsupported", false, "The key file's scheme is not supported.") \
    X(STORE_READONLY,        3007, "store_readonly", true, "The place is read-only.") \
    X(STORE_PERMISSION,      3008, "store_permission", true, "No permission for the place.") \
    X(STORE_UNSAFE,          3009, "store_unsafe", false, "A link or a foreign file stands in the place's path.") \
    X(STORE_BUSY,            3010, "store_busy", true, "Another program is changing the store.") \
    X(DISK_FULL,             3011, "disk_full", true, "There is not enough space.") \
    X(MEDIUM_REMOVED,        3012, "medium_removed", true, "The medium was removed.") \
    X(IO_ERROR,              3013, "io_error", true, "A file could not be read or written.") \
    X(ALREADY_EXISTS,        3014, "already_exists", false, "The certificate is already there.") \
    X(IMPORT_INVALID,        3015, "import_invalid", false, "The file is not a certificate file, or it is damaged.") \
    X(IMPORT_AMBIGUOUS,      3016, "import_ambiguous", false, "The file holds several keys.") \
    X(PENDING_NOT_FOUND,     3017, "pending_not_found", false, "There is no such unfinished enrolment.") \
    X(IMPORT_TOO_LARGE,      3018, "import_too_large", false, "The file is too large to be a certificate file.") \
    X(IMPORT_COSTLY,         3019, "import_costly", false, "Opening the file would take too many rounds.") \
    /* the CA's answer */                                                     \
    X(CODE_WRONG,            4001, "code_wrong", true, "The reference number or code is wrong.") \
    X(CODE_EXPIRED,          4002, "code_expired", false, "The code has expired.") \
    X(CODE_USED,             4003, "code_used", false, "The code was already used.") \
    X(CA_REJECTED,           4004, "ca_rejected", false, "The CA refused.") \
    X(CA_BUSY,               4005, "ca_busy", true, "The CA cannot handle this now.") \
    X(CA_WAITING,            4006, "ca_waiting", true, "The CA is still looking at the request.") \
    X(CA_ANSWER_UNTRUSTED,   4007, "ca_answer_untrusted", true, "The answer could not be proved to come from the CA.") \
    X(CA_ANSWER_INVALID,     4008, "ca_answer_invalid", true, "The CA's answer could not be read.") \
    X(CERTIFICATE_UNEXPECTED,4009, "certificate_unexpected", false, "The certificate differs from the request.") \
    X(CERTIFICATE_UNCONFIRMED,4010, "certificate_unconfirmed", true, "The certificate was not confirmed to the CA.") \
    X(ALREADY_RENEWED,       4011, "already_renewed", false, "The certificate was already renewed.") \
    X(CHAIN_UNTRUSTED,       4012, "chain_untrusted", false, "The issuer could not be verified.") \
    /* the network */                                                         \
    X(OFFLINE,               5001, "offline", true, "There is no network connection.") \
    X(CA_UNREACHABLE,        5002, "ca_unreachable", true, "The CA could not be reached.") \
    X(CA_TIMEOUT,            5003, "ca_timeout", true, "The CA did not answer in time.") \
    X(TLS_FAILED,            5004, "tls_failed", true, "No safe connection to the CA.") \
    X(STATUS_UNKNOWN,        5005, "status_unknown", true, "The revocation status could not be checked.") \
    X(TIMESTAMP_FAILED,      5006, "timestamp_failed", true, "No good time-stamp came, so nothing was signed.") \
    /* ours */                                                                \
    X(INTERNAL,              9001, "internal", true, "Something failed inside Ingam.") \
    X(NO_MEMORY,             9002, "no_memory", true, "There is not enough memory.") \
    X(CRYPTO_UNAVAILABLE,    9003, "crypto_unavailable", false, "A cipher is missing on this computer.") \
    X(CLOCK_WRONG,           9004, "clock_wrong", true, "This computer's date is wrong.")
// clang-format on

/* clang reports every dropped result; gcc has no such attribute for enums */
#if defined(__clang__)
#define ERR_MUST_USE __attribute__((warn_unused_result))
#else
#define ERR_MUST_USE
#endif

enum ERR_MUST_USE err {
    OK = 0,
#define ERR_SYMBOL(symbol, code, reason, retryable, sentence) ERR_##symbol,
    ERR_TABLE(ERR_SYMBOL)
#undef ERR_SYMBOL
        ERR_COUNT, /* number of rows plus one */
};

/* All take any row of the table; for OK or a stray value they describe
 * ERR_INTERNAL, so that a caller can never print nothing. */
int err_code(enum err e);
const char *err_reason(enum err e);  /* lower_snake, static */
const char *err_message(enum err e); /* an English sentence, static */
bool err_retryable(enum err e);

#endif
