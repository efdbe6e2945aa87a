/** The first moments: the frame at once, words after 300 ms. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { heading } from './shell.js';
import { deedText } from './words.js';

const QUIET_MS = 300;

/**
 * @param {import('./state.js').State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function loadingScreen(state, { close }) {
    const words = el('p', { class: 'help', role: 'status' });
    setTimeout(() => {
        words.textContent = t('loading');
    }, QUIET_MS);
    return {
        deed: deedText(state),
        content: [heading(deedText(state)), words],
        secondary: { label: t('cancel'), press: close },
    };
}
