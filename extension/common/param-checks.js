/** Checks of a page's parameters: what does not fit is `invalid_request`. */
import { HostError } from './host-error.js';

const FILTER_MAX = 32; // items of one list

/** @returns {never} */
export function refuse() {
    throw new HostError('invalid_request');
}

/**
 * @param {any} params
 * @param {string[]} known members that may be there
 */
export function checkMembers(params, known) {
    if (typeof params !== 'object' || params === null)
        refuse();
    for (const name of Object.keys(params))
        if (!known.includes(name))
            refuse();
}

/**
 * @param {any} value
 * @param {RegExp} pattern
 * @returns {string}
 */
export function matching(value, pattern) {
    return typeof value === 'string' && pattern.test(value) ? value : refuse();
}

/**
 * @template T
 * @param {any} value
 * @param {T[]} choices the first is the default
 * @returns {T}
 */
export function oneOf(value, choices) {
    if (value === undefined)
        return choices[0];
    return choices.includes(value) ? value : refuse();
}

/**
 * @param {any} value
 * @param {RegExp} pattern
 * @returns {string[] | null}
 */
export function listOf(value, pattern) {
    if (value === undefined)
        return null;
    if (!Array.isArray(value) || value.length < 1 || value.length > FILTER_MAX)
        refuse();
    return value.map(/** @param {any} item */ item => matching(item, pattern));
}

/**
 * The page's own time limit, as the library turned it into an instant.
 * @param {any} value
 * @returns {number | null} ms since 1970
 */
export function instant(value) {
    if (value === undefined)
        return null;
    return Number.isSafeInteger(value) && value > 0 ? value : refuse();
}
