/** Rows and cells of a table whose look is a grid: their roles are said, since
 * a browser forgets them with the look. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';

/** @typedef {import('../common/dom.js').Child} Child */

/**
 * @param {string} stem of the keys of the columns' names
 * @param {string[]} columns
 */
export const headRow = (stem, columns) => el('thead', { role: 'rowgroup' },
    el('tr', { role: 'row' }, ...columns.map(column => el('th',
        { role: 'columnheader', scope: 'col' }, t(`${stem}_${column}`)))));

/**
 * @param {string} stem of the keys of the columns' names
 * @param {string[]} columns
 * @param {Child[]} cells in the order of the columns; the first one is the
 *     row's head
 */
export const tableRow = (stem, columns, cells) => el('tr', { role: 'row' },
    ...cells.map((content, i) => el(i === 0 ? 'th' : 'td', {
        role: i === 0 ? 'rowheader' : 'cell',
        scope: i === 0 ? 'row' : null,
        'data-label': t(`${stem}_${columns[i]}`),
    }, el('div', {}, content))));
