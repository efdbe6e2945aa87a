/** The popup's cards: what is unfinished, and the certificates. */
import { stillCard, usageText } from '../common/certificate-list.js';
import { renewal } from '../common/certificate-model.js';
import { dateTime } from '../common/dates.js';
import { box, el } from '../common/dom.js';
import { hasText, pick, t } from '../common/i18n.js';
import { happenedKey } from '../enrol/help-desk.js';

/** @typedef {(page: string) => void} Leave opens a window of ours */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** @param {string} id of the journal */
const resumePage = id =>
    `ui/reissue/reissue.html?pending=${encodeURIComponent(id)}`;

/**
 * @param {import('../enrol/state.js').Pending} entry of enrol.pending
 * @param {import('../common/certificate-model.js').Ca[]} cas
 * @param {Leave} leaveFor
 */
export function pendingCard(entry, cas, leaveFor) {
    const ca = pick(entry.title ??
        cas.find(c => c.name === entry.ca)?.title) || entry.ca;
    const title = `popup_pending_${entry.kind}`;
    return box('warn',
        el('p', {}, el('strong', {},
            t(hasText(title) ? title : 'popup_pending'))),
        el('p', {}, t('popup_pending_line',
            { date: dateTime(entry.started), ca })),
        el('p', {}, t(happenedKey(entry))),
        el('button', {
            type: 'button', class: 'primary',
            onclick: () => leaveFor(resumePage(entry.id)),
        }, t('button_resume')));
}

/**
 * What cannot be read can only be given up.
 * @param {{id: string}} entry
 * @param {Leave} leaveFor
 */
export const brokenCard = (entry, leaveFor) => box('warn',
    el('p', {}, el('strong', {}, t('popup_broken'))),
    el('button', {
        type: 'button', class: 'small',
        onclick: () => leaveFor(resumePage(entry.id)),
    }, t('discard_open')));

/**
 * @param {import('../common/certificate-model.js').Card} card
 * @param {import('../common/certificate-model.js').Ca[]} cas
 * @param {number} now ms
 * @param {Leave} leaveFor
 */
export function certificateCard(card, cas, now, leaveFor) {
    const { certificate: c, why } = card;
    const li = stillCard(card, cas, now);
    const offer = renewal(c, now);
    const label = { name: c.name, usage: usageText(c) };
    /** @param {string} deed @param {string} kind */
    const button = (deed, kind) => el('button', {
        type: 'button', class: kind,
        'aria-label': t(`popup_${deed}_label`, label),
        onclick: () => leaveFor(`ui/${deed}/${deed}.html?certificate=${c.id}`),
    }, t(`popup_${deed}`));
    if (why === '')
        li.append(el('div', { class: 'own' },
            offer === 'urged' && el('span', { class: 'more' },
                t('popup_renew_urged')),
            offer !== '' && button('renew',
                offer === 'urged' ? 'small primary' : 'small'),
            button('revoke', 'link')));
    return li;
}
