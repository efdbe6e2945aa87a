/** Buttons that copy a text, and say so. */
import { el } from './dom.js';
import { t } from './i18n.js';

/**
 * @param {string} label key
 * @param {string} text
 * @returns {HTMLElement}
 */
export function copyButton(label, text) {
    const said = el('span', { role: 'status', class: 'help' });
    const button = el('button', {
        type: 'button',
        class: 'small',
        onclick: async () => {
            try {
                await navigator.clipboard.writeText(text);
                said.textContent = ` ${t('copied')}`;
            } catch {
                said.textContent = ` ${t('copy_failed')}`;
            }
        },
    }, t(label));
    return el('p', {}, button, said);
}

/**
 * @param {string | undefined} contact
 * @returns {HTMLElement | null}
 */
export const contactLine = contact => contact
    ? el('p', {}, `${t('error_contact')}: ${contact}`) : null;
