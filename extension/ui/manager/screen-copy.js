/** 복사: the same files in another place, usually a USB stick. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { AskPassword, deedScreen, done, perform } from './deed.js';
import { PlaceChoice } from './place-choice.js';
import { pathText } from './places.js';
import { ReplaceChoice } from './replace-choice.js';

/** @typedef {import('./world.js').World} World */

/**
 * @param {World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function copyScreen(world, { certificate, locations }) {
    const { id } = certificate;
    const place = new PlaceChoice(world,
        { leaveOut: locations.map(l => l.root) });
    const replace = new ReplaceChoice();
    const ask = new AskPassword(world, id, { onEnter: () => press() });
    async function press() {
        if (!place.any) {
            place.say(t('copy_no_place'));
            return;
        }
        const password = await ask.take();
        if (password === null)
            return;
        const copied = await perform(world, 'store.copy',
            { certificate: id, password, root: place.root,
                replace: replace.on },
            { ask, caught: error => replace.caught(error) });
        if (copied === null)
            return;
        await world.reload();
        done(world, { deed: 'deed_copy', title: t('copy_done'), to: id,
            content: [el('p', { class: 'path' },
                pathText(copied.path)),
            el('p', {}, t('copy_done_pull')),
            box('warn', el('p', {}, t('export_warning')))] });
    }
    return deedScreen(world, {
        deed: 'deed_copy', title: t('copy_title'), certificate,
        content: [el('p', {}, t('export_stays')),
            box('warn', el('p', {}, t('export_warning'))),
            place.view, ask.root, replace.view],
        label: t('deed_copy'), press,
    });
}
