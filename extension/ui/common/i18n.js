/**
 * Texts of the locale. A placeholder {x} is filled as text. A value that is
 * not known never leaves a brace behind: a remark in brackets that needs it is
 * dropped, elsewhere the locale's word for the missing thing is used.
 */
import { browser } from '../../common/browser.js';

/** @typedef {Record<string, string | number | null | undefined>} Values */

/** @param {string} key @returns {string} the raw message, "" when unknown */
const message = key => browser?.i18n?.getMessage(key) ?? '';

/** @param {unknown} value */
const given = value => value !== undefined && value !== null && value !== '';

/**
 * @param {string} template
 * @param {Values} values
 * @param {(name: string) => string} missing a word for a value not known
 * @returns {string}
 */
export function fillText(template, values, missing) {
    const whole = template.replace(/ ?\([^()]*\)/g, remark => {
        const names = [...remark.matchAll(/\{(\w+)\}/g)].map(m => m[1]);
        return names.every(name => given(values[name])) ? remark : '';
    });
    return whole.replace(/\{(\w+)\}/g, (_, name) =>
        given(values[name]) ? String(values[name]) : missing(name));
}

/**
 * @param {string} key
 * @param {Values} [values]
 * @returns {string} the text in the person's language
 */
export const t = (key, values = {}) =>
    fillText(message(key), values, name => message(`missing_${name}`) || '–');

/** @param {string} key */
export const hasText = key => message(key) !== '';

/** @returns {'ko' | 'en'} the language the texts really are in */
export const language = () => t('language') === 'ko' ? 'ko' : 'en';

/**
 * @param {any} pair {ko, en} from the host
 * @returns {string} the one that is read here, else the other, else ""
 */
export const pick = pair =>
    pair?.[language()] || pair?.ko || pair?.en || '';

/**
 * Language and title of the document; called at each step.
 * @param {string} deed
 * @param {{n: number, of: number}} [step]
 */
export function setTitle(deed, step) {
    document.documentElement.lang = language();
    document.title = step
        ? t('title_step', { deed, ...step })
        : t('title', { deed });
}
