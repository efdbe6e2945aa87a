/** The area with the content, and the gate: it must be read to its end. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';

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

export class ContentView {
    #lines;

    /**
     * @param {import('./content.js').Content} content
     * @param {string} measure "3줄 · 120바이트"
     */
    constructor(content, measure) {
        this.#lines = content.lines;
        /** Something about `read` or `gate` changed. */
        this.onChange = () => {};
        /** The end has been in view. */
        this.read = false;
        this.area = el('div', {
            class: 'content',
            id: 'content',
            role: 'region',
            tabindex: '0',
            'aria-label': t('sign_content'),
            onscroll: () => this.look(),
        }, ...content.children);
        this.root = el('div', {}, content.warnings.length > 0 && box('warn',
            ...content.warnings.map(line => el('p', {}, line))), this.area,
            el('p', { class: 'measure' }, measure), content.exact);
    }

    /** Look where the text stands; also called when the layout changes. */
    look() {
        if (this.read || this.area.clientHeight === 0)
            return;
        this.read = isAtEnd(this.area);
        this.onChange();
    }

    /** @returns {string} what is still to do, "" when nothing */
    get gate() {
        return this.read ? '' : t('sign_read_to_end',
            { a: linesSeen(this.area, this.#lines), b: this.#lines });
    }
}
