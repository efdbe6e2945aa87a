/** The list of a batch: every item in it opens into exactly what is signed. */
import { box, el, fill } from '../common/dom.js';
import { errorValues } from '../common/error-model.js';
import { language, t } from '../common/i18n.js';
import { isAtEnd } from '../sign/content-view.js';
import { views } from '../sign/shown.js';

const BEGINNING = 80; // characters of a content in its line

/** @typedef {import('./items.js').Entry} Entry */

/** @param {number} n */
export const count = n => n.toLocaleString(language());

/** @param {import('../../common/host-error.js').HostError} failure */
export const failureText = failure =>
    t(`error_${failure.reason}`, errorValues(failure, {}));

/** @param {Entry} entry @returns {any[]} */
export const nameOf = ({ n, title }) =>
    [`${count(n)}. `, ...title ? views(title) : [t('batch_untitled')]];

/**
 * The beginning of what is shown, for the line that opens it.
 * @param {import('../sign/content.js').Content} content
 */
function beginning({ display }) {
    const words = display.split('\n').slice(1).filter(line => line.trim() !== '')
        .slice(0, 3).map(line => line.replaceAll('\t', ' ')).join(' · ');
    const cut = [...words].slice(0, BEGINNING).join('');
    return cut === words ? words : `${cut}…`;
}

/** @param {Entry} entry */
function openedView({ content, wanted, code }) {
    if (!content || !wanted)
        return [];
    return [
        el('p', { class: 'name' }, content.title),
        content.warnings.length > 0 && box('warn',
            ...content.warnings.map(line => el('p', {}, line))),
        el('div', { class: 'content', dir: 'ltr' }, ...content.children),
        el('p', { class: 'measure' },
            `${t('sign_size', { lines: content.lines,
                bytes: wanted.bytes.length })} · ${t('sign_check_code', { code })}`),
        content.exact,
    ];
}

/** @param {Entry} entry @param {() => void} onToggle */
function itemView(entry, onToggle) {
    const { content, failure } = entry;
    if (!content)
        return el('li', {}, el('span', { class: 'name' }, ...nameOf(entry)),
            el('p', { class: 'more' }, t('batch_unsigned'), ' ',
                failure ? failureText(failure) : ''));
    const body = el('div', {});
    const details = el('details', {
        // made when it is opened: a thousand contents are many elements
        ontoggle: () => {
            if (details.open && body.childNodes.length === 0)
                fill(body, ...openedView(entry));
            onToggle();
        },
    }, el('summary', {},
        el('span', { class: 'name' }, ...nameOf(entry)), ' ',
        content.warnings.length > 0 &&
            el('span', { class: 'mark' }, t('batch_look'), ' '),
        el('span', { class: 'more' }, beginning(content))), body);
    return el('li', {}, details);
}

export class BatchView {
    /** @param {Entry[]} entries */
    constructor(entries) {
        const signed = entries.filter(entry => entry.content !== null);
        const marked = signed.filter(
            ({ content }) => (content?.warnings.length ?? 0) > 0).length;
        const bytes = signed.reduce(
            (n, { wanted }) => n + (wanted?.bytes.length ?? 0), 0);
        const unsigned = entries.length - signed.length;
        /** Something about `read` or `gate` changed. */
        this.onChange = () => {};
        /** The end of the list has been in view. */
        this.read = false;
        this.area = el('ol', {
            class: 'items',
            id: 'items',
            tabindex: '0',
            'aria-label': t('batch_list'),
            onscroll: () => this.look(),
        }, ...entries.map(entry => itemView(entry, () => this.look())));
        this.progress = el('progress', { class: 'batch-progress', hidden: true,
            max: String(signed.length), value: '0',
            'aria-label': t('batch_progress') });
        this.root = el('div', {},
            unsigned > 0 && box('warn',
                el('p', {}, t('batch_some_unsigned', { n: count(unsigned) }))),
            marked > 0 && box('warn',
                el('p', {}, t('batch_some_marked', { n: count(marked) }))),
            this.area,
            el('p', { class: 'measure' }, t('batch_size',
                { n: count(entries.length), bytes: count(bytes) })),
            this.progress);
    }

    /** Look where the list stands; also called when the layout changes. */
    look() {
        if (this.read || this.area.clientHeight === 0)
            return;
        this.read = isAtEnd(this.area);
        this.onChange();
    }

    /** @returns {string} what is still to do, "" when nothing */
    get gate() {
        return this.read ? '' : t('batch_read_to_end');
    }

    /** @param {number} n items that are done; -1: none is under way */
    setProgress(n) {
        this.progress.hidden = n < 0;
        this.progress.value = Math.max(0, n);
    }
}

/**
 * What came of it, where some items failed: the site has its results.
 * @param {Entry[]} entries those that failed, with their failures
 * @param {number} signed
 * @param {() => void} close
 */
export function resultView(entries, signed, close) {
    const title = signed > 0 ? t('batch_some_done',
        { n: count(signed), m: count(entries.length) }) : t('batch_none_done');
    return {
        root: el('main', {},
            el('h1', { tabindex: '-1' }, title),
            el('p', {}, t('batch_told')),
            el('h2', {}, t('batch_failed')),
            el('ul', { class: 'failed' }, ...entries.map(entry => el('li', {},
                el('span', { class: 'name' }, ...nameOf(entry)), ': ',
                entry.failure ? failureText(entry.failure) : '')))),
        bar: el('div', { class: 'bar' }, el('button', {
            type: 'button', class: 'primary', id: 'close', onclick: close,
        }, t('button_close'))),
    };
}
