/** A form that is signed: its fields, and under them the exact text. */
import { showText } from '../../common/display.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { views, warningsOf, wordsOf } from './shown.js';

/** @typedef {import('../../common/form.js').Form} Form */

/** @param {Form} form @param {string} mark as it is shown */
function doubts({ fields, clear }, mark) {
    const twice = fields.find(({ doubt }) => doubt === 'twice');
    return [
        !clear && t('form_split', { word: mark }),
        twice && t('form_twice', { word: wordsOf(
            /** @type {any} */ (showText(twice.name))) }),
    ].filter(line => typeof line === 'string');
}

/** @param {string} doubt */
const doubtView = doubt => doubt !== '' &&
    el('p', { class: 'doubt' }, `▲ ${t(`form_row_${doubt}`)}`);

/**
 * @param {Form} form
 * @returns {import('./content.js').Content | null} null when it cannot be shown
 */
export function formContent(form) {
    const exact = showText(form.text);
    const mark = showText(form.delimiter);
    const rows = form.fields.map(({ name, value, label, doubt }) => ({
        label: showText(label), name: showText(name), value: showText(value),
        doubt,
    }));
    const all = rows.flatMap(({ label, name, value }) => [label, name, value]);
    if (!exact || !mark || all.includes(null))
        return null;
    const sure = /** @type {import('../../common/display.js').Shown[]} */ (all);
    const title = t('sign_title_text');
    const heading = t('sign_exact');
    return {
        title,
        children: [
            el('dl', { class: 'transaction' }, ...rows.flatMap((row, i) => {
                const [label, name, value] = sure.slice(3 * i, 3 * i + 3);
                return [
                    el('dt', {}, ...views(label),
                        el('span', { class: 'field-name' }, ...views(name))),
                    el('dd', {}, el('div', {}, ...views(value)),
                        doubtView(row.doubt)),
                ];
            })),
            el('h2', { class: 'exact-title' }, heading),
            el('p', { class: 'exact' }, ...views(exact)),
        ],
        exact: null,
        question: null,
        measured: true,
        lines: rows.reduce((n, { value }) => n + (value?.lines ?? 0),
            exact.lines),
        warnings: [...doubts(form, wordsOf(mark)), ...warningsOf(sure)],
        display: [title, ...rows.map((_, i) => sure.slice(3 * i, 3 * i + 3)
            .map(wordsOf).join('\t')), heading, wordsOf(exact)].join('\n'),
    };
}
