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
