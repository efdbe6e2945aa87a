/**
 * Rules and strength of a new password (npki.md 8, ux 4). Passwords that exist
 * are taken as they are; only a new one is judged.
 */
import { COMMON_PASSWORDS } from './common-passwords.js';

export const LENGTH_MIN = 10;
export const LENGTH_MAX = 64;
const LONGER = 12; // below this a longer one is advised

/** Runs along rows of the keyboard, forwards and backwards. */
const ROWS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop',
    'asdfghjkl', 'zxcvbnm', '!@#$%^&*()'];
const RUN = 4;

/** A common word with no more than this many characters around it is common. */
const AROUND = 6;

/** @param {string} text */
const reversed = text => [...text].reverse().join('');

/** @param {string} password @returns {boolean} 1234, qwer, aaa */
export function hasRun(password) {
    const lower = password.toLowerCase();
    if (/(.)\1\1/.test(lower))
        return true;
    for (let i = 0; i + RUN <= lower.length; i++) {
        const part = lower.slice(i, i + RUN);
        if (ROWS.some(row =>
            row.includes(part) || reversed(row).includes(part)))
            return true;
    }
    return false;
}

/** @param {string} password @returns {boolean} 19900101, 900101, 1990-01-01 */
export const hasDate = password =>
    /(19|20)?\d\d[-./]?(0[1-9]|1[0-2])[-./]?(0[1-9]|[12]\d|3[01])/
        .test(password);

/**
 * What is left of a password when digits and symbols around a word are taken
 * off: "Password1!" is still "password".
 * @param {string} password
 */
const core = password =>
    password.toLowerCase().replace(/^[^a-z]+|[^a-z]+$/g, '');

/**
 * @param {string} password
 * @param {string[]} names the holder's, as far as known
 */
function isCommon(password, names) {
    const lower = password.toLowerCase();
    const word = core(password);
    const around = password.length - word.length;
    if (COMMON_PASSWORDS.has(lower) || (COMMON_PASSWORDS.has(word) &&
        (around <= AROUND || hasRun(password) || hasDate(password))))
        return true;
    return names.some(name => {
        const bare = name.toLowerCase().replace(/[^a-z]/g, '');
        return bare.length >= 3 && lower.includes(bare);
    });
}

/**
 * The rules in the order in which they are shown.
 * @type {[string, (password: string, names: string[]) => boolean, boolean][]}
 *     name, whether it holds, whether it can only be broken (an empty field
 *     does not break it)
 */
const RULES = [
    ['length', p => p.length >= LENGTH_MIN && p.length <= LENGTH_MAX, false],
    ['letter', p => /[A-Za-z]/.test(p), false],
    ['digit', p => /[0-9]/.test(p), false],
    ['special', p => /[!#$%&()*+,\-./:;<=>?@[\]^_`{}~]/.test(p) &&
        !/["'\\|]/.test(p), false],
    ['printable', p => /^[!-~]*$/.test(p), true],
    ['common', (p, names) => !isCommon(p, names), true],
];

/** @typedef {'met' | 'open' | 'broken'} State */

/** @param {boolean} empty @returns {State} */
const whenHeld = empty => empty ? 'open' : 'met';

/**
 * More typing can mend what is open; what is broken needs something taken out.
 * @param {string} rule
 * @param {boolean} negative
 * @param {string} password
 * @returns {State}
 */
function whenNot(rule, negative, password) {
    const refused = rule === 'special' && /["'\\|]/.test(password);
    const long = rule === 'length' && password.length > LENGTH_MAX;
    return negative || refused || long ? 'broken' : 'open';
}

/**
 * @typedef {object} Judgement
 * @property {{rule: string, state: State}[]} rules
 * @property {string | null} broken the first rule that does not hold
 * @property {0 | 1 | 2 | 3 | 4} level 0 while a rule does not hold
 * @property {boolean} short allowed, but 12 or more is advised
 */

/**
 * @param {string} password
 * @param {string[]} [names] the holder's name in Latin letters, if known
 * @returns {Judgement}
 */
export function judge(password, names = []) {
    const rules = RULES.map(([rule, holds, negative]) => ({
        rule,
        state: holds(password, names)
            ? whenHeld(negative && password === '')
            : whenNot(rule, negative, password),
    }));
    const broken = RULES.find(
        ([, holds]) => !holds(password, names))?.[0] ?? null;
    return {
        rules,
        broken: password === '' ? 'length' : broken,
        level: broken || password === '' ? 0 : strength(password),
        short: password.length < LONGER,
    };
}

/** @param {string} password that keeps the rules @returns {1 | 2 | 3 | 4} */
function strength(password) {
    const byLength = [16, 14, 12].findIndex(n => password.length >= n);
    const level = byLength === -1 ? 1 : 4 - byLength;
    const less = Number(hasRun(password)) + Number(hasDate(password));
    return /** @type {1 | 2 | 3 | 4} */ (Math.max(1, level - less));
}
