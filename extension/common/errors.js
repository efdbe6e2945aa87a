/**
 * Every reason that can be shown or told to a page. The first table repeats
 * the host's (host/base/err.h; a test compares it with --describe), the second
 * is the extension's own, codes 8xxx. Append-only, as the host's.
 *
 * A row: reason, code, retryable, what is lost ('0' nothing, '?' not known
 * yet, '!' the code is spent), the button that the error view offers.
 */

/** @typedef {[string, number, boolean, '0' | '?' | '!', string]} Row */

/** @type {Row[]} */
export const HOST_ERRORS = [
    ['frame_empty', -32700, false, '?', 'retry'],
    ['frame_too_big', -32700, false, '?', 'retry'],
    ['frame_truncated', -32700, false, '?', 'retry'],
    ['frame_stalled', -32700, false, '?', 'retry'],
    ['json_invalid', -32700, false, '?', 'retry'],
    ['json_trailing', -32700, false, '?', 'retry'],
    ['json_utf8', -32700, false, '?', 'retry'],
    ['json_duplicate', -32700, false, '?', 'retry'],
    ['json_range', -32700, false, '?', 'retry'],
    ['json_too_deep', -32700, false, '?', 'retry'],
    ['json_too_many', -32700, false, '?', 'retry'],
    ['message_invalid', -32600, false, '?', 'retry'],
    ['version_unsupported', -32600, false, '?', 'retry'],
    ['id_invalid', -32600, false, '?', 'retry'],
    ['bad_state', -32600, false, '?', 'retry'],
    ['queue_full', -32600, false, '?', 'retry'],
    ['origin_invalid', -32600, false, '?', 'retry'],
    ['origin_changed', -32600, false, '?', 'retry'],
    ['method_unknown', -32601, false, '?', 'retry'],
    ['param_unknown', -32602, false, '?', 'retry'],
    ['param_missing', -32602, false, '?', 'retry'],
    ['param_type', -32602, false, '?', 'retry'],
    ['param_range', -32602, false, '?', 'retry'],
    ['response_too_big', -32603, false, '?', 'retry'],
    ['invalid_request', 1001, false, '0', 'close'],
    ['too_large', 1002, false, '0', 'close'],
    ['content_not_displayable', 1003, false, '0', 'close'],
    ['encoding_mismatch', 1004, false, '0', 'close'],
    ['request_expired', 1005, false, '0', 'close'],
    ['unknown_ca', 1006, false, '0', 'close'],
    ['ca_disabled', 1007, false, '0', 'manage'],
    ['no_matching_certificate', 1008, false, '0', 'find'],
    ['ca_incomplete', 1009, false, '0', 'close'],
    ['timestamp_unavailable', 1010, false, '0', 'close'],
    ['password_wrong', 2001, true, '0', 'retry'],
    ['cancelled', 2002, false, '0', 'close'],
    ['password_slowed', 2003, true, '0', 'retry'],
    ['password_too_weak', 2004, true, '0', 'retry'],
    ['identity_value_missing', 2005, false, '0', 'choose'],
    ['identity_declined', 2006, false, '0', 'close'],
    ['certificate_expired', 2007, false, '0', 'choose'],
    ['certificate_not_yet_valid', 2008, false, '0', 'choose'],
    ['certificate_revoked', 2009, false, '0', 'choose'],
    ['renewal_too_early', 2010, false, '0', 'close'],
    ['enrolment_pending', 2011, true, '0', 'resume'],
    ['confirmation_wrong', 2012, true, '0', 'retry'],
    ['already_signed', 2013, true, '0', 'retry'],
    ['certificate_not_found', 3001, false, '0', 'find'],
    ['certificate_damaged', 3002, false, '0', 'manage'],
    ['key_file_missing', 3003, false, '0', 'reissue'],
    ['key_file_damaged', 3004, false, '0', 'reissue'],
    ['key_mismatch', 3005, false, '0', 'manage'],
    ['key_scheme_unsupported', 3006, false, '0', 'manage'],
    ['store_readonly', 3007, true, '0', 'place'],
    ['store_permission', 3008, true, '0', 'copy'],
    ['store_unsafe', 3009, false, '0', 'place'],
    ['store_busy', 3010, true, '0', 'retry'],
    ['disk_full', 3011, true, '0', 'retry'],
    ['medium_removed', 3012, true, '0', 'resume'],
    ['io_error', 3013, true, '?', 'retry'],
    ['already_exists', 3014, false, '0', 'close'],
    ['import_invalid', 3015, false, '0', 'retry'],
    ['import_ambiguous', 3016, false, '0', 'retry'],
    ['pending_not_found', 3017, false, '?', 'close'],
    ['import_too_large', 3018, false, '0', 'retry'],
    ['import_costly', 3019, false, '0', 'retry'],
    ['code_wrong', 4001, true, '?', 'retry'],
    ['code_expired', 4002, false, '!', 'close'],
    ['code_used', 4003, false, '!', 'resume'],
    ['ca_rejected', 4004, false, '?', 'contact'],
    ['ca_busy', 4005, true, '?', 'resume'],
    ['ca_waiting', 4006, true, '?', 'close'],
    ['ca_answer_untrusted', 4007, true, '?', 'resume'],
    ['ca_answer_invalid', 4008, true, '?', 'resume'],
    ['certificate_unexpected', 4009, false, '?', 'contact'],
    ['certificate_unconfirmed', 4010, true, '0', 'resume'],
    ['already_renewed', 4011, false, '0', 'find'],
    ['chain_untrusted', 4012, false, '0', 'manage'],
    ['offline', 5001, true, '0', 'resume'],
    ['ca_unreachable', 5002, true, '0', 'resume'],
    ['ca_timeout', 5003, true, '?', 'resume'],
    ['tls_failed', 5004, true, '0', 'retry'],
    ['status_unknown', 5005, true, '0', 'retry'],
    ['timestamp_failed', 5006, true, '0', 'retry'],
    ['internal', 9001, true, '?', 'retry'],
    ['no_memory', 9002, true, '0', 'retry'],
    ['crypto_unavailable', 9003, false, '0', 'copy'],
    ['clock_wrong', 9004, true, '0', 'retry'],
];

