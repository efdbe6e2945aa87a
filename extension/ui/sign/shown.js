/** Shown text as elements, as words, and what there is to warn of. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';

/** @typedef {import('../../common/display.js').Shown} Shown */

/** @param {import('../../common/display.js').Piece} piece */
function pieceView({ text, token }) {
    if (!token)
        return text;
    const spoken = t('sign_invisible_spoken', { code: text.slice(1, -1) });
    return el('span', { class: 'token', role: 'img', 'aria-label': spoken },
        text);
}

/** @param {Shown} shown */
export const views = shown => shown.pieces.map(pieceView);

/** @param {Shown} shown @returns {string} what the views say */
export const wordsOf = shown => shown.pieces.map(piece => piece.text).join('');

/**
 * @param {Shown[]} all
 * @returns {string[]}
 */
export function warningsOf(all) {
    const example = all.flatMap(shown => shown.pieces)
        .find(piece => piece.token)?.text;
    const unseen = all.reduce((n, shown) => n + shown.unseen, 0);
    const mixed = all.find(shown => shown.mixed !== '')?.mixed;
    return [
        unseen > 0 && t('sign_invisible', { n: unseen, example }),
        all.some(shown => shown.oddDigits > 0) && t('sign_lookalike'),
        mixed !== undefined && t('sign_mixed', { word: mixed }),
        all.some(shown => !shown.composed) && t('sign_not_nfc'),
    ].filter(line => line !== false);
}
