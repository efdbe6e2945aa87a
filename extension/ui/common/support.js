/** What an error view needs beside its sentence. */
import { t } from './i18n.js';

/** What a person can run in a terminal. @type {Map<string, string>} */
export const COMMANDS = new Map([
    ['host_missing', 'ingam register'],
    ['host_forbidden', 'ingam doctor --fix'],
    ['store_permission', 'ingam doctor --fix'],
    ['crypto_unavailable', 'ingam doctor'],
    ['host_outdated', 'ingam doctor'],
]);

/** @returns {string} "Chrome 156", "Firefox 153" */
function browserName() {
    const found = navigator.userAgent.match(/(Firefox|Edg|Chrome)\/(\d+)/);
    return found ? `${found[1]} ${found[2]}` : '–';
}

/**
 * @param {string} host its version, "" when it has not spoken
 * @param {string} extension
 */
export const versionsText = (host, extension) => t('error_versions',
    { host: host || '–', extension, browser: browserName() });
