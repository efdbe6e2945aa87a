/** What lies in the store and is no certificate that can be read: each with
 * the reason, and the button that mends what can be mended. */
import { el, icon } from '../common/dom.js';
import { hasText, t } from '../common/i18n.js';
import { pathText } from './places.js';

/** @typedef {import('./world.js').World} World */

/** Reasons that store.repair can do something about. */
const MENDABLE = new Set(['store_permission', 'store_unsafe',
    'key_file_missing', 'certificate_not_found', 'certificate_damaged']);

/**
 * @param {import('../../common/store.js').Broken} broken
 * @param {World} world
 */
function brokenItem({ path, reason }, world) {
    const key = hasText(`error_${reason}`) ? `error_${reason}`
        : 'error_unknown';
    const place = pathText(path);
    const said = el('p', { class: 'help', role: 'status' });
    const mend = el('button', {
        type: 'button', class: 'small',
        'aria-label': `${t('manage_repair')}: ${place}`,
        onclick: async () => {
            try {
                const { fixed } = await world.store.ask('store.repair',
                    { path });
                said.textContent = t(fixed.length > 0
                    ? 'manage_repaired' : 'manage_repaired_none');
                if (fixed.length > 0)
                    await world.reload();
            } catch (error) {
                const failed = /** @type {any} */ (error).reason;
                said.textContent = `${t(`error_${failed}`)} ${
                    t(`error_${failed}_next`)}`;
            }
        },
    }, t('manage_repair'));
    return el('li', { class: 'card still' },
        el('p', {}, icon('! '), el('strong', {}, t(key, { place }))),
        el('p', { class: 'more' }, t(`${key}_next`, { place })),
        el('p', { class: 'path' }, place),
        MENDABLE.has(reason) && mend, said);
}

/**
 * @param {import('../../common/store.js').Broken[]} broken
 * @param {World} world
 */
export const brokenGroup = (broken, world) => broken.length > 0 &&
    el('details', { id: 'broken' },
        el('summary', {}, t('certificates_broken', { n: broken.length })),
        el('ul', { class: 'todo' },
            ...broken.map(item => brokenItem(item, world))));
