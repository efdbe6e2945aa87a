/**
 * Why a native port ended, from the browsers' own words (neither gives a
 * code). A browser that says nothing means that the process ended.
 */

/** @type {[RegExp, string][]} */
const WORDS = [
    [/host not found/i, 'host_missing'], // Chromium
    [/No such native application/i, 'host_missing'], // Firefox
    [/An unexpected error occurred/i, 'host_missing'], // Firefox: no program
    [/not a function|connectNative/i, 'host_missing'], // no permission
    [/is forbidden/i, 'host_forbidden'], // Chromium: other extension id
    [/Failed to start/i, 'host_forbidden'], // Chromium: start refused
];

/**
 * @param {string} words of runtime.lastError or port.error; may be empty
 * @param {boolean} greeted the host had said hello
 * @returns {string} the reason
 */
export function lostBecause(words, greeted) {
    if (!greeted)
        for (const [pattern, reason] of WORDS)
            if (pattern.test(words))
                return reason;
    return 'host_gone';
}
