/** Places and names in words, without the numbers in them. */
import { t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';

/** @param {{path: string, medium: string}} root */
export const rootName = ({ path, medium }) => medium === 'removable'
    ? t('place_usb', { path }) : t('place_disk_path', { path: homePath(path) });

/** Digits that may number a person, an account or a business. */
const NUMBER = /\d{6,}/g;

/**
 * A name as it is written, without the numbers in it: they are nobody's
 * business on a screen, and of some a person can be told.
 * @param {string} text a name, or a path that is made of one
 * @returns {string}
 */
export const withoutNumbers = text => text.replace(NUMBER,
    digits => t('detail_digits', { n: digits.length }));

/** @param {string | undefined} path @returns {string} to be read by people */
export const pathText = path => withoutNumbers(homePath(path ?? ''));
