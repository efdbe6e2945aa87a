/** Done: what there is now, what is left to do, the record. */
import { calendarLink } from '../common/calendar.js';
import { usageText } from '../common/certificate-list.js';
import { dateTime, longDate, shortDate } from '../common/dates.js';
import { el, icon, rows } from '../common/dom.js';
import { language, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { recordRows, stillToDo } from './record.js';
import { heading } from './shell.js';
import { certificateOf, oldOf, stageOf } from './state.js';
import { caTitle, certificateLine, deedText, kindText, placeText, whyText }
    from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** @param {string[]} todo keys @param {Certificate | undefined} c */
const todoList = (todo, c) => el('ul', { class: 'todo' }, ...todo.map(key =>
    el('li', {}, icon('☐ '), t(key),
        c && key === 'todo_reminder' && el('span', { class: 'screen' },
            ' ', calendarLink(c)),
        c && key === 'todo_backup' && el('details', { class: 'screen' },
            el('summary', {}, t('todo_backup_how_title')),
            el('p', { class: 'help' }, t('todo_backup_how')),
            el('p', { class: 'path' }, c.location?.path ?? '')))));

/** @param {{serial: string, notAfter: string} | undefined} old */
const oldText = old => old && t('record_old_value',
    { digits: old.serial, date: shortDate(old.notAfter) });

/** @param {State} state @returns {import('./record.js').Facts} */
function recordFacts(state) {
    const { certificate, caText = [], recordedAt, revoked, renewal, km } =
        state.result;
    const c = certificate ?? certificateOf(state);
    return {
        started: state.started && dateTime(state.started),
        time: dateTime(recordedAt ?? new Date().toISOString()),
        deed: t(`deed_${state.kind}`),
        why: state.why && whyText(state.why),
        ca: caTitle(state),
        caText,
        name: c?.name ?? '',
        usage: c ? usageText(c) : '',
        serial: certificate?.serial ?? revoked?.serial ?? '',
        km: km?.serial,
        expiry: longDate((certificate ?? revoked).notAfter, language()),
        old: oldText(renewal ?? oldOf(state)),
        place: certificate ? placeText(certificate) : '',
        site: state.origin,
    };
}

/** @param {State} state @param {string[]} todo keys */
const printed = (state, todo) => el('section',
    { class: 'printed', 'aria-hidden': 'true' },
    el('h2', {}, kindText('record_title', state.kind)),
    rows(recordRows(recordFacts(state), t)),
    el('h2', {}, t('keep_todo')),
    el('ul', { class: 'todo' }, ...todo.map(key => el('li', {}, `☐ ${t(key)}`))),
    state.kind !== 'revoke' && el('p', {}, t('keep_nobody')),
    el('p', {}, t('record_foot')));

/** @param {State} state @returns {string} */
function toldText(state) {
    if (state.mode !== 'page' || (state.told === null && !state.pageGone))
        return '';
    return state.told ? t('keep_told') : kindText('keep_page_gone', state.kind);
}

/** @param {State} state what there is now */
function outcome(state) {
    const { certificate } = state.result;
    const c = certificate ?? certificateOf(state);
    return [
        c && el('p', { id: 'new-certificate' }, certificateLine(c, state)),
        el('p', {}, certificate ? t('keep_until', {
            date: shortDate(certificate.notAfter),
            place: placeText(certificate),
        }) : t('keep_revoked')),
    ];
}

/**
 * @param {State} first
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function keepScreen(first, { close }) {
    const told = el('p', { id: 'told', role: 'status' }, toldText(first));
    const todo = stillToDo(first.kind, first.why);
    return {
        deed: deedText(first),
        stage: stageOf(first),
        applied: t('step_done'),
        content: [
            el('div', { class: 'screen' },
                heading(kindText('keep_title', first.kind)),
                siteView(first.origin),
                ...outcome(first),
                told,
                el('h2', {}, t('keep_todo')),
                todoList(todo, first.result.certificate),
                first.kind !== 'revoke' && el('p', {}, t('keep_nobody'))),
            printed(first, todo)],
        secondary: { label: t('keep_print'), press: () => window.print() },
        primary: { label: t('done'), press: close },
        escape: close,
        update: state => {
            if (told.textContent !== toldText(state))
                told.textContent = toldText(state);
        },
    };
}
