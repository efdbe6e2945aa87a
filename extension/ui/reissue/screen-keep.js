/** 4/4 보관: saved; what is left to do; the record. */
import { usageText } from '../common/certificate-list.js';
import { compactDate, dateTime, longDate, shortDate }
    from '../common/dates.js';
import { el, icon, rows } from '../common/dom.js';
import { language, pick, t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';
import { siteView } from '../common/site.js';
import { caOf } from './model.js';
import { calendarFile, recordRows, STILL_TO_DO } from './record.js';
import { certificateLine } from './screen-prepare.js';
import { deedText, heading } from './shell.js';

/** @typedef {import('./model.js').State} State */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** @param {Certificate} c */
const placeText = c => c.location?.medium === 'removable'
    ? t('place_usb', { path: c.location.root })
    : t('place_disk_path', { path: homePath(c.location?.root ?? '') });

/** @param {Certificate} certificate */
function calendarLink(certificate) {
    const text = calendarFile({
        id: certificate.id,
        date: compactDate(certificate.notAfter),
        now: new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        summary: t('ics_summary', { usage: usageText(certificate) }),
        text: t('ics_text'),
    });
    return el('a', {
        href: URL.createObjectURL(new Blob([text], { type: 'text/calendar' })),
        download: 'ingam.ics', id: 'calendar',
    }, t('todo_ics'));
}

/** @param {Certificate} c */
const todoList = c => el('ul', { class: 'todo' }, ...STILL_TO_DO.map(what =>
    el('li', {}, icon('☐ '), t(`todo_${what}`),
        what === 'reminder' && el('span', { class: 'screen' },
            ' ', calendarLink(c)),
        what === 'backup' && el('details', { class: 'screen' },
            el('summary', {}, t('todo_backup_how_title')),
            el('p', { class: 'help' }, t('todo_backup_how')),
            el('p', { class: 'path' }, c.location?.path ?? '')))));

/** @param {State} state */
function printed(state) {
    const { certificate, caText = [], recordedAt } = state.result;
    return el('section', { class: 'printed', 'aria-hidden': 'true' },
        el('h2', {}, t('record_title')),
        rows(recordRows({
            time: dateTime(recordedAt ?? new Date().toISOString()),
            deed: t(`deed_${state.kind}`),
            ca: pick(caOf(state)?.title) || state.ca,
            caText,
            name: certificate.name,
            usage: usageText(certificate),
            serial: certificate.serial,
            expiry: longDate(certificate.notAfter, language()),
            place: placeText(certificate),
            site: state.origin,
        }, t)),
        el('h2', {}, t('keep_todo')),
        el('ul', { class: 'todo' }, ...STILL_TO_DO.map(
            what => el('li', {}, `☐ ${t(`todo_${what}`)}`))),
        el('p', {}, t('keep_nobody')),
        el('p', {}, t('record_foot')));
}

/** @param {State} state @returns {string} */
function toldText(state) {
    if (state.mode !== 'page' || (state.told === null && !state.pageGone))
        return '';
    return t(state.told ? 'keep_told' : 'keep_page_gone');
}

/**
 * @param {State} first
 * @param {() => void} close
 * @returns {import('./shell.js').Screen}
 */
export function keepScreen(first, close) {
    const { certificate } = first.result;
    const told = el('p', { id: 'told', role: 'status' }, toldText(first));
    return {
        deed: deedText(first),
        stage: 'keep',
        applied: t('step_done'),
        content: [
            el('div', { class: 'screen' },
                heading(t('keep_title')), siteView(first.origin),
                el('p', { id: 'new-certificate' },
                    certificateLine(certificate, first)),
                el('p', {}, t('keep_until', {
                    date: shortDate(certificate.notAfter),
                    place: placeText(certificate),
                })),
                told,
                el('h2', {}, t('keep_todo')),
                todoList(certificate),
                el('p', {}, t('keep_nobody'))),
            printed(first)],
        secondary: { label: t('keep_print'), press: () => window.print() },
        primary: { label: t('done'), press: close },
        escape: close,
        update: state => {
            if (told.textContent !== toldText(state))
                told.textContent = toldText(state);
        },
    };
}
