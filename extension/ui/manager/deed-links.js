/** The ways from a certificate to what can be done with it. */
import { el } from '../common/dom.js';
import { hasText, t } from '../common/i18n.js';
import { openWindow } from '../../common/windows.js';
import { perform } from './deed.js';

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
 * Mend names and permissions, on the spot.
 * @param {World} world
 * @param {string} id
 */
function mending(world, id) {
    const said = el('p', { class: 'help', role: 'status', id: 'mended' });
    const button = el('button', {
        type: 'button', id: 'deed-repair',
        onclick: async () => {
            const result = await perform(world, 'store.repair',
                { certificate: id });
            if (result === null)
                return;
            /** @type {Set<string>} */
            const kinds = new Set(result.fixed.map(
                /** @param {{what: string}} one */ one => one.what));
            said.textContent = kinds.size === 0 ? t('manage_repaired_none')
                : t('manage_repaired_what', { what: [...kinds].map(what =>
                    t(hasText(`repaired_${what}`) ? `repaired_${what}`
                        : 'repaired_other')).join(', ') });
        },
    }, t('deed_repair'));
    return { button, said };
}

/**
 * @param {World} world
 * @param {Card} card
 */
export function deedLinks(world, { certificate: { id }, why }) {
    const hasKey = why !== 'why_no_key';
    const { button, said } = mending(world, id);
    return [
        el('h2', {}, t('manage_deeds')),
        el('div', { class: 'deeds' },
            why === '' && windowButton(world, 'renew', id),
            ...DEEDS.filter(([, key]) => hasKey || !key)
                .map(([deed]) => link(deed, id)), button),
        said,
        el('h2', {}, t('manage_deeds_last')),
        el('div', { class: 'deeds last' },
            why === '' && windowButton(world, 'revoke', id),
            link('remove', id)),
    ];
}
