/**
 * From a failure to what the error view says: sentence, what is lost, button,
 * record. Pure.
 */
import { errorRow } from '../../common/errors.js';

/**
 * @typedef {object} Failure
 * @property {string} reason
 * @property {number} code
 * @property {any} data of the host's error: sent, pending, ca, placeholders
 */

/**
 * Which "잃은 것" sentence holds. What the host says about the request
 * (`sent`) is newer than the table.
 * @param {Failure} failure
 * @returns {string} key
 */
export function lostKey({ reason, data }) {
    const { lost } = errorRow(reason);
    if (lost === '!')
        return 'lost_code';
    if (data?.sent === 'no')
        return 'lost_nothing';
    if (lost === '0' && (data?.sent === 'yes' || data?.sent === 'unknown'))
        return data.pending ? 'lost_kept' : 'lost_unknown';
    return lost === '0' ? 'lost_nothing' : 'lost_unknown';
}

/**
 * Values for the placeholders of the sentence, as text; what the window knows
 * itself (a CA's title, a date in words) goes before the host's.
 * @param {Failure} failure
 * @param {Record<string, string>} known see above
 * @returns {Record<string, string>}
 */
export function errorValues({ data }, known) {
    /** @type {Record<string, string>} */
    const values = {};
    for (const [name, value] of
        [...Object.entries(data ?? {}), ...Object.entries(known)])
        if ((typeof value === 'string' && value !== '') ||
            typeof value === 'number')
            values[name] = String(value);
    return values;
}

/**
 * The CA's own words, already cleaned by the host.
 * @param {Failure} failure
 * @returns {string[]}
 */
export const caWords = ({ data }) => Array.isArray(data?.ca?.text)
    ? data.ca.text.filter(/** @param {any} x */ x => typeof x === 'string')
    : [];

/**
 * @param {Failure} failure
 * @returns {{h1: string, next: string}} keys
 */
export const sentenceKeys = ({ reason }) =>
    ({ h1: `error_${reason}`, next: `error_${reason}_next` });

/**
 * Lines for whoever is asked for help; holds no password and no code.
 * @param {Failure} failure
 * @param {{time: string, versions: string, ca: string, request?: string}} of
 * @returns {string}
 */
export function recordLines(failure, of) {
    const { ca } = failure.data ?? {};
    const info = ca && [ca.status, ...(ca.failInfo ?? [])]
        .filter(x => x !== undefined && x !== null && x !== '').join(' ');
    const quoted = caWords(failure).map(text => `“${text}”`).join(' ');
    return [
        `${failure.reason} · ${failure.code} · ${of.time}`,
        of.versions,
        [of.request, of.ca, info, quoted].filter(Boolean).join('  '),
    ].filter(Boolean).join('\n');
}
