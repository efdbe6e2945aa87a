/** The ways from a certificate to what can be done with it. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { openWindow } from '../../common/windows.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('../common/certificate-model.js').Card} Card */

/** Deeds, those that need the key file marked. @type {[string, boolean][]} */
const DEEDS = [['check', false], ['try', true], ['password', true],
    ['export', true], ['copy', true], ['guide', false]];

/**
 * @param {string} deed
 * @param {string} id
 */
const link = (deed, id) => el('a', { class: 'button', id: `deed-${deed}`,
    href: `#${id}/${deed}` }, t(`deed_${deed}`));

/**
 * A deed with a window of its own; once that is left, the list may be another.
 * @param {World} world
 * @param {'renew' | 'revoke'} deed
 * @param {string} id
 */
const windowButton = (world, deed, id) => el('button', {
    type: 'button', id: `deed-${deed}`,
    onclick: () => {
        openWindow(world.browser, `ui/${deed}/${deed}.html?certificate=${id}`);
        window.addEventListener('focus', () => world.lookAgain(),
            { once: true });
    },
}, t(`deed_${deed}`));

/**
 * @param {World} world
 * @param {Card} card
 */
export function deedLinks(world, { certificate: { id }, why }) {
    const hasKey = why !== 'why_no_key';
    return [
        el('h2', {}, t('manage_deeds')),
        el('div', { class: 'deeds' },
            why === '' && windowButton(world, 'renew', id),
            ...DEEDS.filter(([, key]) => hasKey || !key)
                .map(([deed]) => link(deed, id))),
        el('h2', {}, t('manage_deeds_last')),
        el('div', { class: 'deeds last' },
            why === '' && windowButton(world, 'revoke', id),
            link('remove', id)),
    ];
}
