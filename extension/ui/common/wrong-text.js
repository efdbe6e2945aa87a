/** The sentences after a wrong password; never how many tries are left. */
import { t } from './i18n.js';
import { HINT_FROM } from './wrong.js';

/**
 * @param {{count: number, seconds: number}} tally
 * @returns {string}
 */
export function wrongText({ count, seconds }) {
    if (seconds > 0)
        return t('password_slowed_field', { n: count, s: seconds });
    return count >= HINT_FROM
        ? `${t('password_wrong_field')} ${t('password_wrong_hint')}`
        : t('password_wrong_field');
}
