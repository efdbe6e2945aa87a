/**
 * The table of the list. A row is made once and kept; what sorting and
 * filtering do is to put the same rows in again. Rows out of view are not laid
 * out (content-visibility), so that a thousand of them are no freeze.
 */
import { el, fill, icon } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { COLUMNS, rowView } from './row-view.js';

/** @typedef {import('./list-model.js').Row} Row */
/** @typedef {import('./list-model.js').Column} Column */

export class ListTable {
    /** @type {Map<string, {look: string, element: HTMLTableRowElement}>} */
    #rows = new Map();
    /** @type {Map<Column, HTMLElement>} */
    #heads = new Map();
    #body = el('tbody', { role: 'rowgroup', onclick: openRow });
    /** @type {import('./list-model.js').Order} */
    order = { by: 'state', up: true };

    /** @param {() => void} onSort */
    constructor(onSort) {
        const heads = COLUMNS.map(column => {
            const head = el('th', { role: 'columnheader', scope: 'col' });
            this.#heads.set(column, head);
            fill(head, el('button', {
                type: 'button', class: 'sort', id: `sort-${column}`,
                onclick: () => {
                    this.#turn(column);
                    onSort();
                },
            }, t(`manage_column_${column}`), icon('')));
            return head;
        });
        this.root = el('table', { class: 'grid certificates', role: 'table' },
            el('caption', { class: 'spoken' }, t('manage_caption')),
            el('thead', { role: 'rowgroup' },
                el('tr', { role: 'row' }, ...heads)),
            this.#body);
        this.#mark();
    }

    /** @param {Column} column */
    #turn(column) {
        const { by, up } = this.order;
        this.order = { by: column, up: by === column ? !up : true };
        this.#mark();
    }

    #mark() {
        const { by, up } = this.order;
        for (const [column, head] of this.#heads) {
            const on = column === by;
            head.setAttribute('aria-sort',
                on ? (up ? 'ascending' : 'descending') : 'none');
            const sign = head.querySelector('.icon');
            if (sign)
                sign.textContent = on ? (up ? ' ▲' : ' ▼') : '';
        }
    }

    /**
     * @param {Row[]} rows in their order
     * @param {import('../common/certificate-model.js').Ca[]} cas
     * @param {number} now ms
     */
    show(rows, cas, now) {
        const elements = rows.map(row => {
            const { id } = row.card.certificate;
            const known = this.#rows.get(id);
            if (known?.look === row.look)
                return known.element;
            const element = rowView(row, cas, now);
            this.#rows.set(id, { look: row.look, element });
            return element;
        });
        settle(this.#body, elements);
        this.root.hidden = elements.length === 0;
    }

    /**
     * @param {string} id
     * @returns {HTMLElement | null} the link of that row
     */
    link(id) {
        const element = this.#rows.get(id)?.element;
        return element?.isConnected || element?.parentElement === this.#body
            ? element.querySelector('a') : null;
    }

    /**
     * The row that comes after one, or before it when it is the last: where
     * the focus goes when it is deleted.
     * @param {string} id
     * @returns {string}
     */
    neighbour(id) {
        const element = this.#rows.get(id)?.element;
        const other = /** @type {HTMLElement | null | undefined} */ (
            element?.nextElementSibling ?? element?.previousElementSibling);
        return other?.dataset.id ?? '';
    }
}

/**
 * Put the rows in, touching none that is in its place already: a browser lays
 * out again what is touched.
 * @param {HTMLElement} body
 * @param {HTMLElement[]} rows
 */
function settle(body, rows) {
    const wanted = new Set(rows);
    for (const row of [...body.children])
        if (!wanted.has(/** @type {HTMLElement} */ (row)))
            row.remove();
    let at = body.firstElementChild;
    for (const row of rows)
        if (at === row)
            at = row.nextElementSibling;
        else
            body.insertBefore(row, at);
}

/**
 * The whole row is the target of the mouse; the keyboard has its link.
 * @param {MouseEvent} event
 */
function openRow(event) {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest('tr'));
    if (row?.dataset.id && target.closest('a') === null &&
        window.getSelection()?.isCollapsed !== false)
        location.hash = row.dataset.id;
}
