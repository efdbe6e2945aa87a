/** Names and numbers shared by the parts; content/relay.js repeats a few. */

/** The name under which the browser knows the host. */
export const HOST_NAME = 'kr.ingam.host';

/** The one protocol version that is spoken; others are refused. */
export const PROTOCOL = 1;

/** This extension's version; equal to the manifest's. */
export const VERSION = '0.1.0';

/** The oldest host that this extension works with. */
export const MIN_HOST = '0.1.0';

/** What a page may ask for by a window, and which window answers it. */
export const WINDOWS = new Map([
    ['issue', 'ui/reissue/reissue.html'],
    ['reissue', 'ui/reissue/reissue.html'],
    ['renew', 'ui/renew/renew.html'],
    ['revoke', 'ui/revoke/revoke.html'],
    ['sign', 'ui/sign/sign.html'],
    ['signBatch', 'ui/batch/batch.html'],
    ['signFile', 'ui/file/file.html'],
    ['login', 'ui/sign/login.html'],
]);

/** Bytes of content that fit one frame to the host after base64. */
export const CONTENT_MAX = 384 * 1024;

/** Longest wait for the next word of the host, in ms. */
export const SILENCE_MS = 5000;
