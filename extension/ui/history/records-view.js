/** The record's table. */
import { dateTime } from '../common/dates.js';
import { el, rows } from '../common/dom.js';
import { hasText, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { withoutNumbers } from '../manager/places.js';
import { headRow, tableRow } from '../manager/table.js';
import { nameIn, resultOf } from './history-model.js';

/** @typedef {import('./history-model.js').Entry} Entry */

const COLUMNS = ['time', 'deed', 'certificate', 'site', 'result'];

/** @param {HTMLElement} body */
export const recordsTable = body => el('table',
    { class: 'grid records', role: 'table' },
    el('caption', { class: 'spoken' }, t('history_title')),
    headRow('history_column', COLUMNS), body);

/** @param {Entry} entry */
function resultView(entry) {
    const { key, kind } = resultOf(entry);
    return el('span', { class: kind === 'ok' ? '' : `badge ${kind}` },
        t(hasText(key) ? key : 'error_unknown'));
}

/** @param {Entry} entry */
const moreOf = ({ n, shown, digest, detail, certificate }) =>
    el('details', {},
        el('summary', {}, t('detail_full')),
        rows([
            [t('history_number'), String(n)],
            [t('history_detail'), detail && withoutNumbers(detail)],
            [t('history_shown'), shown &&
                el('span', { class: 'record' }, shown)],
            [t('history_digest'), digest &&
                el('span', { class: 'path' }, digest)],
            [t('record_serial'), certificate?.serial &&
                el('span', { class: 'path' }, certificate.serial)],
        ]));

/** @param {Entry} entry */
export const recordRow = entry => tableRow('history_column', COLUMNS, [
    entry.time ? dateTime(entry.time) : '–',
    el('div', {}, t(hasText(`history_kind_${entry.kind}`)
        ? `history_kind_${entry.kind}` : 'history_kind_other'),
    moreOf(entry)),
    entry.certificate ? el('a', {
        href: `../manager/manager.html#${entry.certificate.id}`,
    }, nameIn(entry.certificate.cn)) : '–',
    entry.origin ? siteView(entry.origin, '') : t('history_self'),
    resultView(entry),
]);
