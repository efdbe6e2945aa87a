/** 삭제: what will not work any more, a back-up first, the name typed. */
import { forgetExpiry } from '../../common/expiries.js';
import { usageText } from '../common/certificate-list.js';
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { TypedWord } from '../common/typed-word.js';
import { deedScreen, done, perform } from './deed.js';
import { pathText } from './places.js';
import { WhichCopy } from './which-copy.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('../common/certificate-model.js').Card} Card */

/**
 * What is lost: with another copy here, next to nothing.
 * @param {Card} card
 * @returns {[string, Record<string, string>][]}
 */
const lost = ({ certificate: c, why, places }) => places > 1
    ? [['remove_lost_copy', {}]] : why === ''
    ? [['remove_lost_use', { usage: usageText(c) }],
        ['remove_lost_key', {}], ['remove_lost_renew', {}]]
    : [['remove_lost_key', {}]];

/**
 * @param {World} world
 * @param {Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function removeScreen(world, card) {
    const { certificate, locations, why } = card;
    const { id, name } = certificate;
    const which = new WhichCopy(card, t('remove_which'));
    const typed = new TypedWord(name, t('remove_type', { name }));
    async function press() {
        if (!typed.check())
            return;
        const removed = await perform(world, 'store.remove',
            { certificate: id, confirm: name, root: which.root });
        if (removed === null)
            return;
        world.at = world.list.neighbour(id);
        await world.reload();
        if (world.list.card(id))
            world.at = id; // a copy is left
        else
            await forgetExpiry(world.browser.storage.local, id);
        done(world, { deed: 'deed_remove', title: t('remove_done'), to: '',
            content: [
                el('ul', {}, ...removed.removed.map(
                    /** @param {string} path */ path => el('li',
                        { class: 'path' }, pathText(path)))),
                el('p', {}, t(removed.overwritten ? 'remove_flash'
                    : 'remove_not_overwritten'))] });
    }
    return deedScreen(world, {
        deed: 'deed_remove', title: t('remove_title'), certificate,
        content: [
            el('h2', {}, t('remove_lost')),
            el('ul', { class: 'notes' }, ...lost(card).map(([key, values]) =>
                el('li', {}, t(key, values)))),
            which.root === '' && el('h2', {}, t('remove_places')),
            which.root === '' && el('ul', {}, ...locations.map(l => el('li',
                { class: 'path' }, pathText(l?.path)))),
            which.view,
            why !== 'why_no_key' && box('info', el('p', {},
                t('remove_backup'), ' ', el('a',
                    { href: `#${id}/export`, id: 'backup' },
                    t('todo_backup')))),
            el('p', { class: 'help' }, t('remove_flash')),
            el('p', { class: 'help' }, t('remove_not_revoked')),
            typed.root],
        label: t('remove_deed'), press, danger: true,
    });
}
