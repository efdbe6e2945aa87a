/**
 * The content, character for character, with tokens where the eye would miss
 * something, and the gate that a long text must be read to its end.
 */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';

/** @typedef {import('../../common/display.js').Shown} Shown */

const SLACK = 2; // px, for zoomed layouts that round

/**
 * @param {{scrollTop: number, clientHeight: number, scrollHeight: number}} box
 * @returns {boolean} its end is, or can only be, in view
 */
export const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }) =>
    scrollTop + clientHeight >= scrollHeight - SLACK;

/**
 * @param {{scrollTop: number, clientHeight: number, scrollHeight: number}} box
 * @param {number} lines of the text
 * @returns {number} of them that came into view so far
 */
export const linesSeen = ({ scrollTop, clientHeight, scrollHeight }, lines) =>
    Math.min(lines, Math.max(1,
        Math.floor(lines * (scrollTop + clientHeight) / scrollHeight)));

/** @param {import('../../common/display.js').Piece} piece */
function pieceView({ text, token }) {
    if (!token)
        return text;
    const spoken = t('sign_invisible_spoken', { code: text.slice(1, -1) });
    return el('span', { class: 'token', role: 'img', 'aria-label': spoken },
        text);
}

/** @param {Shown} shown */
function warnings(shown) {
    const example = shown.pieces.find(piece => piece.token)?.text;
    const lines = [
        shown.unseen > 0 &&
            t('sign_invisible', { n: shown.unseen, example }),
        shown.oddDigits > 0 && t('sign_lookalike'),
        !shown.composed && t('sign_not_nfc'),
    ].filter(line => line !== false);
    return lines.length > 0 &&
        box('warn', ...lines.map(line => el('p', {}, line)));
}

export class ContentView {
    #lines;
    #onRead;

    /**
     * @param {Shown} shown
     * @param {string} measure "3줄 · 120바이트"
     * @param {() => void} onRead something about `read` or `gate` changed
     */
    constructor(shown, measure, onRead) {
        this.#lines = shown.lines;
        this.#onRead = onRead;
        /** The end has been in view. */
        this.read = false;
        this.area = el('div', {
            class: 'content',
            id: 'content',
            role: 'region',
            tabindex: '0',
            'aria-label': t('sign_content'),
            onscroll: () => this.look(),
        }, ...shown.pieces.map(pieceView));
        this.root = el('div', {}, warnings(shown), this.area,
            el('p', { class: 'measure' }, measure));
    }

    /** Look where the text stands; also called when the layout changes. */
    look() {
        if (this.read || this.area.clientHeight === 0)
            return;
        this.read = isAtEnd(this.area);
        this.#onRead();
    }

    /** @returns {string} what is still to do, "" when nothing */
    get gate() {
        return this.read ? '' : t('sign_read_to_end',
            { a: linesSeen(this.area, this.#lines), b: this.#lines });
    }
}
