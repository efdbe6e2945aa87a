/** The two codes as people type them and as the CA gave them. Pure. */

export const CODE_MAX = 64; // characters

/** @param {string} typed @returns {string} without spaces and hyphens */
export const cleanCode = typed =>
    typed.normalize('NFKC').replace(/[\s\u2010-\u2015-]/g, '');

/** @param {string} code @returns {string} in groups of four */
export const groupCode = code => code.replace(/(.{4})(?=.)/g, '$1 ');

/**
 * @param {string} code cleaned
 * @returns {'empty' | 'invalid' | null} what is wrong with it
 */
export function codeProblem(code) {
    if (code === '')
        return 'empty';
    return /^[A-Za-z0-9]+$/.test(code) && code.length <= CODE_MAX
        ? null : 'invalid';
}

/** @param {any} x @param {number} max */
const isText = (x, max) =>
    typeof x === 'string' && x.length > 0 && x.length <= max;

/**
 * What a page passed: nothing of it is believed before this.
 * @param {any} params
 * @returns {{ca: string, referenceNumber: string, authorizationCode: string,
 *     name: string} | null}
 */
export function readPageParams(params) {
    if (typeof params !== 'object' || params === null)
        return null;
    const { ca, referenceNumber, authorizationCode, name = '' } = params;
    if (!isText(ca, 64) || !isText(referenceNumber, CODE_MAX) ||
        !isText(authorizationCode, CODE_MAX) || typeof name !== 'string' ||
        name.length > 100)
        return null;
    const codes = [referenceNumber, authorizationCode].map(cleanCode);
    if (codes.some(code => codeProblem(code) !== null))
        return null;
    return { ca, referenceNumber: codes[0], authorizationCode: codes[1], name };
}