/** @type {Row[]} */
export const EXTENSION_ERRORS = [
    ['busy', 8001, true, '0', 'show'],
    ['too_many_requests', 8002, false, '0', 'close'],
    ['site_blocked', 8003, false, '0', 'manage'],
    ['site_not_allowed', 8004, false, '0', 'close'],
    ['page_gone', 8005, false, '0', 'close'],
    ['signed_not_delivered', 8006, false, '?', 'close'],
    ['host_missing', 8007, false, '0', 'copy'],
    ['host_forbidden', 8008, false, '0', 'copy'],
    ['host_outdated', 8009, false, '0', 'copy'],
    ['extension_outdated', 8010, true, '0', 'retry'],
    ['host_silent', 8011, true, '?', 'retry'],
    ['host_gone', 8012, true, '?', 'resume'],
    ['no_token', 8016, false, '0', 'close'],
    ['not_logged_in', 8017, false, '0', 'close'],
    ['file_unreadable', 8018, false, '0', 'close'],
    ['not_installed', 8013, false, '0', 'close'],
    ['not_top_frame', 8014, false, '0', 'close'],
    ['reload_page', 8015, false, '0', 'close'],
];

/** Told to a page only: they have no text in the locales. */
export const PAGE_ONLY = ['not_installed', 'not_top_frame', 'reload_page'];

const rows = new Map([...HOST_ERRORS, ...EXTENSION_ERRORS].map(
    ([reason, code, retryable, lost, button]) =>
        [reason, { reason, code, retryable, lost, button }]));

/**
 * @param {string} reason of any origin
 * @returns {{reason: string, code: number, retryable: boolean, lost: string,
 *     button: string}} its row; that of `internal` for an unknown reason
 */
export function errorRow(reason) {
    const row = rows.get(reason) ?? rows.get('internal');
    return /** @type {NonNullable<typeof row>} */ (row);
}

/**
 * What a page is told of a failure: the reason, never the details, unless
 * they are given here.
 * @param {string} reason
 * @param {object} [data]
 */
export function refusal(reason, data) {
    const { code, retryable } = errorRow(reason);
    return { error: { reason, code, retryable, data } };
}
