/** Reasons that no row can give: why, and which test does. */
const FRAMES = '`ingam` reads no frames: host/frames.test.mjs';
const TEXTS = 'the browser\'s JSON is read by the host alone: '
    + 'host/json.test.mjs, host/protocol.test.mjs';
const STORE = 'the store, not an enrolment: unit/test_store*.c';
const SIGNING = 'signing, not an enrolment: host/sign.test.mjs';
const PAGES = 'a page asks, not a person: e2e';
const IMPORT = 'import, not an enrolment: unit/test_p12.c';
const INSIDE = 'nothing outside can cause it: unit/test_crypto.c';
const MOUNT = 'a file system of its own: faults.test.mjs, unit/test_store.c';

export const unreachable = {
    frame_empty: FRAMES,
    frame_too_big: FRAMES,
    frame_truncated: FRAMES,
    frame_stalled: FRAMES,
    json_invalid: TEXTS,
    json_trailing: TEXTS,
    json_utf8: TEXTS,
    json_duplicate: TEXTS,
    json_range: TEXTS,
    json_too_deep: TEXTS,
    json_too_many: TEXTS,
    message_invalid: TEXTS,
    version_unsupported: TEXTS,
    id_invalid: TEXTS,
    origin_invalid: TEXTS,
    origin_changed: TEXTS,
    bad_state: 'one word is one operation: prepare.test.mjs',
    queue_full: 'one word is one request: host/work.test.mjs',
    method_unknown: '`ingam` has no such word: host/cli.test.mjs',
    response_too_big: 'an enrolment says little: unit/test_frame.c',
    invalid_request: PAGES,
    too_large: SIGNING,
    content_not_displayable: SIGNING,
    encoding_mismatch: SIGNING,
    request_expired: PAGES,
    timestamp_unavailable: 'only signing says it: cmp/timestamp.test.mjs',
    timestamp_failed: 'the same',
    ca_incomplete: 'only switching a CA on says it: host/ca-cli.test.mjs',
    cancelled: 'nobody presses a key here: faults.test.mjs',
    password_slowed: 'it takes wrong passwords in a row: unit/test_tries.c',
    identity_value_missing: SIGNING,
    identity_declined: PAGES,
    certificate_expired: 'none that was refused as such gets into a store: '
        + 'unit/test_enrol.c',
    certificate_not_yet_valid: 'the same: unit/test_chain.c',
    confirmation_wrong: STORE,
    already_signed: 'signing, not an enrolment: host/forms.test.mjs',
    certificate_damaged: 'a damaged one is not found: unit/test_cert.c',
    key_mismatch: STORE,
    key_scheme_unsupported: 'none is written: unit/test_p8.c',
    store_readonly: MOUNT,
    store_permission: MOUNT,
    disk_full: MOUNT,
    medium_removed: MOUNT,
    store_busy: 'somebody has to hold the lock: two-hosts.test.mjs',
    already_exists: IMPORT,
    import_invalid: IMPORT,
    import_ambiguous: IMPORT,
    import_too_large: IMPORT,
    import_costly: IMPORT,
    offline: 'the network has to be taken away: faults.test.mjs',
    status_unknown: 'no revocation status is asked for: e2e',
    internal: INSIDE,
    no_memory: INSIDE,
    crypto_unavailable: INSIDE,
};
